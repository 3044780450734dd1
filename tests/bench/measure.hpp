// SPDX-License-Identifier: MIT
// Receives two runs of pktgen with an arm: `warm` packets that touch every page and cache once,
// then the `count` packets that count; then `lone` packets of rxmap-gen, each of which finds the
// receiver asleep. Prints, as JSON, what it counted. Writes "ready", "warm" and "counted" to
// standard error when the first, second and third may start. An arm that spins has no third: it
// never sleeps.
#pragma once

#include "arm.hpp"

namespace rxmap::bench {

struct Plan {
    std::uint64_t warm = 0;
    std::uint64_t count = 0;
    std::uint64_t lone = 0;
};

/// Throws std::runtime_error when not all packets came to warm up, or few of the lone ones.
void measure(Arm& arm, const Plan& plan);

}  // namespace rxmap::bench
