// SPDX-License-Identifier: MIT
#include "probe/probe.hpp"

#include <array>
#include <cstring>

#include "probe/bytes.hpp"
#include "probe/crc32c.hpp"
#include "probe/splitmix64.hpp"

namespace rxmap::probe {
namespace {

constexpr std::size_t kChecksumOffset = 14;

std::uint32_t checksum(std::span<const std::byte> payload) noexcept {
    std::array<std::byte, 4> length{};
    store_be<4>(length, 0, payload.size());
    std::uint32_t running = crc32c_add(kCrc32cStart, length);
    running = crc32c_add(running, payload.first(kChecksumOffset));
    running = crc32c_add(running, payload.subspan(kHeaderBytes));
    return crc32c_value(running);
}

void fill(std::span<std::byte> filler, std::uint64_t state) noexcept {
    while (!filler.empty()) {
        const std::uint64_t word = splitmix64(state);
        const std::size_t step = filler.size() < sizeof word ? filler.size() : sizeof word;
        std::memcpy(filler.data(), &word, step);
        filler = filler.subspan(step);
    }
}

}  // namespace

void encode(std::span<std::byte> payload, const Header& header, std::uint64_t seed) noexcept {
    store_be<2>(payload, 0, header.kind == Kind::end ? kMagicEnd : kMagicData);
    store_be<2>(payload, 2, header.flow);
    store_be<4>(payload, 4, header.sequence);
    store_be<6>(payload, 8, header.time_ns & kTimeMask);
    fill(payload.subspan(kHeaderBytes),
         seed ^ (std::uint64_t{header.flow} << 32) ^ header.sequence);
    store_be<4>(payload, kChecksumOffset, checksum(payload));
}

Header decode(std::span<const std::byte> payload) noexcept {
    Header header{.kind = Kind::foreign};
    if (payload.size() < kHeaderBytes)
        return header;
    const std::uint16_t magic = load_be16(payload, 0);
    if (magic != kMagicData && magic != kMagicEnd)
        return header;
    if (load_be32(payload, kChecksumOffset) != checksum(payload)) {
        header.kind = Kind::corrupt;
        return header;
    }
    header.kind = magic == kMagicEnd ? Kind::end : Kind::data;
    header.flow = load_be16(payload, 2);
    header.sequence = load_be32(payload, 4);
    header.time_ns = load_be<6>(payload, 8);
    return header;
}

}  // namespace rxmap::probe
