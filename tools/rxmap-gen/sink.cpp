// SPDX-License-Identifier: MIT
#include "rxmap-gen/sink.hpp"

#include <poll.h>

#include <algorithm>

#include "rxmap-gen/clock.hpp"

namespace rxmap::gen {
namespace {

// A signal between the look at the stop flag and ppoll() is noticed after this long at most.
constexpr std::uint64_t kLongestSleepNs = 100 * kNsPerMs;
constexpr std::uint64_t kBufferSleepNs = kNsPerMs / 10;

}  // namespace

double Sink::blocked_seconds() const noexcept {
    return static_cast<double>(blocked_ns_) * 1e-9;
}

void Sink::poll_once(short events, std::uint64_t timeout_ns) {
    const bool listening = duplex() && failure_.empty();
    pollfd entry{.fd = fd(), .events = events, .revents = 0};
    if (listening)
        entry.events = static_cast<short>(entry.events | POLLIN);
    // A one-way socket must not end the sleep: POLLERR and POLLHUP are reported unasked.
    const nfds_t count = entry.events != 0 ? 1 : 0;
    const timespec timeout{.tv_sec = static_cast<time_t>(timeout_ns / kNsPerSecond),
                           .tv_nsec = static_cast<long>(timeout_ns % kNsPerSecond)};
    const int ready = ppoll(&entry, count, &timeout, nullptr);
    if (ready > 0 && listening && (entry.revents & (POLLIN | POLLERR | POLLHUP)))
        read_input();
}

void Sink::wait_until(std::uint64_t until_ns) {
    std::uint64_t now = steady_ns();
    do {
        const std::uint64_t left = until_ns > now ? until_ns - now : 0;
        if (left > 0 || duplex())
            poll_once(0, std::min(left, kLongestSleepNs));
        now = steady_ns();
    } while (now < until_ns && !stopped() && failure_.empty());
}

void Sink::wait_writable() {
    const std::uint64_t start = steady_ns();
    poll_once(POLLOUT, kLongestSleepNs);
    ++blocked_times_;
    blocked_ns_ += steady_ns() - start;
}

void Sink::wait_for_buffers() {
    const std::uint64_t start = steady_ns();
    poll_once(0, kBufferSleepNs);
    ++blocked_times_;
    blocked_ns_ += steady_ns() - start;
}

}  // namespace rxmap::gen
