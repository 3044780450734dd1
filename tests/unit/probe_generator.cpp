// SPDX-License-Identifier: MIT
//
// The generator's parts that need no socket: pacing, frames, the neighbour.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "probe/bytes.hpp"
#include "probe/frame.hpp"
#include "probe/tracker.hpp"
#include "rxmap-gen/flow_source.hpp"
#include "rxmap-gen/headers.hpp"
#include "rxmap-gen/neighbour.hpp"
#include "rxmap-gen/pacer.hpp"
#include "rxmap-gen/schedule.hpp"

namespace rxmap::gen {
namespace {

constexpr std::uint64_t kMs = 1'000'000;

TEST(Pacer, SpreadsFramesEvenly) {
    Pacer pacer(1000, 1, 0);
    EXPECT_EQ(pacer.due(0), 1u);
    pacer.sent(1);
    EXPECT_EQ(pacer.next_ns(), 1 * kMs);
    EXPECT_EQ(pacer.due(kMs - 1), 0u);
    EXPECT_EQ(pacer.due(kMs), 1u);
}

TEST(Pacer, KeepsTheRateWithBursts) {
    Pacer pacer(100'000, 32, 0);
    std::uint64_t sent = 0;
    for (std::uint64_t now = 0; now <= 1000 * kMs; now += kMs / 10) {
        const std::uint64_t due = pacer.due(now);
        pacer.sent(due);
        sent += due;
    }
    EXPECT_NEAR(static_cast<double>(sent), 100'000, 64);
    EXPECT_EQ(pacer.late_seconds(), 0);
}

TEST(Pacer, CatchesUpAShortDelayOnly) {
    Pacer pacer(10'000, 1, 0);
    pacer.sent(pacer.due(0));
    EXPECT_NEAR(static_cast<double>(pacer.due(4 * kMs)), 40, 1);
    const std::uint64_t after_a_second = pacer.due(1000 * kMs);
    EXPECT_NEAR(static_cast<double>(after_a_second), 51, 1);
    EXPECT_NEAR(pacer.late_seconds(), 0.995, 0.001);
}

TEST(Pacer, RateZeroHasNoLimit) {
    Pacer pacer(0, 1, 0);
    EXPECT_EQ(pacer.due(0), Pacer::kUnlimited);
}

std::vector<double> poisson_gaps(std::uint64_t seed, std::size_t count) {
    Schedule schedule(Arrivals::poisson, seed);
    std::vector<double> gaps;
    while (gaps.size() < count) {
        const double before = schedule.next();
        schedule.advance();
        gaps.push_back(schedule.next() - before);
    }
    return gaps;
}

TEST(Schedule, TheSameSeedGivesTheSameGaps) {
    EXPECT_EQ(poisson_gaps(7, 1000), poisson_gaps(7, 1000));
    EXPECT_NE(poisson_gaps(7, 1000), poisson_gaps(8, 1000));
}

TEST(Schedule, PoissonGapsAreExponential) {
    constexpr std::size_t kCount = 100'000;
    double sum = 0, squares = 0;
    std::size_t long_ones = 0;
    for (const double gap : poisson_gaps(1, kCount)) {
        ASSERT_GE(gap, 0);
        sum += gap;
        squares += gap * gap;
        long_ones += gap > 2 ? 1 : 0;
    }
    const double mean = sum / kCount;
    EXPECT_NEAR(mean, 1, 0.02);
    EXPECT_NEAR(squares / kCount - mean * mean, 1, 0.05);  // steady ones would have 0
    EXPECT_NEAR(static_cast<double>(long_ones) / kCount, std::exp(-2), 0.01);
}

// A sender that looks when the next burst is due, or each millisecond.
std::vector<std::uint64_t> due_times(std::uint64_t look_ns) {
    Pacer pacer(10'000, 1, 0, Schedule(Arrivals::poisson, 3));
    std::vector<std::uint64_t> times;
    std::uint64_t now = 0;
    while (times.size() < 20'000) {
        for (std::uint64_t due = pacer.due(now); due > 0; --due) {
            times.push_back(pacer.next_ns());
            pacer.sent(1);
        }
        now = look_ns > 0 ? now + look_ns : pacer.next_ns();
    }
    times.resize(20'000);
    EXPECT_EQ(pacer.late_seconds(), 0);
    return times;
}

TEST(Pacer, PoissonKeepsTheRateAndALateBurstShiftsNone) {
    const std::vector<std::uint64_t> times = due_times(0);
    EXPECT_NEAR(static_cast<double>(times.back()), 2000.0 * kMs, 40.0 * kMs);
    EXPECT_EQ(times, due_times(kMs));
}

TrafficOptions traffic(std::uint32_t size) {
    TrafficOptions options;
    options.size = size;
    options.destination_mac = parse_mac("52:54:00:12:34:56");
    options.source_mac = parse_mac("52:54:00:00:00:01");
    options.source_ip = parse_ipv4("10.9.0.1");
    options.destination_ip = parse_ipv4("10.9.0.2");
    return options;
}

/// The checksum over pseudo header and datagram, which is 0 when the sender's is right.
std::uint16_t udp_residue(const probe::Ipv4Payload& packet) {
    const std::uint64_t pseudo =
        std::uint64_t{packet.source} + packet.destination + packet.protocol + packet.bytes.size();
    return probe::internet_checksum(probe::internet_sum(pseudo, packet.bytes));
}

TEST(FlowSource, FramesOfEverySizeAreWhole) {
    for (const bool vlan : {false, true}) {
        for (const std::size_t size : {least_frame_size(vlan), std::size_t{69}, std::size_t{70},
                                       std::size_t{71}, std::size_t{1518}, most_frame_size(vlan)}) {
            TrafficOptions options = traffic(static_cast<std::uint32_t>(size));
            if (vlan)
                options.vlan = 5;
            FlowSource source(options);
            Batch batch;
            ASSERT_TRUE(source.append_next(batch, 1));
            const auto frame = batch.frame(batch.frames()[0]);
            EXPECT_EQ(frame.size(), size - probe::kFcsBytes);
            const auto packet = probe::ipv4_payload(frame);
            ASSERT_TRUE(packet) << size;
            EXPECT_EQ(udp_residue(*packet), 0) << size;
            const auto payload = probe::udp_payload(frame);
            ASSERT_TRUE(payload) << size;
            EXPECT_EQ(probe::decode(*payload).kind, probe::Kind::data) << size;
        }
    }
}

TEST(FlowSource, SmallestFrameIsTheSmallestOfEthernet) {
    EXPECT_EQ(least_frame_size(false), 64u);
    EXPECT_EQ(least_frame_size(true), 68u);
}

TEST(FlowSource, FlowsTakeTurnsAndCountEachForItself) {
    TrafficOptions options = traffic(64);
    options.flows = 3;
    options.first_flow = 7;
    FlowSource source(options);
    probe::ProbeTracker tracker({.flows = 16, .window = 64});
    Batch batch;
    while (source.append_next(batch, 1)) {
    }
    ASSERT_EQ(batch.frames().size(), Batch::kMostFrames);
    for (const BatchedFrame& frame : batch.frames())
        tracker.on_payload(batch.payload(frame));
    EXPECT_EQ(tracker.totals().flows, 3u);
    EXPECT_EQ(tracker.totals().distinct, Batch::kMostFrames);
    EXPECT_EQ(tracker.totals().lost, 0u);
}

TEST(FlowSource, ImixHoldsSevenFourOne) {
    TrafficOptions options = traffic(64);
    options.imix = true;
    FlowSource source(options);
    std::array<int, 3> seen{};
    Batch batch;
    for (int frame = 0; frame < 120; ++frame) {
        batch.clear();
        ASSERT_TRUE(source.append_next(batch, 1));
        const std::size_t size = batch.frames()[0].bytes + probe::kFcsBytes;
        ++seen[size == 64 ? 0 : size == 594 ? 1 : 2];
    }
    EXPECT_EQ(seen, (std::array{70, 40, 10}));
}

TEST(Frame, FindsNoPayloadInDamagedFrames) {
    FlowSource source(traffic(128));
    Batch batch;
    ASSERT_TRUE(source.append_next(batch, 1));
    const auto good = batch.frame(batch.frames()[0]);
    for (std::size_t length = 0; length < good.size(); ++length)
        EXPECT_FALSE(probe::udp_payload(good.first(length))) << length;
    std::vector<std::byte> padded(good.begin(), good.end());
    padded.resize(padded.size() + 7);
    EXPECT_EQ(probe::udp_payload(padded)->size(), probe::udp_payload(good)->size());
    std::vector<std::byte> fragment(good.begin(), good.end());
    probe::store_be<2>(fragment, probe::kEthernetBytes + 6, 0x2000);
    EXPECT_FALSE(probe::udp_payload(fragment));
}

class NeighbourOfGuest : public ::testing::Test {
  protected:
    static Options options() {
        Options result;
        result.traffic = traffic(64);
        result.answer = true;
        result.ping = result.traffic.destination_ip;
        return result;
    }

    /// The guest's own stack, for what the generator sends: the same class with addresses swapped.
    static Options guest_options() {
        Options result = options();
        std::swap(result.traffic.source_mac, result.traffic.destination_mac);
        std::swap(result.traffic.source_ip, result.traffic.destination_ip);
        result.ping = result.traffic.destination_ip;
        return result;
    }

    Neighbour neighbour{options()};
    Neighbour guest{guest_options()};
    Batch batch;
};

TEST_F(NeighbourOfGuest, PingIsAnsweredAndCountedOnce) {
    ASSERT_TRUE(neighbour.append_ping(batch));
    guest.on_frame(batch.frame(batch.frames()[0]));
    EXPECT_TRUE(guest.greeted());
    batch.clear();
    guest.append_answers(batch);
    ASSERT_EQ(batch.frames().size(), 1u);
    neighbour.on_frame(batch.frame(batch.frames()[0]));
    neighbour.on_frame(batch.frame(batch.frames()[0]));
    EXPECT_EQ(neighbour.counts().ping_replies, 1u);
    EXPECT_FALSE(neighbour.greeted());
}

TEST_F(NeighbourOfGuest, ArpForOurAddressOnlyIsAnswered) {
    std::vector<std::byte> request(60);
    write_ethernet(request, Mac{}, guest_options().traffic.source_mac, {}, probe::kEtherArp);
    probe::store_be<6>(request, 14, 0x0001'0800'0604);
    probe::store_be<2>(request, 20, 1);
    probe::store_be<4>(request, 28, parse_ipv4("10.9.0.2"));
    probe::store_be<4>(request, 38, parse_ipv4("10.9.0.3"));
    neighbour.on_frame(request);
    EXPECT_FALSE(neighbour.has_answers());
    probe::store_be<4>(request, 38, parse_ipv4("10.9.0.1"));
    neighbour.on_frame(request);
    neighbour.append_answers(batch);
    ASSERT_EQ(batch.frames().size(), 1u);
    const auto reply = batch.frame(batch.frames()[0]);
    EXPECT_EQ(probe::load_be16(reply, 20), 2);
    EXPECT_EQ(probe::load_be32(reply, 28), parse_ipv4("10.9.0.1"));
    EXPECT_EQ(probe::load_be32(reply, 38), parse_ipv4("10.9.0.2"));
}

TEST_F(NeighbourOfGuest, SurvivesFramesCutAnywhere) {
    ASSERT_TRUE(neighbour.append_ping(batch));
    const auto ping = batch.frame(batch.frames()[0]);
    for (std::size_t length = 0; length < ping.size(); ++length)
        guest.on_frame(ping.first(length));
    EXPECT_FALSE(guest.has_answers());
}

}  // namespace
}  // namespace rxmap::gen
