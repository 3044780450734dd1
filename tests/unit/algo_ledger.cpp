// SPDX-License-Identifier: MIT
// The frame ledger: every frame is in exactly one place, whatever is asked of it.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>

#include "frame_ledger.h"

namespace {

constexpr std::uint32_t kFrames = 64;

class Ledger : public ::testing::Test {
  protected:
    Ledger() {
        ledger.free = free.data();
        ledger.lent = lent.data();
        rxmap_ledger_init(&ledger, kFrames);
    }
    std::uint32_t delivered_frame() {
        const std::uint32_t id = rxmap_ledger_post(&ledger);
        rxmap_ledger_deliver(&ledger, id);
        return id;
    }

    std::array<u32, kFrames> free{};
    std::array<u8, kFrames> lent{};
    rxmap_ledger ledger{};
};

TEST_F(Ledger, GivesEachFrameOnceThenNone) {
    std::set<std::uint32_t> ids;
    for (std::uint32_t i = 0; i < kFrames; ++i)
        ids.insert(rxmap_ledger_post(&ledger));
    EXPECT_EQ(ids.size(), kFrames);
    EXPECT_EQ(*ids.rbegin(), kFrames - 1);
    EXPECT_EQ(rxmap_ledger_post(&ledger), RXMAP_NO_FRAME);
    EXPECT_TRUE(rxmap_ledger_adds_up(&ledger));
}

TEST_F(Ledger, ReusesTheFrameThatCameBackLast) {
    const std::uint32_t first = delivered_frame();
    const std::uint32_t second = delivered_frame();
    EXPECT_TRUE(rxmap_ledger_release(&ledger, second));
    EXPECT_TRUE(rxmap_ledger_release(&ledger, first));
    EXPECT_EQ(rxmap_ledger_post(&ledger), first);
    EXPECT_EQ(rxmap_ledger_post(&ledger), second);
}

TEST_F(Ledger, TakesBackOnlyWhatTheConsumerHas) {
    const std::uint32_t posted = rxmap_ledger_post(&ledger);
    const std::uint32_t delivered = delivered_frame();
    EXPECT_FALSE(rxmap_ledger_release(&ledger, posted));
    EXPECT_FALSE(rxmap_ledger_release(&ledger, kFrames - 1));
    EXPECT_FALSE(rxmap_ledger_release(&ledger, kFrames));
    EXPECT_FALSE(rxmap_ledger_release(&ledger, 0xffffffffU));
    EXPECT_TRUE(rxmap_ledger_release(&ledger, delivered));
    EXPECT_FALSE(rxmap_ledger_release(&ledger, delivered));
    EXPECT_TRUE(rxmap_ledger_adds_up(&ledger));
}

TEST_F(Ledger, TakesManyBackInOneCall) {
    std::array<u32, 4> ids{};
    for (u32& id : ids)
        id = delivered_frame();
    u32 bad = 0;
    EXPECT_EQ(rxmap_ledger_release_all(&ledger, ids.data(), ids.size(), &bad), ids.size());
    EXPECT_EQ(ledger.delivered, 0U);
    EXPECT_EQ(ledger.free_count, kFrames);
    EXPECT_EQ(rxmap_ledger_post(&ledger), ids.back());
}

TEST_F(Ledger, StopsAtTheFirstLieOfMany) {
    const std::uint32_t posted = rxmap_ledger_post(&ledger);
    for (const std::uint32_t lie : {posted, kFrames - 1, kFrames, 0xffffffffU}) {
        const std::uint32_t first = delivered_frame();
        const std::array<u32, 3> ids{first, lie, first};
        u32 bad = 0;
        EXPECT_EQ(rxmap_ledger_release_all(&ledger, ids.data(), ids.size(), &bad), 1U);
        EXPECT_EQ(bad, lie);
        EXPECT_EQ(ledger.delivered, 0U);
        EXPECT_TRUE(rxmap_ledger_adds_up(&ledger));
    }
    // Given back twice in one call.
    const std::uint32_t twice = delivered_frame();
    const std::array<u32, 2> ids{twice, twice};
    u32 bad = 0;
    EXPECT_EQ(rxmap_ledger_release_all(&ledger, ids.data(), ids.size(), &bad), 1U);
    EXPECT_EQ(bad, twice);
    EXPECT_TRUE(rxmap_ledger_adds_up(&ledger));
}

TEST_F(Ledger, AddsUpAfterAnySequence) {
    std::mt19937 random(3);
    std::vector<std::uint32_t> posted;
    for (int i = 0; i < 100'000; ++i) {
        switch (random() % 4) {
            case 0:
                if (const std::uint32_t id = rxmap_ledger_post(&ledger); id != RXMAP_NO_FRAME)
                    posted.push_back(id);
                break;
            case 1:
                if (!posted.empty()) {
                    rxmap_ledger_unpost(&ledger, posted.back());
                    posted.pop_back();
                }
                break;
            case 2:
                if (!posted.empty()) {
                    rxmap_ledger_deliver(&ledger, posted.back());
                    posted.pop_back();
                }
                break;
            default:
                rxmap_ledger_release(&ledger, static_cast<std::uint32_t>(random() % (kFrames + 4)));
        }
        ASSERT_TRUE(rxmap_ledger_adds_up(&ledger));
        ASSERT_EQ(ledger.posted, posted.size());
    }
}

}  // namespace
