// SPDX-License-Identifier: MIT
// What the kernel's files say of CPUs and interrupts. Pure functions, so that a table can test
// them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace rxmap::detail {

// "0-3,8" of a file such as smp_affinity_list; none for what is no such list.
[[nodiscard]] std::optional<std::vector<std::uint32_t>> parse_cpu_list(std::string_view text);

// The number of the interrupt of this name in the text of /proc/interrupts. A line that is shared
// lists several names.
[[nodiscard]] std::optional<std::uint32_t> find_interrupt(std::string_view table,
                                                          std::string_view name);

}  // namespace rxmap::detail
