// SPDX-License-Identifier: MIT
//
// Where packets come from: the mapped ring, or an ordinary socket to compare it with. One call a
// wake-up, never one a packet, goes through this interface. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "rxmap-recv/consumer.hpp"

namespace rxmap::recv {

enum class Turn {
    packets,  ///< the consumer got some
    nothing,  ///< the deadline passed, or a stop was asked for
    closed,   ///< nothing will ever come again: see Source::status()
};

/// A count with its name, such as {"drop_quota", 3}.
using NamedCount = std::pair<std::string, std::uint64_t>;

class Source {
  public:
    virtual ~Source() = default;

    /// Sleeps until packets are there or the deadline passes, then gives the consumer what is
    /// there, `limit` packets at most.
    [[nodiscard]] virtual Turn turn(Consumer& consumer,
                                    std::chrono::steady_clock::time_point deadline,
                                    std::uint64_t limit, std::stop_token stop) = 0;

    /// One line for the user: what was granted and what it costs.
    [[nodiscard]] virtual std::string description() const = 0;
    /// Short name of the way, for the summary.
    [[nodiscard]] virtual std::string name() const = 0;
    /// In words, when closed or changed.
    [[nodiscard]] virtual std::string status() const = 0;

    /// Times this process was woken because packets were there.
    [[nodiscard]] virtual std::uint64_t wakeups() const = 0;
    /// Packets dropped, by cause; the sum is RESULT's `dropped`.
    [[nodiscard]] virtual std::vector<NamedCount> drops() const = 0;
    /// What its waits did, if it counts that.
    [[nodiscard]] virtual std::vector<NamedCount> waits() const = 0;
};

}  // namespace rxmap::recv
