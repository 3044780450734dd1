// SPDX-License-Identifier: MIT
// Sentences for the ways in which an attach fails. Pure functions, so that a table can test them.
#pragma once

#include <linux/rxmap.h>

#include <cstdint>
#include <string>

namespace rxmap::detail {

[[nodiscard]] std::string describe_open_failure(int error);

// What the sentence needs beyond the kernel's answer.
struct Circumstances {
    rxmap_query holder;     // as RXMAP_QUERY answered, zeroed where it did not
    int mtu;                // of the interface, 0: unknown
    std::uint64_t memlock;  // RLIMIT_MEMLOCK of this process
};

[[nodiscard]] std::string describe_refusal(int error, const std::string& ifname,
                                           const rxmap_attach& attach, const Circumstances& more);

// Why the file behind `fd` cannot be taken over; `attach` as RXMAP_ATTACHED answered.
[[nodiscard]] std::string describe_adoption(int error, int fd, const rxmap_attach& attach);

}  // namespace rxmap::detail
