# SPDX-License-Identifier: MIT
"""Reads what tools/trace/record wrote: the events of one queue, its stays in a mode, its polls, and the reasons in words."""

import re
from dataclasses import dataclass, field

LINE = re.compile(r"(\d+\.\d+): rxmap_(\w+): (\S+) queue (\d+): (.*)$")
CAUSES = {
    "irq": "because of the interrupt",
    "irq-tx": "because of an interrupt for sent packets",
    "timer": "because the moderation timer ended",
    "again": "because a packet came just before the interrupt was on",
    "start": "because the queue was told to begin",
    "refill": "because buffers came back",
    "sleeper": "because the consumer goes to sleep",
    "rescue": "because the watchdog found work that nobody had announced",
    "core": "again, without an interrupt",
}
NEXT = {
    "again": "That is the whole budget, there may be more: the kernel polls again, the interrupt stays off.",
    "interrupt": "Less than the budget, so the queue is empty: the interrupt is switched on.",
    "interrupt-ahead": "Less than the budget: the device interrupts some packets later, or the timer polls.",
    "timer": "Less than the budget: the timer will poll, the interrupt stays off.",
    "suspended": "Less than the budget: the consumer polls by itself, the interrupt stays off.",
    "busy": "Less than the budget: the task that busy polls goes on, the interrupt stays off.",
    "silence": "The device was given up.",
}


@dataclass
class Event:
    at: float               # microseconds since the first event
    name: str
    fields: dict


@dataclass
class Stay:
    """How long the queue was in one mode."""
    phase: str
    begin: float
    end: float


@dataclass
class Poll:
    begin: float
    end: float
    fields: dict = field(default_factory=dict)      # of both events

    @property
    def work(self):
        return int(self.fields["work"])

    @property
    def budget(self):
        return int(self.fields["budget"])

    def told(self):
        number = f"{self.work} packet{'' if self.work == 1 else 's'}"
        where = "" if self.fields["place"] == "softirq" else f" in {self.fields['place']}"
        return f"A poll{where}, {CAUSES[self.fields['cause']]}: it takes {number} of at most {self.budget}. {NEXT[self.fields['next']]}"


def read(path, interface="rx0", queue=0):
    events = []
    for line in path.read_text(encoding="utf-8").splitlines():
        found = LINE.search(line)
        if found and found[3] == interface and int(found[4]) == queue:
            fields = dict(word.split("=", 1) for word in found[5].split())
            events.append(Event(float(found[1]) * 1e6, found[2], fields))
    for event in reversed(events):
        event.at -= events[0].at
    return events


def stays(events):
    """A stay that was `suspended` while the NAPI was being given back is one of `interrupt` from its beginning."""
    found = []
    for event in events:
        if event.name != "phase":
            continue
        phase = event.fields["phase"]
        if found and found[-1].phase == "suspended" and phase == "interrupt":
            found[-1].phase = phase
            continue
        if found:
            found[-1].end = event.at
        found.append(Stay(phase, event.at, event.at))
    if found:
        found[-1].end = events[-1].at
    return found


def polls(events):
    found, begun = [], None
    for event in events:
        if event.name == "poll_begin":
            begun = event
        elif event.name == "poll_end" and begun:
            found.append(Poll(begun.at, event.at, {**begun.fields, **event.fields}))
            begun = None
    return found


def steps(events, begin, end, most):
    """[(time, what happened and why)] between two times; the middle of a long list is one step."""
    found = [(event.at, "An interrupt: a packet is there. It is switched off, and a poll is scheduled.") for event in events
             if event.name == "irq" and event.fields["polling"] == "0" and begin <= event.at <= end]
    found += [(poll.begin, poll.told()) for poll in polls(events) if begin <= poll.begin <= end]
    found.sort()
    if len(found) <= most:
        return found
    head, tail = most - 4, 3
    left_out = found[head:-tail]
    return [*found[:head], (left_out[0][0], f"… {len(left_out)} more steps of this kind …"), *found[-tail:]]
