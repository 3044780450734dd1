// SPDX-License-Identifier: MIT
// Two questions to /dev/rxmap: who maps a queue, and take it from whoever does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rxmap::ctl {

struct Holder {
    std::int32_t pid = 0;  ///< 0: not visible in this pid namespace
    std::string command;
};

/// Who maps the queue; none: nobody, or the module is not loaded, or the interface is not one of
/// its own.
std::optional<Holder> holder_of(unsigned ifindex, unsigned queue);

/// Takes the queue from its holder. Throws std::runtime_error with one sentence that names
/// argument, limit and value.
Holder force_detach(const std::string& ifname, unsigned ifindex, unsigned queue);

}  // namespace rxmap::ctl
