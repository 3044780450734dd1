// SPDX-License-Identifier: MIT
// The policy consumer (kmod/algo/policy_consumer.h) and the suspension of interrupts
// (kmod/algo/suspension.h): their tables row by row, and what they make of a consumer's life.
#include <gtest/gtest.h>

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
    bool dense;
    __u32 fresh;   // packets of the interval
    __u32 unread;  // after them
    __u32 expected;
};

constexpr VoteRow kVotes[] = {
    {"nobody maps the queue", 0, false, false, false, 10, 0, RXMAP_HURRY_NOW},
    {"asleep, ring empty", 0, true, true, false, 0, 0, RXMAP_HURRY_NOW},
    {"woken by this packet", 0, true, true, false, 1, 1, RXMAP_HURRY_NOW},
    {"hardly asleep", 0, true, true, true, 1, 1, RXMAP_HURRY_AWAKE},
    {"hardly asleep, and nothing came", 0, true, true, true, 0, 0, RXMAP_HURRY_AWAKE},
    {"nobody maps it, packets a moment ago", 0, false, false, true, 10, 0, RXMAP_HURRY_NOW},
    {"awake, nothing new", 0, true, false, false, 0, 0, RXMAP_HURRY_AWAKE},
    {"reads all there was", 20, true, false, false, 20, 20, RXMAP_HURRY_AWAKE},
    {"reads these as well", 20, true, false, false, 20, 0, RXMAP_HURRY_AWAKE},
    {"drained as much as is left", 20, true, false, false, 5, 15, RXMAP_HURRY_AWAKE},
    {"drained less than is left", 20, true, false, false, 5, 16, RXMAP_HURRY_BEHIND},
    {"reads nothing", 1, true, false, false, 5, 6, RXMAP_HURRY_BEHIND},
    {"the first packets are still unread", 0, true, false, false, 5, 5, RXMAP_HURRY_AWAKE},
    {"a position that went backwards", 0, true, false, false, 0, 5, RXMAP_HURRY_BEHIND},
};

TEST(PolicyConsumer, VotesFollowTheTable) {
    for (const VoteRow& row : kVotes) {
        const rxmap_hurry_state state{RXMAP_HURRY_NOW, RXMAP_HURRY_NOW, kNearWrap,
                                      row.unread_before};
        const rxmap_consumer_look look{row.mapped, row.asleep, row.dense, kNearWrap + row.fresh,
                                       row.unread};
        EXPECT_EQ(rxmap_hurry_vote(&state, &look), row.expected) << row.what;
    }
}

/// A consumer that is fed so many packets and leaves so many unread.
class Life {
  public:
    bool step(__u32 fresh, __u32 unread, bool asleep = false, bool dense = false) {
        published_ += fresh;
        const rxmap_consumer_look look{true, asleep, dense, published_, unread};
        return rxmap_hurry_step(&state_, &look);
    }
    [[nodiscard]] __u32 hurry() const { return state_.hurry; }

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
    EXPECT_TRUE(life.step(1, 1, true));
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_NOW);
}

TEST(PolicyConsumer, ALonePacketWakesAndChangesNothing) {
    Life life;
    for (int i = 0; i < 10; ++i) {
        EXPECT_FALSE(life.step(1, 1, true)) << "woken";
        EXPECT_FALSE(life.step(0, 0)) << "awake for a moment";
    }
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_NOW);
}

TEST(PolicyConsumer, AConsumerThatHardlySleepsIsAsGoodAsAwake) {
    Life life;
    EXPECT_FALSE(life.step(1, 1, true, true));
    EXPECT_TRUE(life.step(1, 1, true, true));
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_AWAKE);
    for (int i = 0; i < 10; ++i)
        EXPECT_FALSE(life.step(3, 3, true, true)) << "it waits for a few";
    EXPECT_TRUE(life.step(1, 1, true, false)) << "a pause";
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_NOW);
}

TEST(PolicyConsumer, NonsenseFromTheConsumerStaysWithinTheTable) {
    rxmap_hurry_state state{};
    for (const __u32 position : {0u, 1u, 0x7fffffffu, 0x80000000u, 0xffffffffu}) {
        const rxmap_consumer_look look{true, false, false, position, ~position};
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
