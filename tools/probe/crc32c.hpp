// SPDX-License-Identifier: MIT
//
// CRC-32C (Castagnoli, RFC 3720 appendix B.4): the checksum of the test packets. It uses the CPU's
// crc32 instruction where there is one (SSE 4.2) and a 256-entry table elsewhere; both give the
// same value. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rxmap::probe {

/// Running value before the first byte. Finish with crc32c_value().
inline constexpr std::uint32_t kCrc32cStart = 0xffffffffu;

/// Takes `bytes` into the running value.
[[nodiscard]] std::uint32_t crc32c_add(std::uint32_t running,
                                       std::span<const std::byte> bytes) noexcept;

/// The same without the crc32 instruction; public so that a test can compare the two.
[[nodiscard]] std::uint32_t crc32c_add_by_table(std::uint32_t running,
                                                std::span<const std::byte> bytes) noexcept;

/// The checksum itself, from the running value after the last byte.
[[nodiscard]] constexpr std::uint32_t crc32c_value(std::uint32_t running) noexcept {
    return ~running;
}

}  // namespace rxmap::probe
