// SPDX-License-Identifier: MIT
// rxmapctl exec: attaches a queue, then becomes a program without capabilities that has its ring.
#pragma once

#include <string>
#include <vector>

#include "attach/attach_options.hpp"

namespace rxmap::ctl {

struct ExecOptions {
    std::string interface;
    std::string user;  ///< empty: the same
    tools::AttachOptions attach;
    std::vector<std::string> program;  ///< with its arguments; not empty
};

/// Returns only if the program could not be started: 127 when there is none of that name, else 126,
/// as a shell does. Throws rxmap::Error, std::system_error or std::runtime_error before.
[[nodiscard]] int run_exec(const ExecOptions& options);

}  // namespace rxmap::ctl
