// SPDX-License-Identifier: MIT
//
// Big-endian loads and stores, the byte order of every header on the wire. The caller has checked
// that the bytes are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rxmap::probe {

/// Reads `Width` bytes at `offset`, most significant first.
template <std::size_t Width>
[[nodiscard]] constexpr std::uint64_t load_be(std::span<const std::byte> from,
                                              std::size_t offset) noexcept {
    std::uint64_t value = 0;
    for (std::size_t index = 0; index < Width; ++index)
        value = (value << 8) | static_cast<std::uint64_t>(from[offset + index]);
    return value;
}

/// Writes the low `Width` bytes of `value` at `offset`, most significant first.
template <std::size_t Width>
constexpr void store_be(std::span<std::byte> to, std::size_t offset, std::uint64_t value) noexcept {
    for (std::size_t index = Width; index-- > 0; value >>= 8)
        to[offset + index] = static_cast<std::byte>(value & 0xffu);
}

[[nodiscard]] constexpr std::uint16_t load_be16(std::span<const std::byte> from,
                                                std::size_t offset) noexcept {
    return static_cast<std::uint16_t>(load_be<2>(from, offset));
}

[[nodiscard]] constexpr std::uint32_t load_be32(std::span<const std::byte> from,
                                                std::size_t offset) noexcept {
    return static_cast<std::uint32_t>(load_be<4>(from, offset));
}

}  // namespace rxmap::probe
