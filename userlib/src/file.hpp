// SPDX-License-Identifier: MIT
// A file descriptor that is closed with its owner, and a time as system calls want it.
#pragma once

#include <unistd.h>

#include <chrono>
#include <ctime>

namespace rxmap::detail {

class File {
  public:
    explicit File(int fd) noexcept : fd_(fd) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() { close(fd_); }
    [[nodiscard]] int fd() const noexcept { return fd_; }

  private:
    int fd_;
};

[[nodiscard]] inline timespec to_timespec(std::chrono::nanoseconds time) noexcept {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return {.tv_sec = seconds.count(), .tv_nsec = (time - seconds).count()};
}

}  // namespace rxmap::detail
