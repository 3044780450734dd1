// SPDX-License-Identifier: MIT
#include "probe/crc32c.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace rxmap::probe {
namespace {

constexpr std::uint32_t kPolynomialReflected = 0x82f63b78u;

constexpr std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t index = 0; index < table.size(); ++index) {
        std::uint32_t value = index;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ ((value & 1u) ? kPolynomialReflected : 0u);
        table[index] = value;
    }
    return table;
}

constexpr auto kTable = make_table();

#if defined(__x86_64__)

template <typename Word>
Word load(const std::byte* from) noexcept {
    Word word;
    std::memcpy(&word, from, sizeof word);
    return word;
}

__attribute__((target("sse4.2"))) std::uint32_t add_by_instruction(
    std::uint32_t running, std::span<const std::byte> bytes) noexcept {
    const std::byte* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 8; at += 8, left -= 8)
        running = static_cast<std::uint32_t>(_mm_crc32_u64(running, load<std::uint64_t>(at)));
    if (left & 4) {
        running = _mm_crc32_u32(running, load<std::uint32_t>(at));
        at += 4;
    }
    if (left & 2) {
        running = _mm_crc32_u16(running, load<std::uint16_t>(at));
        at += 2;
    }
    if (left & 1)
        running = _mm_crc32_u8(running, load<std::uint8_t>(at));
    return running;
}

const bool kHasInstruction = __builtin_cpu_supports("sse4.2");

#endif

}  // namespace

std::uint32_t crc32c_add_by_table(std::uint32_t running,
                                  std::span<const std::byte> bytes) noexcept {
    for (const std::byte byte : bytes)
        running = (running >> 8) ^ kTable[(running ^ static_cast<std::uint32_t>(byte)) & 0xffu];
    return running;
}

std::uint32_t crc32c_add(std::uint32_t running, std::span<const std::byte> bytes) noexcept {
#if defined(__x86_64__)
    if (kHasInstruction)
        return add_by_instruction(running, bytes);
#endif
    return crc32c_add_by_table(running, bytes);
}

}  // namespace rxmap::probe
