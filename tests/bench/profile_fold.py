# SPDX-License-Identifier: MIT
"""From profile.c's counts by address to counts by function: build/bench/ARM/functions.txt, and the sums that the bench reports."""

import bisect
import collections
import gzip

# x86-64: the lower half of the address space is user space
USER_END = 1 << 47


def _symbols(file):
    """Sorted addresses, and the name at each: "function" or "function [module]"."""
    with gzip.open(file, "rt") as lines:
        symbols = sorted((int(address, 16), " ".join(name)) for address, *name in map(str.split, lines))
    return [address for address, _ in symbols], [name for _, name in symbols]


def _by_function(folder):
    addresses, names = _symbols(folder / "symbols.gz")
    counts = collections.Counter()
    with open(folder / "profile", encoding="ascii") as lines:
        for address, instructions, executions in map(str.split, lines):
            start = int(address, 16)
            name = "(user space)" if start < USER_END else names[bisect.bisect_right(addresses, start) - 1]
            counts[name] += int(instructions) * int(executions)
    return counts


def fold(folder, packets, driver):
    """Instructions per packet in user space and in the NIC's driver, a module. The generator's are among the rest."""
    counts = _by_function(folder)
    with open(folder / "functions.txt", "w", encoding="ascii") as out:
        print(f"instructions/packet, of {packets} packets; pktgen, e1000 and what they call are the generator", file=out)
        for name, count in counts.most_common():
            print(f"{count / packets:10.2f}  {name}", file=out)
    inside = sum(count for name, count in counts.items() if name.endswith(f"[{driver}]"))
    return {"user": round(counts["(user space)"] / packets, 1), "driver": round(inside / packets, 1)}
