// SPDX-License-Identifier: MIT
// Producer and consumer on two threads, workers on more: for ThreadSanitizer, and for lost
// wake-ups.
#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "ring_support.hpp"

namespace rxmap::tests {

constexpr std::uint64_t kPackets = 50'000;

// Bursts of 1 ... most packets. What does not fit is the end of a burst, and is sent again.
void feed(ModelRing& nic, std::uint64_t packets, std::size_t most) {
    for (std::uint64_t sent = 0; sent < packets;) {
        const std::size_t size = 1 + sent % most;
        sent += nic.receive(burst(sent, std::min<std::uint64_t>(size, packets - sent)));
        if (sent % 7 == 0)
            std::this_thread::yield();
    }
}

// The first position is the parameter.
class Threads : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(Threads, ConsumerThatSleepsMissesNothing) {
    ModelRing nic({.ring = {.mode = Mode::divert, .overrun = Overrun::backpressure, .frames = 256},
                   .posted = 64,
                   .first_position = GetParam()});
    Ring ring = nic.attach();
    std::jthread producer([&] {
        for (std::uint64_t i = 0; i < kPackets; ++i)
            while (nic.receive(packet(i)) == 0)
                std::this_thread::yield();
    });
    std::uint64_t seen = 0;
    while (seen < kPackets) {
        ASSERT_EQ(ring.wait(20s), Wait::ready) << "after " << seen;
        for (const PacketView view : ring.take()) {
            ASSERT_EQ(number_of(view.bytes()), seen);
            ASSERT_TRUE(intact(view.bytes()));
            ++seen;
        }
    }
    EXPECT_EQ(ring.state(), State::running);
}

INSTANTIATE_TEST_SUITE_P(Positions, Threads, ::testing::Values(0U, 0xffffff00U));

TEST(Threads, ConsumerThatSpinsMissesNothing) {
    ModelRing nic({.ring = {.frames = 1024}, .posted = 64});
    Ring ring = nic.attach();
    ring.disarm();
    std::jthread producer([&] { feed(nic, kPackets, 16); });
    std::uint64_t seen = 0;
    while (seen < kPackets) {
        const Batch batch = ring.take();
        for (const PacketView view : batch) {
            ASSERT_EQ(number_of(view.bytes()), seen++);
            ASSERT_TRUE(intact(view.bytes()));
        }
        if (batch.empty())
            std::this_thread::yield();
    }
    EXPECT_EQ(ring.stats()[RXMAP_CTR_WAKEUPS], 0U);
}

TEST(Threads, WorkersReadAndReturnKeptPackets) {
    ModelRing nic({.ring = {.mode = Mode::divert, .overrun = Overrun::backpressure, .frames = 128},
                   .posted = 32});
    Ring ring = nic.attach();
    std::mutex mutex;
    std::condition_variable_any filled;
    std::deque<KeptPacket> work;
    std::atomic<std::uint64_t> done = 0;
    const auto worker = [&](const std::stop_token& stop) {
        for (;;) {
            KeptPacket mine;
            {
                std::unique_lock lock(mutex);
                if (!filled.wait(lock, stop, [&] { return !work.empty(); }))
                    return;
                mine = std::move(work.front());
                work.pop_front();
            }
            if (intact(mine.bytes()))
                ++done;
        }
    };
    std::uint64_t seen = 0;
    {
        std::vector<std::jthread> workers;
        for (int i = 0; i < 3; ++i)
            workers.emplace_back(worker);
        std::jthread producer([&] {
            for (std::uint64_t i = 0; i < kPackets / 5; ++i)
                while (nic.receive(packet(i)) == 0)
                    std::this_thread::yield();
        });
        while (seen < kPackets / 5) {
            ASSERT_EQ(ring.wait(20s), Wait::ready) << "after " << seen;
            for (const PacketView view : ring.take()) {
                ASSERT_EQ(number_of(view.bytes()), seen++);
                const std::lock_guard lock(mutex);
                work.push_back(view.keep());
                filled.notify_one();
            }
        }
        while (done < seen)
            std::this_thread::yield();
    }
    ring.reclaim();
    nic.poll();
    EXPECT_EQ(ring.stats().delivered, 0U);
    EXPECT_EQ(ring.state(), State::running);
    EXPECT_TRUE(nic.adds_up());
}

TEST(Threads, StopRequestsEndWaitsAtOnce) {
    ModelRing nic;
    Ring ring = nic.attach();
    for (int i = 0; i < 200; ++i) {
        std::stop_source stop;
        std::jthread other([&] { stop.request_stop(); });
        ASSERT_EQ(ring.wait(20s, stop.get_token()), Wait::stopped);
    }
}

}  // namespace rxmap::tests
