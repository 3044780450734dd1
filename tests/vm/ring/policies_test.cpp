// SPDX-License-Identifier: MIT
//
// Moderation policies at work: each loses no packet, says what is in force, and does what it is
// for. What they decide from which traffic is tested in tests/unit.
#include "nic_counters.hpp"
#include "sink.hpp"
#include "tuning.hpp"

namespace vm {
namespace {

class Policies : public Tuning {
  protected:
    static bool device_has_a_timer() {
        return nic_driver(kNic).find("virtio") == std::string::npos;
    }
};

struct Named {
    const char* name;
    std::uint32_t policy;
};

TEST_F(Policies, AdaptiveOnesFollowTheTrafficAndLoseNoPacket) {
    UdpSink sink(9000);
    for (const Named& one :
         {Named{"dim", RXMAP_MODERATION_POLICY_DIM}, Named{"itr", RXMAP_MODERATION_POLICY_ITR}}) {
        ASSERT_EQ(set(64, one.policy, 0, 0), 0) << one.name;
        const std::uint64_t steps = counter(RXMAP_A_STATS_MODERATION_STEPS);
        Traffic traffic("--rate 8000 --burst 64 --count 16000");
        EXPECT_EQ(traffic.wait(), 16000u);
        EXPECT_EQ(sink.drain(), 16000u) << one.name;
        EXPECT_GT(counter(RXMAP_A_STATS_MODERATION_STEPS), steps) << one.name;
        EXPECT_GT(queue(RXMAP_A_QUEUE_USECS_EFFECTIVE), 0u) << one.name;
        const std::uint64_t limit = queue(RXMAP_A_QUEUE_USECS_LIMIT);
        EXPECT_TRUE(limit == RXMAP_LIMIT_POLICY ||
                    (limit == RXMAP_LIMIT_DEVICE_MIN && device_has_a_timer()))
            << one.name << ": " << limit;
        EXPECT_EQ(queue(RXMAP_A_QUEUE_USECS_REQUESTED), 0u) << one.name;
    }
}

// An adaptive policy's wish is an estimate: a device that spaces interrupts itself needs no timer
// of ours beside its own.
TEST_F(Policies, AdaptiveOnesLeaveTheWaitToADeviceThatHasATimer) {
    UdpSink sink(9000);
    for (const Named& one :
         {Named{"itr", RXMAP_MODERATION_POLICY_ITR}, Named{"dim", RXMAP_MODERATION_POLICY_DIM},
          Named{"consumer", RXMAP_MODERATION_POLICY_CONSUMER}}) {
        ASSERT_EQ(set(64, one.policy, 0, 0), 0) << one.name;
        if (device_has_a_timer()) {
            EXPECT_GE(queue(RXMAP_A_QUEUE_USECS_EFFECTIVE), 128u) << one.name;
        }
        const std::uint64_t polls = counter(RXMAP_A_STATS_TIMER_POLLS);
        Traffic traffic("--rate 8000 --burst 64 --count 8000");
        EXPECT_EQ(traffic.wait(), 8000u);
        EXPECT_EQ(sink.drain(), 8000u) << one.name;
        const std::uint64_t grown = counter(RXMAP_A_STATS_TIMER_POLLS) - polls;
        if (device_has_a_timer()) {
            EXPECT_EQ(grown, 0u) << one.name;
        } else if (one.policy != RXMAP_MODERATION_POLICY_CONSUMER) {  // nobody maps the queue
            EXPECT_GT(grown, 0u) << one.name;
        }
    }
}

TEST_F(Policies, StepsAreNoNotifications) {
    ASSERT_EQ(set(64, RXMAP_MODERATION_POLICY_ITR, 0, 0), 0);
    RawGenl listener;
    listener.listen();
    const std::uint64_t steps = counter(RXMAP_A_STATS_MODERATION_STEPS);
    Traffic traffic("--rate 8000 --burst 64 --count 8000");
    traffic.wait();
    EXPECT_GT(counter(RXMAP_A_STATS_MODERATION_STEPS), steps);
    EXPECT_FALSE(listener.next(300));
}

TEST_F(Policies, EthtoolKnowsThemAsAdaptiveRx) {
    sh("ethtool -C rx0 adaptive-rx on");
    EXPECT_EQ(policy_now(), RXMAP_MODERATION_POLICY_DIM);
    EXPECT_NE(sh("ethtool -c rx0").find("Adaptive RX: on"), std::string::npos);
    ASSERT_EQ(change(policy(RXMAP_MODERATION_POLICY_ITR)), 0);
    (void)try_sh("ethtool -C rx0 adaptive-rx on");  // nothing changes: some versions fail then
    EXPECT_EQ(policy_now(), RXMAP_MODERATION_POLICY_ITR) << "another adaptive policy was chosen";
    sh("ethtool -C rx0 adaptive-rx off");
    EXPECT_EQ(policy_now(), RXMAP_MODERATION_POLICY_OFF);
    EXPECT_NE(sh("ethtool -c rx0").find("Adaptive RX: off"), std::string::npos);
    ASSERT_EQ(set(64, RXMAP_MODERATION_POLICY_DIM, 700, 0), 0);
    sh("ethtool -C rx0 adaptive-rx off");
    EXPECT_EQ(policy_now(), RXMAP_MODERATION_POLICY_FIXED) << "usecs were asked for before";
    EXPECT_EQ(queue(RXMAP_A_QUEUE_USECS_EFFECTIVE), 700u);
}

// QEMU's Intel NICs wait 128 us at least, and its virtio-net has no timer at all.
TEST_F(Policies, OurTimerWaitsWhereTheDeviceCannotWaitSoShortly) {
    UdpSink sink(9000);
    ASSERT_EQ(set(64, RXMAP_MODERATION_POLICY_FIXED, 60, 0), 0);
    EXPECT_EQ(queue(RXMAP_A_QUEUE_USECS_EFFECTIVE), 60u);
    EXPECT_EQ(queue(RXMAP_A_QUEUE_USECS_LIMIT), RXMAP_LIMIT_NONE);
    const std::uint64_t polls = counter(RXMAP_A_STATS_TIMER_POLLS);
    Traffic traffic("--rate 3000 --count 3000");
    EXPECT_EQ(traffic.wait(), 3000u);
    EXPECT_EQ(sink.drain(), 3000u);
    EXPECT_GT(counter(RXMAP_A_STATS_TIMER_POLLS), polls + 100);
}

/// The RX line of rx0 in /proc/interrupts, or the only one.
std::string rx_interrupts() {
    return sh("grep -E 'rx0-rx-0|rx0(,|$)' /proc/interrupts");
}

TEST_F(Policies, PollTakesNoInterruptForTenSecondsUnderLoad) {
    UdpSink sink(9000);
    for (const std::uint32_t pause : {50u, 0u}) {
        ASSERT_EQ(
            change(policy(RXMAP_MODERATION_POLICY_POLL) + number(RXMAP_A_QUEUE_POLL_USECS, pause)),
            0);
        EXPECT_EQ(queue(RXMAP_A_QUEUE_USECS_EFFECTIVE), pause);
        // The 82574L's interrupt masks itself: one that was armed comes with the next packet.
        EXPECT_EQ(Traffic("--rate 1000 --count 10").wait(), 10u);
        EXPECT_EQ(sink.drain(), 10u);
        const std::string before = rx_interrupts();
        const std::uint64_t polls = counter(RXMAP_A_STATS_POLLS);
        const std::int64_t begun = now_ms();
        Traffic traffic("--rate 1000 --count 10500");
        EXPECT_EQ(traffic.wait(), 10500u);
        EXPECT_GE(now_ms() - begun, 10000);
        EXPECT_EQ(sink.drain(), 10500u);
        EXPECT_EQ(rx_interrupts(), before) << "pause " << pause;
        EXPECT_GT(counter(RXMAP_A_STATS_POLLS), polls + 1000);
    }
    ASSERT_EQ(set(64, RXMAP_MODERATION_POLICY_OFF, 0, 0), 0);
    const std::string before = rx_interrupts();
    Traffic traffic("--rate 1000 --count 1000");
    EXPECT_EQ(traffic.wait(), 1000u);
    EXPECT_EQ(sink.drain(), 1000u);
    EXPECT_NE(rx_interrupts(), before) << "interrupts are back";
}

TEST_F(Policies, PollRunsInTheThreadOfTheNapi) {
    UdpSink sink(9000);
    const Setting threaded("/sys/class/net/rx0/threaded", "1");
    for (const std::uint32_t pause : {50u, 0u}) {
        ASSERT_EQ(
            change(policy(RXMAP_MODERATION_POLICY_POLL) + number(RXMAP_A_QUEUE_POLL_USECS, pause)),
            0);
        // A poll that had begun before may end elsewhere, and an interrupt that was armed come.
        EXPECT_EQ(Traffic("--rate 1000 --count 10").wait(), 10u);
        EXPECT_EQ(sink.drain(), 10u);
        const std::string interrupts = rx_interrupts();
        const Bytes before = get(RXMAP_CMD_STATS_GET);
        EXPECT_EQ(Traffic("--rate 1000 --count 1000").wait(), 1000u);
        EXPECT_EQ(sink.drain(), 1000u);
        const Bytes after = get(RXMAP_CMD_STATS_GET);
        EXPECT_EQ(rx_interrupts(), interrupts) << "pause " << pause;
        for (const std::uint16_t counter : {RXMAP_A_STATS_POLLS, RXMAP_A_STATS_POLLS_IN_THREAD})
            EXPECT_GT(find_number(after, counter), find_number(before, counter) + 100)
                << "pause " << pause;
        EXPECT_EQ(find_number(after, RXMAP_A_STATS_POLLS_IN_KSOFTIRQD),
                  find_number(before, RXMAP_A_STATS_POLLS_IN_KSOFTIRQD));
    }
    // without a pause the thread would have the queue when `threaded` goes back
    EXPECT_EQ(set(64, RXMAP_MODERATION_POLICY_OFF, 0, 0), 0);
}

TEST_F(Policies, PollingWithoutAPauseEndsWithTheInterface) {
    ASSERT_EQ(change(policy(RXMAP_MODERATION_POLICY_POLL) + number(RXMAP_A_QUEUE_POLL_USECS, 0)),
              0);
    const std::uint64_t polls = counter(RXMAP_A_STATS_POLLS_IN_KSOFTIRQD);
    EXPECT_TRUE(eventually([&] { return counter(RXMAP_A_STATS_POLLS_IN_KSOFTIRQD) > polls + 100; }))
        << "who else should poll all the time?";
    for (int i = 0; i < 5; ++i)
        sh("ip link set rx0 down; ip link set rx0 up");
    UdpSink sink(9000);
    Traffic traffic("--rate 3000 --count 3000");
    EXPECT_EQ(traffic.wait(), 3000u);
    EXPECT_EQ(sink.drain(), 3000u);
}

TEST_F(Policies, SwitchingThroughAllUnderLoadLosesNoPacket) {
    UdpSink sink(9000);
    Traffic traffic("--rate 3000 --count 12000");
    std::uint32_t policies = 0, rounds = 0;
    for (const std::int64_t end = now_ms() + 3500; now_ms() < end; ++rounds) {
        std::uint32_t which = 0;
        while (change(policy(which)) == 0) {
            ++which;
            sleep_ms(10);
        }
        policies = which;
    }
    EXPECT_EQ(policies, RXMAP_MODERATION_POLICY_CONSUMER + 1u);
    EXPECT_GT(rounds, 5u);
    EXPECT_EQ(traffic.wait(), 12000u);
    EXPECT_EQ(sink.drain(), 12000u) << "after " << rounds << " rounds through " << policies;
}

}  // namespace
}  // namespace vm
