// SPDX-License-Identifier: MIT
#include "probe/tracker.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <string>

namespace rxmap::probe {
namespace {

constexpr std::uint32_t kMostFlows = 65536;
constexpr std::uint32_t kLeastWindow = 64;
constexpr std::uint32_t kMostWindow = 1u << 24;
constexpr std::uint64_t kWordBits = 64;

/// Distance of a 32-bit sequence number from `next`, in -2^31 .. 2^31-1 (RFC 1982 arithmetic).
std::int64_t distance(std::uint64_t next, std::uint32_t sequence) noexcept {
    return static_cast<std::int32_t>(sequence - static_cast<std::uint32_t>(next));
}

}  // namespace

ProbeTracker::ProbeTracker(const Limits& limits) : limits_(limits) {
    if (limits.flows < 1 || limits.flows > kMostFlows)
        throw std::invalid_argument("flows: " + std::to_string(limits.flows) + " is outside 1 .. " +
                                    std::to_string(kMostFlows));
    if (limits.window < kLeastWindow || limits.window > kMostWindow ||
        !std::has_single_bit(limits.window))
        throw std::invalid_argument("window: " + std::to_string(limits.window) +
                                    " is no power of two in " + std::to_string(kLeastWindow) +
                                    " .. " + std::to_string(kMostWindow));
    flows_state_.resize(limits.flows);
    seen_bits_.resize(std::size_t{limits.flows} * (limits.window / kWordBits));
}

std::uint64_t& ProbeTracker::word(std::uint16_t id, std::uint64_t sequence) noexcept {
    const std::size_t words = limits_.window / kWordBits;
    return seen_bits_[id * words + (sequence / kWordBits) % words];
}

std::uint64_t ProbeTracker::bit(std::uint64_t sequence) noexcept {
    return std::uint64_t{1} << (sequence % kWordBits);
}

Kind ProbeTracker::on_payload(std::span<const std::byte> payload) noexcept {
    const Header header = decode(payload);
    ++counted_.packets;
    switch (header.kind) {
        case Kind::data:
            on_data(header.flow, header.sequence);
            break;
        case Kind::end:
            on_end(header.flow, header.sequence);
            break;
        case Kind::foreign:
            ++counted_.foreign;
            break;
        case Kind::corrupt:
            ++counted_.corrupt;
            break;
    }
    return header.kind;
}

void ProbeTracker::on_foreign() noexcept {
    ++counted_.packets;
    ++counted_.foreign;
}

void ProbeTracker::note_seen(Flow& flow, std::uint64_t origin) noexcept {
    flow.seen = true;
    flow.origin = flow.next = limits_.origin == Origin::zero ? 0 : origin;
    ++flows_;
}

void ProbeTracker::on_data(std::uint16_t id, std::uint32_t sequence) noexcept {
    if (id >= limits_.flows) {
        ++counted_.unknown_flow;
        return;
    }
    ++counted_.data;
    Flow& flow = flows_state_[id];
    if (!flow.seen)
        note_seen(flow, sequence);
    const std::int64_t ahead = distance(flow.next, sequence);
    if (ahead >= 0)
        advance(id, flow, flow.next + static_cast<std::uint64_t>(ahead));
    else
        on_old(id, flow, static_cast<std::uint64_t>(-ahead));
}

/// A new newest packet: the numbers skipped are open, the ring's old bits for them void.
void ProbeTracker::advance(std::uint16_t id, Flow& flow, std::uint64_t sequence) noexcept {
    if (sequence - flow.next >= limits_.window)
        flow.next = sequence - limits_.window + 1;
    for (; flow.next < sequence; ++flow.next)
        word(id, flow.next) &= ~bit(flow.next);
    word(id, sequence) |= bit(sequence);
    flow.next = sequence + 1;
    ++flow.distinct;
}

/// A packet `behind` numbers behind `next`: late, seen before, or too old to say.
void ProbeTracker::on_old(std::uint16_t id, Flow& flow, std::uint64_t behind) noexcept {
    if (behind > limits_.window || behind > flow.next - flow.origin) {
        ++counted_.stale;
        ++counted_.reordered;
        return;
    }
    const std::uint64_t sequence = flow.next - behind;
    if (word(id, sequence) & bit(sequence)) {
        ++counted_.duplicate;
        return;
    }
    word(id, sequence) |= bit(sequence);
    ++flow.distinct;
    ++counted_.reordered;
}

void ProbeTracker::on_end(std::uint16_t id, std::uint32_t count) noexcept {
    if (id >= limits_.flows) {
        ++counted_.unknown_flow;
        return;
    }
    ++counted_.ends;
    Flow& flow = flows_state_[id];
    if (!flow.seen)
        note_seen(flow, count);
    if (!flow.ended)
        ++flows_ended_;
    flow.ended = true;
    const std::int64_t ahead = distance(flow.next, count);
    flow.end = ahead > 0 ? flow.next + static_cast<std::uint64_t>(ahead) : flow.next;
}

Totals ProbeTracker::totals() const noexcept {
    Totals totals = counted_;
    for (const Flow& flow : flows_state_) {
        const std::uint64_t newest = std::max(flow.next, flow.end);
        totals.distinct += flow.distinct;
        totals.lost += newest - flow.origin - flow.distinct;
    }
    totals.flows = flows_;
    totals.flows_ended = flows_ended_;
    return totals;
}

}  // namespace rxmap::probe
