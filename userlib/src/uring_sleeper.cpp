// SPDX-License-Identifier: MIT
// Sleeps in an io_uring of its own: one multishot poll each on the ring's file and on the wake
// file, so that a sleep is one system call and nothing is submitted again. The only file of the
// library that includes liburing.
//
// A multishot poll is edge-triggered: it tells of what happens after it was told last. The core
// arms and looks again before each sleep, so nothing lies between.
#include <liburing.h>
#include <poll.h>
#include <rxmap/error.hpp>
#include <rxmap/uring.hpp>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>

#include "file.hpp"

namespace rxmap::uring {

namespace {

using detail::Woken;

constexpr unsigned int kEntries = 8;  // two polls, and room for completions that pile up
constexpr std::uint64_t kRing = 0;
constexpr std::uint64_t kWake = 1;
constexpr unsigned int kEnded = POLLERR | POLLHUP | POLLNVAL;

std::string why(int error) {
    if (error == ENOSYS)
        return "this kernel is built without it";
    if (error == EINVAL)
        return "this kernel's has no multishot poll (Linux 5.13 has)";
    if (error == EPERM) {
        std::string disabled;
        std::ifstream("/proc/sys/kernel/io_uring_disabled") >> disabled;
        if (!disabled.empty() && disabled != "0")
            return "kernel.io_uring_disabled is " + disabled;
        return "a filter of system calls forbids it";
    }
    return std::strerror(error);
}

[[noreturn]] void refuse(int error) {
    throw Error(error, "the kernel refuses io_uring: " + why(error) +
                           "; any other way to wait does without it");
}

// The queues in shared memory; gone with their owner.
class Queues {
  public:
    Queues() {
        const int rc = io_uring_queue_init(kEntries, &uring_, 0);
        if (rc < 0)
            refuse(-rc);
    }
    Queues(const Queues&) = delete;
    Queues& operator=(const Queues&) = delete;
    ~Queues() { io_uring_queue_exit(&uring_); }
    [[nodiscard]] io_uring* get() noexcept { return &uring_; }

  private:
    io_uring uring_{};
};

class UringSleeper final : public detail::Sleeper {
  public:
    UringSleeper(int ring_fd, int wake_fd) : ring_fd_(ring_fd), wake_fd_(wake_fd) {
        // Waiting with a time limit, without a request for it, came with the same versions.
        if ((queues_.get()->features & IORING_FEAT_EXT_ARG) == 0)
            refuse(EINVAL);
        submit();
        if (const int error = error_of_submit(); error != 0)
            refuse(error);
    }

    [[nodiscard]] Woken sleep(std::optional<std::chrono::nanoseconds> time) noexcept override {
        submit();
        io_uring_cqe* first = nullptr;
        int rc = 0;
        if (time) {
            const timespec limit = detail::to_timespec(*time);
            __kernel_timespec kernel_limit{.tv_sec = limit.tv_sec, .tv_nsec = limit.tv_nsec};
            rc = io_uring_wait_cqe_timeout(queues_.get(), &first, &kernel_limit);
        } else {
            rc = io_uring_wait_cqe(queues_.get(), &first);
        }
        const Woken woken = take_completions();
        const bool expected = rc == 0 || rc == -EINTR || rc == -ETIME || rc == -EAGAIN;
        return expected ? woken : Woken::ended;
    }

  private:
    // Both polls, or what the kernel has ended of them: a full completion queue does that, or that
    // the thread which submitted them is gone.
    void submit() noexcept {
        if (!ring_polled_)
            poll(ring_fd_, POLLIN | POLLPRI, kRing);
        if (!wake_polled_)
            poll(wake_fd_, POLLIN, kWake);
        if (!ring_polled_ || !wake_polled_)
            (void)io_uring_submit(queues_.get());
        ring_polled_ = wake_polled_ = true;
    }
    void poll(int fd, unsigned int events, std::uint64_t file) noexcept {
        io_uring_sqe* const sqe = io_uring_get_sqe(queues_.get());
        io_uring_prep_poll_multishot(sqe, fd, events);
        io_uring_sqe_set_data64(sqe, file);
    }

    // Requests that the kernel cannot do are completed with their error at once.
    [[nodiscard]] int error_of_submit() noexcept {
        io_uring_cqe* cqe = nullptr;
        const bool any = io_uring_peek_cqe(queues_.get(), &cqe) == 0;
        return any && cqe->res < 0 ? -cqe->res : 0;
    }

    [[nodiscard]] Woken take_completions() noexcept {
        Woken woken = Woken::look;
        io_uring_cqe* cqe = nullptr;
        while (io_uring_peek_cqe(queues_.get(), &cqe) == 0) {
            if (take(*cqe) == Woken::ended)
                woken = Woken::ended;
            io_uring_cqe_seen(queues_.get(), cqe);
        }
        return woken;
    }

    [[nodiscard]] Woken take(const io_uring_cqe& cqe) noexcept {
        const bool of_ring = io_uring_cqe_get_data64(&cqe) == kRing;
        if ((cqe.flags & IORING_CQE_F_MORE) == 0)
            (of_ring ? ring_polled_ : wake_polled_) = false;
        if (cqe.res < 0)
            return cqe.res == -ECANCELED ? Woken::look : Woken::ended;
        if (!of_ring) {
            detail::empty_wake_file(wake_fd_);
            return Woken::look;
        }
        return (static_cast<unsigned int>(cqe.res) & kEnded) != 0 ? Woken::ended : Woken::look;
    }

    int ring_fd_;
    int wake_fd_;
    bool ring_polled_ = false;
    bool wake_polled_ = false;
    Queues queues_;
};

}  // namespace

std::unique_ptr<detail::Sleeper> sleeper(int ring_fd, int wake_fd) {
    return std::make_unique<UringSleeper>(ring_fd, wake_fd);
}

}  // namespace rxmap::uring
