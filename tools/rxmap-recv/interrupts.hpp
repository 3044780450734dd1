// SPDX-License-Identifier: MIT
//
// How many interrupts the kernel took for an interface, from /proc/interrupts. Drivers name theirs
// in different ways: the interface, "eth1-rx-0", or on the stock virtio driver "virtio3-input.0".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rxmap::recv {

/// The names under which receive interrupts of an interface may stand.
struct InterruptNames {
    std::string interface;
    std::string virtio_device;  ///< "virtio3", empty where the stock virtio driver is not in charge
};

/// Looks in /sys which device is behind the interface.
[[nodiscard]] InterruptNames interrupt_names(const std::string& interface);

/// Sum over CPUs and receive vectors in the text of /proc/interrupts. Pure.
[[nodiscard]] std::uint64_t count_interrupts(std::string_view table, const InterruptNames& names);

/// The same from the running kernel; 0 where the table cannot be read.
[[nodiscard]] std::uint64_t count_interrupts(const InterruptNames& names);

}  // namespace rxmap::recv
