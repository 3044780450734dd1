// SPDX-License-Identifier: MIT
// What rxmap-top shows: two readings of the netlink family become rates, a line of phases, a screen
// or JSON. Pure: reads no clock, kernel or terminal.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "record.hpp"

namespace rxmap::top {

/// One reading.
struct Reading {
    double seconds = 0;  ///< of a steady clock
    std::vector<ctl::Record> queues;
    std::vector<ctl::Record> rings;
    std::vector<ctl::Record> stats;
};

/// A queue between two readings. Queues that are missing in one of them have none.
struct QueueView {
    ctl::Record queue;
    std::optional<ctl::Record> ring;
    std::map<std::string, double> rates;       ///< of each counter of stats-get, a second
    std::map<std::string, double> ring_rates;  ///< of each counter of the ring, a second
    [[nodiscard]] double rate(const std::string& counter) const;
    /// Part of the time in a phase, 0 to 1: "interrupt", "polling", "busy", "suspended".
    [[nodiscard]] double share(const std::string& phase) const;
    /// Register accesses of the packet path per packet, both directions together; 0 while idle.
    [[nodiscard]] double mmio_per_packet() const;
    /// The character of the phase that took most of the time; blank while the interface is down.
    [[nodiscard]] char mark() const;
};

std::vector<QueueView> views(const Reading& before, const Reading& after);

/// The marks of the last readings, by queue: a strip of time.
class Strips {
  public:
    explicit Strips(std::size_t width) : width_(width) {}
    void add(const std::vector<QueueView>& queues);
    [[nodiscard]] std::string of(const QueueView& queue) const;

  private:
    std::size_t width_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> marks_;
};

/// Lines for people, at most 80 columns wide while the names are short.
std::string screen(const std::vector<QueueView>& queues, const Strips& strips);

/// What of a text a terminal has room for: longer lines are cut, and if there are more lines the
/// last one says how many are missing. Nothing scrolls, which on a serial console would never look
/// right again.
std::string fitted(const std::string& text, std::size_t rows, std::size_t columns);

/// An array, one object a queue; names as in the specification.
std::string json(const std::vector<QueueView>& queues, double seconds);

}  // namespace rxmap::top
