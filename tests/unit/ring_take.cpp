// SPDX-License-Identifier: MIT
// Taking packets: order, content, wrap, metadata.
#include <gtest/gtest.h>

#include <iterator>
#include <numeric>

#include "ring_support.hpp"

namespace rxmap::tests {

static_assert(std::input_iterator<Batch::Iterator>);
static_assert(std::is_nothrow_move_constructible_v<Ring>);

TEST(Ring, GivesAnEmptyBatchWhenNothingIsThere) {
    ModelRing nic;
    Ring ring = nic.attach();
    const Batch batch = ring.take();
    EXPECT_TRUE(batch.empty());
    EXPECT_EQ(batch.begin(), batch.end());
}

TEST(Ring, DeliversPacketsInOrderAndByteExact) {
    ModelRing nic;
    Ring ring = nic.attach();
    EXPECT_EQ(nic.receive(burst(100, 10)), 10U);
    const Batch batch = ring.take();
    ASSERT_EQ(batch.size(), 10U);
    std::uint64_t expected = 100;
    for (const PacketView view : batch) {
        EXPECT_EQ(number_of(view.bytes()), expected++);
        EXPECT_TRUE(intact(view.bytes()));
    }
    EXPECT_EQ(number_of(batch[3].bytes()), 103U);
}

TEST(Ring, TakesNoMoreThanAskedFor) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(burst(0, 10));
    EXPECT_EQ(ring.take(4).size(), 4U);
    EXPECT_EQ(number_of(ring.take(1)[0].bytes()), 4U);
    EXPECT_EQ(ring.take().size(), 5U);
    EXPECT_TRUE(ring.take(0).empty());
}

TEST(Ring, NumbersPacketsWithoutGaps) {
    ModelRing nic;
    Ring ring = nic.attach();
    for (std::uint32_t i = 0; i < 100; ++i) {
        nic.receive(packet(i));
        EXPECT_EQ(ring.take()[0].sequence(), i);
    }
}

TEST(Ring, ReportsMetadataOnlyWhereItsFlagIsSet) {
    ModelRing nic;
    Ring ring = nic.attach();
    rxmap_desc metadata{};
    metadata.flags = RXMAP_DESC_HASH | RXMAP_DESC_VLAN | RXMAP_DESC_CSUM_OK;
    metadata.hash = 0xabcd1234;
    metadata.vlan_tci = 5;
    metadata.vlan_tpid = 0x8100;
    metadata.timestamp_ns = 1'700'000'000'123'456'789;
    nic.receive(packet(1), metadata);
    nic.receive(packet(2));
    const Batch batch = ring.take();
    EXPECT_EQ(batch[0].hash(), 0xabcd1234U);
    ASSERT_TRUE(batch[0].vlan().has_value());
    EXPECT_EQ(batch[0].vlan()->tci, 5U);
    EXPECT_EQ(batch[0].vlan()->tpid, 0x8100U);
    EXPECT_TRUE(batch[0].checksum_verified());
    EXPECT_EQ(batch[0].timestamp().count(), 1'700'000'000'123'456'789);
    EXPECT_FALSE(batch[1].hash().has_value());
    EXPECT_FALSE(batch[1].vlan().has_value());
    EXPECT_FALSE(batch[1].checksum_verified());
    EXPECT_GT(batch[1].timestamp(), 0ns);
}

TEST(Ring, DeliversEverySizeUpToTheLargestThatFits) {
    ModelRing nic;
    Ring ring = nic.attach();
    const std::size_t largest = ring.info().max_packet;
    for (const std::size_t size :
         {std::size_t{8}, std::size_t{59}, std::size_t{64}, std::size_t{1514}, largest}) {
        ASSERT_EQ(nic.receive(packet(size, size)), 1U);
        const Batch batch = ring.take();
        EXPECT_EQ(batch[0].size(), size);
        EXPECT_EQ(batch[0].wire_size(), size);
        EXPECT_TRUE(intact(batch[0].bytes()));
    }
    EXPECT_EQ(nic.receive(packet(1, largest + 1)), 0U);
    EXPECT_EQ(ring.stats()[RXMAP_CTR_DROP_SIZE], 1U);
    EXPECT_TRUE(nic.adds_up());
}

TEST(Ring, MovesWithoutLosingPackets) {
    ModelRing nic;
    Ring first = nic.attach();
    nic.receive(packet(7));
    Ring second = std::move(first);
    Batch batch = second.take();
    const Ring third = std::move(second);
    ASSERT_EQ(batch.size(), 1U);
    EXPECT_EQ(number_of(batch[0].bytes()), 7U);
    batch.release();  // a batch must not outlive its ring, and `third` goes first
}

TEST(Ring, DetachesWhatItHeldWhenAnotherIsAssigned) {
    ModelRing old_nic;
    ModelRing new_nic;
    Ring ring = old_nic.attach();
    ring = new_nic.attach();
    EXPECT_EQ(old_nic.status().state, RXMAP_STATE_GONE);
    new_nic.receive(packet(1));
    EXPECT_EQ(ring.take().size(), 1U);
}

struct WrapCase {
    std::uint32_t frames;
    std::uint32_t first_position;
    std::uint32_t batch;
};

class RingWrap : public ::testing::TestWithParam<WrapCase> {};

// Five times around the descriptor ring, the positions passing 2^32 where they start there.
TEST_P(RingWrap, LosesNothingAndRepeatsNothing) {
    const WrapCase& c = GetParam();
    ModelRing nic(
        {.ring = {.frames = c.frames}, .posted = c.frames / 2, .first_position = c.first_position});
    Ring ring = nic.attach();
    const std::uint64_t total = std::uint64_t{10} * c.frames;
    std::uint64_t sent = 0;
    std::uint64_t seen = 0;
    while (seen < total) {
        const std::size_t delivered = nic.receive(burst(sent, c.batch));
        ASSERT_EQ(delivered, c.batch);
        sent += delivered;
        for (const std::uint64_t number : drain(ring))
            ASSERT_EQ(number, seen++);
        ASSERT_EQ(seen, sent);
    }
    nic.poll();
    EXPECT_TRUE(nic.adds_up());
    EXPECT_EQ(ring.state(), State::running);
    EXPECT_EQ(ring.stats()[RXMAP_CTR_RELEASED], seen);
    EXPECT_EQ(ring.stats().delivered, 0U);
}

INSTANTIATE_TEST_SUITE_P(Sizes, RingWrap,
                         ::testing::Values(WrapCase{64, 0, 1}, WrapCase{64, 0, 7},
                                           WrapCase{64, 0xfffffff0, 32}, WrapCase{256, 0, 31},
                                           WrapCase{256, 0xffffffff, 128}, WrapCase{2048, 0, 64},
                                           WrapCase{2048, 0xfffff000, 1000},
                                           WrapCase{32768, 0x80000000, 4096}));

}  // namespace rxmap::tests
