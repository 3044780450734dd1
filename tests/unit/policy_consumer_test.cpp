// SPDX-License-Identifier: MIT
// The policy consumer (kmod/algo/policy_consumer.h) and the suspension of interrupts
// (kmod/algo/suspension.h): their tables row by row, and what they make of a consumer's life.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

extern "C" {
#include "policy_consumer.h"
#include "suspension.h"
}

namespace {

struct VoteRow {
    const char* what;
    __u32 unread_before;
    bool mapped;
    bool asleep;
    __u32 fresh;   // packets of the interval
    __u32 unread;  // after them
    __u32 expected;
};

constexpr VoteRow kVotes[] = {
    {"nobody maps the queue", 0, false, false, 10, 0, RXMAP_HURRY_NOW},
    {"asleep, ring empty", 0, true, true, 0, 0, RXMAP_HURRY_NOW},
    {"woken by this packet", 0, true, true, 1, 1, RXMAP_HURRY_NOW},
    {"awake, nothing new", 0, true, false, 0, 0, RXMAP_HURRY_AWAKE},
    {"reads all there was", 20, true, false, 20, 20, RXMAP_HURRY_AWAKE},
    {"reads these as well", 20, true, false, 20, 0, RXMAP_HURRY_AWAKE},
    {"drained as much as is left", 20, true, false, 5, 15, RXMAP_HURRY_AWAKE},
    {"drained less than is left", 20, true, false, 5, 16, RXMAP_HURRY_BEHIND},
    {"reads nothing", 1, true, false, 5, 6, RXMAP_HURRY_BEHIND},
    {"the first packets are still unread", 0, true, false, 5, 5, RXMAP_HURRY_AWAKE},
    {"a position that went backwards", 0, true, false, 0, 5, RXMAP_HURRY_BEHIND},
};

TEST(PolicyConsumer, VotesFollowTheTable) {
    for (const VoteRow& row : kVotes) {
        rxmap_hurry_state state{};
        state.unread = row.unread_before;
        const rxmap_consumer_look look{.mapped = row.mapped,
                                       .asleep = row.asleep,
                                       .waits = RXMAP_WAITS_MAX,
                                       .spaces = RXMAP_WAITS_MAX,
                                       .published = row.fresh,
                                       .unread = row.unread};
        EXPECT_EQ(rxmap_hurry_vote(&state, &look, row.fresh), row.expected) << row.what;
    }
}

/// A consumer that is fed so many packets and leaves so many unread.
class Life {
  public:
    bool step(__u32 fresh, __u32 unread) { return look(fresh, unread, false, kFar); }
    /// It was woken by these packets, so many usecs after the last, or sleeps and there are none.
    bool asleep(__u32 fresh, double usecs) { return look(fresh, fresh, true, usecs); }
    [[nodiscard]] __u32 hurry() const { return state_.hurry; }

    bool look(__u32 fresh, __u32 unread, bool asleep, double usecs) {
        published_ += fresh;
        const rxmap_consumer_look seen{.mapped = true,
                                       .asleep = asleep,
                                       .waits = parts(usecs, kAwakeUsecs),
                                       .spaces = parts(usecs, spacing_usecs),
                                       .published = published_,
                                       .unread = unread};
        return rxmap_hurry_step(&state_, &seen);
    }

    /// Least time between two interrupts of the device.
    double spacing_usecs = kAwakeUsecs;

    [[nodiscard]] bool steady() const { return state_.steady; }

    static constexpr double kAwakeUsecs = 50, kFar = 5000;

    Life() { state_.published = published_; }

  private:
    static __u32 parts(double usecs, double interval) {
        return static_cast<__u32>(
            std::clamp<double>(usecs / interval * RXMAP_WAIT_PARTS, 1, RXMAP_WAITS_MAX));
    }

    rxmap_hurry_state state_{};
    // Wraps soon, as the ring's positions do.
    __u32 published_ = 0xfffffff0u;
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
    EXPECT_TRUE(life.asleep(1, Life::kFar));
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_NOW);
}

TEST(PolicyConsumer, ALonePacketWakesAndChangesNothing) {
    Life life;
    for (int i = 0; i < 10; ++i) {
        EXPECT_FALSE(life.asleep(1, Life::kFar)) << "woken";
        EXPECT_FALSE(life.step(0, 0)) << "awake for a moment";
    }
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_NOW);
}

TEST(PolicyConsumer, ADenseRateCountsOnceItIsSure) {
    Life life;
    int packets = 0;
    while (!life.asleep(1, 10))
        ++packets;
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_AWAKE);
    EXPECT_GE(packets, RXMAP_BUCKET_FULL);
    EXPECT_LE(packets, 2 * RXMAP_BUCKET_FULL);
}

TEST(PolicyConsumer, FewPacketsCloseTogetherAreNoRate) {
    Life life;
    for (int i = 0; i < 100; ++i) {
        for (int near = 0; near < RXMAP_BUCKET_FULL - 1; ++near)
            EXPECT_FALSE(life.asleep(1, near ? 1 : Life::kFar));
    }
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_NOW);
}

/// Its packets come every so many usecs until a wait is shared.
void make_dense(Life& life) {
    while (life.hurry() == RXMAP_HURRY_NOW)
        life.asleep(1, 10);
}

TEST(PolicyConsumer, ARateOnTheEdgeDoesNotGoToAndFro) {
    Life life;
    make_dense(life);
    for (const __u32 fresh : {1u, 2u, 1u, 1u, 2u, 3u, 1u, 1u, 1u, 1u, 2u, 2u}) {
        EXPECT_FALSE(life.asleep(fresh, 50));
        EXPECT_EQ(life.hurry(), RXMAP_HURRY_AWAKE);
    }
}

TEST(PolicyConsumer, ADenseRateSurvivesAWaitWithoutPackets) {
    Life life;
    make_dense(life);
    for (int i = 0; i < 3; ++i)
        life.asleep(2, 50);
    ASSERT_TRUE(life.asleep(0, 50));
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_NOW) << "the next packet interrupts";
    EXPECT_TRUE(life.asleep(1, 100));
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_AWAKE) << "and the following share a wait again";
}

/// So many packets: one is seen at once, the others at the end of each wait.
void burst(Life& life, int packets) {
    life.asleep(1, Life::kFar);
    for (int i = 0; i < packets / 8; ++i)
        life.asleep(8, 50);
    life.asleep(0, 50);
}

TEST(PolicyConsumer, AfterABurstTheFirstPacketOfTheNextBeginsAStretch) {
    Life life;
    make_dense(life);
    burst(life, 32);
    ASSERT_EQ(life.hurry(), RXMAP_HURRY_NOW) << "the end of the first burst";
    EXPECT_TRUE(life.asleep(1, Life::kFar)) << "it expects others";
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_AWAKE);
    EXPECT_TRUE(life.asleep(8, 50)) << "and is surer than at the first burst";
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_BEHIND);
    EXPECT_TRUE(life.asleep(3, 125)) << "its end";
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_AWAKE);
    EXPECT_TRUE(life.asleep(0, 50)) << "a pause";
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_NOW);
    EXPECT_TRUE(life.asleep(1, Life::kFar)) << "and was right";
}

TEST(PolicyConsumer, ABurstThatDoesNotComeIsSoonExpectedNoMore) {
    Life life;
    make_dense(life);
    burst(life, 32);
    for (int i = 1; i < RXMAP_BURST_LONE; ++i) {
        ASSERT_TRUE(life.asleep(1, Life::kFar)) << "as after a burst";
        ASSERT_TRUE(life.asleep(0, 50)) << "nobody followed";
    }
    for (int i = 0; i < 5; ++i)
        EXPECT_FALSE(life.asleep(1, 40)) << "lone ones, also when they are not far from each other";
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_NOW);
}

TEST(PolicyConsumer, ALongBurstWaitsLongFromItsMiddleAndTheNextFromItsBegin) {
    Life life;
    make_dense(life);
    burst(life, RXMAP_BURST_LONG / 2);
    EXPECT_TRUE(life.asleep(1, Life::kFar));
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_AWAKE) << "the last one was not that long";
    int packets = 0;
    while (life.hurry() != RXMAP_HURRY_LONG && packets < 1000) {
        life.asleep(8, 50);
        packets += 8;
    }
    EXPECT_EQ(packets, RXMAP_BURST_LONG);
    life.asleep(0, 50);
    EXPECT_TRUE(life.asleep(1, Life::kFar));
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_LONG);
    for (int i = 0; i < 2; ++i) {
        life.asleep(0, 250);
        burst(life, 32);
    }
    EXPECT_TRUE(life.asleep(1, Life::kFar));
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_AWAKE) << "they became short";
}

TEST(PolicyConsumer, WhatWasBeforeNobodyMappedTheQueueIsNoBurst) {
    rxmap_hurry_state state{};
    state.published = 1000;
    const rxmap_consumer_look nobody{
        .mapped = false, .asleep = false, .waits = 1, .spaces = 1, .published = 0, .unread = 0};
    rxmap_hurry_step(&state, &nobody);
    EXPECT_FALSE(state.dense);
    EXPECT_EQ(state.burst, 0u);
}

TEST(PolicyConsumer, WhatADeviceKeepsApartAnyhowIsDenseEarlier) {
    // One packet each 40 us: one a wait, but three in the time that NOW takes.
    for (const auto& [spacing, dense] : {std::pair{50.0, false}, {128.0, true}}) {
        Life life;
        life.spacing_usecs = spacing;
        for (int i = 0; i < 20; ++i)
            life.asleep(3, 120);
        EXPECT_EQ(life.hurry(), dense ? RXMAP_HURRY_AWAKE : RXMAP_HURRY_NOW);
        EXPECT_EQ(life.steady(), dense);
    }
}

TEST(PolicyConsumer, BurstsAreNotSteady) {
    Life life;
    make_dense(life);
    EXPECT_TRUE(life.steady());
    EXPECT_TRUE(life.asleep(12, 50));
    EXPECT_FALSE(life.steady()) << "many at once";
    EXPECT_TRUE(life.asleep(2, 50));
    EXPECT_EQ(life.hurry(), RXMAP_HURRY_AWAKE);
    EXPECT_FALSE(life.steady()) << "others are expected";
    for (int i = 1; i < RXMAP_BURST_LONE; ++i)
        life.asleep(2, 50);
    EXPECT_TRUE(life.steady());
}

/// The share of packets that find less hurry than NOW, when they come at random times: each wakes
/// the consumer, or waits for the end of the wait in force.
double share_that_waits(double mean_usecs, __u32 hurry_at_least) {
    constexpr int kPackets = 100000;
    std::mt19937 random(1);
    std::exponential_distribution<double> gap(1 / mean_usecs);
    Life life;
    int waited = 0;
    double now = 0, looked = 0, next = gap(random);
    for (int taken = 0; taken < kPackets;) {
        const bool waits = life.hurry() != RXMAP_HURRY_NOW && looked > 0;
        const double wait = life.hurry() == RXMAP_HURRY_BEHIND ? 125 : 50;
        const double until = waits ? now + wait : next;
        const bool counts = life.hurry() >= hurry_at_least && waits;
        __u32 fresh = 0;
        for (; next <= until; next += gap(random))
            ++fresh;
        life.asleep(fresh, until - looked);
        taken += static_cast<int>(fresh);
        waited += counts ? static_cast<int>(fresh) : 0;
        looked = fresh ? until : looked;
        // Nothing came: the next packet interrupts, whatever is in force.
        now = fresh ? until : next;
        if (!fresh) {
            next += gap(random);
            life.asleep(1, now - looked);
            looked = now;
            ++taken;
        }
    }
    return static_cast<double>(waited) / kPackets;
}

TEST(PolicyConsumer, AtRandomTimesOnlyARateCounts) {
    EXPECT_LT(share_that_waits(330, RXMAP_HURRY_AWAKE), 0.001);
    EXPECT_LT(share_that_waits(80, RXMAP_HURRY_AWAKE), 0.005) << "46 % of the gaps are under 50 us";
    EXPECT_GT(share_that_waits(27, RXMAP_HURRY_AWAKE), 0.7);
    EXPECT_LT(share_that_waits(27, RXMAP_HURRY_BEHIND), 0.01);
    EXPECT_GT(share_that_waits(6, RXMAP_HURRY_BEHIND), 0.9);
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

TEST(PolicyConsumer, FollowsARecordedBurstThereAndBack) {
    Life life;
    std::vector<__u32> hurries;
    for (const Sample& sample : kRecorded) {
        life.look(sample.fresh, sample.unread, sample.woken, sample.usecs);
        hurries.push_back(life.hurry());
    }
    const std::vector<__u32> lone_before(hurries.begin(), hurries.begin() + 5);
    const std::vector<__u32> burst(hurries.begin() + 5, hurries.end() - 5);
    const std::vector<__u32> lone_after(hurries.end() - 5, hurries.end());
    EXPECT_EQ(lone_before, std::vector<__u32>(5, RXMAP_HURRY_NOW));
    // It caught up, and was woken by so few a millisecond: that counts at once.
    EXPECT_EQ(burst[2], RXMAP_HURRY_NOW);
    EXPECT_EQ(burst[11], RXMAP_HURRY_BEHIND) << "it reads less than comes";
    // The first packets after it are taken for another burst; none comes.
    std::vector<__u32> expected(5, RXMAP_HURRY_NOW);
    std::fill_n(expected.begin(), RXMAP_BURST_LONE - 1, __u32{RXMAP_HURRY_LONG});
    EXPECT_EQ(lone_after, expected);
}

TEST(PolicyConsumer, NonsenseFromTheConsumerStaysWithinTheTable) {
    rxmap_hurry_state state{};
    for (const __u32 position : {0u, 1u, 0x7fffffffu, 0x80000000u, 0xffffffffu}) {
        const rxmap_consumer_look look{.mapped = true,
                                       .asleep = false,
                                       .waits = 1,
                                       .spaces = 1,
                                       .published = position,
                                       .unread = ~position};
        rxmap_hurry_step(&state, &look);
        EXPECT_LE(state.hurry, static_cast<__u32>(RXMAP_HURRY_LONG));
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
