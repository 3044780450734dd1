# SPDX-License-Identifier: MIT
"""Which settings are worth having: a row of make bench-moderation is on the Pareto front of its load and burst if no other setting
there takes fewer instructions a packet and keeps packets waiting shorter (p99). The adaptive policy is beaten where a static one is
better by more than BETTER in one of the two without being worse in the other (by more than WORSE). Instructions are a difference of
two runs; where it fell below zero for any setting the machine was full, a tenth of it means nothing, and there is no verdict."""

BETTER = 0.10
WORSE = 0.02
MEASURES = ("instructions", "p99_us")


def cells(rows):
    """The rows of each load and burst, which were measured under the same packets."""
    found = {}
    for row in rows:
        found.setdefault((row["burst"], row["load"]), []).append(row)
    return found


def mark(rows):
    """Sets "front" in each row."""
    for cell in cells(rows).values():
        for row in cell:
            row["front"] = not any(all(other[key] <= row[key] for key in MEASURES) and any(other[key] < row[key] for key in MEASURES)
                                   for other in cell)


def beats(static, row):
    """In what the static setting is better by more than BETTER without being worse in the other: a measure, or None."""
    for key, other in (MEASURES, reversed(MEASURES)):
        if static[key] < (1 - BETTER) * row[key] and static[other] <= (1 + WORSE) * row[other]:
            return key
    return None


def verdict(rows, adaptive, static):
    """A line for each cell in which one of the settings named by static beats the one named by adaptive, and one that counts."""
    all_cells = cells(rows)
    told = {key: cell for key, cell in sorted(all_cells.items()) if all(row["instructions"] > 0 for row in cell)}
    lines = []
    for (burst, load), cell in told.items():
        row = next(row for row in cell if row["setting"] == adaptive)
        winners = [other for other in cell if other["setting"] in static and beats(other, row)]
        if winners:
            best = min(winners, key=lambda other: other[beats(other, row)] / row[beats(other, row)])
            lines.append(f"{adaptive}: beaten at load {load} %, bursts of {burst}, by {best['setting']}: {best['instructions']:.0f} "
                         f"instructions and p99 {best['p99_us']:.1f} us against {row['instructions']:.0f} and {row['p99_us']:.1f}")
    count = f"{adaptive}: not beaten by a static setting at {len(told) - len(lines)} of {len(told)} loads and bursts"
    if len(told) < len(all_cells):
        count += f"; no verdict at {len(all_cells) - len(told)}, where the machine was full and a figure fell below zero"
    return [*lines, count]
