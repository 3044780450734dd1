// SPDX-License-Identifier: MIT
// A wait, and its consumer's half of sleeping: arm, look again, only then sleep. awake.cpp has what
// a wait does before it sleeps, the sleepers other than poll() are files of their own.
//
// What ends a sleep: the ring's file (packets, a state change, the end), and an eventfd of our own
// (a stop request, a kept packet that another thread gave back).
#include <rxmap/detail/core.hpp>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <span>

#include "file.hpp"

namespace rxmap::detail {

namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

// While a batch lives its slots count as unread for the kernel, so its file would never be quiet.
constexpr nanoseconds kTickWithLiveBatch = std::chrono::milliseconds{1};

constexpr short kEnded = POLLERR | POLLHUP | POLLNVAL;

// ppoll() writes the time that is left back to user space when a packet ends it, which would be
// between the packet and the consumer. poll() does not, but counts in milliseconds: it gets the
// whole ones, and a wait that is not over then comes again with the rest.
int poll_for(std::span<pollfd> files, const std::optional<nanoseconds>& left) noexcept {
    constexpr std::chrono::milliseconds kMost{std::numeric_limits<int>::max()};
    if (!left)
        return poll(files.data(), files.size(), -1);
    const auto whole = std::chrono::floor<std::chrono::milliseconds>(*left);
    if (whole.count() > 0)
        return poll(files.data(), files.size(), static_cast<int>(std::min(whole, kMost).count()));
    const timespec rest = to_timespec(*left);
    return ppoll(files.data(), files.size(), &rest, nullptr);
}

}  // namespace

void empty_wake_file(int fd) noexcept {
    std::uint64_t wakes = 0;
    [[maybe_unused]] const ssize_t bytes = read(fd, &wakes, sizeof(wakes));
}

// What there is to say without sleeping. A stop comes first, or a busy ring would hide it.
std::optional<Wait> Core::look(const std::stop_token& stop) noexcept {
    if (stop.stop_requested())
        return Wait::stopped;
    reclaim();
    const std::uint32_t seq = load_acquire(status_->state_seq);
    if (load_acquire(status_->state) >= RXMAP_STATE_FAULT)
        return drains() && unread() ? Wait::ready : Wait::closed;
    if (seq != seen_state_seq_) {
        seen_state_seq_ = seq;
        store_release(consumer_->state_ack, seq);
        return Wait::state_changed;
    }
    if (unread())
        return Wait::ready;
    return std::nullopt;
}

// An answer that has a counter of its own does not count for the path that found it.
Wait Core::count(Wait answer, std::uint64_t& path) noexcept {
    switch (answer) {
        case Wait::timeout:
            ++wait_stats_.timeouts;
            break;
        case Wait::stopped:
            ++wait_stats_.stops;
            break;
        default:
            ++path;
            break;
    }
    return answer;
}

Wait Core::wait(Deadline deadline, const std::stop_token& stop) noexcept {
    if (const std::optional<Wait> found = look(stop))
        return count(*found, wait_stats_.at_once);
    if (deadline && *deadline <= steady_clock::now())
        return count(Wait::timeout, wait_stats_.at_once);
    // Another thread may destroy the Ring from here on: that detaches, and we answer `closed`.
    const std::shared_ptr<Core> alive = shared_from_this();
    if (const std::optional<Wait> found = stay_awake(deadline, stop))
        return *found;
    return count(sleep_until(deadline, stop), wait_stats_.after_sleep);
}

// The consumer's column of C/D, and the end of a sleep in either case. Signals and wake-ups for
// nothing end a sleep, not the wait: only the clock says that the time is over.
Wait Core::sleep_until(Deadline deadline, const std::stop_token& stop) noexcept {
    const std::stop_callback wake_on_stop(stop, [this] { wake(); });
    for (;;) {
        TimeLeft left;
        if (deadline) {
            left = *deadline - steady_clock::now();
            if (left->count() <= 0)
                return Wait::timeout;
        }
        const Woken woken = sleep_once(left, stop.stop_possible());
        if (const std::optional<Wait> found = look(stop))
            return *found;
        if (woken == Woken::ended)
            return Wait::closed;
    }
}

// While a batch lives its slots count as unread for the kernel, so that only poll() can listen to
// the rest.
Woken Core::sleep_once(TimeLeft left, bool stop_possible) noexcept {
    Woken woken = Woken::look;
    if (!begin_sleep()) {
        ++wait_stats_.sleeps_spared;
    } else if (!sleeper_ || live_batches_ != 0) {
        ++wait_stats_.sleeps_in_poll;
        woken = sleep_in_poll(left, stop_possible);
    } else {
        ++(waiting_.by == WaitBy::uring ? wait_stats_.sleeps_in_uring
                                        : wait_stats_.sleeps_in_epoll);
        woken = sleeper_->sleep(left);
    }
    end_sleep();
    return woken;
}

bool Core::begin_sleep() noexcept {
    sleeping_.store(true, std::memory_order_seq_cst);
    return arm();
}

void Core::end_sleep() noexcept {
    sleeping_.store(false, std::memory_order_relaxed);
    disarm();
}

bool Core::arm() noexcept {
    transport_->prepare_sleep();
    arming_ = arming_ + 1 == RXMAP_ARMED_ALWAYS ? 1 : arming_ + 1;
    store_seq_cst(consumer_->armed, arming_);  // D
    reclaim();
    const bool quiet = !unread() && load_acquire(status_->state) < RXMAP_STATE_FAULT &&
                       load_acquire(status_->state_seq) == seen_state_seq_;
    if (!quiet)
        disarm();
    return quiet;
}

// One poll(). The eventfd is listened to only if somebody can write it: who may request a stop, or
// who has a kept packet.
Woken Core::sleep_in_poll(TimeLeft left, bool stop_possible) noexcept {
    const std::size_t listen_to = stop_possible || kept_frames_ != 0 ? 2 : 1;
    const bool batch_lives = live_batches_ != 0;
    const auto ring_events = static_cast<short>(batch_lives ? POLLPRI : POLLIN | POLLPRI);
    std::array<pollfd, 2> files{{{.fd = transport_->fd(), .events = ring_events, .revents = 0},
                                 {.fd = wake_fd_, .events = POLLIN, .revents = 0}}};
    if (batch_lives)
        left = std::min(left.value_or(kTickWithLiveBatch), kTickWithLiveBatch);
    // EINTR is no reason to end: a stop request is what ends a wait.
    if (poll_for(std::span(files).first(listen_to), left) < 0)
        return Woken::look;
    if (files[1].revents != 0)
        empty_wake_file(wake_fd_);
    return (files[0].revents & kEnded) != 0 ? Woken::ended : Woken::look;
}

void Core::wake() noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t bytes = write(wake_fd_, &one, sizeof(one));
}

}  // namespace rxmap::detail
