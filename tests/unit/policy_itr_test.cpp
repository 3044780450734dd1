// SPDX-License-Identifier: MIT
// The itr policy (kmod/algo/policy_itr.h): its rules row by row, and what it makes of traffic that
// was recorded in a virtual machine (tracepoint napi:napi_poll of a virtio-net under rxmap-gen;
// polls that took their whole budget are added to the one that completed).
#include <gtest/gtest.h>

#include <vector>

extern "C" {
#include "policy_itr.h"
}

namespace {

constexpr __u32 kSmall = 60, kLarge = 1514;

rxmap_itr in_class(__u32 which) {
    return {which, 0};
}

struct VoteRow {
    const char* what;
    __u32 now;
    __u32 packets;
    __u32 bytes;
    int expected;
};

constexpr VoteRow kVotes[] = {
    {"one small packet", RXMAP_ITR_LOWEST, 1, kSmall, 0},
    {"four are still few", RXMAP_ITR_LOWEST, 4, 4 * kLarge, 0},
    {"five are not", RXMAP_ITR_LOWEST, 5, 5 * kSmall, 1},
    {"some", RXMAP_ITR_LOW, 20, 20 * kSmall, 0},
    {"many packets", RXMAP_ITR_LOW, 33, 33 * kSmall, 1},
    {"just not many", RXMAP_ITR_LOW, 32, 32 * kSmall, 0},
    {"many bytes", RXMAP_ITR_LOW, 8, 8 * kLarge, 1},
    {"just not many bytes", RXMAP_ITR_LOW, 8, 12000, 0},
    {"two small ones", RXMAP_ITR_LOW, 2, 2 * kSmall, -1},
    {"one large one", RXMAP_ITR_LOW, 1, kLarge, -1},
    {"two large ones", RXMAP_ITR_LOW, 2, 2 * kLarge, 0},
    {"bulk goes on", RXMAP_ITR_BULK, 64, 64 * kSmall, 0},
    {"bulk of few large packets", RXMAP_ITR_BULK, 5, 5 * kLarge, 0},
    {"no bulk any more", RXMAP_ITR_BULK, 8, 8 * kSmall, -1},
};

TEST(PolicyItr, VotesFollowTheTable) {
    for (const VoteRow& row : kVotes)
        EXPECT_EQ(rxmap_itr_vote(row.now, row.packets, row.bytes), row.expected) << row.what;
}

TEST(PolicyItr, TwoVotesInARowMoveByOneClass) {
    rxmap_itr itr = in_class(RXMAP_ITR_LOWEST);
    EXPECT_FALSE(rxmap_itr_step(&itr, 100, 100 * kLarge));
    EXPECT_TRUE(rxmap_itr_step(&itr, 100, 100 * kLarge));
    EXPECT_EQ(itr.class_now, RXMAP_ITR_LOW);
    EXPECT_FALSE(rxmap_itr_step(&itr, 100, 100 * kLarge)) << "votes start anew";
    EXPECT_FALSE(rxmap_itr_step(&itr, 1, kSmall)) << "and the other way";
    EXPECT_FALSE(rxmap_itr_step(&itr, 100, 100 * kLarge));
    EXPECT_TRUE(rxmap_itr_step(&itr, 100, 100 * kLarge));
    EXPECT_EQ(itr.class_now, RXMAP_ITR_BULK);
}

TEST(PolicyItr, AnIdleQueueIsInTheLowestClassAtOnce) {
    rxmap_itr itr = in_class(RXMAP_ITR_BULK);
    EXPECT_TRUE(rxmap_itr_step(&itr, 0, 0));
    EXPECT_EQ(itr.class_now, RXMAP_ITR_LOWEST);
    EXPECT_FALSE(rxmap_itr_step(&itr, 0, 0));
}

TEST(PolicyItr, IntervalsGrowWithTheClass) {
    rxmap_itr lowest = in_class(RXMAP_ITR_LOWEST), low = in_class(RXMAP_ITR_LOW),
              bulk = in_class(RXMAP_ITR_BULK);
    EXPECT_LT(rxmap_itr_usecs(&lowest), rxmap_itr_usecs(&low));
    EXPECT_LT(rxmap_itr_usecs(&low), rxmap_itr_usecs(&bulk));
}

struct Trace {
    const char* what;
    __u32 bytes;                 // of a packet
    std::vector<__u32> packets;  // of each interval
    unsigned steps;
    __u32 last;
};

const Trace kTraces[] = {
    {"300 packets/s", kSmall, {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 3, 0, 1, 0, 1}, 0, RXMAP_ITR_LOWEST},
    {"bursts of 40, 200/s", kSmall, {0, 40, 0, 40, 0, 40, 40, 0, 40}, 2, RXMAP_ITR_LOWEST},
    {"20 000 packets/s, large",
     kLarge,
     {12, 10, 11, 11, 12, 12, 32, 8, 77, 94, 89, 135, 96, 74, 80, 183, 302, 106},
     2,
     RXMAP_ITR_BULK},
    {"20 000 packets/s, late guest, small",
     kSmall,
     {1280, 3136, 1984, 0, 960},
     2,
     RXMAP_ITR_LOWEST},
    {"as fast as possible, small", kSmall, {1344, 0, 0, 3072, 2944, 2816, 2880}, 2, RXMAP_ITR_BULK},
};

TEST(PolicyItr, RecordedTrafficEndsInItsClass) {
    for (const Trace& trace : kTraces) {
        rxmap_itr itr{};
        unsigned steps = 0;
        for (const __u32 packets : trace.packets)
            steps += rxmap_itr_step(&itr, packets, packets * trace.bytes);
        EXPECT_EQ(steps, trace.steps) << trace.what;
        EXPECT_EQ(itr.class_now, trace.last) << trace.what;
    }
}

}  // namespace
