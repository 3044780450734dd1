// SPDX-License-Identifier: MIT
//
// The test packet's format: what is written is read back, and no change of a byte goes unseen.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string_view>
#include <vector>

#include "probe/bytes.hpp"
#include "probe/crc32c.hpp"
#include "probe/probe.hpp"

namespace rxmap::probe {
namespace {

std::vector<std::byte> packet(std::size_t bytes, std::uint64_t seed = 1) {
    std::vector<std::byte> payload(bytes);
    encode(payload,
           {.kind = Kind::data, .flow = 258, .sequence = 0x01020304, .time_ns = 0xa1a2a3a4a5a6},
           seed);
    return payload;
}

TEST(Crc32c, MatchesThePublishedCheckValue) {
    constexpr std::string_view text = "123456789";
    const auto bytes = std::as_bytes(std::span(text));
    EXPECT_EQ(crc32c_value(crc32c_add(kCrc32cStart, bytes)), 0xe3069283u);
    EXPECT_EQ(crc32c_value(crc32c_add_by_table(kCrc32cStart, bytes)), 0xe3069283u);
}

TEST(Crc32c, TableAndInstructionAgreeAtEveryLength) {
    const auto bytes = packet(200);
    for (std::size_t length = 0; length <= bytes.size(); ++length) {
        const auto part = std::span(bytes).first(length);
        EXPECT_EQ(crc32c_add(kCrc32cStart, part), crc32c_add_by_table(kCrc32cStart, part))
            << length;
    }
}

TEST(ProbeFormat, ReadsBackWhatWasWritten) {
    for (const std::size_t bytes : {18, 19, 25, 26, 27, 1472, 65507}) {
        const Header header = decode(packet(bytes));
        EXPECT_EQ(header.kind, Kind::data) << bytes;
        EXPECT_EQ(header.flow, 258);
        EXPECT_EQ(header.sequence, 0x01020304u);
        EXPECT_EQ(header.time_ns, 0xa1a2a3a4a5a6u);
    }
}

TEST(ProbeFormat, LiesInTheBytesAsDocumented) {
    const auto payload = packet(kHeaderBytes);
    EXPECT_EQ(load_be<2>(payload, 0), kMagicData);
    EXPECT_EQ(load_be<2>(payload, 2), 258u);
    EXPECT_EQ(load_be<4>(payload, 4), 0x01020304u);
    EXPECT_EQ(load_be<6>(payload, 8), 0xa1a2a3a4a5a6u);
}

TEST(ProbeFormat, SeesEveryChangedBit) {
    for (const std::size_t bytes : {18, 61}) {
        auto payload = packet(bytes);
        for (std::size_t bit = 0; bit < bytes * 8; ++bit) {
            const auto flip = static_cast<std::byte>(1u << (bit % 8));
            payload[bit / 8] ^= flip;
            EXPECT_NE(decode(payload).kind, Kind::data) << bit;
            payload[bit / 8] ^= flip;
        }
        EXPECT_EQ(decode(payload).kind, Kind::data);
    }
}

TEST(ProbeFormat, SeesAPayloadCutOrPadded) {
    auto payload = packet(64);
    EXPECT_EQ(decode(std::span(payload).first(63)).kind, Kind::corrupt);
    EXPECT_EQ(decode(std::span(payload).first(kHeaderBytes)).kind, Kind::corrupt);
    payload.push_back(std::byte{0});
    EXPECT_EQ(decode(payload).kind, Kind::corrupt);
}

TEST(ProbeFormat, CallsOtherTrafficForeign) {
    EXPECT_EQ(decode({}).kind, Kind::foreign);
    EXPECT_EQ(decode(std::span(packet(64).data(), kHeaderBytes - 1)).kind, Kind::foreign);
    EXPECT_EQ(decode(std::array<std::byte, 64>{}).kind, Kind::foreign);
}

TEST(ProbeFormat, FillerDependsOnSeedFlowAndSequence) {
    const auto first = packet(64, 1);
    const auto other_seed = packet(64, 2);
    EXPECT_NE(std::memcmp(first.data() + kHeaderBytes, other_seed.data() + kHeaderBytes, 46), 0);
    EXPECT_EQ(first, packet(64, 1));
}

}  // namespace
}  // namespace rxmap::probe
