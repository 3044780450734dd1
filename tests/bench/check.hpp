// SPDX-License-Identifier: MIT
// What becomes of a system call that failed: an exception that names it.
#pragma once

#include <cerrno>
#include <system_error>

namespace rxmap::bench {

/// Throws std::system_error naming @p call when @p result is negative.
inline void check(int result, const char* call) {
    if (result < 0)
        throw std::system_error(errno, std::generic_category(), call);
}

}  // namespace rxmap::bench
