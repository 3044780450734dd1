// SPDX-License-Identifier: MIT
//
// What rxmap-recv does with each packet, from whatever source: count it, check it when it is one of
// rxmap-gen's, write it to a capture file when asked. No allocation per packet. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "probe/tracker.hpp"
#include "rxmap-recv/capture_writer.hpp"

namespace rxmap::recv {

class Consumer {
  public:
    /// `writer` may be null; it outlives the consumer.
    Consumer(probe::Origin origin, CaptureWriter* writer)
        : tracker_({.origin = origin}), writer_(writer) {}

    /// A packet with its Ethernet header. `wire_bytes` is its length on the wire without FCS.
    void on_frame(std::span<const std::byte> frame, std::size_t wire_bytes,
                  std::chrono::nanoseconds time) noexcept;

    /// A UDP payload, as a socket gives it.
    void on_datagram(std::span<const std::byte> payload) noexcept;

    /// Hands written packets to who reads them, once a turn. False: nobody can be written to.
    [[nodiscard]] bool flush() noexcept { return writer_ == nullptr || writer_->flush(); }

    /// Packets taken so far, rxmap-gen's end marks not counted.
    [[nodiscard]] std::uint64_t received() const noexcept { return received_; }
    /// Their bytes: frames without FCS, from a socket payloads.
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
    [[nodiscard]] const probe::ProbeTracker& tracker() const noexcept { return tracker_; }

  private:
    void count(probe::Kind kind, std::size_t bytes) noexcept {
        if (kind == probe::Kind::end)
            return;
        ++received_;
        bytes_ += bytes;
    }

    probe::ProbeTracker tracker_;
    CaptureWriter* writer_;
    std::uint64_t received_ = 0;
    std::uint64_t bytes_ = 0;
};

}  // namespace rxmap::recv
