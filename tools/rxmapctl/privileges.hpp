// SPDX-License-Identifier: MIT
// Giving up privileges for good, before another program runs in this process.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace rxmap::ctl {

struct User {
    std::string name;
    uid_t uid;
    gid_t gid;
};

/// Throws std::runtime_error when there is no such user.
[[nodiscard]] User find_user(const std::string& name);

/// Becomes @p user, if given, and drops every capability, so that no program started from here on
/// gets one back: not by being root's, not by a set-user-id bit, not by file capabilities. Root
/// without CAP_SETPCAP cannot do that: std::system_error, as for every refusal. One thread.
void drop_privileges(const std::optional<User>& user);

}  // namespace rxmap::ctl
