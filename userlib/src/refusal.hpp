// SPDX-License-Identifier: MIT
// Sentences for the ways in which an attach fails. Pure functions, so that a table can test them.
#pragma once

#include <linux/rxmap.h>

#include <string>

namespace rxmap::detail {

[[nodiscard]] std::string describe_open_failure(int error);

// `attach` as the kernel returned it; `holder` as RXMAP_QUERY answered, zeroed where it did not.
[[nodiscard]] std::string describe_refusal(int error, const std::string& ifname,
                                           const rxmap_attach& attach, const rxmap_query& holder);

}  // namespace rxmap::detail
