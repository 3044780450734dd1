// SPDX-License-Identifier: MIT
//
// When a sleeping consumer is woken: wake_packets, wake_usecs, and never while it is awake.
// Counters, no clocks: the machine may be slow.
#include <gtest/gtest.h>
#include <poll.h>

#include <ctime>
#include <memory>
#include <thread>

#include "lab.hpp"
#include "raw_ring.hpp"

namespace vm {
namespace {

RawRing* attach_with(std::uint32_t packets, std::uint32_t usecs) {
    rxmap_attach want = request();
    want.wake_packets = packets;
    want.wake_usecs = usecs;
    return new RawRing(want);
}

TEST(Wake, EachSleepOfADefaultRingEndsByAPacketNotATimer) {
    RawRing ring;
    Checker checker;
    Traffic traffic("--rate 1000 --count 1000");
    receive(ring, checker, 1000);
    traffic.wait();
    checker.expect_exactly(1000);
    EXPECT_GT(ring.counter(RXMAP_CTR_WAKEUPS), 0u);
    EXPECT_LE(ring.counter(RXMAP_CTR_WAKEUPS), 1000u);
    EXPECT_EQ(ring.counter(RXMAP_CTR_WAKEUPS_TIMER), 0u);
    expect_conserved(ring);
}

TEST(Wake, ThresholdGathersPackets) {
    const std::unique_ptr<RawRing> ring(attach_with(64, RXMAP_WAKE_USECS_MAX));
    ring->area().armed = RXMAP_ARMED_NO;  // only poll() arms: one wake-up for each sleep
    Checker checker;
    Traffic traffic("--rate 4000 --count 6400");
    while (checker.taken() < 6400) {
        if ((ring->wait(5000, POLLIN) & POLLIN) == 0)
            break;
        while (take_all(*ring, checker) != 0) {
        }
    }
    traffic.wait();
    checker.expect_exactly(6400);
    // 100 full gatherings, and those that the one-second timer ended on a machine that stood still.
    EXPECT_LE(ring->counter(RXMAP_CTR_WAKEUPS) - ring->counter(RXMAP_CTR_WAKEUPS_TIMER), 100u);
    expect_conserved(*ring);
}

TEST(Wake, TimerEndsTheWaitForPacketsThatDoNotCome) {
    const std::unique_ptr<RawRing> ring(attach_with(1000, 50000));
    for (std::uint32_t round = 1; round <= 3; ++round) {
        std::thread late([] {  // after the sleep began
            sleep_ms(300);
            Traffic traffic("--count 3");
            traffic.wait();
        });
        EXPECT_EQ(ring->wait(10000, POLLIN), POLLIN) << "round " << round;
        late.join();
        EXPECT_TRUE(eventually([&] { return ring->unread() == 3; }));
        for (; ring->unread() > 0; ring->pop())
            ring->release(ring->front().frame);
        ring->publish();
        // Counted by the next poll cycle.
        ASSERT_EQ(call(ring->fd(), RXMAP_KICK), 0);
        EXPECT_TRUE(eventually([&] { return ring->counter(RXMAP_CTR_WAKEUPS_TIMER) == round; }));
    }
    EXPECT_EQ(ring->counter(RXMAP_CTR_WAKEUPS), ring->counter(RXMAP_CTR_WAKEUPS_TIMER));
}

TEST(Wake, ThresholdsChangeWhilePacketsFlow) {
    RawRing ring;
    Checker checker;
    Traffic traffic("--rate 3000 --count 9000");
    std::uint32_t round = 0;
    while (checker.taken() < 9000) {
        rxmap_wake wake{(round % 5) * 16 + 1, 2000};
        ASSERT_EQ(call(ring.fd(), RXMAP_SET_WAKE, &wake), 0);
        ++round;
        if ((ring.wait(5000, POLLIN) & POLLIN) == 0)
            break;
        take_all(ring, checker);
    }
    traffic.wait();
    checker.expect_exactly(9000);
    expect_conserved(ring);
}

TEST(Wake, ConsumerThatNeverSleepsIsNeverWoken) {
    RawRing ring;
    Checker checker;
    Traffic traffic("--rate 5000 --count 5000");
    EXPECT_TRUE(eventually([&] {
        take_all(ring, checker);
        return checker.taken() == 5000;
    }));
    traffic.wait();
    checker.expect_exactly(5000);
    EXPECT_EQ(ring.counter(RXMAP_CTR_WAKEUPS), 0u);
    EXPECT_EQ(ring.counter(RXMAP_CTR_WAKEUPS_SAVED), ring.counter(RXMAP_CTR_PUBLISHES));
}

TEST(Wake, TimestampsAreInTheClockThatWasAskedFor) {
    for (clockid_t clock : {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_TAI}) {
        rxmap_attach want = request();
        want.clock_id = clock;
        RawRing ring(want);
        const auto now = [clock] {
            timespec t{};
            clock_gettime(clock, &t);
            return static_cast<std::uint64_t>(t.tv_sec) * 1000000000u +
                   static_cast<std::uint64_t>(t.tv_nsec);
        };
        const std::uint64_t before = now();
        Traffic traffic("--rate 1000 --count 200");
        traffic.wait();
        EXPECT_TRUE(eventually([&] { return ring.unread() == 200; }));
        std::uint64_t last = before;
        for (; ring.unread() > 0; ring.pop()) {
            EXPECT_GE(ring.front().timestamp_ns, last);
            last = ring.front().timestamp_ns;
        }
        EXPECT_LE(last, now());
    }
}

}  // namespace
}  // namespace vm
