// SPDX-License-Identifier: MIT
#include <rxmap/detail/pace.hpp>

#include <algorithm>

namespace rxmap::detail {

Pace::Pace(const Adaptive& settings) noexcept
    : spin_gap_(settings.spin_gap), busy_gap_(settings.busy_gap), gap_(kMost * busy_gap_) {}

Pace::Level Pace::begin(Time now, std::uint32_t position) noexcept {
    if (begun_) {
        sample(now, position);
    } else {
        begun_ = true;
        since_ = now;
        position_ = position;
    }
    level_ = level_of_gap();
    return level_;
}

void Pace::sample(Time now, std::uint32_t position) noexcept {
    const Gap most = kMost * busy_gap_;
    const Gap elapsed = now - since_;
    const std::uint32_t packets = position - position_;
    if (packets == 0) {  // the time goes on
        gap_ = std::max(gap_, std::min(elapsed, most));
        return;
    }
    gap_ += (std::min(elapsed / packets, most) - gap_) / kSmooth;
    since_ = now;
    position_ = position;
}

// Up below a gap, down above twice the gap, in between as before.
Pace::Level Pace::level_of_gap() const noexcept {
    if (gap_ < spin_gap_ || (level_ == Level::spin && gap_ <= kGiveUp * spin_gap_))
        return Level::spin;
    if (gap_ < busy_gap_ || (level_ != Level::sleep && gap_ <= kGiveUp * busy_gap_))
        return Level::busy_poll;
    return Level::sleep;
}

}  // namespace rxmap::detail
