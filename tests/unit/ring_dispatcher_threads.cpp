// SPDX-License-Identifier: MIT
// The dispatcher while other threads add, remove, stop and destroy: for the sanitizers.
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <latch>
#include <memory>
#include <stdexcept>
#include <thread>

#include "ring_support.hpp"
#include "signal_storm.hpp"

namespace rxmap::tests {

TEST(DispatcherThreads, SeesEveryPacketOfManyRings) {
    constexpr std::uint64_t kEach = 5'000;
    const ModelOptions options{
        .ring = {.mode = Mode::divert, .overrun = Overrun::backpressure, .frames = 128},
        .posted = 32};
    ModelRing one(options), two(options);
    Ring first = one.attach(), second = two.attach();
    Dispatcher loop;
    std::uint64_t total = 0;
    const auto count = [&](std::uint64_t& next) {
        return [&](const Batch& batch) {
            for (const PacketView view : batch)
                EXPECT_EQ(number_of(view.bytes()), next++);
            if ((total += batch.size()) == 2 * kEach)
                loop.stop();
        };
    };
    std::uint64_t next_of_first = 0, next_of_second = 0;
    const auto a = loop.add_ring(first, {.packets = count(next_of_first)});
    const auto b = loop.add_ring(second, {.packets = count(next_of_second)});
    const auto feed = [](ModelRing& nic) {
        for (std::uint64_t i = 0; i < kEach; ++i)
            while (nic.receive(packet(i)) == 0)
                std::this_thread::yield();
    };
    std::jthread producer([&] { feed(one); });
    std::jthread other([&] { feed(two); });
    loop.run();
    EXPECT_EQ(next_of_first, kEach);
    EXPECT_EQ(next_of_second, kEach);
}

// What the callback uses goes at once after remove(): a callback that still ran would be seen by
// the sanitizers.
TEST(DispatcherThreads, RemovalFromAnotherThreadIsFinal) {
    Dispatcher loop;
    loop.start();
    for (int round = 0; round < 300; ++round) {
        auto used = std::make_unique<std::uint64_t>(0);
        std::latch called(1);
        Registration timer = loop.every(1us, [&](std::uint64_t intervals) {
            if (*used == 0)
                called.count_down();
            *used += intervals;
        });
        if (round % 2 == 0)
            called.wait();
        timer.remove();
        EXPECT_EQ(*used > 0, called.try_wait());
        used.reset();
    }
    loop.finish();
}

TEST(DispatcherThreads, RingsComeAndGoUnderTraffic) {
    ModelRing nic({.ring = {.mode = Mode::divert, .overrun = Overrun::backpressure, .frames = 128},
                   .posted = 32});
    Ring ring = nic.attach();
    Dispatcher loop;
    loop.start();
    std::uint64_t next = 0;
    std::jthread producer([&](const std::stop_token& stop) {
        for (std::uint64_t i = 0; !stop.stop_requested();)
            i += nic.receive(packet(i));
    });
    const auto look = [&](const Batch& batch) {
        for (const PacketView view : batch)
            EXPECT_EQ(number_of(view.bytes()), next++);
    };
    for (int round = 0; round < 100; ++round) {
        std::latch called(1);
        Registration packets = loop.add_ring(ring, {.packets = [&](const Batch& batch) {
                                                 look(batch);
                                                 if (!called.try_wait())
                                                     called.count_down();
                                             }});
        called.wait();
        packets.remove();
        look(ring.take());  // ours now, in this thread
    }
    producer.request_stop();
    producer.join();
    loop.finish();
    EXPECT_EQ(ring.state(), State::running);
    EXPECT_GE(next, 100U);
}

TEST(DispatcherThreads, ManyThreadsAddAndRemove) {
    Dispatcher loop;
    loop.start();
    std::atomic<std::uint64_t> calls = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                const int fd = eventfd(1, EFD_CLOEXEC);
                for (int round = 0; round < 100; ++round) {
                    const auto timer = loop.every(1us, [&](std::uint64_t) { ++calls; });
                    const auto once = loop.after(0us, [&] { ++calls; });
                    const auto file = loop.add_fd(fd, EPOLLIN, [&](std::uint32_t) { ++calls; });
                }
                close(fd);
            });
    }
    const std::uint64_t after = calls;
    loop.finish();
    EXPECT_EQ(calls, after);
    EXPECT_GT(after, 0U);
}

TEST(DispatcherThreads, RemovalWakesALoopThatSleeps) {
    ModelRing nic;
    Ring ring = nic.attach();
    Dispatcher loop;
    loop.start();
    Registration packets = loop.add_ring(ring, {.packets = [](const Batch&) {}});
    while (armed(nic) == RXMAP_ARMED_NO)
        std::this_thread::yield();
    packets.remove();
    EXPECT_EQ(ring.wait(0ms), Wait::timeout);
    loop.finish();
}

TEST(DispatcherThreads, KeptPacketThatComesBackWakesIt) {
    ModelRing nic;
    Ring ring = nic.attach();
    Dispatcher loop;
    std::vector<KeptPacket> kept;
    std::latch full(1);
    const auto packets = loop.add_ring(ring, {.packets = [&](const Batch& batch) {
                                           for (const PacketView view : batch)
                                               kept.push_back(view.keep());
                                           full.count_down();
                                       }});
    nic.receive(burst(0, 10));
    loop.start();
    full.wait();
    while (armed(nic) == RXMAP_ARMED_NO)  // it sleeps
        std::this_thread::yield();
    kept.clear();
    while (ring.stats().delivered != 0) {
        nic.poll();
        std::this_thread::yield();
    }
    loop.finish();
}

TEST(DispatcherThreads, MayBeDestroyedWhileAnotherThreadRunsIt) {
    for (int round = 0; round < 50; ++round) {
        ModelRing nic;
        Ring ring = nic.attach();
        auto loop = std::make_unique<Dispatcher>();
        std::latch runs(1);
        auto used = std::make_unique<int>(0);
        loop->every(1us,
                    [&](std::uint64_t) {
                        if ((*used)++ == 0)
                            runs.count_down();
                    })
            .leave();
        loop->add_ring(ring, {.packets = [](const Batch&) {}}).leave();
        std::jthread runner([&raw = *loop] { raw.run(); });
        runs.wait();
        loop.reset();
        used.reset();
        EXPECT_EQ(ring.wait(0ms), Wait::timeout) << "the ring is ours again";
    }
}

TEST(DispatcherThreads, OwnThreadHandsItsExceptionOver) {
    Dispatcher loop;
    loop.finish();  // not started
    const auto timer = loop.after(0ms, [] { throw std::runtime_error("mine"); });
    loop.start();
    EXPECT_THROW(loop.start(), Error);
    while (timer)
        std::this_thread::yield();
    EXPECT_THROW(loop.finish(), std::runtime_error);
    EXPECT_FALSE(loop.run_for(0ms)) << "the stop of finish() is not left over";
    loop.start();
    loop.finish();
}

TEST(DispatcherThreads, SignalsDoNotEndIt) {
    const SignalStorm storm;
    ModelRing nic;
    Ring ring = nic.attach();
    Dispatcher loop;
    std::uint64_t taken = 0;
    const auto packets = loop.add_ring(ring, {.packets = [&](const Batch& batch) {
                                           if ((taken += batch.size()) == 100)
                                               loop.stop();
                                       }});
    EXPECT_FALSE(loop.run_for(50ms)) << "nothing to do but to sleep";
    std::jthread other([&] {
        for (std::uint64_t i = 0; i < 100; ++i) {
            nic.receive(packet(i));
            std::this_thread::sleep_for(500us);
        }
    });
    EXPECT_TRUE(loop.run_for(20s));
    EXPECT_EQ(taken, 100U);
}

TEST(DispatcherThreads, StopsAtOnceFromAnywhere) {
    Dispatcher loop;
    for (int round = 0; round < 100; ++round) {
        std::stop_source stop;
        std::jthread other([&] {
            if (round % 2 == 0)
                stop.request_stop();
            else
                loop.stop();
        });
        ASSERT_TRUE(loop.run_for(20s, stop.get_token()));
    }
}

}  // namespace rxmap::tests
