// SPDX-License-Identifier: MIT
// What `doctor` looks at and what it thinks of it. examine() reads the system, report() and
// advice() only their argument.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control.hpp"
#include "record.hpp"

namespace rxmap::ctl {

struct Interrupt {
    unsigned number = 0;
    std::string name;  ///< of each driver that listens to it, with commas
    std::string cpus;  ///< on which it comes, as the kernel writes it: "0", "0-3"
};

/// One queue of the interface.
struct QueueFindings {
    Record queue;
    Record stats;
    std::optional<Record> ring;
    std::optional<unsigned> consumer_cpu;  ///< where the holder of the ring ran last
};

struct Findings {
    std::string ifname;
    std::string driver;
    bool up = false;
    bool carrier = false;
    bool napi_threads = false;
    unsigned cpus = 1;
    std::uint64_t missed = 0;  ///< packets that the NIC dropped, for want of a descriptor
    std::vector<Interrupt> interrupts;
    std::vector<std::string> features;    ///< offloads that are on
    std::vector<std::string> negotiated;  ///< virtio feature bits; empty: not a virtio device
    std::vector<QueueFindings> queues;
};

/// Throws std::runtime_error with one sentence when it is not an interface of rxmap.
Findings examine(Control& control, const std::string& ifname);

/// What was found, for people.
std::string report(const Findings& findings);

/// One sentence for each thing that looks wrong.
std::vector<std::string> advice(const Findings& findings);

}  // namespace rxmap::ctl
