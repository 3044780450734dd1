// SPDX-License-Identifier: MIT
//
// What the machine spent: interrupts of the interface, context switches of this process, CPU time
// of the whole machine, in kernel and user space, softirqs included.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "rxmap-recv/interrupts.hpp"

namespace rxmap::recv {

/// A reading; two of them make a difference.
struct Reading {
    std::chrono::steady_clock::time_point time;
    std::uint64_t interrupts = 0;
    std::uint64_t context_switches = 0;  ///< of this process, voluntary and not
    double idle_seconds = 0;             ///< summed over the CPUs
};

class Meter {
  public:
    explicit Meter(InterruptNames names);

    [[nodiscard]] Reading read() const;

    /// CPU seconds spent between two readings, whole machine: what was not idle.
    [[nodiscard]] double busy_seconds(const Reading& from, const Reading& to) const;

    [[nodiscard]] int cpus() const noexcept { return cpus_; }

  private:
    InterruptNames names_;
    int cpus_;
};

/// Idle seconds, all CPUs, from the text of /proc/uptime. The kernel keeps this sum in nanoseconds
/// on its way into and out of idle, so it is not a sample at timer ticks. Pure.
[[nodiscard]] double parse_idle_seconds(std::string_view uptime);

}  // namespace rxmap::recv
