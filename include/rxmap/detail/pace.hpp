// SPDX-License-Identifier: MIT
// How close packets come, and what the next wait of WaitBy::adaptive does about it. Pure: the
// caller brings clock and position. Not for users.
//
// A sample is the time since the last wait that had to wait, divided by the packets taken in it: a
// rate, so the latency of a wake-up does not make a busy link look idle, nor do packets that come
// together. Smoothed by 1/8. A pause without a packet counts at once. Both are cut at kMost times
// the gap of busy polling, so that a link that was idle for an hour rises as fast as after a
// second.
#pragma once

#include <rxmap/waiting.hpp>

#include <chrono>
#include <cstdint>

namespace rxmap::detail {

class Pace {
  public:
    enum class Level : std::uint8_t { sleep, busy_poll, spin };
    using Time = std::chrono::steady_clock::time_point;
    using Gap = std::chrono::nanoseconds;

    static constexpr int kGiveUp = 2;  // times the gap: where a level is left again
    static constexpr int kLasts = 4;   // times the gap: how long one wait stays at it
    static constexpr int kSmooth = 8;  // a sample counts 1/8
    static constexpr int kMost = 8;    // times busy_gap: the longest gap that is told apart

    explicit Pace(const Adaptive& settings) noexcept;

    // A wait begins and nothing is there. `position` is that of the consumer, free-running.
    [[nodiscard]] Level begin(Time now, std::uint32_t position) noexcept;

    [[nodiscard]] Gap spin_time() const noexcept { return kLasts * spin_gap_; }
    [[nodiscard]] Gap busy_time() const noexcept { return kLasts * busy_gap_; }
    [[nodiscard]] Gap gap() const noexcept { return gap_; }
    [[nodiscard]] Level level() const noexcept { return level_; }

  private:
    void sample(Time now, std::uint32_t position) noexcept;
    [[nodiscard]] Level level_of_gap() const noexcept;

    Gap spin_gap_;
    Gap busy_gap_;
    Gap gap_;  // smoothed; a new ring counts as idle
    Level level_ = Level::sleep;
    bool begun_ = false;
    Time since_{};
    std::uint32_t position_ = 0;
};

}  // namespace rxmap::detail
