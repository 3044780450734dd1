// SPDX-License-Identifier: MIT
// The pollable file of a model ring: an epoll descriptor over an event and a timer. It takes the
// place of the wait queue and the wake_usecs timer of the kernel.
#pragma once

#include <chrono>

namespace rxmap::testing {

class Signal {
  public:
    Signal();
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;
    ~Signal();

    // Readable after raise(), or when the timer ran out, until clear().
    [[nodiscard]] int fd() const noexcept { return epoll_; }
    void raise() noexcept;
    void start_timer(std::chrono::nanoseconds delay) noexcept;  // unless it runs
    // True when the timer ran out since the last clear().
    bool clear() noexcept;

  private:
    int event_;
    int timer_;
    int epoll_;
};

}  // namespace rxmap::testing
