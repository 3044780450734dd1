// SPDX-License-Identifier: MIT
#include "rxmap-gen/pacer.hpp"

#include <cmath>

#include "rxmap-gen/batch.hpp"

namespace rxmap::gen {

Pacer::Pacer(double rate, std::uint64_t burst, std::uint64_t start_ns,
             const Schedule& schedule) noexcept
    : interval_ns_(rate > 0 ? static_cast<double>(burst) * 1e9 / rate : 0),
      burst_(burst),
      epoch_ns_(static_cast<double>(start_ns)),
      schedule_(schedule) {}

double Pacer::due_ns(const Schedule& schedule) const noexcept {
    return epoch_ns_ + schedule.next() * interval_ns_;
}

std::uint64_t Pacer::next_ns() const noexcept {
    return static_cast<std::uint64_t>(std::ceil(due_ns(schedule_)));
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
    std::uint64_t frames = burst_ - sent_of_burst_;
    Schedule ahead = schedule_;
    for (ahead.advance();
         frames < Batch::kMostFrames && due_ns(ahead) <= static_cast<double>(now_ns);
         ahead.advance())
        frames += burst_;
    return frames;
}

void Pacer::sent(std::uint64_t frames) noexcept {
    sent_of_burst_ += frames;
    for (; sent_of_burst_ >= burst_; sent_of_burst_ -= burst_)
        schedule_.advance();
}

}  // namespace rxmap::gen
