// SPDX-License-Identifier: MIT
//
// Turns SIGINT and SIGTERM into a std::stop_source. A signal handler may not call request_stop(),
// so one thread waits for the signals with sigwait(); it sleeps until then.
#pragma once

#include <stop_token>
#include <thread>

namespace rxmap::recv {

class StopOnSignal {
  public:
    /// Blocks both signals in the calling thread; call it before any other thread starts.
    StopOnSignal();
    StopOnSignal(const StopOnSignal&) = delete;
    StopOnSignal& operator=(const StopOnSignal&) = delete;
    ~StopOnSignal();

    [[nodiscard]] std::stop_token token() const noexcept { return stop_.get_token(); }

  private:
    std::stop_source stop_;
    std::thread waiter_;
};

}  // namespace rxmap::recv
