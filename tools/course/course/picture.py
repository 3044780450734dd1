# SPDX-License-Identifier: MIT
"""Draws a stretch of a queue's life as SVG: the mode, interrupts, polls as high as they took packets, wake-ups, numbered steps."""

from html import escape

from . import events as recorded

STYLE = """svg text{font:12px system-ui,sans-serif;fill:#1d2733}.row{font-weight:600!important}.axis,.inside,.step{text-anchor:middle}
.step{font-weight:700!important;fill:#8a3b12!important}.unit{fill:#52606d}.grid{stroke:#e4e8ec}
.m-interrupt{fill:#bcd8c6}.m-polling{fill:#f2b880}.m-busy{fill:#d7a1d0}.m-suspended{fill:#c9d3df}.m-down{fill:#eee}
.again{fill:#c8553d}.last{fill:#3f6fb0}.irq{stroke:#1d2733;stroke-width:1.5}.wake{stroke:#2e8b57;stroke-width:1.5}
"""

WIDTH, LEFT, RIGHT = 960, 110, 15
ROWS = {"mode": (34, 26), "interrupts": (76, 26), "polls": (118, 60), "wake-ups": (194, 26)}     # top, height
AXIS, HEIGHT = 236, 268
LABEL_WIDTH = 70            # a bar less wide has no room for its name


def nice_step(span, most=8):
    """1, 2 or 5 times a power of ten, so that `most` of them span enough."""
    step = 0.1
    while True:
        for factor in (1, 2, 5):
            if span / (step * factor) <= most:
                return step * factor
        step *= 10


class Timeline:
    def __init__(self, all_events, begin, end, zero=None):
        self._events, self._begin, self._end = all_events, begin, max(end, begin + 1)
        self._zero = begin if zero is None else zero            # what the axis calls 0
        self._parts = []

    def _x(self, at):
        inside = min(max(at, self._begin), self._end)
        return LEFT + (WIDTH - LEFT - RIGHT) * (inside - self._begin) / (self._end - self._begin)

    def _bar(self, kind, row, begin, end, tip, share=1.0):
        if end < self._begin or begin > self._end:
            return
        top, height = ROWS[row]
        left, right = self._x(begin), self._x(end)
        tall = max(height * share, 3)
        self._parts.append(f'<rect class="{kind}" x="{left:.1f}" y="{top + height - tall:.1f}" width="{max(right - left, 1):.1f}" '
                           f'height="{tall:.1f}"><title>{escape(tip)}</title></rect>')

    def _tick(self, kind, row, at, tip):
        if self._begin <= at <= self._end:
            top, height = ROWS[row]
            self._parts.append(f'<line class="{kind}" x1="{self._x(at):.1f}" x2="{self._x(at):.1f}" y1="{top}" y2="{top + height}">'
                               f'<title>{escape(tip)}</title></line>')

    def _text(self, kind, x, y, text):
        self._parts.append(f'<text class="{kind}" x="{x:.1f}" y="{y}">{escape(text)}</text>')

    def _modes(self):
        top, height = ROWS["mode"]
        for stay in recorded.stays(self._events):
            self._bar(f"m-{stay.phase}", "mode", stay.begin, stay.end, f"{stay.phase} mode, {stay.end - stay.begin:.0f} us")
            left, right = self._x(stay.begin), self._x(stay.end)
            if right - left >= LABEL_WIDTH:
                self._text("inside", (left + right) / 2, top + height / 2 + 4, stay.phase)

    def _work(self):
        found = recorded.polls(self._events)
        most = max((poll.work for poll in found), default=0) or 1
        for poll in found:
            kind = "again" if poll.fields["next"] == "again" else "last"
            self._bar(kind, "polls", poll.begin, poll.end, poll.told(), poll.work / most)
        for event in self._events:
            if event.name == "irq":
                self._tick("irq", "interrupts", event.at, "interrupt")
            elif event.name == "wake":
                self._tick("wake", "wake-ups", event.at, "the consumer is woken")

    def _axis(self):
        span = self._end - self._begin
        unit, scale = ("ms", 1000) if span > 5000 else ("us", 1)
        step = nice_step(span / scale) * scale
        at = self._zero
        while at <= self._end:
            x = self._x(at)
            self._parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{ROWS["mode"][0]}" y2="{AXIS}"/>')
            self._text("axis", x, AXIS + 16, f"{(at - self._zero) / scale:g}")
            at += step
        self._text("unit", LEFT, AXIS + 30, unit)

    def svg(self, steps=()):
        self._axis()
        self._modes()
        self._work()
        for row, (top, height) in ROWS.items():
            self._text("row", 8, top + height / 2 + 4, row)
        last = -100.0
        for number, (at, _) in enumerate(steps, 1):
            if self._x(at) - last >= 14:            # numbers on top of each other say nothing
                last = self._x(at)
                self._text("step", last, 26, str(number))
        return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{"".join(self._parts)}</svg>'

    def file(self):
        """The same as a file of its own, for any browser."""
        return (self.svg().replace("<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" ', 1)
                .replace(">", f"><style>{STYLE}</style><rect width='100%' height='100%' fill='#fff'/>", 1) + "\n")
