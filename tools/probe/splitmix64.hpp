// SPDX-License-Identifier: MIT
//
// splitmix64 (Steele, Lea, Flood 2014): a counter and a mix. Good enough for filler and for gaps
// between packets, and the same numbers everywhere, which <random> promises for engines only.
#pragma once

#include <cstdint>

namespace rxmap::probe {

/// The next number of the stream that `state` is at; any state is a seed.
[[nodiscard]] constexpr std::uint64_t splitmix64(std::uint64_t& state) noexcept {
    state += 0x9e3779b97f4a7c15u;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
}

}  // namespace rxmap::probe
