// SPDX-License-Identifier: MIT
// Where in memory the packets were, in their order: for bench-frames, which is built with
// RXMAP_BENCH_FRAMES. In every other receiver of the bench this is nothing, and costs nothing.
#pragma once

#include <cstddef>
#include <vector>

namespace rxmap::bench {

#ifdef RXMAP_BENCH_FRAMES
inline std::vector<const std::byte*> frames_seen;
inline void see_frame(const std::byte* packet) {
    frames_seen.push_back(packet);
}
#else
inline void see_frame(const std::byte* /*packet*/) noexcept {}
#endif

}  // namespace rxmap::bench
