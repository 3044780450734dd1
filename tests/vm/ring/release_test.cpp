// SPDX-License-Identifier: MIT
//
// Frames come back in any order; a held one blocks nobody and is not rewritten. The quota bounds
// what is held, with either policy.
#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <random>
#include <vector>

#include "lab.hpp"
#include "raw_ring.hpp"
#include "sink.hpp"

namespace vm {
namespace {

struct Held {
    std::uint32_t frame;
    std::span<const std::byte> bytes;
    std::vector<std::byte> copy;
};

/// Takes the oldest packet and keeps its frame.
Held hold(RawRing& ring, Checker& checker) {
    const rxmap_desc& desc = ring.front();
    checker.take(ring, desc);
    const auto bytes = ring.bytes(desc);
    Held held{desc.frame, bytes, {bytes.begin(), bytes.end()}};
    ring.pop();
    return held;
}

bool intact(const Held& held) {
    return std::ranges::equal(held.bytes, held.copy);
}

/// Calls `each` for every packet until `count` came or none came for 5 s.
template <typename Each>
void for_packets(RawRing& ring, std::uint64_t count, Each each) {
    for (std::uint64_t seen = 0; seen < count;) {
        for (std::uint32_t n = ring.unread(); n > 0; --n, ++seen)
            each();
        ring.publish();
        if (seen < count && (ring.wait(5000, POLLIN) & POLLIN) == 0)
            return;
    }
}

/// Many frames: room for a receiver that the machine stops for a second.
rxmap_attach roomy() {
    rxmap_attach want = request();
    want.frames = 8192;
    return want;
}

TEST(Release, RandomOrderLosesNothing) {
    RawRing ring(roomy());
    Checker checker;
    std::mt19937 random(7);
    std::vector<std::uint32_t> held;
    Traffic traffic("--rate 8000 --count 15000");
    for_packets(ring, 15000, [&] {
        held.push_back(hold(ring, checker).frame);
        if (held.size() < 700)
            return;
        std::ranges::shuffle(held, random);
        for (; held.size() > 200; held.pop_back())
            ring.release(held.back());
        ring.publish();
    });
    traffic.wait();
    checker.expect_exactly(15000);
    expect_conserved(ring);
    EXPECT_EQ(ring.status().delivered, held.size());
}

TEST(Release, HeldFramesBlockNobodyAndAreNotRewritten) {
    RawRing ring(roomy());
    Checker checker;
    std::vector<Held> kept;
    Traffic traffic("--rate 10000 --count 12000 --imix");
    for_packets(ring, 12000, [&] {
        Held held = hold(ring, checker);
        if (kept.size() < 500 && checker.taken() % 3 == 0)
            kept.push_back(std::move(held));
        else
            ring.release(held.frame);
    });
    traffic.wait();
    checker.expect_exactly(12000);
    EXPECT_EQ(kept.size(), 500u);
    EXPECT_TRUE(std::ranges::all_of(kept, intact));
    expect_conserved(ring);
}

TEST(Quota, DropPolicyDropsTheNewestAndCountsThem) {
    rxmap_attach want = request();
    want.quota = 100;
    RawRing ring(want);
    Checker checker;
    std::vector<std::uint32_t> held;
    Traffic first("--rate 5000 --count 1000");
    first.wait();
    EXPECT_TRUE(eventually([&] { return ring.counter(RXMAP_CTR_SEEN) == 1000; }));
    EXPECT_EQ(ring.unread(), 100u);
    EXPECT_EQ(ring.counter(RXMAP_CTR_DROP_QUOTA), 900u);
    EXPECT_EQ(ring.counter(RXMAP_CTR_TAKEN), 1000u);
    while (ring.unread() > 0)
        held.push_back(hold(ring, checker).frame);
    checker.expect_exactly(100);  // sequence 0 to 99: the oldest
    ring.publish();
    expect_conserved(ring);

    for (std::uint32_t frame : held)
        ring.release(frame);
    ring.publish();
    Traffic second("--rate 2000 --count 50 --first-flow 1");
    receive(ring, checker, 150);
    second.wait();
    EXPECT_EQ(checker.totals().distinct, 150u) << "packets flow again after the release";
    expect_conserved(ring);
}

TEST(Quota, StacksShareFlowsOnWhileTheConsumerHoldsItsQuota) {
    UdpSink sink(9000);
    rxmap_attach want = request(RXMAP_MODE_TAP);
    want.quota = 64;
    RawRing ring(want);
    Traffic traffic("--rate 5000 --count 5000");
    EXPECT_EQ(traffic.wait(), 5000u);
    EXPECT_EQ(sink.drain(), 5000u);
    EXPECT_EQ(ring.counter(RXMAP_CTR_DROP_QUOTA), 5000u - 64u);
    EXPECT_EQ(ring.counter(RXMAP_CTR_TO_STACK), 5000u);
    expect_conserved(ring);
}

TEST(Quota, BackpressureLosesNothingHoweverSlowTheConsumer) {
    rxmap_attach want = request();
    want.overrun = RXMAP_OVERRUN_BACKPRESSURE;
    want.frames = 256;
    want.quota = 64;
    RawRing ring(want);
    Checker checker;
    const std::uint64_t count = 3000 + pass_foreign_buffers(ring, checker);
    Traffic traffic("--count 3000");  // as fast as possible
    while (checker.taken() < count) {
        ASSERT_TRUE(ring.wait(5000, POLLIN) & POLLIN) << checker.taken();
        sleep_ms(5);  // always too slow
        EXPECT_LE(ring.unread(), 64u);
        take_all(ring, checker);
    }
    EXPECT_EQ(traffic.wait(), 3000u);
    checker.expect_exactly(count);
    EXPECT_GT(ring.counter(RXMAP_CTR_STARVED), 0u);
    EXPECT_EQ(ring.counter(RXMAP_CTR_DROP_QUOTA), 0u);
    expect_conserved(ring);
}

TEST(Quota, BackpressureStopsAtTheQuotaAndGoesOnAfterAKick) {
    rxmap_attach want = request();
    want.overrun = RXMAP_OVERRUN_BACKPRESSURE;
    want.frames = 64;
    RawRing ring(want);
    const std::uint32_t quota = ring.granted().quota;
    Checker checker;
    const std::uint64_t count = 1000 + pass_foreign_buffers(ring, checker);
    Traffic traffic("--rate 2000 --count 1000");
    EXPECT_TRUE(eventually([&] { return ring.unread() == quota; }));
    sleep_ms(300);
    EXPECT_EQ(ring.unread(), quota);
    EXPECT_EQ(ring.status().need_wakeup, 1u);
    receive(ring, checker, count);
    traffic.wait();
    checker.expect_exactly(count);
    EXPECT_GT(ring.counter(RXMAP_CTR_KICKS), 0u);
    expect_conserved(ring);
}

TEST(Quota, FullDescriptorRingIsANamedDrop) {
    rxmap_attach want = request();
    want.frames = 64;
    RawRing ring(want);
    // Frames go back while the consumer position stays: the slots fill up, not the quota.
    std::uint32_t released = 0;
    Traffic traffic("--rate 1000 --count 1000");
    const auto release_unread = [&] {
        for (; ring.unread() > 0; ring.pop())
            ring.release_ids()[released++ % 64] = ring.front().frame;
        __atomic_store_n(&ring.area().release, released, __ATOMIC_SEQ_CST);
        return ring.counter(RXMAP_CTR_SEEN) == 1000;
    };
    EXPECT_TRUE(eventually(release_unread));
    traffic.wait();
    EXPECT_GT(ring.counter(RXMAP_CTR_DROP_SLOTS), 0u);
    EXPECT_LE(ring.counter(RXMAP_CTR_TO_RING), 128u) << "an unread slot was overwritten";
    EXPECT_NE(ring.state(), static_cast<std::uint32_t>(RXMAP_STATE_FAULT));
    expect_conserved(ring);
}

class Wraps : public testing::TestWithParam<std::tuple<std::uint32_t, std::uint32_t>> {};

TEST_P(Wraps, ThreeRoundsOfTheRingKeepEveryPacketWhole) {
    const auto [frames, size] = GetParam();
    rxmap_attach want = request();
    want.frames = frames;
    want.frame_size = size;
    want.overrun = RXMAP_OVERRUN_BACKPRESSURE;
    RawRing ring(want);
    Checker checker;
    const std::uint64_t before = pass_foreign_buffers(ring, checker);
    const std::uint64_t count = 3ull * ring.granted().slots + 77;
    Traffic traffic("--imix --count " + std::to_string(count));
    receive(ring, checker, before + count);
    EXPECT_EQ(traffic.wait(), count);
    checker.expect_exactly(before + count);
    EXPECT_EQ(ring.status().producer, before + count);
    expect_conserved(ring);
}

std::string size_name(const testing::TestParamInfo<Wraps::ParamType>& info) {
    return std::to_string(std::get<0>(info.param)) + "x" + std::to_string(std::get<1>(info.param));
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, Wraps,
    testing::Combine(testing::Values(64u, 128u, 256u, 512u, 1024u, 2048u, 4096u, 8192u),
                     testing::Values(RXMAP_FRAME_SIZE_2K, RXMAP_FRAME_SIZE_4K)),
    size_name);

// Many packets: with one size of frame only.
INSTANTIATE_TEST_SUITE_P(Large, Wraps,
                         testing::Combine(testing::Values(16384u, 32768u),
                                          testing::Values(RXMAP_FRAME_SIZE_2K)),
                         size_name);

}  // namespace
}  // namespace vm
