// SPDX-License-Identifier: MIT
// What a wait sleeps in, other than poll(): an epoll instance or an io_uring of the ring's own.
// Not for users.
//
// The core has armed the ring and looked again before it calls sleep(); it looks once more whatever
// the answer. So a sleeper may return too early, but must not miss what its files said since.
#pragma once

#include <chrono>
#include <optional>

namespace rxmap::detail {

enum class Woken {
    look,   // something may have come, the time is over, or a signal came
    ended,  // the ring's file is of no more use
};

class Sleeper {
  public:
    Sleeper() = default;
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;
    virtual ~Sleeper() = default;

    // At most for `time`; without: for ever. Empties the wake file when it was written.
    [[nodiscard]] virtual Woken sleep(std::optional<std::chrono::nanoseconds> time) noexcept = 0;
};

// Takes what was written into the wake file, an eventfd that does not block.
void empty_wake_file(int fd) noexcept;

}  // namespace rxmap::detail
