// SPDX-License-Identifier: MIT
//
// Child processes with less than root: other users, fewer capabilities, limits. A test forks,
// drops, acts, and reports by exit status.
#pragma once

#include <functional>

namespace vm {

/// Runs `body` in a child; returns its result (0 to 125), or 126 when the child died.
int in_child(const std::function<int()>& body);

/// Becomes user nobody, keeping only the capabilities in `keep` (a mask of 1 << CAP_*).
void become_nobody(unsigned long long keep = 0);

}  // namespace vm
