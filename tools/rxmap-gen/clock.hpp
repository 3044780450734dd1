// SPDX-License-Identifier: MIT
//
// The two clocks of the generator, in nanoseconds.
#pragma once

#include <cstdint>
#include <ctime>

namespace rxmap::gen {

inline constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
inline constexpr std::uint64_t kNsPerMs = 1'000'000;

[[nodiscard]] inline std::uint64_t clock_ns(clockid_t clock) noexcept {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * kNsPerSecond +
           static_cast<std::uint64_t>(now.tv_nsec);
}

/// For pacing and durations.
[[nodiscard]] inline std::uint64_t steady_ns() noexcept {
    return clock_ns(CLOCK_MONOTONIC);
}

/// For the timestamp in a packet.
[[nodiscard]] inline std::uint64_t wall_ns() noexcept {
    return clock_ns(CLOCK_REALTIME);
}

}  // namespace rxmap::gen
