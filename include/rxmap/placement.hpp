// SPDX-License-Identifier: MIT
// Which CPU works for a queue, and which one receives from it.
//
// A receiver that sleeps is best on the CPU that takes the queue's interrupt: the packets are in
// its cache, and the wake-up crosses no CPU. One that spins is best on another CPU of the same
// socket, or it takes the time that the interrupt needs.
//
//     rxmap::place_this_thread(rxmap::placement("eth1", 0).effective.at(0));
//
// All of this is set-up: files in /proc and /sys are read, some microseconds to milliseconds a
// call. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rxmap {

// Where a queue's packets are taken from the NIC. NAPI polls on the CPU that took the interrupt,
// unless `threaded`, or unless the receiver polls by itself.
struct Placement {
    std::uint32_t irq = 0;                 // as in /proc/irq
    std::vector<std::uint32_t> allowed;    // CPUs that may take it (smp_affinity_list)
    std::vector<std::uint32_t> effective;  // those that do now (effective_affinity_list)
    bool shared = false;    // one interrupt for everything of the interface: no MSI-X
    bool threaded = false;  // NAPI polls in kernel threads, and the scheduler places them
};

// Throws Error: ENOENT when the kernel lists no interrupt of this queue, which is so while the
// interface is down, and when it was renamed while it was up; EINVAL for an empty name; what the
// kernel says to reading its files.
[[nodiscard]] Placement placement(const std::string& ifname, std::uint32_t queue);

// Lets that CPU take the queue's interrupt. Needs root. Throws Error: EINVAL for a CPU that is not
// there or is offline, EIO when the interrupt cannot be moved, EACCES or EPERM without the right,
// and as placement(). irqbalance, where it runs, may move it again.
void place_interrupt(const std::string& ifname, std::uint32_t queue, std::uint32_t cpu);

// Keeps the calling thread on that CPU. Throws Error, EINVAL, when the thread may not run there:
// the CPU is not there or offline, or the process's cpuset has not got it.
void place_this_thread(std::uint32_t cpu);

}  // namespace rxmap
