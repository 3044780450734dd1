// SPDX-License-Identifier: MIT
// A run leaves the producer and its ledger as the same packets one by one would.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <vector>

#include "ring_run.h"

namespace {

constexpr std::uint32_t kFrames = 16;
constexpr std::uint32_t kSlots = 2 * kFrames;

// A producer on memory of its own, near the wrap of every position.
struct Side {
    explicit Side(std::uint32_t start) {
        ledger.free = free.data();
        ledger.lent = lent.data();
        rxmap_ledger_init(&ledger, kFrames);
        producer.status = &status;
        producer.descs = descs.data();
        producer.consumer = &consumer;
        producer.release_ids = release_ids.data();
        producer.ledger = &ledger;
        producer.slots = kSlots;
        producer.quota = kFrames;
        rxmap_producer_init(&producer, start);
        for (std::uint32_t i = 0; i < kFrames / 2; ++i)
            posted.push_back(rxmap_ledger_post(&ledger));
    }

    // `count` packets, oldest posted frame first, each frame replaced by a free one.
    void one_by_one(std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i) {
            rxmap_producer_slot(&producer)->frame = posted.front();
            rxmap_producer_commit(&producer, posted.front(), true);
            posted.erase(posted.begin());
            posted.push_back(rxmap_ledger_post(&ledger));
        }
    }
    void in_runs(std::uint32_t count) {
        while (count > 0) {
            rxmap_run run;
            rxmap_run_begin(&run, &producer, count);
            ASSERT_GT(run.left, 0U);
            while (run.desc != run.end) {
                run.desc->frame = posted.front();
                posted.push_back(rxmap_run_next(&run, posted.front()));
                posted.erase(posted.begin());
            }
            ASSERT_EQ(rxmap_run_end(&run, &producer), run.left);
            count -= run.left;
        }
    }
    // The consumer reads everything and gives it back in order.
    void consume() {
        rxmap_producer_publish(&producer);
        for (std::uint32_t i = consumer.consumer; i != producer.published; ++i)
            release_ids[consumer.release++ % kFrames] = descs[i % kSlots].frame;
        consumer.consumer = producer.published;
        ASSERT_TRUE(rxmap_producer_sync(&producer));
    }

    std::array<u32, kFrames> free{}, release_ids{};
    std::array<u8, kFrames> lent{};
    std::array<rxmap_desc, kSlots> descs{};
    rxmap_status status{};
    rxmap_consumer consumer{};
    rxmap_ledger ledger{};
    rxmap_producer producer{};
    std::vector<std::uint32_t> posted;
};

void expect_equal(const Side& a, const Side& b) {
    EXPECT_EQ(a.posted, b.posted);
    EXPECT_EQ(a.lent, b.lent);
    EXPECT_EQ(a.ledger.free_count, b.ledger.free_count);
    EXPECT_TRUE(std::equal(a.free.begin(), a.free.begin() + a.ledger.free_count, b.free.begin()));
    EXPECT_EQ(a.ledger.posted, b.ledger.posted);
    EXPECT_EQ(a.ledger.delivered, b.ledger.delivered);
    EXPECT_EQ(a.producer.next, b.producer.next);
    EXPECT_EQ(a.producer.complete, b.producer.complete);
    EXPECT_EQ(a.producer.seq, b.producer.seq);
    for (std::uint32_t i = 0; i < kSlots; ++i)
        EXPECT_EQ(a.descs[i].frame, b.descs[i].frame) << "slot " << i;
}

class Run : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(Run, DoesWhatTheSamePacketsDoOneByOne) {
    Side single(GetParam()), runs(GetParam());
    for (const std::uint32_t count : {1U, 8U, 3U, 5U, 7U, 2U, 8U, 8U, 6U, 4U}) {
        ASSERT_GE(rxmap_producer_room(&runs.producer), count);
        single.one_by_one(count);
        runs.in_runs(count);
        expect_equal(single, runs);
        EXPECT_TRUE(rxmap_ledger_adds_up(&runs.ledger));
        single.consume();
        runs.consume();
        expect_equal(single, runs);
    }
    EXPECT_EQ(runs.ledger.delivered, 0U);
}

INSTANTIATE_TEST_SUITE_P(From, Run, ::testing::Values(0U, 5U, kSlots - 1, 0xfffffff0U));

TEST(RunEdge, EndsWhereTheDescriptorRingWraps) {
    Side side(kSlots - 3);
    rxmap_run run;
    rxmap_run_begin(&run, &side.producer, 8);
    EXPECT_EQ(run.left, 3U);
    EXPECT_EQ(run.end, side.descs.data() + kSlots);
}

TEST(RunEdge, MayTakeNothing) {
    Side side(7);
    rxmap_run run;
    rxmap_run_begin(&run, &side.producer, 4);
    EXPECT_EQ(rxmap_run_end(&run, &side.producer), 0U);
    EXPECT_EQ(side.producer.next, 7U);
    EXPECT_TRUE(rxmap_ledger_adds_up(&side.ledger));
}

}  // namespace
