// SPDX-License-Identifier: MIT
//
// What was sent, exactly: a frame counts when the kernel (or QEMU's socket) has taken all of it.
// Bytes are frame bytes without FCS; through --udp they are what the frame would have had.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rxmap-gen/neighbour.hpp"

namespace rxmap::gen {

struct ClassCount {
    std::uint64_t frames = 0;
    std::uint64_t bytes = 0;
};

struct Report {
    ClassCount sequenced, replayed, end, ping, reply;
    std::vector<std::uint64_t> flow_frames;  ///< per flow; the last sequence is one less
    std::uint32_t first_flow = 0;
    std::uint64_t not_sent = 0;  ///< frames built and given up at the end
    std::uint64_t blocked_times = 0;
    double blocked_seconds = 0;
    double late_seconds = 0;  ///< delay against --rate that was not caught up
    std::uint64_t refused = 0;
    std::uint64_t truncated_in_capture = 0;
    NeighbourCounts neighbour;
    double seconds = 0;   ///< from the first frame to the last
    bool settled = true;  ///< the other side had read everything when this ended
    bool interrupted = false;
    std::string failure;

    [[nodiscard]] std::uint64_t frames() const noexcept;
    [[nodiscard]] std::uint64_t bytes() const noexcept;
};

[[nodiscard]] std::string report_text(const Report& report);
[[nodiscard]] std::string report_json(const Report& report);

}  // namespace rxmap::gen
