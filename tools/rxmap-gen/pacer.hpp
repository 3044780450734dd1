// SPDX-License-Identifier: MIT
//
// Says how many frames are due at a given time, so that `rate` frames a second leave in bursts of
// `burst`, when a schedule has them. A burst that leaves late shifts none after it: a sender that
// fell behind (a busy host) catches up. But at most 5 ms' worth; the rest of the delay is reported
// and not caught up, because a burst far above the rate would overrun a receiver that copes with
// the rate. Pure: the caller brings the clock.
#pragma once

#include <cstdint>
#include <limits>

#include "rxmap-gen/schedule.hpp"

namespace rxmap::gen {

class Pacer {
  public:
    static constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();
    static constexpr double kCatchUpNs = 5e6;

    /// rate in frames a second, 0 for as fast as possible; burst at least 1.
    Pacer(double rate, std::uint64_t burst, std::uint64_t start_ns,
          const Schedule& schedule = Schedule()) noexcept;

    /// Frames that may leave now; not all of them where they are more than a batch holds.
    [[nodiscard]] std::uint64_t due(std::uint64_t now_ns) noexcept;

    /// When the next burst is due.
    [[nodiscard]] std::uint64_t next_ns() const noexcept;

    /// Tells that `frames` left.
    void sent(std::uint64_t frames) noexcept;

    /// Delay that was not caught up, so far.
    [[nodiscard]] double late_seconds() const noexcept { return late_ns_ * 1e-9; }

  private:
    [[nodiscard]] double due_ns(const Schedule& schedule) const noexcept;

    double interval_ns_;  ///< between bursts, in the mean; 0 means unlimited
    std::uint64_t burst_;
    double epoch_ns_;  ///< when burst 0 was due, moved by every delay not caught up
    double late_ns_ = 0;
    Schedule schedule_;                ///< at the oldest burst that has not left as a whole
    std::uint64_t sent_of_burst_ = 0;  ///< frames of it that have
};

}  // namespace rxmap::gen
