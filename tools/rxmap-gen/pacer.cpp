// SPDX-License-Identifier: MIT
#include "rxmap-gen/pacer.hpp"

#include <cmath>

namespace rxmap::gen {

Pacer::Pacer(double rate, std::uint64_t burst, std::uint64_t start_ns) noexcept
    : interval_ns_(rate > 0 ? static_cast<double>(burst) * 1e9 / rate : 0),
      burst_(burst),
      epoch_ns_(static_cast<double>(start_ns)) {}

std::uint64_t Pacer::next_ns() const noexcept {
    const std::uint64_t bursts = sent_ / burst_;
    return static_cast<std::uint64_t>(
        std::ceil(epoch_ns_ + static_cast<double>(bursts) * interval_ns_));
}

std::uint64_t Pacer::due(std::uint64_t now_ns) noexcept {
    if (interval_ns_ <= 0)
        return kUnlimited;
    const std::uint64_t next = next_ns();
    if (now_ns < next)
        return 0;
    const double behind = static_cast<double>(now_ns - next);
    if (behind > interval_ns_ + kCatchUpNs) {
        const double given_up = behind - kCatchUpNs;
        epoch_ns_ += given_up;
        late_ns_ += given_up;
    }
    const double since = static_cast<double>(now_ns) - epoch_ns_;
    const auto bursts = static_cast<std::uint64_t>(since / interval_ns_) + 1;
    const std::uint64_t allowed = bursts * burst_;
    return allowed > sent_ ? allowed - sent_ : 0;
}

}  // namespace rxmap::gen
