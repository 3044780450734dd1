// SPDX-License-Identifier: MIT
// Checks that every packet of pktgen arrived, once and in order, by touching its payload.
//
// pktgen numbers its packets from 1, but with `burst N` it sends the same buffer up to N times, so
// a number stands for a run of packets: a new number must be 1 + the packets before it.
// (Documentation/networking/pktgen.rst; struct pktgen_hdr in net/core/pktgen.c.)
// Where runs go to several queues in turn, each queue keeps the order of its own, but nobody keeps
// one between queues. So there a new number must be the queue's first one + the packets before it
// in this queue, times the queues.
// Other packets may be rxmap-gen's: then they tell how long they were under way.
#pragma once

#include <arpa/inet.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "frames_seen.hpp"
#include "latency.hpp"

namespace rxmap::bench {

class Sequence {
  public:
    static constexpr std::size_t kMostQueues = 2;

    /// @p latency: gets what is not pktgen's; must outlive this.
    explicit Sequence(Latency* latency = nullptr) : latency_(latency) {}

    /// One UDP payload.
    void on_payload(std::span<const std::byte> payload) noexcept {
        if (payload.size() < kHeaderBytes || load(payload, 0) != htonl(kMagic)) {
            on_other(payload);
            return;
        }
        const std::uint32_t number = ntohl(load(payload, 4));
        if (number != here_.number)
            on_run(number);
        ++here_.received;
    }

    /// What comes next came through this one of so many queues, at most kMostQueues, to which
    /// pktgen sends in turn.
    void from(std::size_t queue, std::size_t queues) noexcept {
        queues_in_turn_ = queues;
        if (queue == queue_)
            return;
        elsewhere_ += here_.received;
        queues_[queue_] = here_;
        queue_ = queue;
        here_ = queues_[queue];
        elsewhere_ -= here_.received;
    }

    /// One Ethernet frame with an IPv4 header without options, as pktgen sends them.
    void on_frame(std::span<const std::byte> frame) {
        if (frame.size() < kPayloadOffset || frame[kProtocolOffset] != kUdp) {
            ++foreign_;
            return;
        }
        see_frame(frame.data());
        on_payload(frame.subspan(kPayloadOffset));
    }

    /// Packets that nobody can look at.
    void on_unseen(std::uint64_t packets) noexcept { here_.received += packets; }

    /// So many packets are expected.
    void want(std::uint64_t packets) noexcept { wanted_ = packets; }
    [[nodiscard]] bool complete() const noexcept { return received() >= wanted_; }

    [[nodiscard]] std::uint64_t received() const noexcept { return here_.received + elsewhere_; }
    /// Runs that did not begin where they had to.
    [[nodiscard]] std::uint64_t wrong() const noexcept { return wrong_; }
    [[nodiscard]] std::uint64_t foreign() const noexcept { return foreign_; }

  private:
    static constexpr std::uint32_t kMagic = 0xbe9be955;
    static constexpr std::size_t kHeaderBytes = 16;
    static constexpr std::size_t kProtocolOffset = 14 + 9;
    static constexpr std::byte kUdp{17};
    static constexpr std::size_t kPayloadOffset = 14 + 20 + 8;

    struct Queue {
        std::uint64_t received = 0;
        std::uint64_t first = 1;   // number of the first run
        std::uint32_t number = 0;  // of the run that is coming
    };

    void on_run(std::uint32_t number) noexcept {
        if (queues_in_turn_ > 1 && here_.received == 0)
            here_.first = number;
        wrong_ += number != here_.first + here_.received * queues_in_turn_;
        here_.number = number;
    }

    // Out of the way of the packets that are counted.
    [[gnu::cold, gnu::noinline]] void on_other(std::span<const std::byte> payload) noexcept {
        if (latency_ == nullptr || !latency_->on_payload(payload))
            ++foreign_;
    }

    static std::uint32_t load(std::span<const std::byte> bytes, std::size_t at) noexcept {
        std::uint32_t value;
        std::memcpy(&value, bytes.data() + at, sizeof value);
        return value;
    }

    Latency* latency_;
    Queue here_;                   // the queue whose packets come now
    std::uint64_t elsewhere_ = 0;  // packets that came through the others
    std::array<Queue, kMostQueues> queues_{};
    std::size_t queue_ = 0;
    std::size_t queues_in_turn_ = 1;
    std::uint64_t wanted_ = 0;
    std::uint64_t wrong_ = 0;
    std::uint64_t foreign_ = 0;
};

}  // namespace rxmap::bench
