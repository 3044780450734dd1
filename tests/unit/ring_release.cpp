// SPDX-License-Identifier: MIT
// Giving frames back: by batch, by kept packet, in any order; quota and both overrun policies.
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "ring_support.hpp"

namespace rxmap::tests {

TEST(Batch, GivesItsFramesBackWhenItGoes) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(burst(0, 10));
    {
        const Batch batch = ring.take();
        nic.poll();
        EXPECT_EQ(ring.stats().delivered, 10U);
    }
    nic.poll();
    EXPECT_EQ(ring.stats().delivered, 0U);
    EXPECT_EQ(ring.stats()[RXMAP_CTR_RELEASED], 10U);
    EXPECT_TRUE(nic.adds_up());
}

TEST(Batch, ReleasesOnceAlthoughItWasMoved) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(burst(0, 3));
    {
        Batch first = ring.take();
        Batch second = std::move(first);
        second.release();
        second.release();
        EXPECT_TRUE(second.empty());
    }
    nic.poll();
    EXPECT_EQ(ring.stats()[RXMAP_CTR_RELEASED], 3U);
    EXPECT_EQ(ring.state(), State::running);
}

TEST(Batch, KeepsTheSlotsOfAnOlderBatchWhileItLives) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(burst(0, 4));
    Batch older = ring.take(2);
    Batch younger = ring.take(2);
    const std::uint32_t before = nic.consumer_words().consumer;
    younger.release();
    EXPECT_EQ(nic.consumer_words().consumer, before);
    EXPECT_EQ(number_of(older[1].bytes()), 1U);
    older.release();
    EXPECT_EQ(nic.consumer_words().consumer, before + 4);
    nic.poll();
    EXPECT_EQ(ring.stats().delivered, 0U);
    EXPECT_EQ(ring.state(), State::running);
}

TEST(KeptPacket, OutlivesItsBatchUnchanged) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(burst(0, 3));
    KeptPacket kept;
    {
        const Batch batch = ring.take();
        kept = batch[1].keep();
    }
    for (std::uint64_t i = 3; i < 500; ++i) {
        nic.receive(packet(i));
        drain(ring);
    }
    EXPECT_EQ(number_of(kept.bytes()), 1U);
    EXPECT_TRUE(intact(kept.bytes()));
    EXPECT_EQ(kept.sequence(), 1U);
    EXPECT_EQ(ring.stats().delivered, 1U + 1U);  // the kept one and the last of the loop
    kept.release();
    EXPECT_FALSE(kept);
    EXPECT_TRUE(kept.bytes().empty());
    ring.reclaim();
    nic.poll();
    EXPECT_EQ(ring.stats().delivered, 0U);
    EXPECT_TRUE(nic.adds_up());
}

TEST(KeptPacket, IsEmptyWhenItsPacketWasKeptBefore) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(packet(1));
    KeptPacket first;
    {
        const Batch batch = ring.take();
        first = batch[0].keep();
        EXPECT_TRUE(first);
        EXPECT_FALSE(batch[0].keep());
    }
    first.release();
    ring.reclaim();
    nic.poll();
    EXPECT_EQ(ring.stats()[RXMAP_CTR_RELEASED], 1U);
}

TEST(KeptPacket, DroppedBeforeItsBatchIsReleasedOnce) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(burst(0, 2));
    {
        const Batch batch = ring.take();
        batch[0].keep().release();
        ring.reclaim();
        nic.receive(burst(2, 1));  // the frame is delivered again, while the old batch lives
    }
    EXPECT_EQ(drain(ring), (std::vector<std::uint64_t>{2}));
    nic.poll();
    EXPECT_EQ(ring.stats()[RXMAP_CTR_RELEASED], 3U);
    EXPECT_EQ(ring.state(), State::running);
    EXPECT_TRUE(nic.adds_up());
}

TEST(KeptPacket, MayBeReleasedInAnyOrder) {
    ModelRing nic;
    Ring ring = nic.attach();
    std::mt19937 random(7);
    std::vector<KeptPacket> kept;
    std::uint64_t sent = 0;
    for (int round = 0; round < 2000; ++round) {
        sent += nic.receive(burst(sent, random() % 8));
        for (const PacketView view : ring.take())
            if (random() % 3 != 0)
                kept.push_back(view.keep());
        std::shuffle(kept.begin(), kept.end(), random);
        for (std::size_t i = random() % 8; i > 0 && !kept.empty(); --i)
            kept.pop_back();
        for (const KeptPacket& packet : kept)
            ASSERT_TRUE(intact(packet.bytes()));
    }
    kept.clear();
    drain(ring);
    ring.reclaim();
    nic.poll();
    EXPECT_EQ(ring.state(), State::running);
    EXPECT_EQ(ring.stats().delivered, 0U);
    EXPECT_EQ(ring.stats()[RXMAP_CTR_RELEASED], ring.stats()[RXMAP_CTR_TO_RING]);
    EXPECT_TRUE(nic.adds_up());
}

TEST(KeptPacket, MayBeDestroyedOnAnotherThread) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(packet(9));
    KeptPacket kept = ring.take()[0].keep();
    std::thread([kept = std::move(kept)] { EXPECT_TRUE(intact(kept.bytes())); }).join();
    ring.reclaim();
    nic.poll();
    EXPECT_EQ(ring.stats().delivered, 0U);
}

TEST(KeptPacket, KeepsItsMemoryMappedAfterTheRingWent) {
    ModelRing nic;
    KeptPacket kept;
    {
        Ring ring = nic.attach();
        nic.receive(packet(3));
        kept = ring.take()[0].keep();
    }
    EXPECT_EQ(kept.bytes().size(), 60U);
    EXPECT_EQ(number_of(kept.bytes()), 3U);
}

TEST(Quota, DropsTheNewestAndCountsItByCause) {
    ModelRing nic;
    Ring ring = nic.attach();
    EXPECT_EQ(ring.info().quota, kQuota);
    for (std::uint64_t i = 0; i < kQuota + 5; ++i)
        nic.receive(packet(i));
    EXPECT_EQ(ring.stats()[RXMAP_CTR_DROP_QUOTA], 5U);
    EXPECT_EQ(ring.stats().dropped(), 5U);
    EXPECT_EQ(drain(ring).size(), kQuota);
    EXPECT_EQ(nic.receive(packet(100)), 1U);
    EXPECT_EQ(drain(ring), (std::vector<std::uint64_t>{100}));
    EXPECT_TRUE(nic.adds_up());
}

TEST(Quota, CountsKeptPackets) {
    ModelRing nic({.ring = {.frames = kFrames, .quota = 4}});
    Ring ring = nic.attach();
    std::vector<KeptPacket> kept;
    for (std::uint64_t i = 0; i < 4; ++i) {
        nic.receive(packet(i));
        kept.push_back(ring.take()[0].keep());
    }
    EXPECT_EQ(nic.receive(packet(4)), 0U);
    kept.pop_back();
    ring.reclaim();
    EXPECT_EQ(nic.receive(packet(5)), 1U);
}

TEST(Quota, NeverRunsTheNicDryUnderDrop) {
    ModelRing nic;
    const Ring ring = nic.attach();
    for (std::uint64_t i = 0; i < 1000; ++i)
        nic.receive(packet(i));
    EXPECT_EQ(nic.lost_at_nic(), 0U);
    EXPECT_EQ(ring.stats()[RXMAP_CTR_SEEN], 1000U);
    EXPECT_EQ(ring.stats()[RXMAP_CTR_STARVED], 0U);
}

TEST(Backpressure, LeavesTheNicWithoutFramesAndFeedsItAfterTheRelease) {
    ModelRing nic({.ring = {.mode = Mode::divert,
                            .overrun = Overrun::backpressure,
                            .frames = kFrames,
                            .quota = 8}});
    Ring ring = nic.attach();
    EXPECT_EQ(nic.receive(burst(0, 20)), 8U);
    EXPECT_EQ(nic.lost_at_nic(), 12U);
    EXPECT_EQ(ring.stats().dropped(), 0U);
    EXPECT_NE(nic.status().need_wakeup, 0U);
    EXPECT_EQ(drain(ring).size(), 8U);
    EXPECT_EQ(ring.stats()[RXMAP_CTR_KICKS], 1U);  // one for the batch, not one a packet
    EXPECT_EQ(nic.receive(burst(20, 8)), 8U);
    EXPECT_TRUE(nic.adds_up());
}

}  // namespace rxmap::tests
