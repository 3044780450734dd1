// SPDX-License-Identifier: MIT
// What `stats` prints: the counters of queues, once or as rates.
#pragma once

#include <string>
#include <vector>

#include "record.hpp"

namespace rxmap::ctl {

/// A line a counter that is not 0; then register accesses per packet, of both directions.
std::string stats_table(const std::vector<Record>& stats);

/// Array of records, in one line.
std::string stats_json(const std::vector<Record>& stats);

/// A line a queue: what happened per second between two readings.
std::string rates(const std::vector<Record>& before, const std::vector<Record>& after,
                  double seconds);

/// Headline of rates().
std::string rates_headline();

}  // namespace rxmap::ctl
