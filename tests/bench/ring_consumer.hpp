// SPDX-License-Identifier: MIT
// The mapped ring in divert mode, and what the bench does with its packets; the arms differ in how
// they wait for them.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <rxmap/rxmap.hpp>

#include "arm.hpp"

namespace rxmap::bench {

class RingConsumer {
  public:
    RingConsumer(const std::string& interface, const RingSettings& settings,
                 std::uint32_t queue = 0)
        : ring_(Ring::attach(
              interface, {.queue = queue,
                          .mode = Mode::divert,
                          .overrun = settings.backpressure ? Overrun::backpressure : Overrun::drop,
                          .frames = kFrames,
                          .wake = settings.wake})),
          settings_(settings) {}

    [[nodiscard]] Ring& ring() noexcept { return ring_; }
    [[nodiscard]] const Ring& ring() const noexcept { return ring_; }
    [[nodiscard]] const RingSettings& settings() const noexcept { return settings_; }

    /// All that is there.
    void take_all(Sequence& sequence, Counts& counts) noexcept {
        const std::uint64_t before = instructions();
        while (true) {
            const Batch batch = ring_.take(settings_.batch);
            if (batch.empty())
                break;
            look(batch, sequence);
        }
        counts.user_instructions += instructions() - before;
    }

    void look(const Batch& batch, Sequence& sequence) noexcept {
        if (settings_.touch)
            touch(batch, sequence);
        else
            check(batch, sequence);
    }

    [[nodiscard]] std::string text(const std::string& wait) const {
        return fmt::format("divert, {}, batches of {}, {}, {} frames of 2 KB, wake {}/{} us{}",
                           wait, settings_.batch,
                           settings_.touch ? "one byte read" : "each checked", kFrames,
                           settings_.wake.packets, settings_.wake.usecs,
                           settings_.backpressure ? ", backpressure" : "");
    }

  private:
    static constexpr std::uint32_t kFrames = 4096;
    static constexpr std::size_t kTouched = 14 + 20 + 8;  // first byte of a UDP payload

    // Not inlined, neither of the two: each loop has the registers to itself.
    [[gnu::noinline]] static void check(const Batch& batch, Sequence& sequence) noexcept {
        for (const PacketView packet : batch)
            sequence.on_frame(packet.bytes());
    }

    // The least that a receiver does; a packet that was lost is missing from the count.
    [[gnu::noinline]] void touch(const Batch& batch, Sequence& sequence) noexcept {
        std::uint64_t sum = 0;
        for (const PacketView packet : batch)
            if (const auto bytes = packet.bytes(); bytes.size() > kTouched)
                sum += std::to_integer<std::uint64_t>(bytes[kTouched]);
        touched_ += sum;
        sequence.on_unseen(batch.size());
    }

    Ring ring_;
    RingSettings settings_;
    std::uint64_t touched_ = 0;  // kept, so that no compiler leaves the reading out
};

}  // namespace rxmap::bench
