// SPDX-License-Identifier: MIT
#include "rxmap-recv/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <limits>

namespace rxmap::recv {
namespace {

constexpr std::chrono::seconds kLineInterval{1};
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();
// A turn ends after so many packets, so that the clock is looked at under any load.
constexpr std::uint64_t kMostPerTurn = 4096;

}  // namespace

Session::Session(const Options& options, Source& source, Consumer& consumer)
    : options_(options),
      source_(source),
      consumer_(consumer),
      meter_(interrupt_names(options.interface)),
      start_(meter_.read()),
      next_line_(options.quiet ? Clock::time_point::max() : start_.time + kLineInterval),
      end_(Clock::time_point::max()),
      shown_(start_) {
    if (options.seconds > 0)
        end_ = start_.time + std::chrono::duration_cast<Clock::duration>(
                                 std::chrono::duration<double>(options.seconds));
}

bool Session::done() const noexcept {
    return (options_.count > 0 && consumer_.received() >= options_.count) ||
           (options_.until_end && consumer_.tracker().finished());
}

Session::Clock::time_point Session::next_deadline() const noexcept {
    // An hour stands for "for ever": the end of time overflows when a wait converts it.
    const auto far = start_.time + std::chrono::hours(24 * 365);
    return std::min({next_line_, end_, far});
}

Report Session::run(std::stop_token stop) {
    std::string closed;
    while (!done() && !stop.stop_requested()) {
        const std::uint64_t wanted =
            options_.count > 0 ? options_.count - consumer_.received() : kNoLimit;
        const Turn turn =
            source_.turn(consumer_, next_deadline(), std::min(wanted, kMostPerTurn), stop);
        if (turn == Turn::packets)
            note_packets();
        if (!consumer_.flush())
            break;
        const auto now = Clock::now();
        if (now >= next_line_)
            show_line();
        if (turn == Turn::closed) {
            closed = source_.status();
            break;
        }
        if (now >= end_)
            break;
    }
    return make_report(closed);
}

void Session::note_packets() {
    last_packet_ = Clock::now();
    if (any_packet_)
        return;
    any_packet_ = true;
    first_packet_ = meter_.read();
}

void Session::show_line() {
    next_line_ += kLineInterval;
    const Reading now = meter_.read();
    const double seconds = std::chrono::duration<double>(now.time - shown_.time).count();
    const std::uint64_t packets = consumer_.received() - shown_received_;
    const std::uint64_t bytes = consumer_.bytes() - shown_bytes_;
    const std::uint64_t wakeups = source_.wakeups();
    std::string drops;
    for (const auto& [cause, count] : source_.drops())
        drops += fmt::format(" {} {}", cause, count);
    fmt::print(stderr, "{:.0f} packets/s, {:.0f} bits/s, {} interrupts, {} wake-ups; drops:{}\n",
               static_cast<double>(packets) / seconds, static_cast<double>(bytes) * 8 / seconds,
               now.interrupts - shown_.interrupts, wakeups - shown_wakeups_, drops);
    shown_ = now;
    shown_received_ = consumer_.received();
    shown_bytes_ = consumer_.bytes();
    shown_wakeups_ = wakeups;
}

Report Session::make_report(const std::string& closed) const {
    const Reading end = meter_.read();
    Report report;
    report.interface = options_.interface;
    report.source = source_.name();
    report.received = consumer_.received();
    report.bytes = consumer_.bytes();
    report.probe = consumer_.tracker().totals();
    report.drops = source_.drops();
    report.waits = source_.waits();
    report.wakeups = source_.wakeups();
    report.interrupts = end.interrupts - start_.interrupts;
    report.context_switches = end.context_switches - start_.context_switches;
    report.closed = closed;
    if (any_packet_) {
        // All in one batch: the meter was read after the packets were.
        report.seconds =
            std::max(0.0, std::chrono::duration<double>(last_packet_ - first_packet_.time).count());
        report.cpu_seconds = meter_.busy_seconds(first_packet_, end);
    }
    return report;
}

}  // namespace rxmap::recv
