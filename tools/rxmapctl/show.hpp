// SPDX-License-Identifier: MIT
// What `show`, `set` and `monitor` print: the tunables of queues and who maps them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control.hpp"
#include "record.hpp"

namespace rxmap::ctl {

/// For people: a line a queue.
std::string queue_table(const std::vector<Record>& queues, const std::vector<Record>& rings);

/// Array of {ifname, ifindex, queues: [{queue, budget, ..., ring: {...} or null}]}.
std::string queue_json(const std::vector<Record>& queues, const std::vector<Record>& rings);

/// Why an effective value is not the requested one, as an end of a sentence; empty: it is.
std::string limit_text(const std::string& limit);

/// A sentence for each value that is not in force as requested; @p queue: of this one only.
std::string not_as_asked(const std::vector<Record>& queues, std::optional<unsigned> queue);

std::string event_line(const Event& event);
std::string event_json(const Event& event);

}  // namespace rxmap::ctl
