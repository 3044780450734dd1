// SPDX-License-Identifier: MIT
//
// The sending loop: asks the pacer how much is due, fills a batch from the sources, hands it to the
// sink, counts what went. One thread does everything, so no counter needs a lock. Ends by count,
// time, stop flag, or when the sink fails.
#pragma once

#include <cstdint>
#include <optional>

#include "rxmap-gen/capture.hpp"
#include "rxmap-gen/flow_source.hpp"
#include "rxmap-gen/neighbour.hpp"
#include "rxmap-gen/options.hpp"
#include "rxmap-gen/pacer.hpp"
#include "rxmap-gen/report.hpp"
#include "rxmap-gen/sink.hpp"

namespace rxmap::gen {

class Engine {
  public:
    /// Reads the captures. The sink and the flag outlive the engine.
    Engine(const Options& options, Sink& sink, StopFlag& stop);

    /// Waits for the guest where asked, sends, waits for late answers and for the way to empty,
    /// and reports.
    [[nodiscard]] Report run();

  private:
    void wait_for_guest();
    void send_traffic();
    void send_end_marks();
    void wait_for_answers();
    void linger();
    [[nodiscard]] double linger_seconds() const noexcept;

    /// Appends the next frame by the rules of --pcap and --mix; false when there is no room.
    [[nodiscard]] bool append_traffic(std::uint64_t wall_time_ns);
    void fill(std::uint64_t frames, std::uint64_t wall_time_ns);
    void append_ping_if_due(std::uint64_t now);
    void flush();
    void account(const BatchedFrame& frame) noexcept;
    void show_progress(std::uint64_t now);

    [[nodiscard]] std::uint64_t frames_left() const noexcept;
    [[nodiscard]] bool ended() const noexcept;

    const Options& options_;
    Sink& sink_;
    StopFlag& stop_;
    FlowSource flows_;
    std::optional<Capture> capture_;
    Neighbour neighbour_;
    Batch batch_;
    Report report_;
    std::uint64_t replayed_built_ = 0;
    std::uint32_t sequenced_since_replay_ = 0;
    std::uint64_t next_ping_ns_ = 0;
    std::uint64_t next_progress_ns_ = 0;
    std::uint64_t progress_frames_ = 0;
    bool progress_;
};

}  // namespace rxmap::gen
