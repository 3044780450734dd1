// SPDX-License-Identifier: MIT
// What RXMAP_ATTACH checks and grants, for the model: the part of ring_attach.c that needs no NIC.
#pragma once

#include <rxmap/testing.hpp>

#include <cstdint>

namespace rxmap::testing {

// As much as a NIC's header takes before the packet; not 0, so that offsets are really used.
inline constexpr std::uint16_t kHeadroom = 64;

// May these thresholds be set? Packets above 1 need a time, or the last ones would wait for ever.
bool valid_wake(std::uint32_t packets, std::uint32_t usecs);

// The answer to these options. Throws Error with the errno, the argument and a sentence, as the
// kernel and the library do.
rxmap_attach grant(const ModelOptions& options);

}  // namespace rxmap::testing
