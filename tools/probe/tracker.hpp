// SPDX-License-Identifier: MIT
//
// ProbeTracker: takes every payload that a receiver saw and says what was received, lost,
// duplicated, reordered or corrupted, per flow and in total. Exact for every packet that arrives at
// most `window` sequence numbers behind the newest of its flow; an older one cannot be told from a
// duplicate, so it is counted `stale` and its sequence number stays lost: never a false "lost=0".
//
// All memory is taken in the constructor (flows x window bits); nothing allocates, throws or takes
// a lock afterwards. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "probe/probe.hpp"

namespace rxmap::probe {

/// Where a flow's count begins.
enum class Origin : std::uint8_t {
    zero,        ///< at sequence 0: what went missing before the first packet seen is lost, too
    first_seen,  ///< at the first packet seen: for a receiver that joins a running flow
};

/// Sums over all flows. packets = data + ends + foreign + corrupt + unknown_flow, and
/// data = distinct + duplicate + stale.
struct Totals {
    std::uint64_t packets = 0;       ///< payloads given to the tracker
    std::uint64_t data = 0;          ///< sequenced packets with a right checksum, of a known flow
    std::uint64_t distinct = 0;      ///< sequence numbers seen
    std::uint64_t lost = 0;          ///< sequence numbers never seen, up to the newest or the end
    std::uint64_t duplicate = 0;     ///< sequence numbers seen again
    std::uint64_t reordered = 0;     ///< arrived after a newer one (RFC 4737), stale ones included
    std::uint64_t stale = 0;         ///< behind the window or before the flow's origin
    std::uint64_t corrupt = 0;       ///< our magic, wrong checksum
    std::uint64_t foreign = 0;       ///< not ours
    std::uint64_t ends = 0;          ///< end packets
    std::uint64_t unknown_flow = 0;  ///< flow id beyond Limits::flows
    std::uint64_t flows = 0;         ///< flows seen
    std::uint64_t flows_ended = 0;   ///< of these, flows whose end packet came
};

class ProbeTracker {
  public:
    struct Limits {
        std::uint32_t flows = 1024;   ///< 1 .. 65536
        std::uint32_t window = 8192;  ///< sequence numbers; a power of two, 64 .. 2^24
        Origin origin = Origin::zero;
    };

    /// Throws std::invalid_argument that names the limit and the value.
    explicit ProbeTracker(const Limits& limits);
    ProbeTracker() : ProbeTracker(Limits{}) {}

    /// Takes one UDP payload of any content. Returns what it was.
    Kind on_payload(std::span<const std::byte> payload) noexcept;

    /// Takes a packet in which no UDP payload could be found.
    void on_foreign() noexcept;

    [[nodiscard]] Totals totals() const noexcept;

    /// Every flow seen has ended: only late packets can still come.
    [[nodiscard]] bool finished() const noexcept { return flows_ > 0 && flows_ended_ == flows_; }

  private:
    struct Flow {
        std::uint64_t origin = 0;    ///< first sequence number that counts
        std::uint64_t next = 0;      ///< newest seen + 1, unwrapped to 64 bits
        std::uint64_t end = 0;       ///< number of packets the sender named, when ended
        std::uint64_t distinct = 0;  ///< seen in [origin, next)
        bool seen = false;
        bool ended = false;
    };

    void on_data(std::uint16_t id, std::uint32_t sequence) noexcept;
    void on_end(std::uint16_t id, std::uint32_t count) noexcept;
    void note_seen(Flow& flow, std::uint64_t origin) noexcept;
    void advance(std::uint16_t id, Flow& flow, std::uint64_t sequence) noexcept;
    void on_old(std::uint16_t id, Flow& flow, std::uint64_t behind) noexcept;

    [[nodiscard]] std::uint64_t& word(std::uint16_t id, std::uint64_t sequence) noexcept;
    [[nodiscard]] static std::uint64_t bit(std::uint64_t sequence) noexcept;

    Limits limits_;
    std::vector<Flow> flows_state_;
    std::vector<std::uint64_t> seen_bits_;  ///< per flow a ring of `window` bits
    Totals counted_;                        ///< all but distinct, lost and the flow counts
    std::uint64_t flows_ = 0;
    std::uint64_t flows_ended_ = 0;
};

}  // namespace rxmap::probe
