// SPDX-License-Identifier: MIT
// Sleeps in an epoll instance of its own, in one of the four ways that epoll has.
#pragma once

#include <rxmap/detail/sleeper.hpp>
#include <rxmap/waiting.hpp>

#include <cstdint>
#include <optional>

#include "file.hpp"

namespace rxmap::detail {

class EpollSleeper final : public Sleeper {
  public:
    // `by` is one of the four of epoll. Throws rxmap::Error. Owns neither descriptor.
    EpollSleeper(WaitBy by, int ring_fd, int wake_fd);

    [[nodiscard]] Woken sleep(std::optional<std::chrono::nanoseconds> time) noexcept override;

  private:
    void add(int fd, std::uint32_t events, std::uint32_t file);

    int ring_fd_;
    int wake_fd_;
    std::uint32_t ring_events_;
    File epoll_;
    std::optional<File> state_;  // the ring's file once more: epoll_exclusive
    bool spent_ = true;          // a one-shot registration may have fired
};

}  // namespace rxmap::detail
