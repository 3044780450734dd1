// SPDX-License-Identifier: MIT
//
// A consumer that breaks the contract hurts itself only: state FAULT with the reason, POLLERR, the
// queue taken from it, the interface goes on.
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <random>
#include <thread>

#include "lab.hpp"
#include "raw_ring.hpp"
#include "sink.hpp"

namespace vm {
namespace {

void set(std::uint32_t& word, std::uint32_t value) {
    __atomic_store_n(&word, value, __ATOMIC_SEQ_CST);
}

/// A ring with 20 packets unread that has done nothing wrong yet.
class Hostile : public testing::Test {
  protected:
    Hostile() {
        Traffic traffic("--rate 2000 --count 20");
        traffic.wait();
        EXPECT_TRUE(eventually([this] { return ring_.unread() == 20; }));
    }

    /// The kernel notices at the next packet, and nobody else does.
    void expect_fault(std::uint32_t reason) {
        Traffic traffic("--rate 2000 --count 20");
        EXPECT_TRUE(eventually([this] { return (ring_.wait(0, POLLIN) & POLLERR) != 0; }))
            << "no POLLERR";
        EXPECT_EQ(ring_.reason(), reason);
        EXPECT_EQ(ring_.state(), static_cast<std::uint32_t>(RXMAP_STATE_FAULT));
        EXPECT_EQ(ring_.wait(0, POLLIN | POLLPRI | POLLOUT), POLLERR);
        EXPECT_EQ(call(ring_.fd(), RXMAP_KICK), ENODEV);
        traffic.wait();
        expect_queue_free_and_frames_blank();
    }

    void expect_queue_free_and_frames_blank() {
        rxmap_query query{};
        const int fd = open_device();
        query.ifindex = ifindex(kNic);
        EXPECT_TRUE(eventually([&] {
            query.mode = 1;
            return call(fd, RXMAP_QUERY, &query) == 0 && query.mode == 0;
        })) << "the queue was not taken from the offender";
        close(fd);
        EXPECT_TRUE(eventually([this] { return ring_.frames()[64] == std::byte{0}; }));
        Checker checker;
        RawRing next;
        Traffic traffic("--rate 2000 --count 500");
        receive(next, checker, 500);
        traffic.wait();
        checker.expect_exactly(500);
    }

    RawRing ring_;
};

TEST_F(Hostile, ConsumerAheadOfTheProducer) {
    set(ring_.area().consumer, 21);
    expect_fault(RXMAP_REASON_BAD_CONSUMER);
}

TEST_F(Hostile, ConsumerGoingBack) {
    set(ring_.area().consumer, 10);
    ASSERT_EQ(call(ring_.fd(), RXMAP_KICK), 0);
    sleep_ms(20);
    set(ring_.area().consumer, 9);
    expect_fault(RXMAP_REASON_BAD_CONSUMER);
}

TEST_F(Hostile, ReleasePositionAheadOfWhatWasDelivered) {
    set(ring_.area().release, 21);
    expect_fault(RXMAP_REASON_BAD_RELEASE);
}

TEST_F(Hostile, ReleasePositionGoingBack) {
    for (int i = 0; i < 3; ++i) {
        ring_.release(ring_.front().frame);
        ring_.pop();
    }
    ring_.publish();
    ASSERT_EQ(call(ring_.fd(), RXMAP_KICK), 0);
    sleep_ms(20);
    set(ring_.area().release, 2);
    expect_fault(RXMAP_REASON_BAD_RELEASE);
}

TEST_F(Hostile, FrameIdOutOfRange) {
    ring_.release(ring_.granted().frames);
    ring_.publish();
    expect_fault(RXMAP_REASON_BAD_FRAME_ID);
}

TEST_F(Hostile, LargestFrameId) {
    ring_.release(~0u);
    ring_.publish();
    expect_fault(RXMAP_REASON_BAD_FRAME_ID);
}

TEST_F(Hostile, DoubleRelease) {
    ring_.release(ring_.front().frame);
    ring_.release(ring_.front().frame);
    ring_.publish();
    expect_fault(RXMAP_REASON_NOT_DELIVERED);
}

TEST_F(Hostile, ForgedReleaseOfAFrameThatTheNicHas) {
    bool delivered[RXMAP_FRAMES_DEFAULT] = {};
    for (; ring_.unread() > 0; ring_.pop())
        delivered[ring_.front().frame] = true;
    std::uint32_t foreign = 0;
    while (delivered[foreign])
        ++foreign;
    ring_.release(foreign);
    ring_.publish();
    expect_fault(RXMAP_REASON_NOT_DELIVERED);
}

TEST_F(Hostile, WordsWithoutMeaningAreIgnored) {
    std::mt19937 random(3);
    auto* page = reinterpret_cast<std::uint32_t*>(&ring_.area());
    const std::uintptr_t meaning[] = {0, 48};  // consumer, release: indices of words
    for (std::uint32_t word = 0;
         word < RXMAP_RELEASE_RING_OFFSET / 4 + ring_.granted().release_slots; ++word)
        if (word != meaning[0] && word != meaning[1])
            set(page[word], static_cast<std::uint32_t>(random()));
    Checker checker;
    set(ring_.area().armed, RXMAP_ARMED_ALWAYS);
    Traffic traffic("--rate 2000 --count 500 --first-flow 1");
    receive(ring_, checker, 520);
    traffic.wait();
    EXPECT_EQ(checker.totals().distinct, 520u);
    EXPECT_EQ(ring_.reason(), static_cast<std::uint32_t>(RXMAP_REASON_NONE));
    expect_conserved(ring_);
}

TEST(HostileThread, RandomWordsUnderTrafficHarmNobodyElse) {
    UdpSink sink(9000);
    Traffic traffic(endless());
    std::mt19937 seeds(11);
    for (int round = 0; round < 25; ++round) {
        rxmap_attach want = request(round % 2 == 0 ? RXMAP_MODE_TAP : RXMAP_MODE_DIVERT);
        want.frames = round % 3 == 0 ? 64 : 1024;
        RawRing ring(want);
        std::atomic<bool> stop = false;
        std::thread writer([&, seed = seeds()] {
            std::mt19937_64 random(seed);
            auto* words = reinterpret_cast<std::uint64_t*>(&ring.area());
            const std::size_t count = ring.granted().consumer_area.bytes / 8;
            while (!stop) {
                const std::uint64_t value = random();
                // Small numbers are the ones that nearly pass.
                __atomic_store_n(&words[random() % count], value % 4 == 0 ? value % 4096 : value,
                                 __ATOMIC_RELAXED);
                if (value % 64 == 0)
                    __atomic_store_n(&ring.area().consumer, ring.status().producer - value % 8,
                                     __ATOMIC_RELAXED);
                if (value % 256 == 0)
                    (void)call(ring.fd(), RXMAP_KICK);
            }
        });
        EXPECT_TRUE(eventually([&] { return (ring.wait(10, POLLIN) & POLLERR) != 0; }, 15000))
            << "round " << round << " never faulted";
        stop = true;
        writer.join();
        EXPECT_NE(ring.reason(), static_cast<std::uint32_t>(RXMAP_REASON_NONE));
    }
    traffic.stop();
    sink.drain();
    Checker checker;
    RawRing after;
    Traffic last("--rate 3000 --count 1000");
    receive(after, checker, 1000);
    last.wait();
    checker.expect_exactly(1000);
    expect_conserved(after);
}

}  // namespace
}  // namespace vm
