// SPDX-License-Identifier: MIT
// The subcommands that show and set: what main() calls once the command line is understood. Each
// prints, and returns an exit status; errors are exceptions.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace rxmap::ctl {

int run_show(const std::string& ifname, bool json);
int run_set(const std::string& ifname, std::optional<unsigned> queue,
            const std::vector<std::string>& words);
int run_stats(const std::string& ifname, bool watch, bool json);
/// Until it is interrupted.
int run_monitor(bool json);
int run_doctor(const std::string& ifname);

}  // namespace rxmap::ctl
