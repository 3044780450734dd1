// SPDX-License-Identifier: MIT
//
// The moderation policy consumer: it sees a real consumer sleep, keep up, fall behind and poll by
// itself, and one that dies or stalls gives the interrupts back. What it decides from what it sees
// is tested in tests/unit. Nothing is timed: interrupts and the time spent suspended are counted.
#include <csignal>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nic_counters.hpp"
#include "raw_ring.hpp"
#include "sink.hpp"
#include "tuning.hpp"

namespace vm {
namespace {

constexpr std::uint32_t kAwake = 300, kBehind = 700;  // more than any device's shortest wait

constexpr int kManyRounds = 20;

class ConsumerPolicy : public Tuning {
  protected:
    ConsumerPolicy() {
        EXPECT_EQ(change(policy(RXMAP_MODERATION_POLICY_CONSUMER) +
                         number(RXMAP_A_QUEUE_AWAKE_USECS, kAwake) +
                         number(RXMAP_A_QUEUE_BEHIND_USECS, kBehind)),
                  0);
    }
    ~ConsumerPolicy() override {
        EXPECT_EQ(change(number(RXMAP_A_QUEUE_AWAKE_USECS, RXMAP_AWAKE_USECS_DEFAULT) +
                         number(RXMAP_A_QUEUE_BEHIND_USECS, RXMAP_BEHIND_USECS_DEFAULT)),
                  0);
    }
    std::uint64_t interrupts() { return counter(RXMAP_A_STATS_RX_INTERRUPTS); }
    std::uint64_t suspended() { return counter(RXMAP_A_STATS_NS_SUSPENDED); }
    std::uint64_t usecs() { return queue(RXMAP_A_QUEUE_USECS_EFFECTIVE); }

    /// One round of a consumer that polls by itself and then works on what came.
    static void drive(RawRing& ring, Checker& checker, int work_ms) {
        rxmap_busy_poll args{1000, 64, ring.status().producer, 0};
        EXPECT_EQ(call(ring.fd(), RXMAP_BUSY_POLL, &args), 0);
        take_all(ring, checker);
        sleep_ms(work_ms);
    }
    /// Lets such a consumer live until interrupts are suspended: that time grows while nobody
    /// polls. (Not if the call returned nothing.) Needs traffic.
    bool suspend(RawRing& ring, Checker& checker) {
        return eventually([&] {
            drive(ring, checker, 0);
            const std::uint64_t before = suspended();
            sleep_ms(1);
            return suspended() > before + 500'000;
        });
    }
    /// Rounds of such a consumer under traffic, of so many at most, in which packets came while it
    /// worked and nobody said so: no interrupt, nothing published, and yet a short look finds them.
    int quiet_rounds(int most_rounds) {
        RawRing ring;
        Checker checker;
        ring.area().armed = RXMAP_ARMED_NO;
        pass_foreign_buffers(ring, checker);
        Traffic traffic("--rate 1000 --count 100000");
        int quiet = 0;
        for (int round = 0; round < most_rounds && quiet < kManyRounds; ++round) {
            drive(ring, checker, 0);
            const std::uint64_t before = interrupts();
            sleep_ms(2);
            const bool silent = interrupts() == before && ring.unread() == 0;
            rxmap_busy_poll look{1, 64, ring.status().producer, 0};
            EXPECT_EQ(call(ring.fd(), RXMAP_BUSY_POLL, &look), 0);
            quiet += silent && ring.unread() != 0;
            take_all(ring, checker);
        }
        traffic.stop();
        EXPECT_EQ(checker.totals().lost + checker.totals().corrupt, 0u);
        expect_conserved(ring);
        return quiet;
    }
};

TEST_F(ConsumerPolicy, NoInterruptsWhileTheConsumerPolls) {
    // Where this thread does not run for some milliseconds the interrupts are back for a while.
    EXPECT_EQ(quiet_rounds(1000), kManyRounds);
    if (slowness() > 1)
        return;  // a short look is so long there that packets come during it
    ASSERT_EQ(change(policy(RXMAP_MODERATION_POLICY_OFF)), 0);
    EXPECT_LT(quiet_rounds(100), kManyRounds) << "a packet of these rounds interrupts";
}

// So few packets that their number (half a ring) does not end it, nor the watchdog finds them.
TEST_F(ConsumerPolicy, AConsumerThatStallsGivesTheInterruptsBack) {
    RawRing ring;
    Checker checker;
    ring.area().armed = RXMAP_ARMED_NO;
    pass_foreign_buffers(ring, checker);
    const std::uint64_t taken = checker.taken();
    const std::uint64_t rescues = counter(RXMAP_A_STATS_WATCHDOG_RESCUES);
    Traffic first("--rate 200 --count 80");
    ASSERT_TRUE(suspend(ring, checker));
    // not one call from here on
    const std::uint64_t before = interrupts();
    first.wait();
    Traffic second("--rate 200 --count 20");
    second.wait();
    EXPECT_TRUE(eventually([&] { return checker.taken() - taken + ring.unread() >= 100; }))
        << ring.unread();
    EXPECT_GT(interrupts(), before);
    EXPECT_EQ(counter(RXMAP_A_STATS_WATCHDOG_RESCUES), rescues);
}

// Within the dead man's time a full ring must not wait either, where the device can count.
TEST_F(ConsumerPolicy, HalfARingInterruptsAlthoughSuspended) {
    if (nic_driver(kNic).find("virtio") == std::string::npos)
        GTEST_SKIP() << "this NIC counts no packets";
    const std::uint32_t half = rx_ring_size(kNic) / 2;
    RawRing ring;
    Checker checker;
    ring.area().armed = RXMAP_ARMED_NO;
    pass_foreign_buffers(ring, checker);
    Traffic traffic("--count 10000000 --rate " + std::to_string(20000 * slowness()));
    EXPECT_TRUE(eventually([&] {
        drive(ring, checker, 0);
        const std::uint64_t irqs = interrupts(), timers = counter(RXMAP_A_STATS_TIMER_POLLS);
        for (const std::int64_t end = now_ms() + 100; ring.unread() == 0 && now_ms() < end;) {
        }
        const std::uint32_t unread = ring.unread();
        return unread >= half && interrupts() > irqs &&
               counter(RXMAP_A_STATS_TIMER_POLLS) == timers;
    })) << "no interrupt at the "
        << half << "th packet";
    traffic.stop();
}

// A word in shared memory suspends nothing, and neither does a call that returned nothing.
TEST_F(ConsumerPolicy, WhoIsNotFedByACallKeepsItsInterrupts) {
    ASSERT_EQ(change(number(RXMAP_A_QUEUE_AWAKE_USECS, 0) + number(RXMAP_A_QUEUE_BEHIND_USECS, 0)),
              0);
    RawRing ring;
    Checker checker;
    pass_foreign_buffers(ring, checker);
    const std::uint64_t idle = suspended();
    for (int i = 0; i < 50; ++i) {
        rxmap_busy_poll args{100, 64, ring.status().producer, 0};
        EXPECT_EQ(call(ring.fd(), RXMAP_BUSY_POLL, &args), 0);
    }
    sleep_ms(3);
    EXPECT_EQ(suspended(), idle);
    for (const std::uint32_t armed : {RXMAP_ARMED_NO, RXMAP_ARMED_ALWAYS, 77u}) {
        ring.area().armed = armed;
        const Bytes before = get(RXMAP_CMD_STATS_GET);
        const std::uint64_t taken = checker.taken();
        Traffic traffic("--rate 1000 --count 300");
        EXPECT_TRUE(eventually([&] {
            take_all(ring, checker);
            return checker.taken() - taken >= 300;
        }));
        traffic.wait();
        const Bytes after = get(RXMAP_CMD_STATS_GET);
        const auto grown = [&](std::uint16_t counter) {
            return find_number(after, counter) - find_number(before, counter);
        };
        EXPECT_GT(grown(RXMAP_A_STATS_RX_INTERRUPTS), 20u) << armed;
        EXPECT_LT(grown(RXMAP_A_STATS_NS_SUSPENDED), grown(RXMAP_A_STATS_NS_INTERRUPT) / 4)
            << armed;
    }
}

TEST_F(ConsumerPolicy, AConsumerThatIsKilledLeavesTheStackItsTraffic) {
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        RawRing ring;
        Checker checker;
        ring.area().armed = RXMAP_ARMED_NO;
        while (true) {
            drive(ring, checker, 0);
            if (checker.taken() > 100 && write(ready[1], "", 1) != 1)
                _exit(1);
        }
    }
    Traffic busy("--rate 1000 --count 1000");
    char byte = 0;
    EXPECT_EQ(read(ready[0], &byte, 1), 1);
    kill(child, SIGKILL);
    EXPECT_EQ(waitpid(child, nullptr, 0), child);
    close(ready[0]);
    close(ready[1]);
    busy.wait();
    UdpSink sink(9000);
    Traffic traffic("--rate 1000 --count 1000");
    EXPECT_EQ(traffic.wait(), 1000u);
    EXPECT_EQ(sink.drain(), 1000u);
}

TEST_F(ConsumerPolicy, WhoGoesToSleepHasItsInterruptAtOnce) {
    // nothing else than the suspension holds interrupts back
    ASSERT_EQ(change(number(RXMAP_A_QUEUE_AWAKE_USECS, 0) + number(RXMAP_A_QUEUE_BEHIND_USECS, 0)),
              0);
    RawRing ring;
    Checker checker;
    ring.area().armed = RXMAP_ARMED_NO;
    pass_foreign_buffers(ring, checker);
    Traffic traffic("--rate 200 --count 400");
    ASSERT_TRUE(suspend(ring, checker));
    traffic.wait();
    take_all(ring, checker);
    Traffic one("--count 1");
    rxmap_busy_poll args{1000, 64, ring.status().producer, 0};
    while (ring.unread() == 0)
        ASSERT_EQ(call(ring.fd(), RXMAP_BUSY_POLL, &args), 0);
    take_all(ring, checker);
    EXPECT_EQ(ring.wait(0, POLLIN), 0);
    const std::uint64_t before = suspended();
    sleep_ms(3);
    EXPECT_EQ(suspended(), before);
    one.wait();
}

TEST_F(ConsumerPolicy, FollowsTheConsumer) {
    RawRing ring;
    Checker checker;
    ring.area().armed = RXMAP_ARMED_NO;
    pass_foreign_buffers(ring, checker);
    {
        Traffic traffic("--rate 1000 --count 100000");
        EXPECT_TRUE(eventually([&] {
            for (int i = 0; i < 2000; ++i)
                take_all(ring, checker);
            return usecs() == kAwake;
        })) << "awake: "
            << usecs();
        EXPECT_EQ(queue(RXMAP_A_QUEUE_USECS_LIMIT), RXMAP_LIMIT_POLICY);
        // it goes on spinning, and reads nothing
        EXPECT_TRUE(eventually([&] { return usecs() == kBehind; })) << "behind: " << usecs();
        EXPECT_TRUE(eventually([&] {
            take_all(ring, checker);
            ring.area().armed = RXMAP_ARMED_ALWAYS;
            ring.wait(100, POLLIN);
            return usecs() < kAwake;
        })) << "asleep: "
            << usecs();
    }
    EXPECT_EQ(checker.totals().corrupt, 0u);
}

}  // namespace
}  // namespace vm
