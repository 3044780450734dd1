// SPDX-License-Identifier: MIT
// What the tests of the ring share: packets that carry their number, and a NIC with defaults.
#pragma once

#include <rxmap/rxmap.hpp>
#include <rxmap/testing.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace rxmap::tests {

using namespace std::chrono_literals;
using testing::ModelOptions;
using testing::ModelRing;

// The number, then bytes that depend on it, so that a mixed-up or rewritten frame is noticed.
inline std::vector<std::byte> packet(std::uint64_t number, std::size_t size = 60) {
    std::vector<std::byte> bytes(size);
    std::memcpy(bytes.data(), &number, sizeof(number));
    for (std::size_t i = sizeof(number); i < size; ++i)
        bytes[i] = static_cast<std::byte>(number * 31 + i);
    return bytes;
}

inline std::uint64_t number_of(std::span<const std::byte> bytes) {
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data(), sizeof(number));
    return number;
}

inline bool intact(std::span<const std::byte> bytes) {
    return std::ranges::equal(bytes, packet(number_of(bytes), bytes.size()));
}

inline std::vector<std::vector<std::byte>> burst(std::uint64_t first, std::size_t count) {
    std::vector<std::vector<std::byte>> packets;
    for (std::uint64_t i = 0; i < count; ++i)
        packets.push_back(packet(first + i));
    return packets;
}

// 64 frames, 16 of them with the NIC: a quota of 48.
constexpr std::uint32_t kFrames = 64;
constexpr std::uint32_t kQuota = 48;

// Takes everything that is there; the numbers of the packets, in order.
inline std::vector<std::uint64_t> drain(Ring& ring) {
    std::vector<std::uint64_t> numbers;
    for (Batch batch = ring.take(); !batch.empty(); batch = ring.take())
        for (const PacketView view : batch)
            numbers.push_back(number_of(view.bytes()));
    return numbers;
}

// The consumer's word that tells the kernel how to wake it; RXMAP_ARMED_NO: it is awake.
inline std::uint32_t armed(ModelRing& nic) {
    return detail::load_acquire(nic.consumer_words().armed);
}

}  // namespace rxmap::tests
