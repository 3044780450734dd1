# SPDX-License-Identifier: MIT
"""From profile.c's counts by address to counts by function: build/bench/ARM/functions.txt, functions_of_lone.txt and, of bench-bulk,
functions_of_blocks.txt; and the sums that the bench reports."""

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


def _by_function(folder, file):
    addresses, names = _symbols(folder / "symbols.gz")
    counts = collections.Counter()
    with open(folder / file, encoding="ascii") as lines:
        for address, instructions, executions in map(str.split, lines):
            start = int(address, 16)
            name = "(user space)" if start < USER_END else names[bisect.bisect_right(addresses, start) - 1]
            counts[name] += int(instructions) * int(executions)
    return counts


def _write(file, heading, counts, number, of="packet"):
    with open(file, "w", encoding="ascii") as out:
        print(f"instructions/{of}, of {number} {of}s; {heading}", file=out)
        for name, count in counts.most_common():
            print(f"{count / number:10.2f}  {name}", file=out)


def fold_blocks(folder):
    """Instructions of each block."""
    of_each = [int(line) for line in (folder / "profile.transactions").read_text(encoding="ascii").split()]
    _write(folder / "functions_of_blocks.txt", "timer ticks included", _by_function(folder, "profile"), len(of_each), "block")
    return of_each


def fold(folder, packets, driver):
    """Instructions per packet in user space and in the NIC's driver, a module. The generator's are among the rest."""
    counts = _by_function(folder, "profile")
    _write(folder / "functions.txt", "pktgen, e1000 and what they call are the generator", counts, packets)
    inside = sum(count for name, count in counts.items() if name.endswith(f"[{driver}]"))
    return {"user": round(counts["(user space)"] / packets, 1), "driver": round(inside / packets, 1)}


def _sorted(file):
    """Without the first twentieth, as the receiver does with its own times."""
    values = [int(line) for line in file.read_text(encoding="ascii").split()]
    return sorted(values[len(values) // 20:])


def fold_lone(folder):
    """Instructions of a lone packet from the NIC to the receiver's look, without what the sender does meanwhile: median and 99th
    percentile. None, None: the receiver looks at none."""
    ways, senders = _sorted(folder / "profile.ways"), _sorted(folder / "profile.senders")
    if not ways or not senders:
        return None, None
    _write(folder / "functions_of_lone.txt", "from the sending NIC's doorbell to the look, the sender's included",
           _by_function(folder, "profile.lone"), len((folder / "profile.ways").read_text(encoding="ascii").split()))
    return tuple(ways[(len(ways) - 1) * thousandth // 1000] - senders[len(senders) // 2] for thousandth in (500, 990))
