// SPDX-License-Identifier: MIT
// A snapshot of the ring's counters, copied from the status page without a system call.
#pragma once

#include <linux/rxmap.h>

#include <array>
#include <cstdint>

namespace rxmap {

// All counters run since attach. The sums of enum rxmap_counter hold exactly while nothing flows;
// a snapshot taken under traffic may be a few packets apart between two counters.
struct Stats {
    std::array<std::uint64_t, RXMAP_CTR_COUNT> counters;  // indexed by enum rxmap_counter
    std::uint32_t posted;                                 // frames with the NIC
    std::uint32_t free;                                   // frames free in the kernel
    std::uint32_t delivered;                              // frames with this consumer

    // One of them, in packets unless enum rxmap_counter says otherwise.
    [[nodiscard]] std::uint64_t operator[](rxmap_counter counter) const noexcept {
        return counters[counter];
    }

    // Packets meant for the ring that did not get in, of every cause.
    [[nodiscard]] std::uint64_t dropped() const noexcept {
        return counters[RXMAP_CTR_DROP_QUOTA] + counters[RXMAP_CTR_DROP_SLOTS] +
               counters[RXMAP_CTR_DROP_NO_FRAME] + counters[RXMAP_CTR_DROP_SIZE];
    }
};

// "seen", "to_ring", "drop_quota", ...: the enumerator's name in lower case. nullptr out of range.
[[nodiscard]] const char* counter_name(rxmap_counter counter) noexcept;

}  // namespace rxmap
