// SPDX-License-Identifier: MIT
// Receives runs of pktgen with an arm: `warm` packets that touch every page and cache once, then
// `repeat` times the `count` packets that count; then `lone` packets of rxmap-gen, each of which
// finds the receiver asleep. Prints, as JSON, what it counted. Writes "ready", "warm", "again N"
// and "counted" to standard error when the first, the second, one more and the last may start. An
// arm that spins has no lone packets: it never sleeps.
#pragma once

#include <CLI/CLI.hpp>

#include "arm.hpp"

namespace rxmap::bench {

struct Plan {
    std::uint64_t warm = 0;
    std::uint64_t count = 0;
    std::uint64_t repeat = 1;
    std::uint64_t lone = 0;

    /// The options that every receiver of the bench has.
    void add_options(CLI::App& app);
};

/// Throws std::runtime_error when not all packets came to warm up, or few of the lone ones.
void measure(Arm& arm, const Plan& plan);

}  // namespace rxmap::bench
