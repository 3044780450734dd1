// SPDX-License-Identifier: MIT
//
// A packet that is longer than a frame of the ring lies in several: each descriptor but the last
// says RXMAP_DESC_MORE, each has the length of its piece and that of the packet, and together they
// are what was sent. Publication is of whole packets. What the stack gets around a ring's end is
// whole as well.
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <poll.h>

#include <algorithm>
#include <vector>

#include "lab.hpp"
#include "probe/frame.hpp"
#include "probe/tracker.hpp"
#include "raw_genl.hpp"
#include "raw_ring.hpp"
#include "sink.hpp"

namespace vm {
namespace {

constexpr std::uint32_t kSent = 4996;  // --size counts the FCS too, which is not sent

/// A packet put together, and how.
struct Whole {
    std::vector<std::byte> bytes;
    std::uint32_t pieces = 0;
    std::uint32_t seq = 0;
};

/// Takes one packet; its descriptors are published together, so all are there when the first is.
Whole take_packet(RawRing& ring) {
    Whole whole;
    for (bool more = true; more && ring.unread() != 0; ++whole.pieces) {
        const rxmap_desc desc = ring.front();
        const auto piece = ring.bytes(desc);
        more = (desc.flags & RXMAP_DESC_MORE) != 0;
        EXPECT_EQ(desc.packet_len, kSent);
        EXPECT_LE(std::uint32_t{desc.offset} + desc.len, ring.granted().frame_size);
        if (whole.pieces != 0) {
            EXPECT_EQ(desc.seq, whole.seq) << "one packet, one number";
        }
        whole.seq = desc.seq;
        whole.bytes.insert(whole.bytes.end(), piece.begin(), piece.end());
        ring.pop();
        ring.release(desc.frame);
    }
    ring.publish();
    return whole;
}

TEST(Pieces, ALongPacketIsTheFramesThatSayMoreAndTheOneThatDoesNot) {
    // More than the buffers that the NIC had before the attach: copies, and pieces in place.
    const std::uint32_t count = rx_ring_size(kNic) + 64;
    RawRing ring;
    rxmap::probe::ProbeTracker tracker{{16, 8192, rxmap::probe::Origin::zero}};
    Traffic traffic("--size 5000 --rate 1000 --count " + std::to_string(count));
    std::uint32_t taken = 0, in_pieces = 0;
    while (taken < count && (ring.unread() != 0 || ring.wait(5000, POLLIN) != 0)) {
        const Whole whole = take_packet(ring);
        EXPECT_EQ(whole.seq, taken);
        EXPECT_EQ(whole.bytes.size(), kSent);
        EXPECT_EQ(whole.pieces, (kSent + 2047) / 2048);
        in_pieces += whole.pieces > 1;
        const auto payload = rxmap::probe::udp_payload(whole.bytes);
        ASSERT_TRUE(payload) << "not the packet that was sent";
        tracker.on_payload(*payload);
        ++taken;
    }
    EXPECT_EQ(traffic.wait(), count);
    EXPECT_EQ(taken, count);
    EXPECT_EQ(in_pieces, count);
    const rxmap::probe::Totals totals = tracker.totals();
    EXPECT_EQ(totals.distinct, count);
    EXPECT_EQ(totals.lost + totals.duplicate + totals.reordered + totals.corrupt, 0u);
    EXPECT_EQ(ring.counter(RXMAP_CTR_TO_RING), count) << "counted as packets, not as frames";
    EXPECT_EQ(ring.counter(RXMAP_CTR_BYTES), std::uint64_t{count} * kSent);
    expect_conserved(ring);
}

/// Page pools that the interface has given up and that still miss pages (linux/netdev.h, which is
/// newer than the oldest build machine). None on a kernel that cannot say.
std::size_t unfinished_pools() {
    constexpr std::uint8_t kPagePoolGet = 5;
    constexpr std::uint16_t kPagePoolIfindex = 2, kPagePoolDetachTime = 6;
    if (is_linux_6_1())
        return 0;
    const Reply pools = RawGenl("netdev").ask(kPagePoolGet, {}, NLM_F_DUMP);
    EXPECT_EQ(pools.error, 0) << pools.text;
    EXPECT_FALSE(pools.messages.empty()) << "the pool in use";
    return static_cast<std::size_t>(std::ranges::count_if(pools.messages, [](const Bytes& pool) {
        return find(pool, kPagePoolDetachTime) && find(pool, kPagePoolIfindex) &&
               find_number(pool, kPagePoolIfindex) == ifindex(kNic);
    }));
}

// After a detach the NIC fills up what it has: frames of the ring that is gone, amid pages of the
// stack. One packet begins in the one and ends in the other, and the other way round.
TEST(Pieces, APacketPartlyInFramesOfARingThatIsGoneIsWhole) {
    constexpr std::uint32_t kThrough = 20;
    const std::uint32_t after = rx_ring_size(kNic);
    // Small packets shift what of the packet lies in frames.
    for (const std::uint64_t small : {0u, 1u, 2u}) {
        {
            RawRing ring;
            Traffic traffic("--size 5000 --rate 1000 --count " + std::to_string(kThrough));
            std::uint32_t taken = 0;
            while (taken < kThrough && (ring.unread() != 0 || ring.wait(5000, POLLIN) != 0)) {
                EXPECT_EQ(take_packet(ring).bytes.size(), kSent);
                ++taken;
            }
            EXPECT_EQ(traffic.wait(), kThrough);
        }
        UdpSink sink(9000);
        for (std::uint64_t i = 0; i < small; ++i)
            EXPECT_EQ(Traffic("--count 1").wait(), 1u);
        EXPECT_EQ(sink.drain(), small);
        rxmap::probe::ProbeTracker tracker{{16, 8192, rxmap::probe::Origin::zero}};
        Traffic traffic("--size 5000 --rate 1000 --count " + std::to_string(after));
        EXPECT_EQ(traffic.wait(), after);
        EXPECT_EQ(
            sink.drain([&](std::span<const std::byte> datagram) { tracker.on_payload(datagram); }),
            after);
        const rxmap::probe::Totals totals = tracker.totals();
        EXPECT_EQ(totals.distinct, after);
        EXPECT_EQ(totals.corrupt, 0u) << small << " small packets before";
    }
    sh("ip link set rx0 down; ip link set rx0 up");
    // The pool itself looks once a second.
    EXPECT_TRUE(eventually([] { return unfinished_pools() == 0; })) << "pages are lost";
}

// Rings that come and go amid the traffic: for the stack as for the ring, each packet is whole.
TEST(Pieces, AttachAndDetachUnderTrafficLeaveLongPacketsWhole) {
    constexpr std::uint32_t kCount = 2000;
    const rxmap::probe::ProbeTracker fresh{{16, 8192, rxmap::probe::Origin::zero}};
    UdpSink sink(9000);
    Traffic traffic("--size 5000 --rate 1000 --count " + std::to_string(kCount));
    for (int round = 0; round < 12; ++round) {
        RawRing ring(request(RXMAP_MODE_TAP));
        auto tracker = fresh;
        for (int i = 0; i < 5; ++i, sleep_ms(10)) {
            while (ring.unread() != 0) {
                const Whole whole = take_packet(ring);
                const auto payload = rxmap::probe::udp_payload(whole.bytes);
                ASSERT_TRUE(payload) << "not a packet that was sent";
                tracker.on_payload(*payload);
            }
        }
        EXPECT_EQ(tracker.totals().corrupt, 0u);
    }
    EXPECT_EQ(traffic.wait(), kCount);
    auto tracker = fresh;
    EXPECT_EQ(sink.drain([&](std::span<const std::byte> data) { tracker.on_payload(data); }),
              kCount);
    EXPECT_EQ(tracker.totals().distinct, kCount);
    EXPECT_EQ(tracker.totals().corrupt, 0u);
}

}  // namespace
}  // namespace vm
