// SPDX-License-Identifier: MIT
#include "rxmap-gen/schedule.hpp"

#include <cmath>

#include "probe/splitmix64.hpp"

namespace rxmap::gen {
namespace {

/// Exponentially distributed with mean 1, by the inverse of its distribution function.
double exponential(std::uint64_t& state) noexcept {
    const std::uint64_t bits = probe::splitmix64(state) >> 11;       // as many as a double holds
    const double uniform = static_cast<double>(bits + 1) * 0x1p-53;  // above 0, at most 1
    return -std::log(uniform);
}

}  // namespace

void Schedule::advance() noexcept {
    next_ += arrivals_ == Arrivals::poisson ? exponential(state_) : 1;
}

}  // namespace rxmap::gen
