// SPDX-License-Identifier: MIT
// A NIC goes from one driver to another, and its interface keeps name, MTU, up-state, addresses and
// routes.
#pragma once

#include <string>
#include <vector>

#include "sysfs.hpp"

namespace rxmap::ctl {

struct Handover {
    Nic before;
    Nic after;
    std::vector<std::string> not_restored;  ///< empty: the interface is as it was
};

/// Finds the PCI function by interface name or PCI address. Throws std::runtime_error with one
/// sentence.
std::string resolve(const Sysfs& sysfs, const std::string& name);

/// Gives the function to rxmap. Throws std::runtime_error or std::system_error; then it is where it
/// was, if at all possible. @p force: even if the default route leaves through it.
Handover take_over(const Sysfs& sysfs, const std::string& pci, bool force);

/// Gives the function back to its stock driver. The same errors.
Handover give_back(const Sysfs& sysfs, const std::string& pci, bool force);

}  // namespace rxmap::ctl
