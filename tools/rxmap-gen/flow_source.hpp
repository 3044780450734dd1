// SPDX-License-Identifier: MIT
//
// Builds the sequenced frames: Ethernet, optional VLAN tag, IPv4, UDP and the probe payload, all
// checksums right. Flows take turns. No allocation per frame. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "probe/probe.hpp"
#include "rxmap-gen/batch.hpp"
#include "rxmap-gen/options.hpp"

namespace rxmap::gen {

/// Smallest and largest frame with FCS that carries a probe header over UDP and IPv4.
[[nodiscard]] std::size_t least_frame_size(bool vlan) noexcept;
[[nodiscard]] std::size_t most_frame_size(bool vlan) noexcept;

class FlowSource {
  public:
    explicit FlowSource(const TrafficOptions& options);

    /// Appends the next frame of the next flow, or returns false when the batch has no room.
    [[nodiscard]] bool append_next(Batch& batch, std::uint64_t wall_time_ns);

    /// Appends the end mark of a flow (0 .. flows-1), which names how many frames it had.
    [[nodiscard]] bool append_end(Batch& batch, std::uint32_t index, std::uint64_t flow_frames,
                                  std::uint64_t wall_time_ns);

    /// Sequenced frames built so far.
    [[nodiscard]] std::uint64_t built() const noexcept { return built_; }

  private:
    void make_size_order();
    [[nodiscard]] std::size_t next_size() noexcept;
    void build(Batch& batch, std::uint32_t index, std::size_t frame_bytes,
               const probe::Header& header, FrameClass what);

    TrafficOptions options_;
    std::vector<std::size_t> sizes_;  ///< without FCS, taken in turn
    std::size_t next_size_ = 0;
    std::uint32_t next_flow_ = 0;
    std::vector<std::uint64_t> sequences_;
    std::uint64_t built_ = 0;
};

}  // namespace rxmap::gen
