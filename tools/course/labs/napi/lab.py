# SPDX-License-Identifier: MIT
"""The lab napi: what its VM is, and what follows from what the run left behind."""

import json
import os
import re

from course import events as recorded
from course.picture import Timeline
from course.report import Picture, Result

TOOLS = ("build/user/bin/rxmap-recv", "build/user/bin/rxmapctl", "tools/trace")
MACHINE = ("NET=dgram", "SMP=1")
LASTS = "about half a minute"
PARTS = (("100 packets, one every 20 ms", 64), ("20000 packets at once", 64), ("20000 packets at once", 8))
FILES = (*(f"counters-{i}.json" for i in range(len(PARTS) + 1)), "events.txt", "receiver.log")
MOST_STEPS = 16
FEW = 0.7           # interrupts per packet; above it is "nearly one for each"


def counted(out):
    """What each part added to the queue's counters."""
    snapshots = [json.loads((out / name).read_text())[0] for name in FILES[:len(PARTS) + 1]]
    return [{key: after[key] - before[key] for key in after if isinstance(after[key], int)}
            for before, after in zip(snapshots, snapshots[1:])]


def row(part, got):
    text, budget = part
    return (text, budget, got["rx_packets"], got["rx_interrupts"], got["polls"], f"{got['rx_packets'] / max(got['polls'], 1):.1f}",
            got["polls_exhausted"])


def interrupts_answer(got):
    each, evidence = got["rx_interrupts"] / got["rx_packets"], f"{got['rx_interrupts']} interrupts for {got['rx_packets']} packets"
    return ("a" if each >= FEW else "b" if got["rx_interrupts"] else "c"), evidence


def back_answer(polls):
    """What the last poll before each return to interrupt mode had in common."""
    back = [poll for poll in polls if poll.fields["next"] == "interrupt"]
    stayed = [poll for poll in polls if poll.fields["next"] == "again"]
    by_timer = [poll for poll in polls if poll.fields["cause"] == "timer"]
    evidence = (f"{len(polls)} polls were recorded; the interrupt was switched on after {len(back)}, all of which took less than their "
                f"budget, and stayed off after {len(stayed)}, which used it up")
    if by_timer or not back or any(poll.work >= poll.budget for poll in back):
        return None, f"{len(by_timer)} polls by a timer, {len(back)} returns to interrupt mode of {len(polls)} polls"
    return ("b" if stayed else "c"), evidence


def budget_answer(large, small, lost):
    evidence = f"{large['polls']} polls with 64, {small['polls']} with 8, {lost} packets lost"
    if lost:
        return "a", evidence
    return ("b" if small["polls"] > 1.2 * large["polls"] else "c"), evidence


def episodes(events):
    """[(interrupt, end, packets)] of each way from an interrupt through polling and back, in microseconds."""
    polls, found, interrupt = recorded.polls(events), [], None
    for event in events:
        if event.name == "irq" and event.fields["polling"] == "0":
            interrupt = event.at
        elif event.name == "phase" and event.fields["phase"] == "interrupt" and interrupt is not None:
            found.append((interrupt, event.at, sum(poll.work for poll in polls if interrupt <= poll.begin <= event.at)))
            interrupt = None
    return found


def zoom(events, title, episode):
    begin, end, _ = episode
    margin = (end - begin) / 8
    steps = recorded.steps(events, begin, end, MOST_STEPS)
    return Picture(title, Timeline(events, begin - margin, end + margin, begin).svg(steps), begin, steps)


def pictures(events):
    found = sorted(episodes(events), key=lambda episode: episode[1] - episode[0])
    single = [episode for episode in found if episode[2] == 1]
    most = max(found, key=lambda episode: episode[2])
    return [Picture("Slow, fast, slow: the whole recording", Timeline(events, 0, events[-1].at).svg(), 0),
            *(zoom(events, "One slow packet: interrupt, poll, and back", episode) for episode in single[len(single) // 2:][:1]),
            zoom(events, "The most packets with one interrupt, and why polling ended", most)]


def evaluate(out):
    parts = counted(out)
    events = recorded.read(out / "events.txt")
    words = (out / "receiver.log").read_text().splitlines()[-1]
    total = {key: int(value) for key, value in re.findall(r"(received|lost|duplicate|corrupt)=(\d+)", words)}
    return Result(
        heads=("traffic", "budget", "packets", "interrupts", "polls", "packets/poll", "polls that used the budget up"),
        rows=[row(part, got) for part, got in zip(PARTS, parts)],
        answers={1: interrupts_answer(parts[0]), 2: interrupts_answer(parts[1]), 3: back_answer(recorded.polls(events)),
                 4: budget_answer(parts[1], parts[2], total["lost"])},
        pictures=pictures(events),
        machine=f"Linux {os.environ.get('KERNEL') or '6.12'} in QEMU, one CPU, NIC {os.environ.get('BACKEND') or 'virtio_net'}, driver rxmap. "
                f"Times are those of an emulated machine.",
        total=f"The receiver checked {total['received']} packets over all parts: {total['lost']} lost, {total['duplicate']} twice, "
              f"{total['corrupt']} damaged.")
