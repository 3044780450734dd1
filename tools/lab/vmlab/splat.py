# SPDX-License-Identifier: MIT
"""Finds what a kernel says when something is broken. A test that passes while the kernel complains has failed."""

import re

COMPLAINTS = re.compile(
    r"WARNING: |\bBUG: |kernel BUG at|Oops[:\s]|KASAN: |KCSAN: |UBSAN: |general protection fault|unable to handle|"
    r"Kernel panic|possible circular locking|possible recursive locking|inconsistent lock state|possible irq lock inversion|"
    r"suspicious RCU usage|bad unlock balance|sleeping function called from invalid context|scheduling while atomic|"
    r"self-detected stall|detected stalls|detected expedited stalls|soft lockup|hard LOCKUP|blocked for more than \d+ seconds|"
    r"DMA-API: |ODEBUG: |list_(?:add|del) corruption|refcount_t: |unregister_netdevice: waiting for|Call Trace:|"
    r"nobody cared|NETDEV WATCHDOG|rxmap-lab: failed")
# Words of a healthy boot that look like complaints.
HARMLESS = re.compile(r"DMA-API: (?:preallocated|debugging enabled|dma-debug)|debug_dma|Oops: 0000 \[#0\]")


def find(console, kernel_errors, allow):
    """Lines of the console log, and of the kernel's error level, that are failures; `allow` is the ALLOW variable."""
    allowed = re.compile(allow) if allow else None
    found = [line for line in console.splitlines() if COMPLAINTS.search(line) and not HARMLESS.search(line)]
    found += [line for line in kernel_errors if "rxmap" in line and "rxmap-lab:" not in line]
    return [line for line in found if not (allowed and allowed.search(line))]
