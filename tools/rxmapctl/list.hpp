// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "holder.hpp"
#include "sysfs.hpp"

namespace rxmap::ctl {

/// One row of `rxmapctl list`.
struct Row {
    Nic nic;
    std::optional<unsigned> mapped_queue;  ///< first queue that is mapped
    Holder holder;                         ///< valid with @ref mapped_queue
};

/// Every NIC that rxmap drives or could drive, and who maps a queue of it.
std::vector<Row> rows(const Sysfs& sysfs);

/// For people.
std::string table(const std::vector<Row>& rows);

/// Array of {ifname, pci, driver, link, queues, mapped_by_pid}; ifname, driver and mapped_by_pid
/// may be null.
std::string json(const std::vector<Row>& rows);

}  // namespace rxmap::ctl
