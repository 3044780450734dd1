// SPDX-License-Identifier: MIT
// Marks for profile.c: no-ops with a displacement that no compiler writes. They cost an instruction
// each, and do nothing where nobody looks for them.
#pragma once

namespace rxmap::bench {

/// What is counted by function lies between these two.
inline void mark_begin() noexcept {
    asm volatile("nopl 0x52584d01(%%rax)" ::: "memory");
}
inline void mark_end() noexcept {
    asm volatile("nopl 0x52584d02(%%rax)" ::: "memory");
}

/// The receiver looks at a packet that came alone: here its way ends.
inline void mark_look() noexcept {
    asm volatile("nopl 0x52584d03(%%rax)" ::: "memory");
}

/// A transaction is over, and the next begins.
inline void mark_transaction() noexcept {
    asm volatile("nopl 0x52584d04(%%rax)" ::: "memory");
}

}  // namespace rxmap::bench
