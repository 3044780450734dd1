// SPDX-License-Identifier: MIT
// Waiting: what ends it, in what order, and that nothing is slept through.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <thread>

#include "ring_support.hpp"

namespace rxmap::tests {

using Clock = std::chrono::steady_clock;

bool readable(int fd) {
    pollfd file{.fd = fd, .events = POLLIN, .revents = 0};
    return ::poll(&file, 1, 0) == 1;
}

TEST(Wait, IsReadyAtOnceWhenAPacketIsThere) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(packet(1));
    EXPECT_EQ(ring.wait(), Wait::ready);
    EXPECT_EQ(ring.wait(), Wait::ready);  // still: nobody took it
    EXPECT_EQ(drain(ring).size(), 1U);
    EXPECT_EQ(ring.wait(0ms), Wait::timeout);
}

TEST(Wait, TimesOutAfterTheTimeAndNotBefore) {
    ModelRing nic;
    Ring ring = nic.attach();
    const auto start = Clock::now();
    EXPECT_EQ(ring.wait(20ms), Wait::timeout);
    EXPECT_GE(Clock::now() - start, 20ms);
    EXPECT_EQ(ring.wait(Clock::now() + 5ms), Wait::timeout);
    EXPECT_EQ(ring.wait(Clock::now() - 5ms), Wait::timeout);
    EXPECT_EQ(ring.wait(-1s), Wait::timeout);
}

TEST(Wait, WakesForAPacketThatComesWhileItSleeps) {
    ModelRing nic;
    Ring ring = nic.attach();
    const std::jthread later([&] {
        std::this_thread::sleep_for(20ms);
        nic.receive(packet(1));
    });
    EXPECT_EQ(ring.wait(), Wait::ready);
}

TEST(Wait, TreatsAnEndlessTimeoutAsNoDeadline) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(packet(1));
    EXPECT_EQ(ring.wait(std::chrono::nanoseconds::max()), Wait::ready);
    drain(ring);
    std::jthread later([&] {
        std::this_thread::sleep_for(5ms);
        nic.receive(packet(2));
    });
    EXPECT_EQ(ring.wait(std::chrono::nanoseconds::max()), Wait::ready);
}

TEST(Wait, StopsForARequestThatCameBefore) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(packet(1));
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(ring.wait(stop.get_token()), Wait::stopped);  // although a packet is there
}

TEST(Wait, StopsForARequestWhileItSleeps) {
    ModelRing nic;
    Ring ring = nic.attach();
    std::stop_source stop;
    std::jthread later([&] {
        std::this_thread::sleep_for(20ms);
        stop.request_stop();
    });
    EXPECT_EQ(ring.wait(stop.get_token()), Wait::stopped);
    EXPECT_EQ(ring.wait(1ms), Wait::timeout);  // the old request does not linger
}

TEST(Wait, ReportsEachStateChangeOnce) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.carrier_lost();
    EXPECT_EQ(ring.wait(), Wait::state_changed);
    EXPECT_EQ(ring.state(), State::no_carrier);
    EXPECT_EQ(nic.consumer_words().state_ack, nic.status().state_seq);
    EXPECT_EQ(ring.wait(1ms), Wait::timeout);
    nic.running();
    nic.receive(packet(1));
    EXPECT_EQ(ring.wait(), Wait::state_changed);  // traffic does not hide it
    EXPECT_EQ(ring.wait(), Wait::ready);
    EXPECT_EQ(drain(ring).size(), 1U);
}

TEST(Wait, WakesForAStateChangeWhileItSleeps) {
    ModelRing nic;
    Ring ring = nic.attach();
    std::jthread later([&] {
        std::this_thread::sleep_for(20ms);
        nic.interface_down();
    });
    EXPECT_EQ(ring.wait(), Wait::state_changed);
    EXPECT_EQ(ring.state(), State::down);
}

TEST(Wait, GivesWhatADepartedDeviceLeftBehindThenCloses) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(burst(0, 3));
    nic.unplug();
    EXPECT_EQ(ring.wait(), Wait::ready);
    EXPECT_EQ(drain(ring), (std::vector<std::uint64_t>{0, 1, 2}));
    EXPECT_EQ(ring.wait(), Wait::closed);
    EXPECT_EQ(ring.wait(), Wait::closed);
    EXPECT_EQ(ring.state(), State::gone);
    EXPECT_EQ(ring.reason(), Reason::device_gone);
}

TEST(Wait, ClosesAtOnceAfterAForcedDetach) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(burst(0, 3));
    nic.force_detach();
    EXPECT_EQ(ring.wait(), Wait::closed);
    EXPECT_TRUE(ring.take().empty());  // its bytes would read as zeros
    EXPECT_EQ(ring.reason(), Reason::forced);
}

TEST(Wait, ClosesWhileItSleeps) {
    ModelRing nic;
    Ring ring = nic.attach();
    std::jthread later([&] {
        std::this_thread::sleep_for(20ms);
        nic.move_to_other_netns();
    });
    EXPECT_EQ(ring.wait(), Wait::closed);
    EXPECT_EQ(ring.reason(), Reason::netns);
}

TEST(Wait, ClosesAfterTheConsumersOwnDetach) {
    ModelRing nic;
    Ring ring = nic.attach();
    ring.detach();
    EXPECT_EQ(ring.wait(), Wait::closed);
    EXPECT_EQ(ring.reason(), Reason::detached);
}

TEST(Wait, WakesWhenAnotherThreadGivesAFrameBackAndTheQuotaWasFull) {
    ModelRing nic({.ring = {.frames = kFrames, .quota = 1}});
    Ring ring = nic.attach();
    nic.receive(packet(1));
    KeptPacket kept = ring.take()[0].keep();
    std::jthread later([&nic, kept = std::move(kept)]() mutable {
        std::this_thread::sleep_for(20ms);
        kept.release();
        while (nic.receive(packet(2)) == 0)  // the sleeper must hand the frame on first
            std::this_thread::sleep_for(1ms);
    });
    EXPECT_EQ(ring.wait(10s), Wait::ready);
}

TEST(Wait, DoesNotTakeTheSlotsOfALiveBatchForNews) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(packet(1));
    const Batch batch = ring.take();
    EXPECT_EQ(ring.wait(20ms), Wait::timeout);
    nic.receive(packet(2));
    EXPECT_EQ(ring.wait(1s), Wait::ready);
}

TEST(Wait, AsksForOneWakeUpEachTimeItSleeps) {
    ModelRing nic;
    Ring ring = nic.attach();
    EXPECT_EQ(nic.consumer_words().armed, RXMAP_ARMED_ALWAYS);
    EXPECT_EQ(ring.wait(1ms), Wait::timeout);
    EXPECT_EQ(nic.consumer_words().armed, RXMAP_ARMED_NO);
    const std::uint64_t before = ring.stats()[RXMAP_CTR_WAKEUPS];
    for (std::uint64_t i = 0; i < 10; ++i)
        nic.receive(packet(i));
    EXPECT_EQ(ring.stats()[RXMAP_CTR_WAKEUPS], before);
    EXPECT_EQ(ring.stats()[RXMAP_CTR_WAKEUPS_SAVED], 10U);
}

TEST(Wait, SleepsUntilTheThresholdOrItsTime) {
    ModelRing nic({.ring = {.frames = kFrames, .wake = {.packets = 4, .usecs = 30'000}}});
    Ring ring = nic.attach();
    std::jthread later([&] {
        std::this_thread::sleep_for(20ms);
        nic.receive(packet(1));
    });
    const auto start = Clock::now();
    EXPECT_EQ(ring.wait(), Wait::ready);
    EXPECT_GE(Clock::now() - start, 30ms);  // nobody came to make it four
    ring.set_wake({.packets = 1, .usecs = 0});
    drain(ring);
    ASSERT_TRUE(ring.arm());
    EXPECT_EQ(ring.stats()[RXMAP_CTR_WAKEUPS], 1U);
    EXPECT_EQ(ring.stats()[RXMAP_CTR_WAKEUPS_TIMER], 1U);
    nic.receive(packet(2));
    EXPECT_EQ(ring.stats()[RXMAP_CTR_WAKEUPS], 2U);
    EXPECT_EQ(ring.stats()[RXMAP_CTR_WAKEUPS_TIMER], 1U);
}

TEST(Arm, SaysNoWhenThereIsSomethingToDo) {
    ModelRing nic;
    Ring ring = nic.attach();
    EXPECT_TRUE(ring.arm());
    nic.receive(packet(1));
    EXPECT_FALSE(ring.arm());
    drain(ring);
    EXPECT_TRUE(ring.arm());
    nic.carrier_lost();
    EXPECT_FALSE(ring.arm());
    EXPECT_EQ(ring.wait(0ms), Wait::state_changed);
    EXPECT_TRUE(ring.arm());
    nic.unplug();
    EXPECT_FALSE(ring.arm());
}

TEST(Arm, WakesTheDescriptorOncePerArming) {
    ModelRing nic;
    Ring ring = nic.attach();
    ASSERT_TRUE(ring.arm());
    EXPECT_FALSE(readable(ring.fd()));
    nic.receive(packet(1));
    EXPECT_TRUE(readable(ring.fd()));
    nic.receive(packet(2));
    EXPECT_EQ(ring.stats()[RXMAP_CTR_WAKEUPS], 1U);
    drain(ring);
    ASSERT_TRUE(ring.arm());
    EXPECT_FALSE(readable(ring.fd()));
    nic.receive(packet(3));
    EXPECT_EQ(ring.stats()[RXMAP_CTR_WAKEUPS], 2U);
}

TEST(Arm, ServesAnEdgeTriggeredLoop) {
    ModelRing nic;
    Ring ring = nic.attach();
    const int loop = epoll_create1(EPOLL_CLOEXEC);
    epoll_event interest{};
    interest.events = EPOLLIN | EPOLLET;
    ASSERT_EQ(epoll_ctl(loop, EPOLL_CTL_ADD, ring.fd(), &interest), 0);
    std::jthread producer([&] {
        for (std::uint64_t i = 0; i < 2000; ++i)
            while (nic.receive(packet(i)) == 0)
                std::this_thread::yield();
    });
    std::uint64_t seen = 0;
    while (seen < 2000) {
        for (const std::uint64_t number : drain(ring))
            ASSERT_EQ(number, seen++);
        if (seen < 2000 && ring.arm()) {
            epoll_event event{};
            ASSERT_EQ(epoll_wait(loop, &event, 1, 10'000), 1) << "lost after " << seen;
        }
    }
    close(loop);
}

// What comes is found by the consumer's own looks at the NIC: nobody arms, nobody is woken.
TEST(Wait, BusyPollFindsPacketsWithoutSleeping) {
    ModelRing nic;
    Ring ring = nic.attach();
    int looks = 0;
    nic.on_busy_poll([&] {
        if (++looks % 3 == 0)
            nic.receive(packet(looks));
    });
    ring.set_waiting({.busy_poll = {.time = 10s}});
    for (int i = 1; i <= 5; ++i) {
        EXPECT_EQ(ring.wait(), Wait::ready);
        EXPECT_EQ(looks, 3 * i);
        EXPECT_EQ(drain(ring).size(), 1U);
    }
    EXPECT_EQ(ring.stats()[RXMAP_CTR_WAKEUPS], 0U);
    EXPECT_EQ(ring.stats()[RXMAP_CTR_WAKEUPS_SAVED], 5U);
}

TEST(Wait, BusyPollEndsInASleepThatIsWoken) {
    ModelRing nic;
    Ring ring = nic.attach();
    int looks = 0;
    nic.on_busy_poll([&] { ++looks; });
    ring.set_waiting({.busy_poll = {.time = 2ms}});
    const std::jthread later([&] {
        std::this_thread::sleep_for(30ms);
        nic.receive(packet(1));
    });
    EXPECT_EQ(ring.wait(), Wait::ready);
    EXPECT_GT(looks, 0);
    EXPECT_EQ(ring.stats()[RXMAP_CTR_WAKEUPS], 1U);
}

TEST(Wait, BusyPollKeepsDeadlineStopAndEnd) {
    ModelRing nic;
    Ring ring = nic.attach();
    ring.set_waiting({.busy_poll = {.time = 10s}});
    EXPECT_EQ(ring.wait(5ms), Wait::timeout);
    EXPECT_EQ(ring.wait(0ms), Wait::timeout);
    std::stop_source stop;
    nic.on_busy_poll([&] { stop.request_stop(); });
    EXPECT_EQ(ring.wait(stop.get_token()), Wait::stopped);
    nic.on_busy_poll([&] { nic.unplug(); });
    EXPECT_EQ(ring.wait(), Wait::closed);
    EXPECT_EQ(ring.wait(), Wait::closed);
}

}  // namespace rxmap::tests
