// SPDX-License-Identifier: MIT
// XDP_DROP: what the driver alone costs. Nothing is delivered, so no sequence is checked: the
// program counts packets.
#pragma once

#include "arm.hpp"

namespace rxmap::bench {

std::unique_ptr<Arm> make_xdp_drop_arm(const std::string& interface, std::uint32_t flags);

}  // namespace rxmap::bench
