// SPDX-License-Identifier: MIT
// Component rxmap::uring: waiting with io_uring. Needs liburing to link.
//
//     ring.set_waiting({.by = rxmap::WaitBy::uring, .uring = rxmap::uring::sleeper});
#pragma once

#include <rxmap/detail/sleeper.hpp>
#include <rxmap/waiting.hpp>

#include <memory>

namespace rxmap::uring {

// For Waiting::uring. Throws rxmap::Error when the kernel refuses: what() says why (io_uring is
// switched off by kernel.io_uring_disabled, is not in this kernel, is forbidden by a filter of
// system calls, or is too old for multishot poll), code() is its errno.
//
// An io_uring belongs to the thread that made it: choose the wait in the thread that waits, and
// anew where the ring moves to another one.
[[nodiscard]] std::unique_ptr<detail::Sleeper> sleeper(int ring_fd, int wake_fd);

}  // namespace rxmap::uring
