// SPDX-License-Identifier: MIT
//
// What `ethtool -S` prints, by the ioctl that it uses: on the debug kernel a program costs a tenth
// of a second of processor time just to start, and the suite asks hundreds of times.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace vm {

/// Name and value of each statistic, in the driver's order. Throws when the interface has none.
std::vector<std::pair<std::string, std::uint64_t>> nic_counters(const std::string& nic);

/// The driver's name, as `ethtool -i` says it; empty when there is no such interface.
std::string nic_driver(const std::string& nic);

}  // namespace vm
