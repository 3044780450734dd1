// SPDX-License-Identifier: MIT
//
// The frames of one burst, in one piece of memory, each behind the 4-byte big-endian length that
// QEMU's `-netdev stream` puts before a frame: a stream sink writes the whole piece at once, the
// other sinks take the frames one by one. Allocates in the constructor only. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rxmap::gen {

/// What a frame counts as in the report.
enum class FrameClass : std::uint8_t { sequenced, end, replayed, ping, reply };

struct BatchedFrame {
    std::size_t offset = 0;          ///< of the first frame byte, after the length prefix
    std::size_t bytes = 0;           ///< frame length, no FCS
    std::size_t payload_offset = 0;  ///< of the UDP payload in the frame; 0 where there is none
    std::size_t payload_bytes = 0;
    FrameClass what = FrameClass::sequenced;
    std::uint16_t flow = 0;
};

class Batch {
  public:
    static constexpr std::size_t kPrefixBytes = 4;
    static constexpr std::size_t kMostFrames = 64;
    /// The longest IPv4 packet behind an Ethernet header with a VLAN tag.
    static constexpr std::size_t kMostFrameBytes = 65535 + 18;

    Batch();

    [[nodiscard]] bool has_room(std::size_t frame_bytes) const noexcept;

    /// Appends a frame of `frame.bytes` (its offset is set here) and returns its bytes to be
    /// filled. The caller has asked has_room().
    std::span<std::byte> append(BatchedFrame frame) noexcept;

    void clear() noexcept;

    [[nodiscard]] bool empty() const noexcept { return frames_.empty(); }
    [[nodiscard]] std::span<const BatchedFrame> frames() const noexcept { return frames_; }

    [[nodiscard]] std::span<const std::byte> frame(const BatchedFrame& frame) const noexcept {
        return std::span(memory_).subspan(frame.offset, frame.bytes);
    }
    [[nodiscard]] std::span<const std::byte> payload(const BatchedFrame& frame) const noexcept {
        return std::span(memory_).subspan(frame.offset + frame.payload_offset, frame.payload_bytes);
    }
    /// Prefixes and frames, back to back.
    [[nodiscard]] std::span<const std::byte> stream() const noexcept {
        return std::span(memory_).first(used_);
    }

  private:
    std::vector<std::byte> memory_;
    std::vector<BatchedFrame> frames_;
    std::size_t used_ = 0;
};

}  // namespace rxmap::gen
