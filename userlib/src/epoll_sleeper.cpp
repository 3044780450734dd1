// SPDX-License-Identifier: MIT
#include "epoll_sleeper.hpp"

#include <rxmap/error.hpp>

#include <fcntl.h>
#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace rxmap::detail {

namespace {

constexpr std::uint32_t kRing = 0;
constexpr std::uint32_t kWake = 1;

std::uint32_t events_of(WaitBy by) noexcept {
    switch (by) {
        case WaitBy::epoll_edge:
            return EPOLLIN | EPOLLPRI | EPOLLET;
        case WaitBy::epoll_oneshot:
            return EPOLLIN | EPOLLPRI | EPOLLONESHOT;
        case WaitBy::epoll_exclusive:
            return EPOLLIN | EPOLLEXCLUSIVE;  // with EPOLLPRI the kernel refuses it
        default:
            return EPOLLIN | EPOLLPRI;
    }
}

[[noreturn]] void fail(const char* call) {
    const int error = errno;
    throw Error(error,
                "cannot wait with epoll: " + std::string(call) + " says " + std::strerror(error));
}

epoll_event event_of(std::uint32_t events, std::uint32_t file) noexcept {
    epoll_event event{};
    event.events = events;
    event.data.u32 = file;
    return event;
}

}  // namespace

EpollSleeper::EpollSleeper(WaitBy by, int ring_fd, int wake_fd)
    : ring_fd_(ring_fd),
      wake_fd_(wake_fd),
      ring_events_(events_of(by)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_.fd() < 0)
        fail("epoll_create1");
    add(ring_fd, ring_events_, kRing);
    add(wake_fd, EPOLLIN, kWake);
    if (by == WaitBy::epoll_exclusive) {
        state_.emplace(fcntl(ring_fd, F_DUPFD_CLOEXEC, 0));
        if (state_->fd() < 0)
            fail("F_DUPFD_CLOEXEC");
        add(state_->fd(), EPOLLPRI, kRing);
    }
    // Since Linux 5.11; and a filter of system calls may not know it.
    const timespec now{};
    epoll_event event{};
    if (epoll_pwait2(epoll_.fd(), &event, 1, &now, nullptr) < 0 && errno != EINTR)
        fail("epoll_pwait2");
}

void EpollSleeper::add(int fd, std::uint32_t events, std::uint32_t file) {
    epoll_event event = event_of(events, file);
    if (epoll_ctl(epoll_.fd(), EPOLL_CTL_ADD, fd, &event) != 0)
        fail("epoll_ctl");
}

Woken EpollSleeper::sleep(std::optional<std::chrono::nanoseconds> time) noexcept {
    if ((ring_events_ & EPOLLONESHOT) != 0 && spent_) {
        epoll_event again = event_of(ring_events_, kRing);
        if (epoll_ctl(epoll_.fd(), EPOLL_CTL_MOD, ring_fd_, &again) != 0)
            return Woken::ended;
        spent_ = false;
    }
    timespec timeout{};
    if (time)
        timeout = to_timespec(*time);
    std::array<epoll_event, 3> events{};
    const int count = epoll_pwait2(epoll_.fd(), events.data(), static_cast<int>(events.size()),
                                   time ? &timeout : nullptr, nullptr);
    if (count < 0)
        return errno == EINTR ? Woken::look : Woken::ended;
    Woken woken = Woken::look;
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.u32 == kWake) {
            empty_wake_file(wake_fd_);
            continue;
        }
        spent_ = true;
        if ((event.events & (EPOLLERR | EPOLLHUP)) != 0)
            woken = Woken::ended;
    }
    return woken;
}

}  // namespace rxmap::detail
