// SPDX-License-Identifier: MIT
// The names of virtio-net's feature bits (virtio 1.2, 5.1.3 and 6), as in the specification, in
// small letters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rxmap::ctl {

/// The names of the bits that are set. `digits`: bit 0 first, '1' or '0' each, as the kernel's file
/// `features` has them. A bit without a name is "bit N".
std::vector<std::string> virtio_features(std::string_view digits);

}  // namespace rxmap::ctl
