// SPDX-License-Identifier: MIT
//
// When bursts are due, in mean gaps after the first one: evenly, or as a Poisson process has them,
// whose gaps are exponentially distributed and know nothing of each other. The same seed gives the
// same gaps. A small value: who looks ahead takes a copy.
#pragma once

#include <cstdint>

namespace rxmap::gen {

enum class Arrivals { steady, poisson };

class Schedule {
  public:
    explicit Schedule(Arrivals arrivals = Arrivals::steady, std::uint64_t seed = 1) noexcept
        : arrivals_(arrivals), state_(seed) {}

    /// When the next burst is due; 0 for the first.
    [[nodiscard]] double next() const noexcept { return next_; }

    /// On to the burst after it.
    void advance() noexcept;

  private:
    Arrivals arrivals_;
    std::uint64_t state_;
    double next_ = 0;
};

}  // namespace rxmap::gen
