// SPDX-License-Identifier: MIT
//
// One run: turns of the source until count, time, end marks or a signal say stop, a line each
// second, and the report at the end. One thread.
#pragma once

#include <stop_token>

#include "rxmap-recv/consumer.hpp"
#include "rxmap-recv/meter.hpp"
#include "rxmap-recv/options.hpp"
#include "rxmap-recv/report.hpp"
#include "rxmap-recv/source.hpp"

namespace rxmap::recv {

class Session {
  public:
    /// Source and consumer outlive the session.
    Session(const Options& options, Source& source, Consumer& consumer);

    [[nodiscard]] Report run(std::stop_token stop);

  private:
    using Clock = std::chrono::steady_clock;

    [[nodiscard]] bool done() const noexcept;
    [[nodiscard]] Clock::time_point next_deadline() const noexcept;
    void note_packets();
    void show_line();
    [[nodiscard]] Report make_report(const std::string& closed) const;

    const Options& options_;
    Source& source_;
    Consumer& consumer_;
    Meter meter_;
    Reading start_;
    Reading first_packet_;
    Clock::time_point last_packet_{};
    Clock::time_point next_line_;
    Clock::time_point end_;
    bool any_packet_ = false;
    Reading shown_;
    std::uint64_t shown_received_ = 0;
    std::uint64_t shown_bytes_ = 0;
    std::uint64_t shown_wakeups_ = 0;
};

}  // namespace rxmap::recv
