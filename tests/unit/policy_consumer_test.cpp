// SPDX-License-Identifier: MIT
// The policy consumer (kmod/algo/policy_consumer.h) and the suspension of interrupts
// (kmod/algo/suspension.h): their tables row by row, and what they make of a consumer's life.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

extern "C" {
#include "policy_consumer.h"
#include "suspension.h"
}

namespace {

constexpr __u32 kNearWrap = 0xfffffff0u;

struct VoteRow {
    const char* what;
    __u32 unread_before;
    bool mapped;
    bool asleep;
    __u32 near;
    __u32 fresh;   // packets of the interval
    __u32 unread;  // after them
    __u32 expected;
};

constexpr VoteRow kVotes[] = {
    {"nobody maps the queue", 0, false, false, 0, 10, 0, RXMAP_HURRY_NOW},
    {"nobody maps it, packets come densely", 0, false, false, 9, 10, 0, RXMAP_HURRY_NOW},
    {"asleep, ring empty", 0, true, true, 0, 0, 0, RXMAP_HURRY_NOW},
    {"woken by this packet", 0, true, true, 0, 1, 1, RXMAP_HURRY_NOW},
    {"one would wait alone", 0, true, true, 1, 1, 1, RXMAP_HURRY_NOW},
    {"two share a wake-up", 0, true, true, 2, 1, 1, RXMAP_HURRY_AWAKE},
    {"so do three", 0, true, true, 3, 3, 3, RXMAP_HURRY_AWAKE},
    {"many share it", 0, true, true, 4, 4, 4, RXMAP_HURRY_BEHIND},
    {"awake, nothing new", 0, true, false, 0, 0, 0, RXMAP_HURRY_AWAKE},
    {"awake: the rate does not matter", 0, true, false, 9, 0, 0, RXMAP_HURRY_AWAKE},
    {"reads all there was", 20, true, false, 0, 20, 20, RXMAP_HURRY_AWAKE},
    {"reads these as well", 20, true, false, 0, 20, 0, RXMAP_HURRY_AWAKE},
    {"drained as much as is left", 20, true, false, 0, 5, 15, RXMAP_HURRY_AWAKE},
    {"drained less than is left", 20, true, false, 0, 5, 16, RXMAP_HURRY_BEHIND},
    {"reads nothing", 1, true, false, 0, 5, 6, RXMAP_HURRY_BEHIND},
    {"the first packets are still unread", 0, true, false, 0, 5, 5, RXMAP_HURRY_AWAKE},
    {"a position that went backwards", 0, true, false, 0, 0, 5, RXMAP_HURRY_BEHIND},
};

TEST(PolicyConsumer, VotesFollowTheTable) {
    for (const VoteRow& row : kVotes) {
        rxmap_hurry_state state{};
        state.published = kNearWrap;
        state.unread = row.unread_before;
        const rxmap_consumer_look look{row.mapped, row.asleep, row.near, kNearWrap + row.fresh,
                                       row.unread};
        EXPECT_EQ(rxmap_hurry_vote(&state, &look), row.expected) << row.what;
    }
}

TEST(PolicyConsumer, OnePacketAWaitKeepsWhatIsInForce) {
    for (const __u32 hurry : {RXMAP_HURRY_AWAKE, RXMAP_HURRY_BEHIND}) {
        rxmap_hurry_state state{};
        state.hurry = hurry;
        const rxmap_consumer_look look{true, true, 1, 1, 1};
        EXPECT_EQ(rxmap_hurry_vote(&state, &look), static_cast<__u32>(RXMAP_HURRY_AWAKE));
    }
}

/// A consumer that is fed so many packets and leaves so many unread.
class Life {
  public:
    bool step(__u32 fresh, __u32 unread) { return look(fresh, unread, false, 0); }
    /// It was woken by these packets, or sleeps and there are none.
    bool asleep(__u32 fresh, __u32 near) { return look(fresh, fresh, true, near); }
    [[nodiscard]] __u32 hurry() const { return state_.hurry; }

    bool look(__u32 fresh, __u32 unread, bool asleep, __u32 near) {
        published_ += fresh;
        const rxmap_consumer_look seen{true, asleep, near, published_, unread};
        return rxmap_hurry_step(&state_, &seen);
    }

  private:
    rxmap_hurry_state state_{};
    __u32 published_ = 0;
};

TEST(PolicyConsumer, LessHurryTakesTwoSamplesAStep) {
    Life life;
    EXPECT_FALSE(life.step(10, 10));
    EXPECT_TRUE(life.step(10, 10));
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_AWAKE);
    EXPECT_FALSE(life.step(10, 20));
    EXPECT_TRUE(life.step(10, 30));
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_BEHIND);
    EXPECT_FALSE(life.step(10, 40)) << "there is nothing beyond";
}

TEST(PolicyConsumer, MoreHurryCountsAtOnce) {
    Life life;
    for (int i = 0; i < 6; ++i)
        life.step(10, static_cast<__u32>(10 * i));
    ASSERT_EQ(life.hurry(), RXMAP_HURRY_BEHIND);
    EXPECT_TRUE(life.step(10, 10)) << "it caught up";
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_AWAKE);
    EXPECT_TRUE(life.asleep(1, 0));
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_NOW);
}

TEST(PolicyConsumer, ALonePacketWakesAndChangesNothing) {
    Life life;
    for (int i = 0; i < 10; ++i) {
        EXPECT_FALSE(life.asleep(1, 0)) << "woken";
        EXPECT_FALSE(life.step(0, 0)) << "awake for a moment";
    }
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_NOW);
}

TEST(PolicyConsumer, ARateCountsAtOnce) {
    Life life;
    EXPECT_TRUE(life.asleep(1, 2));
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_AWAKE);
    for (int i = 0; i < 10; ++i)
        EXPECT_FALSE(life.asleep(3, 3)) << "it waits for a few";
    EXPECT_TRUE(life.asleep(12, 12)) << "a burst";
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_BEHIND);
    EXPECT_TRUE(life.asleep(3, 3)) << "its end";
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_AWAKE);
    EXPECT_TRUE(life.asleep(0, 0)) << "a pause";
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_NOW);
}

TEST(PolicyConsumer, ARateOnTheEdgeDoesNotGoToAndFro) {
    Life life;
    ASSERT_TRUE(life.asleep(1, 2));
    for (const __u32 near : {1u, 2u, 1u, 1u, 2u, 3u, 1u}) {
        EXPECT_FALSE(life.asleep(2, near));
        EXPECT_EQ(life.hurry(), RXMAP_HURRY_AWAKE);
    }
}

TEST(PolicyConsumer, AfterABurstTheFirstPacketOfTheNextBeginsAStretch) {
    Life life;
    life.asleep(1, 0);
    life.asleep(1, 3);
    life.asleep(9, 9);
    ASSERT_TRUE(life.asleep(0, 0)) << "the end of the first burst";
    ASSERT_EQ(life.hurry(), RXMAP_HURRY_NOW);
    EXPECT_TRUE(life.asleep(1, 0)) << "it expects others";
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_AWAKE);
    life.asleep(9, 9);
    life.asleep(0, 0);
    EXPECT_TRUE(life.asleep(1, 0)) << "and was right";
}

TEST(PolicyConsumer, ABurstThatDoesNotComeIsExpectedOnlyOnce) {
    Life life;
    life.asleep(1, 3);
    life.asleep(0, 0);
    ASSERT_TRUE(life.asleep(1, 1)) << "as after a burst";
    ASSERT_TRUE(life.asleep(0, 0)) << "nobody followed";
    for (int i = 0; i < 5; ++i)
        EXPECT_FALSE(life.asleep(1, 1)) << "lone ones, also when they are not far from each other";
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_NOW);
}

struct Sample {
    __u32 usecs;  // since the completion before
    __u32 fresh;
    __u32 unread;
    bool woken;
};

// One lone packet every 20 ms, 2000 at once, lone ones again, to a consumer that sleeps when it has
// read everything: each completion of a virtio-net's poll under rxmap-gen (tracepoints
// rxmap_publish, rxmap_wake and rxmap_poll_end; interrupts at once).
constexpr Sample kRecorded[] = {
    {20000, 1, 1, true},      {19660, 1, 1, true},     {22041, 1, 1, true},
    {16998, 1, 1, true},      {21356, 1, 1, true},     {246368, 256, 256, true},
    {19221, 268, 524, false}, {16944, 139, 139, true}, {7608, 126, 265, false},
    {5699, 22, 223, false},   {6539, 29, 124, false},  {341, 27, 151, false},
    {623, 11, 162, false},    {247, 12, 174, false},   {16, 17, 191, false},
    {279, 12, 203, false},    {483, 11, 214, false},   {193, 12, 226, false},
    {102, 12, 238, false},    {2246, 201, 439, false}, {7104, 106, 106, true},
    {12303, 256, 256, true},  {2439, 256, 256, true},  {2073, 227, 227, true},
    {27188, 1, 1, true},      {17340, 1, 1, true},     {21366, 1, 1, true},
    {19645, 1, 1, true},      {22119, 1, 1, true},
};
constexpr __u32 kAwakeUsecs = 50;

TEST(PolicyConsumer, FollowsARecordedBurstThereAndBack) {
    Life life;
    std::vector<__u32> hurries;
    for (const Sample& sample : kRecorded) {
        const __u32 near = kAwakeUsecs * sample.fresh / sample.usecs;
        life.look(sample.fresh, sample.unread, sample.woken, near);
        hurries.push_back(life.hurry());
    }
    const std::vector<__u32> lone_before(hurries.begin(), hurries.begin() + 5);
    const std::vector<__u32> burst(hurries.begin() + 5, hurries.end() - 5);
    const std::vector<__u32> lone_after(hurries.end() - 5, hurries.end());
    EXPECT_EQ(lone_before, std::vector<__u32>(5, RXMAP_HURRY_NOW));
    EXPECT_EQ(*std::max_element(burst.begin(), burst.end()), static_cast<__u32>(RXMAP_HURRY_BEHIND))
        << "it read nothing for milliseconds";
    // It caught up, and was woken by so few a millisecond: that counts at once.
    EXPECT_EQ(burst[2], RXMAP_HURRY_NOW);
    EXPECT_EQ(burst[15], RXMAP_HURRY_NOW);
    // The second packet after it is taken for another burst; none comes.
    const std::vector<__u32> expected{RXMAP_HURRY_NOW, RXMAP_HURRY_AWAKE, RXMAP_HURRY_NOW,
                                      RXMAP_HURRY_NOW, RXMAP_HURRY_NOW};
    EXPECT_EQ(lone_after, expected);
}

TEST(PolicyConsumer, NonsenseFromTheConsumerStaysWithinTheTable) {
    rxmap_hurry_state state{};
    for (const __u32 position : {0u, 1u, 0x7fffffffu, 0x80000000u, 0xffffffffu}) {
        const rxmap_consumer_look look{true, false, 0, position, ~position};
        rxmap_hurry_step(&state, &look);
        EXPECT_LE(state.hurry, static_cast<__u32>(RXMAP_HURRY_BEHIND));
    }
}

struct SuspensionRow {
    const char* what;
    rxmap_suspension before;
    rxmap_suspend_event event;
    bool timer_runs;
    rxmap_suspend expected;
    rxmap_suspension after;
};

constexpr rxmap_suspend_event kGranted = RXMAP_SUSPEND_GRANTED, kEnded = RXMAP_SUSPEND_ENDED,
                              kOther = RXMAP_SUSPEND_OTHER;

const SuspensionRow kSuspensions[] = {
    {"no call", {false, false}, kOther, false, RXMAP_SUSPEND_NO, {false, false}},
    {"packets", {false, false}, kGranted, false, RXMAP_SUSPEND_BEGIN, {true, false}},
    {"an old timer says nothing",
     {false, true},
     kGranted,
     true,
     RXMAP_SUSPEND_BEGIN,
     {true, false}},
    {"one more", {true, false}, kGranted, true, RXMAP_SUSPEND_KEEP, {true, true}},
    {"and the timer fired", {true, false}, kGranted, false, RXMAP_SUSPEND_BEGIN, {true, false}},
    {"a late interrupt", {true, false}, kOther, true, RXMAP_SUSPEND_KEEP, {true, false}},
    {"another", {true, true}, kOther, true, RXMAP_SUSPEND_KEEP, {true, true}},
    {"the timer finds it alive", {true, true}, kOther, false, RXMAP_SUSPEND_BEGIN, {true, false}},
    {"the timer finds it dead", {true, false}, kOther, false, RXMAP_SUSPEND_NO, {false, false}},
    {"a call without packets", {true, true}, kEnded, true, RXMAP_SUSPEND_NO, {false, true}},
    {"a sleeper as the timer fires", {true, true}, kEnded, false, RXMAP_SUSPEND_NO, {false, true}},
};

TEST(PolicySuspension, FollowsTheTable) {
    for (const SuspensionRow& row : kSuspensions) {
        rxmap_suspension state = row.before;
        EXPECT_EQ(rxmap_suspension_step(&state, row.event, row.timer_runs), row.expected)
            << row.what;
        EXPECT_EQ(state.on, row.after.on) << row.what;
        EXPECT_EQ(state.renewed, row.after.renewed) << row.what;
    }
}

TEST(PolicySuspension, LastsForTwoRunsOfTheTimerAfterTheLastCall) {
    rxmap_suspension state{};
    EXPECT_EQ(rxmap_suspension_step(&state, kGranted, false), RXMAP_SUSPEND_BEGIN);
    for (int calls = 0; calls < 1000; ++calls)
        EXPECT_EQ(rxmap_suspension_step(&state, kGranted, true), RXMAP_SUSPEND_KEEP);
    int runs = 1;  // of the timer, the one that was on at the last call
    while (rxmap_suspension_step(&state, kOther, false) != RXMAP_SUSPEND_NO)
        ++runs;
    EXPECT_EQ(runs, 2);
}

}  // namespace
