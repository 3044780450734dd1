// SPDX-License-Identifier: MIT
// The consumer's half of sleeping: arm, look again, only then sleep. Any wait ends here; one that
// may busy poll drives the NIC itself first.
//
// What ends a sleep: the ring's file (packets, a state change, the end), and an eventfd of our own
// (a stop request, a kept packet that another thread gave back).
#include <rxmap/detail/core.hpp>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace rxmap::detail {

namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

// While a batch lives its slots count as unread for the kernel, so its file would never be quiet.
constexpr nanoseconds kTickWithLiveBatch = std::chrono::milliseconds{1};

constexpr short kEnded = POLLERR | POLLHUP | POLLNVAL;

timespec to_timespec(nanoseconds time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return {.tv_sec = seconds.count(), .tv_nsec = (time - seconds).count()};
}

}  // namespace

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

// The consumer's column of C/D, and the end of a sleep in either case.
Wait Core::wait(Deadline deadline, const std::stop_token& stop) noexcept {
    std::optional<Wait> found = look(stop);
    if (found)
        return *found;
    if (deadline && *deadline <= steady_clock::now())
        return Wait::timeout;

    if (busy_.time.count() > 0) {
        found = drive(deadline, stop);
        if (found)
            return *found;
    }

    const std::stop_callback wake_on_stop(stop, [this] { wake(); });
    std::optional<Wait> ended;
    while (!found && !ended) {
        sleeping_.store(true, std::memory_order_seq_cst);
        if (arm())
            ended = sleep(deadline, stop.stop_possible());
        sleeping_.store(false, std::memory_order_relaxed);
        disarm();
        found = look(stop);
    }
    return found ? *found : *ended;
}

// Calls of at most 1 ms each, so a stop request is seen in time. Nobody has to wake us meanwhile. A
// kernel that cannot do it refuses the first call: then there is the sleep.
std::optional<Wait> Core::drive(Deadline deadline, const std::stop_token& stop) noexcept {
    auto end = steady_clock::now() + busy_.time;
    if (deadline && *deadline < end)
        end = *deadline;
    disarm();
    for (auto now = steady_clock::now(); now < end; now = steady_clock::now()) {
        const auto left = std::chrono::ceil<std::chrono::microseconds>(end - now).count();
        const auto usecs = std::min<std::int64_t>(left, RXMAP_BUSY_POLL_USECS_MAX);
        const int error = transport_->busy_poll({.usecs = static_cast<std::uint32_t>(usecs),
                                                 .budget = busy_.budget,
                                                 .seen = next_,
                                                 .reserved = 0});
        const std::optional<Wait> found = look(stop);
        if (found)
            return found;
        if (error != 0)
            break;
    }
    return std::nullopt;
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

// One ppoll(). Says timeout when the time is over, closed when the file is of no more use, and
// nothing when it is worth to look. The eventfd is listened to only if somebody can write it: who
// may request a stop, or who has a kept packet.
std::optional<Wait> Core::sleep(Deadline deadline, bool stop_possible) noexcept {
    const nfds_t listen_to = stop_possible || kept_frames_ != 0 ? 2 : 1;
    const bool batch_lives = live_batches_ != 0;
    const auto ring_events = static_cast<short>(batch_lives ? POLLPRI : POLLIN | POLLPRI);
    std::array<pollfd, 2> files{{{.fd = transport_->fd(), .events = ring_events, .revents = 0},
                                 {.fd = wake_fd_, .events = POLLIN, .revents = 0}}};
    timespec timeout{};
    if (deadline)
        timeout = to_timespec(std::max(*deadline - steady_clock::now(), nanoseconds{0}));
    if (batch_lives && (!deadline || *deadline - steady_clock::now() > kTickWithLiveBatch))
        timeout = to_timespec(kTickWithLiveBatch);
    const bool forever = !deadline && !batch_lives;

    // EINTR is no reason to return: a stop request is what ends a wait.
    if (ppoll(files.data(), listen_to, forever ? nullptr : &timeout, nullptr) < 0)
        return std::nullopt;
    if (files[1].revents != 0) {
        std::uint64_t wakes = 0;
        [[maybe_unused]] const ssize_t bytes = read(wake_fd_, &wakes, sizeof(wakes));
    }
    if ((files[0].revents & kEnded) != 0)
        return Wait::closed;
    if (deadline && *deadline <= steady_clock::now())
        return Wait::timeout;
    return std::nullopt;
}

void Core::wake() noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t bytes = write(wake_fd_, &one, sizeof(one));
}

}  // namespace rxmap::detail
