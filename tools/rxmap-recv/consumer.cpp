// SPDX-License-Identifier: MIT
#include "rxmap-recv/consumer.hpp"

#include "probe/frame.hpp"

namespace rxmap::recv {

void Consumer::on_frame(std::span<const std::byte> frame, std::size_t wire_bytes,
                        std::chrono::nanoseconds time) noexcept {
    if (writer_ != nullptr)
        writer_->write(frame, wire_bytes, time);
    auto kind = probe::Kind::foreign;
    if (const auto payload = probe::udp_payload(frame))
        kind = tracker_.on_payload(*payload);
    else
        tracker_.on_foreign();
    count(kind, wire_bytes);
}

void Consumer::on_datagram(std::span<const std::byte> payload) noexcept {
    count(tracker_.on_payload(payload), payload.size());
}

}  // namespace rxmap::recv
