// SPDX-License-Identifier: MIT
// The consumer awake while nothing is there: it looks at shared memory, or polls the NIC in the
// kernel. Nobody has to wake it meanwhile. wait.cpp has what comes before and after.
#include <rxmap/detail/core.hpp>

#include <poll.h>

#include <algorithm>

namespace rxmap::detail {

namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

// Some microseconds between two looks at the clock and at the stop token, which cost more than one
// at the ring.
constexpr int kLooksPerClock = 64;

inline void pause_cpu() noexcept {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

Core::Deadline sooner(Core::Deadline deadline, steady_clock::time_point end) noexcept {
    return deadline && *deadline < end ? deadline : end;
}

}  // namespace

// On an interface that is down or has no link there is nothing to be awake for: the sleep is woken
// by the change.
std::optional<Wait> Core::stay_awake(Deadline deadline, const std::stop_token& stop) noexcept {
    if (load_acquire(status_->state) != RXMAP_STATE_RUNNING)
        return std::nullopt;
    switch (waiting_.by) {
        case WaitBy::spin:
            return spin(deadline, stop);
        case WaitBy::busy_poll:
            return drive(deadline, stop);
        case WaitBy::adaptive:
            return adapt(deadline, stop);
        default:
            break;
    }
    if (waiting_.busy_poll.time.count() == 0)
        return std::nullopt;
    const auto end = steady_clock::now() + waiting_.busy_poll.time;
    const std::optional<Wait> found = drive(sooner(deadline, end), stop);
    if (!found && sleeper_) {
        // The policy `consumer` hears from poll() that its consumer goes to sleep. epoll and
        // io_uring need not ask the file again before they sleep.
        pollfd file{.fd = transport_->fd(), .events = POLLIN | POLLPRI, .revents = 0};
        (void)::poll(&file, 1, 0);
    }
    return found;
}

// The ladder from where the rate of arrival says: spin, poll the NIC, sleep.
std::optional<Wait> Core::adapt(Deadline deadline, const std::stop_token& stop) noexcept {
    const auto now = steady_clock::now();
    const Pace::Level before = pace_.level();
    const Pace::Level level = pace_.begin(now, next_);
    wait_stats_.rises += level > before;
    wait_stats_.falls += level < before;
    std::optional<Wait> found;
    if (level == Pace::Level::spin)
        found = spin(sooner(deadline, now + pace_.spin_time()), stop);
    if (!found && level != Pace::Level::sleep)
        found = drive(sooner(deadline, steady_clock::now() + pace_.busy_time()), stop);
    return found;
}

// Cheaper than look(): is a look worth it?
bool Core::news() const noexcept {
    return load_relaxed(status_->producer) != next_ ||
           load_relaxed(status_->state_seq) != seen_state_seq_ || !returns_.empty();
}

std::optional<Wait> Core::spin(Deadline end, const std::stop_token& stop) noexcept {
    disarm();
    do {
        for (int looks = 0; looks < kLooksPerClock && !news(); ++looks)
            pause_cpu();
        if (const std::optional<Wait> found = look(stop))
            return count(*found, wait_stats_.after_spin);
    } while (!end || steady_clock::now() < *end);
    return std::nullopt;
}

// Calls of at most 1 ms each, so a stop request is seen in time. A kernel that cannot do it refuses
// the first call: then there is the sleep.
std::optional<Wait> Core::drive(Deadline end, const std::stop_token& stop) noexcept {
    disarm();
    for (;;) {
        std::int64_t usecs = RXMAP_BUSY_POLL_USECS_MAX;
        if (end) {
            const auto left = std::chrono::ceil<microseconds>(*end - steady_clock::now()).count();
            if (left <= 0)
                return std::nullopt;
            usecs = std::min(usecs, left);
        }
        ++wait_stats_.busy_poll_calls;
        const int error = transport_->busy_poll({.usecs = static_cast<std::uint32_t>(usecs),
                                                 .budget = waiting_.busy_poll.budget,
                                                 .seen = next_,
                                                 .reserved = 0});
        if (const std::optional<Wait> found = look(stop))
            return count(*found, wait_stats_.after_busy_poll);
        if (error != 0)
            return std::nullopt;
    }
}

}  // namespace rxmap::detail
