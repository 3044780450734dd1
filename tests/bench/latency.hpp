// SPDX-License-Identifier: MIT
// How long packets of rxmap-gen were under way: from the stamp that the sender wrote, on the same
// machine, to the receiver's look at them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rxmap::bench {

class Latency {
  public:
    explicit Latency(std::size_t expected) { nanoseconds_.reserve(expected); }

    /// A UDP payload; false: it is no sequenced packet of rxmap-gen.
    bool on_payload(std::span<const std::byte> payload);
    /// An Ethernet frame; the same.
    bool on_frame(std::span<const std::byte> frame);
    [[nodiscard]] std::size_t received() const noexcept { return nanoseconds_.size(); }
    /// After the first @p skipped, of which there must be more: so many of a thousand packets came
    /// within this time, ns. Puts the times in another order: @p skipped must always be the same.
    [[nodiscard]] std::uint64_t within(std::size_t skipped, std::size_t of_thousand);

  private:
    std::vector<std::uint64_t> nanoseconds_;
};

}  // namespace rxmap::bench
