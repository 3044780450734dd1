// SPDX-License-Identifier: MIT
//
// The generator as a neighbour on the wire: answers ARP and ping for its own address, pings the
// guest and counts the answers, notices the guest's first ping. Looks at whatever the other side
// sends. Answers wait here until the engine puts them into its next batch. One thread.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rxmap-gen/address.hpp"
#include "rxmap-gen/batch.hpp"
#include "rxmap-gen/options.hpp"

namespace rxmap::gen {

struct NeighbourCounts {
    std::uint64_t frames_in = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t arp_answered = 0;
    std::uint64_t pings_answered = 0;  ///< the other side's, by us
    std::uint64_t answers_dropped = 0;
    std::uint64_t ping_replies = 0;  ///< to ours; each echo counts once
};

class Neighbour {
  public:
    explicit Neighbour(const Options& options);

    /// Takes a frame of any content from the other side.
    void on_frame(std::span<const std::byte> frame);

    /// Moves waiting answers into the batch, as many as have room.
    void append_answers(Batch& batch);

    /// Appends an echo request, once --ping was asked for; false when the batch has no room.
    [[nodiscard]] bool append_ping(Batch& batch);

    [[nodiscard]] bool has_answers() const noexcept { return !answers_.empty(); }
    /// The other side has pinged our address.
    [[nodiscard]] bool greeted() const noexcept { return greeted_; }
    [[nodiscard]] const NeighbourCounts& counts() const noexcept { return counts_; }

  private:
    static constexpr std::size_t kPingNumbers = 65536;

    void on_arp(std::span<const std::byte> frame, std::span<const std::byte> packet);
    void on_icmp(std::span<const std::byte> frame);
    void on_echo_request(std::span<const std::byte> frame);
    void on_echo_reply(std::span<const std::byte> message);
    /// A copy of the frame, sent back to where it came from; null when too many wait already.
    [[nodiscard]] std::vector<std::byte>* begin_answer(std::span<const std::byte> frame);

    Mac mac_;
    Mac peer_mac_;
    std::uint32_t ip_;
    std::optional<std::uint16_t> vlan_;
    bool answer_;
    std::optional<std::uint32_t> target_;
    std::uint16_t ping_id_;
    std::uint16_t next_ping_ = 0;
    std::bitset<kPingNumbers> open_pings_;
    bool greeted_ = false;
    std::vector<std::vector<std::byte>> answers_;
    NeighbourCounts counts_;
};

}  // namespace rxmap::gen
