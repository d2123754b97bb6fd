"""Messages: dots that travel from part to part, arrows that join them, and sequence diagrams that stay drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import copysign, hypot
from typing import Any

from labs.kit.picture.canvas import Canvas
from labs.kit.picture.words import LEADING, LEAST, fit, width

LOOP = 30.0  # how far a message to oneself swings out
SHARE_LOST = 0.6  # of its way a lost message gets so far
LINE = 4.0  # how much room a line takes from the words above it, from side to side
ACROSS = 24.0  # the length from which on it does so; what is shorter only crosses them
STEEP = 10.0  # the words of a message stand so much higher at most where its arrow is not level

_Box = tuple[float, float, float, float]  # its left and its upper edge, how wide and how high it is


@dataclass
class _Lifelines:
    """Where the lifelines stand, and what has been written on them: `rows` 0 means that down is time."""

    x: dict[str, float]
    top: float
    height: float
    rows: int
    used: int = 0


class Messages(Canvas):
    """What travels, and what stays to show that it has."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._messages = 0
        self._free: list[tuple[float, float, str]] = []  # dots that may be used again: since when, their height, name
        self._lines: dict[str, _Lifelines] = {}
        self._written: list[_Box] = []  # where the words of messages stand, and from where to where their arrows go
        self._arrows: list[tuple[float, float, float, float]] = []

    # ---- between parts ---------------------------------------------------------------------------------------

    def send(
        self, t: float, start: str, goal: str, *, label: str = "", over: float = 1.0, fill: str = "data",
        lost: bool = False, keep: bool = False,
    ) -> str:  # fmt: skip
        """A message travels from edge to edge within `over` seconds, and is gone; a lost one fades halfway.

        With `keep` an arrow from edge to edge stays drawn. A dot that is free is used again: few parts are sent.
        """
        if t > self.end:
            raise ValueError(f"a message is sent at {t} s, and the scene ends at {self.end} s: that is not seen")
        w, h = (max(16.0, width(label, 12) + 12), 20.0) if label else (12.0, 12.0)
        x1, y1, x2, y2 = self._edges(start, goal, t, t + over, (w, h))  # beside a box: its words stay to be read
        if keep:
            self._messages += 1
            self._grow(t, f"kept-{self._messages}", self._edges(start, goal, t), over, dash="4 3" if lost else "")
        if lost:
            x2, y2 = (x1 + x2) / 2, (y1 + y2) / 2
        name = self._dot(t, w, h, label, fill, x1 - w / 2, y1 - h / 2)
        self._key(t, name, 0, {"opacity": 1})
        self._key(t, name, over, {"x": x2 - w / 2, "y": y2 - h / 2})
        self._key(t + over, name, over / 4 if lost else 0, {"opacity": 0})
        self._free.append((t + over * (1.25 if lost else 1), h, name))
        return name

    def _dot(self, t: float, w: float, h: float, label: str, fill: str, x: float, y: float) -> str:
        """A dot that nobody needs by then (dots with and without a label differ in height), else a new one."""
        for place, (since, height, name) in enumerate(self._free):
            if since <= t and height == h:
                del self._free[place]
                self._key(t, name, 0, {"x": x, "y": y, "w": w, "label": label, "fill": fill})
                return name
        self._messages += 1
        name = f"message-{self._messages}"
        self.box(name, x, y, w, h, label=label, fill=fill, radius=h / 2, size=12, opacity=0)
        return name

    def link(
        self, name: str, start: str, goal: str, *, label: str = "", arrow: str = "end", stroke: str = "line",
        dash: str = "", width: float = 1.2, opacity: float = 1, tip: str = "",
    ) -> None:  # fmt: skip
        """A line from the edge of one part to the edge of another, where they stand at first; label in its middle."""
        x1, y1, x2, y2 = self._edges(start, goal, 0)
        self.line(name, x1, y1, x2, y2, arrow=arrow, stroke=stroke, dash=dash, width=width, opacity=opacity, tip=tip)
        if label:
            self.text(f"{name}-label", (x1 + x2) / 2, (y1 + y2) / 2 + 4, label, size=12, align="middle", halo=True,
                      opacity=opacity)  # fmt: skip

    def _edges(
        self, start: str, goal: str, t: float, later: float | None = None, size: tuple[float, float] = (0, 0)
    ) -> tuple[float, float, float, float]:
        """From the edge of one part at `t` to the edge of the other, `later`, on the line between their middles.

        What has a `size` lies beside the edges, or on them where there is no room; between parts that touch the way
        is from middle to middle.
        """
        (x1, y1), (x2, y2) = self.middle(start, t), self.middle(goal, t if later is None else later)
        dx, dy = x2 - x1, y2 - y1

        def share(name: str, size: tuple[float, float]) -> float:
            """The share of the way that lies inside a part, or too near to it."""
            w, h = ((float(self._parts[name].get(side, 0)) + own) / 2 for side, own in zip("wh", size, strict=True))
            sides = [half / abs(way) for half, way in ((w, dx), (h, dy)) if way]
            return min(sides, default=0) if self._parts[name]["kind"] == "box" else 0

        for room in dict.fromkeys((size, (0, 0))):
            a, b = share(start, room), share(goal, room)
            if a + b < 1:
                return x1 + a * dx, y1 + a * dy, x2 - b * dx, y2 - b * dy
        return x1, y1, x2, y2

    def _grow(
        self, t: float, name: str, ends: tuple[float, float, float, float], over: float, *, stroke: str = "ink",
        dash: str = "", arrow: str = "end", tip: str = "",
    ) -> None:  # fmt: skip
        """A line that grows from its start to its end within `over` seconds from `t` on, and stays."""
        x1, y1, x2, y2 = ends
        self.line(name, x1, y1, x2, y2, stroke=stroke, dash=dash, arrow=arrow, opacity=0, width=1.6, tip=tip)
        part = self._parts[name]
        w, h, part["w"], part["h"] = part["w"], part["h"], 0.0, 0.0
        self._key(t, name, 0, {"opacity": 1})
        self._key(t, name, over, {"w": w, "h": h})

    # ---- sequence diagrams -----------------------------------------------------------------------------------

    def lifelines(
        self, names: Sequence[str] | Mapping[str, str], x: float, y: float, w: float, h: float, *, rows: int = 0,
        head: float = 30, fill: str = "panel",
    ) -> None:  # fmt: skip
        """A sequence diagram: a head for each name, its line below it, in a place of `w` by `h`.

        `names` are the parts' names, or {name: label}. Downwards is time, with a line that shows now; with `rows` each
        message gets a row of its own instead, which is easier to read where much happens at once.
        """
        labels = names if isinstance(names, Mapping) else {name: name for name in names}
        pitch = w / len(labels)
        lines = _Lifelines({}, y + head + 14, h - head - 14, rows)
        for i, (name, label) in enumerate(labels.items()):
            middle, wide = x + pitch * (i + 0.5), min(130.0, pitch - 10)
            self.line(f"{name}-line", middle, y + head, middle, y + h, dash="3 4")
            self.box(name, middle - wide / 2, y, wide, head, label=label, fill=fill, weight="bold", wrap=True)
            lines.x[name] = middle
            self._lines[name] = lines
        if not rows:
            self.line(f"{next(iter(labels))}-now", x, lines.top, x + w, lines.top, stroke="muted", dash="2 3")
            self._key(0, f"{next(iter(labels))}-now", self.end, {"y": y + h})

    def _level(self, t: float, name: str, later: float) -> tuple[_Lifelines, float, float]:
        """The lifelines that `name` is one of, and the heights of `t` and of `later`, or of the next row."""
        if name not in self._lines:
            raise ValueError(f"there is no lifeline {name!r}; there are {', '.join(self._lines) or 'none'}")
        if t > self.end:
            raise ValueError(f"something on lifeline {name!r} is at {t} s, and the scene ends at {self.end} s")
        lines = self._lines[name]
        if not lines.rows:
            first, last = (lines.top + lines.height * min(moment, self.end) / self.end for moment in (t, later))
            return lines, first, last
        if lines.used == lines.rows:
            raise ValueError(f"lifelines with {lines.rows} rows are full at {t} s: give them more rows")
        lines.used += 1
        level = lines.top + lines.height * (lines.used - 0.5) / lines.rows
        return lines, level, level

    def message(
        self, t: float, start: str, goal: str, label: str = "", *, over: float = 0.5, lost: bool = False,
        stroke: str = "ink", dash: str = "", tip: str = "",
    ) -> str:  # fmt: skip
        """From lifeline to lifeline, from `t` until `t + over`, an arrow that stays, with words on it.

        A lost one ends in a cross; one from a lifeline to itself swings out to its side. Returns its part's name.
        """
        lines, y1, y2 = self._level(t, start, t + over)
        if goal not in lines.x:
            raise ValueError(f"there is no lifeline {goal!r} beside {start!r}; there are {', '.join(lines.x)}")
        self._messages += 1
        name, x1, x2 = f"message-{self._messages}", lines.x[start], lines.x[goal]
        if start == goal:
            down, right = max(y2, y1 + 14), self.width - x1 - LOOP - 10
            out = 1 if right >= min(140.0, x1 - LOOP - 10) else -1  # to the left where there is more room
            swing = x1 + out * LOOP
            self.path(name, [(x1, y1), (swing, y1), (swing, down), (x1 + out, down)], stroke=stroke, width=1.6,
                      dash=dash, arrow=True, opacity=0, tip=tip)  # fmt: skip
            self._key(t, name, 0, {"opacity": 1})
            places, align, slope = [(swing + out * 7, (y1 + down) / 2 + 4)], "start" if out > 0 else "end", 0.0
            room = min(160.0, right if out > 0 else x1 - LOOP - 10)
        else:
            if lost:
                x2, y2 = x1 + (x2 - x1) * SHARE_LOST, y1 + (y2 - y1) * SHARE_LOST
            self._grow(t, name, (x1, y1, x2, y2), over, stroke=stroke, dash=dash, arrow="" if lost else "end", tip=tip)
            slope, room, align = (y2 - y1) / (x2 - x1), abs(lines.x[goal] - x1) - 14, "middle"
            between = [(a + b) / 2 for a, b in pairwise(lines.x.values()) if min(x1, x2) < (a + b) / 2 < max(x1, x2)]
            eighths = [x1 + (x2 - x1) * k / 8 for k in (5, 6, 7, 3, 2, 1)]  # what came before ends at the start
            middles = [(x1 + x2) / 2, *sorted(between, key=lambda x: abs(x - x1)), *eighths]
            places = [(x, y1 + slope * (x - x1) - 7) for x in middles]
        if lost:
            self.text(f"{name}-lost", x2, y2 + 5, "✕", size=16, align="middle", ink="bad-ink", weight="bold", opacity=0)
            self._key(t + over, f"{name}-lost", 0, {"opacity": 1})
        if label:
            self._words(t, f"{name}-label", label, places, room, lines, align, "bad-ink" if lost else "ink", slope)
        if start != goal:
            self._arrows.append((x1, y1, x2, y2))
        return name

    def _words(
        self, t: float, name: str, label: str, places: Sequence[tuple[float, float]], room: float, lines: _Lifelines,
        align: str, ink: str, slope: float,
    ) -> None:  # fmt: skip
        """The words of a message, in as many lines as its row has room for: above its arrow, which has this slope.

        Several messages may be on their way at once: of the places, the first where no words and no arrow are, or few.
        """
        tall = max(LEAST * LEADING, lines.height / lines.rows - 8) if lines.rows else 2 * 13 * LEADING
        words, size = fit(label, room, tall, 13)
        wide, more = max(width(row, size) for row in words.split("\n")), words.count("\n") * size * LEADING
        up = min(abs(slope) * wide / 2, STEEP)  # the arrow's higher end passes below them
        aside = copysign(wide / 2 - up / abs(slope), slope) if slope else 0  # or beside them, if it is steep
        above = up + more / (1 if align == "middle" else 2)
        left = {"start": 0.0, "middle": wide / 2, "end": wide}[align]
        boxes = [
            (x + aside - left, y - above - size, wide, more + size * LEADING)
            for x, y in (places[:1] if lines.rows else places)  # a row is its message's alone
            if abs(x - places[0][0]) <= max(0, room - wide) / 2
        ]
        box = boxes[0]
        if len(boxes) > 1:
            box = next((box for box in boxes if not self._taken(box)), None) or min(boxes, key=self._taken)
        self._written.append(box)
        self.text(name, box[0] + left, box[1] + size, words, size=size, align=align, halo="above", ink=ink, opacity=0)
        self._key(t, name, 0, {"opacity": 1})

    def _taken(self, box: _Box) -> float:
        """How much of a place words and arrows have taken."""
        words = sum(_shared(box, it) for it in self._written)
        return words + sum(LINE * max(0, _within(box, arrow) - ACROSS) for arrow in self._arrows)

    def note(self, t: float, where: str, words: str, *, w: float = 120, fill: str = "panel", tip: str = "") -> str:
        """Words in a box on a lifeline, from `t` on: what one of them decides, or knows."""
        lines, y, _ = self._level(t, where, t)
        tall = lines.height / lines.rows - 4 if lines.rows else 2 * 12 * LEADING + 4
        self._messages += 1
        name = f"note-{self._messages}"
        left = min(max(lines.x[where] - w / 2, 2.0), self.width - w - 2)
        self.box(
            name, left, y - tall / 2, w, tall, label=words, fill=fill, size=12, radius=3, wrap=True, opacity=0, tip=tip
        )
        self._key(t, name, 0, {"opacity": 1})
        return name

    def active(self, start: float, stop: float, where: str, *, fill: str = "data", tip: str = "") -> str:
        """A bar on a lifeline from `start` to `stop`: it works, waits, holds a lock. Only where downwards is time."""
        lines, y1, y2 = self._level(start, where, stop)
        if lines.rows:
            raise ValueError(f"a bar on lifeline {where!r} needs time downwards: leave `rows` out")
        self._messages += 1
        name = f"active-{self._messages}"
        self.box(name, lines.x[where] - 5, y1, 10, 0, fill=fill, radius=2, opacity=0, tip=tip)
        self._key(start, name, 0, {"opacity": 1})
        self._key(start, name, min(stop, self.end) - start, {"h": y2 - y1})
        return name


def _shared(a: _Box, b: _Box) -> float:
    """How much of the picture two boxes share."""
    wide, high = (min(a[i] + a[i + 2], b[i] + b[i + 2]) - max(a[i], b[i]) for i in (0, 1))
    return max(wide, 0) * max(high, 0)


def _within(box: _Box, line: tuple[float, float, float, float]) -> float:
    """How much of a line from (x1, y1) to (x2, y2) lies in a box."""
    x, y, w, h = box
    x1, y1, x2, y2 = line
    first, last = 0.0, 1.0
    for start, way, low, size in ((x1, x2 - x1, x, w), (y1, y2 - y1, y, h)):
        near, far = sorted(((low - start) / way, (low + size - start) / way)) if way else (0, low < start < low + size)
        first, last = max(first, near), min(last, far)
    return max(0, last - first) * hypot(x2 - x1, y2 - y1)
