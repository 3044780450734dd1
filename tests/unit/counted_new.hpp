// SPDX-License-Identifier: MIT
// How often this thread has called operator new. Always 0 under a sanitizer, which brings its own.
#pragma once

#include <cstdint>

namespace rxmap::tests {

[[nodiscard]] std::uint64_t allocations() noexcept;

}  // namespace rxmap::tests
