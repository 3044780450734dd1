// SPDX-License-Identifier: MIT
//
// ProbeTracker against hand-made orders and against a plain model that remembers everything.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <random>
#include <set>
#include <vector>

#include "probe/tracker.hpp"

namespace rxmap::probe {
namespace {

class Tracker : public ::testing::Test {
  protected:
    void see(std::uint32_t sequence, std::uint16_t flow = 0, Kind kind = Kind::data) {
        std::array<std::byte, 32> payload{};
        encode(payload, {.kind = kind, .flow = flow, .sequence = sequence, .time_ns = 0}, 7);
        tracker.on_payload(payload);
    }
    void see_range(std::uint32_t from, std::uint32_t to) {
        for (std::uint32_t sequence = from; sequence < to; ++sequence)
            see(sequence);
    }
    [[nodiscard]] Totals totals() const { return tracker.totals(); }

    ProbeTracker tracker{{.flows = 4, .window = 128}};
};

TEST_F(Tracker, CountsNothingAtFirst) {
    EXPECT_EQ(totals().packets, 0u);
    EXPECT_EQ(totals().lost, 0u);
    EXPECT_FALSE(tracker.finished());
}

TEST_F(Tracker, FindsNothingWrongInOrder) {
    see_range(0, 1000);
    EXPECT_EQ(totals().distinct, 1000u);
    EXPECT_EQ(totals().lost + totals().duplicate + totals().reordered + totals().corrupt, 0u);
}

TEST_F(Tracker, CountsWhatIsMissingFromZeroOn) {
    see_range(3, 10);
    see_range(12, 20);
    EXPECT_EQ(totals().lost, 5u);
    EXPECT_EQ(totals().distinct, 15u);
}

TEST_F(Tracker, LatePacketIsReorderedAndNoLongerLost) {
    see(0);
    see(2);
    EXPECT_EQ(totals().lost, 1u);
    see(1);
    EXPECT_EQ(totals().lost, 0u);
    EXPECT_EQ(totals().reordered, 1u);
    EXPECT_EQ(totals().duplicate, 0u);
}

TEST_F(Tracker, SecondCopyIsADuplicateHoweverItComes) {
    see_range(0, 3);
    see(2);
    see(0);
    EXPECT_EQ(totals().duplicate, 2u);
    EXPECT_EQ(totals().reordered, 0u);
    EXPECT_EQ(totals().data, 5u);
}

TEST_F(Tracker, KeepsEveryNumberOfTheWindowApart) {
    see(0);
    see(128);  // 1..127 open, the oldest at the window's edge
    for (std::uint32_t late = 127; late > 0; --late)
        see(late);
    EXPECT_EQ(totals().lost, 0u);
    EXPECT_EQ(totals().reordered, 127u);
    see(1);
    EXPECT_EQ(totals().duplicate, 1u);
    see(0);
    EXPECT_EQ(totals().stale, 1u);
}

TEST_F(Tracker, PacketBehindTheWindowStaysLost) {
    see(0);
    see(200);
    see(72);  // 129 behind the next number
    EXPECT_EQ(totals().stale, 1u);
    EXPECT_EQ(totals().lost, 199u);
    EXPECT_EQ(totals().reordered, 1u);
}

TEST_F(Tracker, LargeGapLeavesNoOldBits) {
    see_range(0, 128);
    see(10'000);
    EXPECT_EQ(totals().lost, 10'000u - 128);
    for (std::uint32_t late = 9'999; late > 9'873; --late)
        see(late);
    EXPECT_EQ(totals().duplicate, 0u);
    EXPECT_EQ(totals().reordered, 126u);
}

TEST_F(Tracker, FlowsDoNotMix) {
    see(0, 0);
    see(0, 3);
    see(1, 3);
    see(5, 4);
    EXPECT_EQ(totals().flows, 2u);
    EXPECT_EQ(totals().distinct, 3u);
    EXPECT_EQ(totals().unknown_flow, 1u);
    EXPECT_EQ(totals().lost, 0u);
}

TEST_F(Tracker, EndMarkRevealsALostTail) {
    see_range(0, 90);
    EXPECT_EQ(totals().lost, 0u);
    see(100, 0, Kind::end);
    see(100, 0, Kind::end);
    EXPECT_EQ(totals().lost, 10u);
    EXPECT_EQ(totals().ends, 2u);
    EXPECT_TRUE(tracker.finished());
    see(95);
    EXPECT_EQ(totals().lost, 9u);
}

TEST_F(Tracker, IsFinishedWhenEveryFlowIs) {
    see(0, 0);
    see(0, 1);
    see(1, 0, Kind::end);
    EXPECT_FALSE(tracker.finished());
    see(1, 1, Kind::end);
    EXPECT_TRUE(tracker.finished());
}

TEST_F(Tracker, CorruptPacketCountsAsLostToo) {
    see(0);
    std::array<std::byte, 32> payload{};
    encode(payload, {.kind = Kind::data, .flow = 0, .sequence = 1, .time_ns = 0}, 7);
    payload[31] ^= std::byte{1};
    EXPECT_EQ(tracker.on_payload(payload), Kind::corrupt);
    see(2);
    EXPECT_EQ(totals().corrupt, 1u);
    EXPECT_EQ(totals().lost, 1u);
}

TEST_F(Tracker, SequenceWrapsAtTwoToTheThirtyTwo) {
    ProbeTracker joined({.flows = 1, .window = 64, .origin = Origin::first_seen});
    std::array<std::byte, 18> payload{};
    for (std::uint32_t step = 0; step < 10; ++step) {
        encode(payload,
               {.kind = Kind::data, .flow = 0, .sequence = 0xfffffffb + step, .time_ns = 0}, 7);
        joined.on_payload(payload);
    }
    EXPECT_EQ(joined.totals().distinct, 10u);
    EXPECT_EQ(joined.totals().lost, 0u);
    EXPECT_EQ(joined.totals().duplicate, 0u);
}

TEST(TrackerLimits, AreRefusedByName) {
    EXPECT_THROW(ProbeTracker({.flows = 0}), std::invalid_argument);
    EXPECT_THROW(ProbeTracker({.flows = 65537}), std::invalid_argument);
    EXPECT_THROW(ProbeTracker({.flows = 1, .window = 100}), std::invalid_argument);
    EXPECT_THROW(ProbeTracker({.flows = 1, .window = 32}), std::invalid_argument);
}

/// Remembers every number: slow, unbounded and obviously right.
struct Model {
    std::set<std::uint32_t> seen;
    std::uint64_t duplicate = 0, reordered = 0;
    std::uint32_t next = 0;

    void see(std::uint32_t sequence) {
        if (!seen.insert(sequence).second) {
            ++duplicate;
            return;
        }
        if (sequence < next)
            ++reordered;
        next = std::max(next, sequence + 1);
    }
    [[nodiscard]] std::uint64_t lost() const { return next - seen.size(); }
};

/// Numbers 0..n-1, some dropped, some doubled, each moved by less than the window.
std::vector<std::uint32_t> disturbed_order(std::mt19937& random, std::uint32_t count) {
    std::vector<std::uint32_t> order;
    for (std::uint32_t sequence = 0; sequence < count; ++sequence)
        for (auto copies = random() % 10; copies > 0; copies /= 5)
            order.push_back(sequence);
    for (std::size_t block = 0; block + 40 <= order.size(); block += 40)
        std::shuffle(order.begin() + static_cast<std::ptrdiff_t>(block),
                     order.begin() + static_cast<std::ptrdiff_t>(block + 40), random);
    return order;
}

TEST(TrackerModel, AgreesWithAModelThatRemembersEverything) {
    for (unsigned seed = 0; seed < 50; ++seed) {
        std::mt19937 random(seed);
        ProbeTracker tracker({.flows = 1, .window = 64});
        Model model;
        std::array<std::byte, 18> payload{};
        for (const std::uint32_t sequence : disturbed_order(random, 2000)) {
            encode(payload, {.kind = Kind::data, .flow = 0, .sequence = sequence, .time_ns = 0}, 7);
            tracker.on_payload(payload);
            model.see(sequence);
        }
        const Totals totals = tracker.totals();
        EXPECT_EQ(totals.lost, model.lost()) << seed;
        EXPECT_EQ(totals.duplicate, model.duplicate) << seed;
        EXPECT_EQ(totals.reordered, model.reordered) << seed;
        EXPECT_EQ(totals.distinct, model.seen.size()) << seed;
        EXPECT_EQ(totals.stale, 0u) << seed;
        EXPECT_EQ(totals.data, totals.distinct + totals.duplicate + totals.stale) << seed;
    }
}

}  // namespace
}  // namespace rxmap::probe
