// SPDX-License-Identifier: MIT
#include "signal.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <rxmap/error.hpp>

#include <cerrno>
#include <cstdint>

namespace rxmap::testing {

namespace {

bool drain(int fd) {
    std::uint64_t count = 0;
    return read(fd, &count, sizeof(count)) == static_cast<ssize_t>(sizeof(count));
}

bool watch(int epoll, int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

}  // namespace

Signal::Signal()
    : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (!watch(epoll_, event_) || !watch(epoll_, timer_)) {
        const int error = errno;
        close(event_);
        close(timer_);
        close(epoll_);
        throw Error(error, "cannot create the files of a model ring: too many open files?");
    }
}

Signal::~Signal() {
    close(epoll_);
    close(timer_);
    close(event_);
}

void Signal::raise() noexcept {
    eventfd_write(event_, 1);
}

void Signal::start_timer(std::chrono::nanoseconds delay) noexcept {
    itimerspec now{};
    timerfd_gettime(timer_, &now);
    if (now.it_value.tv_sec != 0 || now.it_value.tv_nsec != 0)
        return;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(delay);
    itimerspec once{};
    once.it_value.tv_sec = seconds.count();
    once.it_value.tv_nsec = (delay - seconds).count();
    timerfd_settime(timer_, 0, &once, nullptr);
}

bool Signal::clear() noexcept {
    drain(event_);
    return drain(timer_);
}

}  // namespace rxmap::testing
