// SPDX-License-Identifier: MIT
// AF_XDP through libxdp: the driver's XDP program redirects each packet to a socket's ring.
#pragma once

#include "arm.hpp"

namespace rxmap::bench {

/// @p attach: XDP_FLAGS_SKB_MODE or XDP_FLAGS_DRV_MODE; @p bind: XDP_COPY or XDP_ZEROCOPY.
/// Throws std::system_error naming what the kernel refused.
std::unique_ptr<Arm> make_xsk_arm(const std::string& interface, std::uint32_t attach,
                                  std::uint16_t bind);

}  // namespace rxmap::bench
