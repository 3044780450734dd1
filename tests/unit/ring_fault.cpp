// SPDX-License-Identifier: MIT
// What a broken consumer earns, and what a good one sees of a module of another version.
#include <gtest/gtest.h>

#include <random>

#include "ring_support.hpp"

namespace rxmap::tests {

// Writes `ids` into the release ring behind the library's back, as a broken consumer would.
void forge_release(ModelRing& nic, std::initializer_list<std::uint32_t> ids) {
    rxmap_consumer& words = nic.consumer_words();
    const auto ring = nic.release_ids();
    for (const std::uint32_t id : ids)
        ring[words.release++ & (ring.size() - 1)] = id;
}

void expect_fault(ModelRing& nic, Ring& ring, Reason reason) {
    EXPECT_EQ(ring.state(), State::fault);
    EXPECT_EQ(ring.reason(), reason);
    EXPECT_EQ(ring.wait(), Wait::closed);
    EXPECT_TRUE(ring.take().empty());
    EXPECT_EQ(nic.receive(packet(1)), 0U);
    EXPECT_TRUE(nic.adds_up());
}

TEST(Ring, RejectsReleaseOfFrameNotDelivered) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(burst(0, 10));
    std::uint32_t frame = 0;
    {
        const Batch batch = ring.take(4);
        frame = batch[0].descriptor().frame;
        for (const PacketView view : batch)
            EXPECT_NE(view.descriptor().frame, kFrames - 1);
    }
    forge_release(nic, {kFrames - 1, frame});
    nic.poll();
    expect_fault(nic, ring, Reason::not_delivered);
}

TEST(Ring, RejectsSecondReleaseOfAFrame) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(burst(0, 4));
    const std::uint32_t frame = ring.take()[0].descriptor().frame;
    forge_release(nic, {frame});
    nic.receive(burst(4, 1));
    nic.poll();
    EXPECT_EQ(ring.state(), State::fault);
}

TEST(Ring, RejectsReleaseOfFrameIdOutOfRange) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(burst(0, 4));
    forge_release(nic, {kFrames});
    nic.poll();
    expect_fault(nic, ring, Reason::bad_frame_id);
}

TEST(Ring, RejectsReleasePositionAheadOfWhatWasDelivered) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(burst(0, 4));
    nic.consumer_words().release += 5;
    nic.poll();
    expect_fault(nic, ring, Reason::bad_release);
}

TEST(Ring, RejectsReleasePositionThatWentBack) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(burst(0, 4));
    drain(ring);
    nic.poll();
    nic.consumer_words().release -= 1;
    nic.poll();
    expect_fault(nic, ring, Reason::bad_release);
}

TEST(Ring, RejectsConsumerPositionAheadOfTheProducer) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(burst(0, 4));
    nic.consumer_words().consumer += 5;
    nic.poll();
    expect_fault(nic, ring, Reason::bad_consumer);
}

TEST(Ring, RejectsConsumerPositionThatWentBack) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(burst(0, 4));
    drain(ring);
    nic.poll();
    nic.consumer_words().consumer -= 1;
    nic.poll();
    expect_fault(nic, ring, Reason::bad_consumer);
}

TEST(Ring, ReadsZerosFromItsFramesAfterAFault) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(packet(1));
    const Batch batch = ring.take();
    nic.fault(Reason::not_delivered);
    EXPECT_TRUE(
        std::ranges::all_of(batch[0].bytes(), [](std::byte b) { return b == std::byte{}; }));
}

// Any word, any value: the sums hold, and the ring is either as good as before or in FAULT.
TEST(Ring, SurvivesRandomValuesInEveryWritableWord) {
    std::mt19937 random(11);
    for (int round = 0; round < 3000; ++round) {
        ModelRing nic({.first_position = static_cast<std::uint32_t>(random())});
        Ring ring = nic.attach();
        nic.receive(burst(0, random() % 40));
        drain(ring);
        rxmap_consumer& words = nic.consumer_words();
        const std::array targets{&words.consumer, &words.armed, &words.state_ack, &words.release,
                                 &nic.release_ids()[random() % kFrames]};
        *targets[random() % targets.size()] =
            static_cast<std::uint32_t>(random() >> (random() % 32));
        nic.receive(burst(40, 5));
        nic.poll();
        ASSERT_TRUE(nic.adds_up());
        ASSERT_TRUE(ring.state() == State::running || ring.state() == State::fault);
    }
}

TEST(Drops, AreCountedByCause) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.drop_next(RXMAP_CTR_DROP_NO_FRAME, 2);
    EXPECT_EQ(nic.receive(burst(0, 5)), 3U);
    EXPECT_EQ(ring.stats()[RXMAP_CTR_DROP_NO_FRAME], 2U);
    EXPECT_EQ(drain(ring), (std::vector<std::uint64_t>{2, 3, 4}));
    EXPECT_TRUE(nic.adds_up());
}

// Frames that come back do not free the slot of an unread descriptor.
TEST(Drops, HappenForSlotsOnlyWhenTheConsumerDoesNotMove) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.receive(packet(0));
    const Batch blocker = ring.take();
    std::uint64_t sent = 1;
    while (nic.receive(packet(sent)) == 1) {
        ++sent;
        ring.take().release();
    }
    EXPECT_EQ(sent, std::uint64_t{2} * kFrames);
    EXPECT_EQ(ring.stats()[RXMAP_CTR_DROP_SLOTS], 1U);
    EXPECT_EQ(number_of(blocker[0].bytes()), 0U);
    EXPECT_TRUE(nic.adds_up());
}

TEST(Attach, RefusesAModuleOfAnotherAbi) {
    ModelRing nic;
    nic.status().abi = RXMAP_ABI_VERSION + 1;
    try {
        const Ring ring = nic.attach();
        FAIL() << "attached";
    } catch (const Error& error) {
        EXPECT_EQ(error.code().value(), EPROTONOSUPPORT);
        EXPECT_EQ(error.refused(), RXMAP_REFUSED_ABI);
        EXPECT_STREQ(error.what(),
                     "the ring's ABI version is 2, this library needs 1: module and library are of "
                     "different versions");
    }
}

TEST(Attach, RefusesAStatusPageThatIsNone) {
    ModelRing nic;
    nic.status().magic = 0;
    EXPECT_THROW((void)nic.attach(), std::system_error);
}

TEST(Attach, RefusesDescriptorsOfAnotherSize) {
    ModelRing nic;
    nic.status().desc_size = 64;
    EXPECT_THROW((void)nic.attach(), std::system_error);
}

}  // namespace rxmap::tests
