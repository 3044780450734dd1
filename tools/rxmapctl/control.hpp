// SPDX-License-Identifier: MIT
// The netlink family "rxmap" as calls: tunables, rings and counters of queues, and what changes.
// Throws std::runtime_error with one sentence, or std::system_error.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "genl.hpp"
#include "record.hpp"

namespace rxmap::ctl {

/// `budget 32 moderation fixed usecs 50 frames 64` as a request, and what was said of each.
class Wish {
  public:
    /// Throws std::runtime_error for a word or number that is none.
    explicit Wish(const std::vector<std::string>& words);

    /// The message that asks for it. @p queue: none: all queues.
    [[nodiscard]] Request request(unsigned ifindex, std::optional<unsigned> queue) const;
    /// "budget 300": what the user said that became this attribute; empty: nothing did.
    [[nodiscard]] std::string said(std::uint16_t attribute) const;

  private:
    struct Part {
        std::uint16_t attribute;
        std::uint32_t value;
        std::string said;
    };
    std::vector<Part> parts_;
};

/// A notification.
struct Event {
    std::string name;  ///< such as "ring-attach-ntf"
    Record record;     ///< of a queue or of a ring
};

class Control {
  public:
    Control();

    /// Of one interface, or of all (@p ifname empty).
    std::vector<Record> queues(const std::string& ifname);
    std::vector<Record> rings(const std::string& ifname);
    std::vector<Record> stats(const std::string& ifname);

    void set(const std::string& ifname, std::optional<unsigned> queue, const Wish& wish);

    /// Before the first next_event().
    void listen();
    /// Waits. Throws std::system_error with ENOBUFS when some were missed.
    Event next_event();

  private:
    std::vector<Record> dump(std::uint8_t command, const Fields& fields, const std::string& ifname);

    Genl genl_;
};

}  // namespace rxmap::ctl
