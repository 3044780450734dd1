// SPDX-License-Identifier: MIT
#include "rxmap-gen/engine.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <limits>

#include "rxmap-gen/clock.hpp"

namespace rxmap::gen {
namespace {

constexpr std::uint64_t kPingIntervalNs = 100 * kNsPerMs;
constexpr std::uint64_t kAnswerPatienceNs = 2 * kNsPerSecond;
constexpr std::uint64_t kEndMarkGapNs = 30 * kNsPerMs;
constexpr std::uint64_t kLingerStepNs = 20 * kNsPerMs;
constexpr int kEndMarks = 3;
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

std::optional<Capture> load_capture(const TrafficOptions& traffic) {
    const std::string& path = traffic.pcap.empty() ? traffic.mix : traffic.pcap;
    if (path.empty())
        return std::nullopt;
    return Capture(path, traffic.to_destination ? &traffic.destination_mac : nullptr);
}

}  // namespace

Engine::Engine(const Options& options, Sink& sink, StopFlag& stop)
    : options_(options),
      sink_(sink),
      stop_(stop),
      flows_(options.traffic),
      capture_(load_capture(options.traffic)),
      neighbour_(options),
      progress_(isatty(STDERR_FILENO) != 0) {
    report_.first_flow = options.traffic.first_flow;
    report_.flow_frames.resize(options.replay_only() ? 0 : options.traffic.flows);
    if (capture_)
        report_.truncated_in_capture = capture_->truncated();
    sink_.set_input_handler(
        [this](std::span<const std::byte> frame) { neighbour_.on_frame(frame); });
}

Report Engine::run() {
    wait_for_guest();
    const std::uint64_t start = steady_ns();
    next_ping_ns_ = start;
    next_progress_ns_ = start + kNsPerSecond;
    if (!ended())
        send_traffic();
    report_.seconds = static_cast<double>(steady_ns() - start) * 1e-9;
    report_.interrupted = stop_;
    // A receiver may leave at the first end mark: what meets its closed port then is no failure.
    report_.refused = sink_.refused();
    if (options_.traffic.mark_end && !options_.replay_only())
        send_end_marks();
    wait_for_answers();
    if (report_.failure.empty())
        report_.failure = sink_.failure();
    linger();
    if (progress_)
        fmt::print(stderr, "\n");
    report_.neighbour = neighbour_.counts();
    report_.blocked_times = sink_.blocked_times();
    report_.blocked_seconds = sink_.blocked_seconds();
    return report_;
}

bool Engine::ended() const noexcept {
    return stop_ || !sink_.failure().empty() || !report_.failure.empty();
}

void Engine::wait_for_guest() {
    if (!options_.wait_guest_seconds)
        return;
    const double patience = *options_.wait_guest_seconds;
    const std::uint64_t deadline =
        steady_ns() + static_cast<std::uint64_t>(patience * static_cast<double>(kNsPerSecond));
    while (!neighbour_.greeted() && !ended()) {
        if (steady_ns() >= deadline) {
            report_.failure = fmt::format("--wait-guest {}: no ping for {} came", patience,
                                          ipv4_text(options_.traffic.source_ip));
            return;
        }
        sink_.wait_until(std::min(deadline, steady_ns() + kPingIntervalNs));
        flush();
    }
    flush();
}

std::uint64_t Engine::frames_left() const noexcept {
    const TrafficOptions& traffic = options_.traffic;
    const std::uint64_t built = options_.replay_only() ? replayed_built_ : flows_.built();
    std::uint64_t limit = traffic.count == 0 ? kNoLimit : traffic.count;
    if (options_.replay_only() && !traffic.loop)
        limit = std::min<std::uint64_t>(limit, capture_->frames());
    return limit - built;
}

void Engine::send_traffic() {
    const TrafficOptions& traffic = options_.traffic;
    const std::uint64_t start = steady_ns();
    const std::uint64_t end = traffic.seconds > 0
                                  ? start + static_cast<std::uint64_t>(
                                                traffic.seconds * static_cast<double>(kNsPerSecond))
                                  : kNoLimit;
    Pacer pacer(traffic.rate, traffic.burst, 0, Schedule(traffic.arrivals, traffic.seed));
    while (!ended() && frames_left() > 0) {
        const std::uint64_t now = steady_ns();
        if (now >= end)
            break;
        const std::uint64_t due = pacer.due(now - start);
        fill(due, wall_ns());
        append_ping_if_due(now);
        pacer.sent(static_cast<std::uint64_t>(
            std::ranges::count_if(batch_.frames(), [](const BatchedFrame& frame) {
                return frame.what == FrameClass::sequenced || frame.what == FrameClass::replayed;
            })));
        flush();
        show_progress(now);
        const std::uint64_t next = traffic.rate > 0 ? start + pacer.next_ns() : 0;
        const std::uint64_t ping = options_.ping ? next_ping_ns_ : kNoLimit;
        sink_.wait_until(std::min({next, ping, end}));
    }
    report_.late_seconds = pacer.late_seconds();
}

void Engine::fill(std::uint64_t frames, std::uint64_t wall_time_ns) {
    while (frames-- > 0 && frames_left() > 0)
        if (!append_traffic(wall_time_ns))
            return;
}

bool Engine::append_traffic(std::uint64_t wall_time_ns) {
    const bool replay_turn = capture_ && (options_.replay_only() ||
                                          sequenced_since_replay_ == options_.traffic.mix_every);
    if (replay_turn) {
        if (!capture_->append_next(batch_))
            return false;
        ++replayed_built_;
        sequenced_since_replay_ = 0;
        return true;
    }
    if (!flows_.append_next(batch_, wall_time_ns))
        return false;
    ++sequenced_since_replay_;
    return true;
}

void Engine::append_ping_if_due(std::uint64_t now) {
    if (!options_.ping || now < next_ping_ns_ || !neighbour_.append_ping(batch_))
        return;
    next_ping_ns_ = now + kPingIntervalNs;
}

void Engine::account(const BatchedFrame& frame) noexcept {
    ClassCount* const counts[] = {&report_.sequenced, &report_.end, &report_.replayed,
                                  &report_.ping, &report_.reply};
    ClassCount& count = *counts[static_cast<std::size_t>(frame.what)];
    ++count.frames;
    count.bytes += frame.bytes;
    if (frame.what == FrameClass::sequenced)
        ++report_.flow_frames[frame.flow];
}

/// Sends the batch and any answers that wait.
void Engine::flush() {
    neighbour_.append_answers(batch_);
    if (batch_.empty())
        return;
    const std::size_t sent = sink_.send(batch_);
    for (const BatchedFrame& frame : batch_.frames().first(sent))
        account(frame);
    report_.not_sent += batch_.frames().size() - sent;
    batch_.clear();
}

void Engine::send_end_marks() {
    for (int mark = 0; mark < kEndMarks && !ended(); ++mark) {
        sink_.wait_until(steady_ns() + kEndMarkGapNs);
        for (std::uint32_t index = 0; index < options_.traffic.flows; ++index) {
            while (!flows_.append_end(batch_, index, report_.flow_frames[index], wall_ns()))
                flush();
        }
        flush();
    }
}

void Engine::wait_for_answers() {
    const std::uint64_t deadline = steady_ns() + kAnswerPatienceNs;
    const bool pinging = options_.ping.has_value();
    while (pinging && !ended() && steady_ns() < deadline &&
           neighbour_.counts().ping_replies < report_.ping.frames) {
        sink_.wait_until(steady_ns() + kNsPerMs);
        flush();
    }
}

/// QEMU 7.2 takes a stream's frames into a queue of its own, as many as come, and crashes when the
/// stream ends before the guest has taken them (net_stream_send_completed() watches a channel that
/// is gone). Nothing tells how long that queue is, so this gives a slow guest time; a second
/// signal, or the first one with --hold, ends it.
double Engine::linger_seconds() const noexcept {
    constexpr double kPaced = 0.5;  // at a rate that the guest copes with the queue is short
    constexpr double kPerSecondSent = 3;
    constexpr double kMost = 20;
    if (options_.linger_seconds)
        return *options_.linger_seconds;
    if (options_.way != Way::stream)
        return 0;
    return options_.traffic.rate > 0 ? kPaced
                                     : std::min(kPaced + kPerSecondSent * report_.seconds, kMost);
}

void Engine::linger() {
    report_.settled = sink_.settle();
    const bool hold = options_.hold && !stop_;
    stop_ = false;
    const std::uint64_t start = steady_ns();
    const auto patience = static_cast<std::uint64_t>(linger_seconds() * 1e9);
    while (!ended() && (hold || steady_ns() - start < patience)) {
        sink_.sleep_reading(kLingerStepNs);
        flush();
    }
}

void Engine::show_progress(std::uint64_t now) {
    if (!progress_ || now < next_progress_ns_)
        return;
    next_progress_ns_ = now + kNsPerSecond;
    const std::uint64_t frames = report_.frames();
    fmt::print(stderr, "\r{} frames, {} frames/s, blocked {:.1f} s ", frames,
               frames - progress_frames_, sink_.blocked_seconds());
    std::fflush(stderr);
    progress_frames_ = frames;
}

}  // namespace rxmap::gen
