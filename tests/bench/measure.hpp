// SPDX-License-Identifier: MIT
// Receives two runs of pktgen with an arm and prints, as JSON, what it counted: `warm` packets that
// touch every page and cache once, then the `count` packets that count. Writes "ready" to standard
// error when the first run may start and "warm" when the second may.
#pragma once

#include "arm.hpp"

namespace rxmap::bench {

/// Throws std::runtime_error when not all packets came to warm up.
void measure(Arm& arm, std::uint64_t warm, std::uint64_t count);

}  // namespace rxmap::bench
