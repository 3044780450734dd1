// SPDX-License-Identifier: MIT
//
// Tunables of a queue at work: a poll never takes more than the budget, changes under load lose no
// packet, what was asked for survives down, up and other ring sizes, and who listens hears of it.
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "nic_counters.hpp"
#include "raw_ring.hpp"
#include "sink.hpp"
#include "tuning.hpp"

namespace vm {
namespace {

using Tunables = Tuning;

TEST_F(Tunables, NoPollTakesMoreThanTheBudget) {
    UdpSink sink(9000);
    for (const std::uint32_t budget : {1u, 16u, 64u, 256u}) {
        ASSERT_EQ(set(budget, RXMAP_MODERATION_POLICY_OFF, 0, 0), 0);
        const Bytes before = get(RXMAP_CMD_STATS_GET);
        Traffic traffic("--count 3000");
        EXPECT_EQ(traffic.wait(), 3000u);
        EXPECT_EQ(sink.drain(), 3000u) << "budget " << budget;
        const Bytes after = get(RXMAP_CMD_STATS_GET);
        const auto grown = [&](std::uint16_t counter) {
            return find_number(after, counter) - find_number(before, counter);
        };
        EXPECT_GE(grown(RXMAP_A_STATS_RX_PACKETS), 3000u);
        std::uint64_t polls = 0, most = 0;
        for (unsigned i = 0; i < 9; ++i) {  // up to 1, 2, 4, ..., 256 packets
            const auto counter = static_cast<std::uint16_t>(RXMAP_A_STATS_POLLS_1 + i);
            if ((1u << i) > budget) {
                EXPECT_EQ(grown(counter), 0u) << "budget " << budget << ", up to " << (1u << i);
            }
            polls += grown(counter);
            most += grown(counter) << i;
        }
        EXPECT_GE(most, grown(RXMAP_A_STATS_RX_PACKETS));
        EXPECT_EQ(polls + grown(RXMAP_A_STATS_POLLS_EMPTY), grown(RXMAP_A_STATS_POLLS));
        if (budget == 1) {
            EXPECT_GE(grown(RXMAP_A_STATS_POLLS_EXHAUSTED), 3000u);
        }
    }
}

// Each change is told to the device by a fresh look at all that is asked for, and followed by a
// poll. An adaptive policy does the same after each of its steps, mostly for the same interval.
TEST_F(Tunables, OnlyAnotherIntervalWritesTheDevicesTimer) {
    // The least of some: whatever is sent meanwhile writes registers of its own.
    const auto writes = [&](std::uint16_t attribute, std::uint32_t one, std::uint32_t other) {
        std::uint64_t least = UINT64_MAX;
        for (int i = 0; i < 6; ++i) {
            const std::uint64_t before = counter(RXMAP_A_STATS_MMIO_WRITES);
            EXPECT_EQ(change(number(attribute, i % 2 == 0 ? one : other)), 0);
            least = std::min(least, counter(RXMAP_A_STATS_MMIO_WRITES) - before);
        }
        return least;
    };
    ASSERT_EQ(set(64, RXMAP_MODERATION_POLICY_FIXED, 200, 0), 0);
    const std::uint64_t same = writes(RXMAP_A_QUEUE_BUDGET, 32, 64);
    const std::uint64_t another = writes(RXMAP_A_QUEUE_USECS_REQUESTED, 400, 800);
    EXPECT_EQ(another - same, nic_driver(kNic) == "rxmap-virtio_net" ? 0u : 1u);
}

// Packets gather for a while, many more than 64. (Whether all of them find room is not the
// question.)
TEST_F(Tunables, ALargeBudgetIsUsed) {
    UdpSink sink(9000);
    for (const std::uint32_t budget : {64u, 256u}) {
        ASSERT_EQ(set(budget, RXMAP_MODERATION_POLICY_FIXED, 5000, 0), 0);
        const Bytes before = get(RXMAP_CMD_STATS_GET);
        Traffic traffic("--count 4000 --rate " + std::to_string(20000 * slowness()));
        traffic.wait();
        sink.drain();
        const Bytes after = get(RXMAP_CMD_STATS_GET);
        const auto grown = [&](std::uint16_t counter) {
            return find_number(after, counter) - find_number(before, counter);
        };
        const std::uint64_t above_64 =
            grown(RXMAP_A_STATS_POLLS_128) + grown(RXMAP_A_STATS_POLLS_256);
        if (budget == 64) {
            EXPECT_EQ(above_64, 0u);
            EXPECT_GT(grown(RXMAP_A_STATS_POLLS_EXHAUSTED), 0u) << "there were never 64";
        } else {
            EXPECT_GT(above_64, 0u);
        }
    }
}

TEST_F(Tunables, ChangesUnderLoadLoseNoPacket) {
    UdpSink sink(9000);
    Traffic traffic("--rate 3000 --count 9000");
    const std::array<std::uint32_t, 4> budgets{1, 256, 7, 64};
    std::uint32_t round = 0;
    for (const std::int64_t end = now_ms() + 2500; now_ms() < end; ++round)
        ASSERT_EQ(set(budgets[round % 4], round % 3 == 0 ? 0 : 1, round % 5 * 100,
                      round % 5 == 0 ? 0 : round % 7 * 8),
                  0);
    EXPECT_GT(round, 10u);
    EXPECT_EQ(traffic.wait(), 9000u);
    EXPECT_EQ(sink.drain(), 9000u) << "after " << round << " changes";
}

TEST_F(Tunables, WhatWasAskedForSurvivesDownUpAndOtherRingSizes) {
    ASSERT_EQ(set(33, RXMAP_MODERATION_POLICY_FIXED, 777, 9), 0);
    const Bytes before = get(RXMAP_CMD_QUEUE_GET);
    const std::uint32_t ring = rx_ring_size(kNic);
    for (const std::string& change :
         {std::string("ip link set rx0 down; ip link set rx0 up"),
          std::string("ethtool -G rx0 rx 128; ip link set rx0 down"),
          "ethtool -G rx0 rx " + std::to_string(ring) + "; ip link set rx0 up"}) {
        sh(change);
        EXPECT_EQ(get(RXMAP_CMD_QUEUE_GET), before) << change;
    }
    EXPECT_EQ(queue(RXMAP_A_QUEUE_BUDGET), 33u);
    EXPECT_EQ(queue(RXMAP_A_QUEUE_USECS_REQUESTED), 777u);
    EXPECT_EQ(queue(RXMAP_A_QUEUE_USECS_EFFECTIVE), 777u);
    EXPECT_EQ(queue(RXMAP_A_QUEUE_FRAMES_REQUESTED), 9u);
}

TEST_F(Tunables, ADifferenceHasAReason) {
    ASSERT_EQ(set(64, RXMAP_MODERATION_POLICY_FIXED, 1000, 0), 0);
    EXPECT_EQ(queue(RXMAP_A_QUEUE_USECS_LIMIT), RXMAP_LIMIT_NONE);
    for (const std::uint32_t usecs : {0u, 1u, 1000u})
        for (const std::uint32_t policy : {0u, 1u}) {
            ASSERT_EQ(set(64, policy, usecs, usecs == 0 ? 0 : 1024), 0);
            EXPECT_EQ(queue(RXMAP_A_QUEUE_USECS_EFFECTIVE) == usecs,
                      queue(RXMAP_A_QUEUE_USECS_LIMIT) == RXMAP_LIMIT_NONE)
                << usecs << ", policy " << policy;
            EXPECT_EQ(
                queue(RXMAP_A_QUEUE_FRAMES_EFFECTIVE) == queue(RXMAP_A_QUEUE_FRAMES_REQUESTED),
                queue(RXMAP_A_QUEUE_FRAMES_LIMIT) == RXMAP_LIMIT_NONE)
                << usecs << ", policy " << policy;
        }
}

TEST_F(Tunables, ListenersHearOfChangesAndOnlyOfChanges) {
    RawGenl listener;
    listener.listen();
    ASSERT_EQ(set(32, RXMAP_MODERATION_POLICY_OFF, 0, 0), 0);
    const auto heard = wait_for(listener, RXMAP_CMD_QUEUE_NTF);
    ASSERT_TRUE(heard);
    EXPECT_EQ(find_number(heard->attributes, RXMAP_A_QUEUE_BUDGET), 32u);
    EXPECT_EQ(heard->attributes, get(RXMAP_CMD_QUEUE_GET));
    ASSERT_EQ(set(32, RXMAP_MODERATION_POLICY_OFF, 0, 0), 0);
    ASSERT_EQ(set(0, RXMAP_MODERATION_POLICY_OFF, 0, 0), EINVAL);
    EXPECT_FALSE(listener.next(300)) << "nothing had changed";
}

TEST_F(Tunables, ListenersHearOfAttachFaultAndDetach) {
    RawGenl listener;
    listener.listen();
    {
        RawRing ring;
        const auto attach = wait_for(listener, RXMAP_CMD_RING_ATTACH_NTF);
        ASSERT_TRUE(attach);
        EXPECT_EQ(find_number(attach->attributes, RXMAP_A_RING_PID),
                  static_cast<std::uint64_t>(getpid()));
        EXPECT_EQ(find_number(attach->attributes, RXMAP_A_RING_MODE), RXMAP_MODE_DIVERT);
        EXPECT_EQ(find_number(get(RXMAP_CMD_RING_GET), RXMAP_A_RING_FRAMES), ring.granted().frames);
    }
    const auto detach = wait_for(listener, RXMAP_CMD_RING_DETACH_NTF);
    ASSERT_TRUE(detach);
    EXPECT_EQ(find_number(detach->attributes, RXMAP_A_RING_REASON), RXMAP_REASON_DETACHED);
    EXPECT_TRUE(get(RXMAP_CMD_RING_GET).empty());

    RawRing bad;
    bad.area().consumer = 1u << 30;  // ahead of the producer
    Traffic traffic("--count 10");
    traffic.wait();
    const auto fault = wait_for(listener, RXMAP_CMD_RING_FAULT_NTF);
    ASSERT_TRUE(fault);
    EXPECT_EQ(find_number(fault->attributes, RXMAP_A_RING_STATE), RXMAP_STATE_FAULT);
    EXPECT_EQ(find_number(fault->attributes, RXMAP_A_RING_REASON), RXMAP_REASON_BAD_CONSUMER);
    EXPECT_TRUE(wait_for(listener, RXMAP_CMD_RING_DETACH_NTF));
}

}  // namespace
}  // namespace vm
