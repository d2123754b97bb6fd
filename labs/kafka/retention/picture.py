"""The picture of lesson 09: the log in its segments, the consumers' positions, and how long each segment lives.

`draw_log(trace)` is the scene of one run of `keep`. captions.py says what is told; controls.py puts controls around it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from labs.kafka.retention.captions import told_of
from labs.kafka.retention.keeping import KEYS
from labs.kafka.retention.kept import readers, truth_at, written
from labs.kit.picture.frame import shared_rows
from labs.kit.picture.palette import actor
from labs.kit.picture.scene import Scene
from labs.kit.picture.words import width
from labs.kit.trace import Event, Trace

WIDTH, LEFT, TOP, HIGH, LANES = 560, 10, 44, 30, 94
GLIDE = 1.0  # seconds of the run that a mark takes to its new place


@dataclass
class _Life:
    """What became of a segment: when it was begun, closed and gone, and its newest record so far."""

    base: int
    born: float
    closed: float | None = None
    gone: float | None = None
    times: list[float] = field(default_factory=list)
    last: int = -1


def lives(trace: Trace) -> dict[int, _Life]:
    """Each segment of the run, by its base."""
    found = {0: _Life(0, 0.0)}
    newest = found[0]
    for e in trace:
        if e.kind == "roll":
            newest.closed = e.t if newest.closed is None else newest.closed
            newest = found[e["base"]] = _Life(e["base"], e.t)
        elif e.kind == "append":
            newest.times.append(e.t)
            newest.last = e["offset"]
        elif e.kind in ("forget", "clean"):
            for base, life in found.items():
                there = base not in e["bases"] if e.kind == "forget" else base in e["bases"]
                anew = life.born == e.t and not life.times  # an empty one in the place of an empty one
                if not there and life.gone is None and not anew:
                    life.gone = e.t
                    life.closed = e.t if life.closed is None else life.closed
    return found


def draw_log(trace: Trace, compared: str = "") -> Scene:
    """The scene of a run."""
    return _Picture(trace, compared).scene


class _Picture:
    """What stands where, while the events go by."""

    def __init__(self, trace: Trace, compared: str) -> None:
        self.trace, self.settings = trace, trace.settings
        self.compacts = "compact" in self.settings["policy"]
        self.retention = self.settings["retention"] if "delete" in self.settings["policy"] else None
        self.records, self.lives = written(trace), lives(trace)
        self.cell = min(28.0, (WIDTH - 2 * LEFT) / max(8, len(self.records) + 1))
        self.names = readers(trace)
        self.below = TOP + HIGH + 36 + 18 * len(self.names)
        tables = 20 * len(self.names) if self.compacts else 0
        lanes = self.below + tables + 14
        shown = [life for life in self.lives.values() if life.times and life.born < trace.end]
        rows = {f"segment {life.base}": self._lane(life) for life in shown}
        count = len(shared_rows("life", rows))  # beside another picture: as many as that one has
        high = 24 if count < 7 else 17
        self.scene = Scene(WIDTH, lanes + high * count + 26, end=trace.end, title=title(self.settings, compared))
        self._still_life()
        self.scene.lanes("life", LANES, lanes, WIDTH - LANES - 20, high, rows)
        for event in trace:
            self._change(event)
        self._ages()
        told_of(self.scene, trace)

    # ---- parts -------------------------------------------------------------------------------------------------------

    def x(self, offset: float) -> float:
        """The left edge of a record's cell."""
        return LEFT + offset * self.cell

    def _still_life(self) -> None:
        scene, wide = self.scene, self.cell - 2
        size = 13 if self.cell > 20 else 12
        for base in self.lives:
            scene.box(f"s{base}", self.x(base), TOP - 4, 0, HIGH + 8, fill="none", opacity=0, width=1.8)
            scene.text(f"age{base}", self.x(base) + 2, TOP - 9, "", size=12, ink="muted")
        for offset, record in self.records.items():
            x = self.x(offset) + 1
            scene.box(f"g{offset}", x, TOP, wide, HIGH, fill="none", stroke="faint", dash="3 2", radius=3, opacity=0)
            label = record.key + ("✕" if record.value is None else "") if self.compacts else str(offset)
            fill = actor(KEYS.index(record.key) + 1) if self.compacts else "data"
            fill = "page" if record.value is None else fill
            tip = _tip(record.key, record.value, record.time)
            scene.box(f"r{offset}", x, TOP, wide, HIGH, label=label, fill=fill, size=size, radius=3, opacity=0, tip=tip)
            if self.compacts and (self.cell > 19 or offset % 5 == 0):
                scene.text(f"n{offset}", x + wide / 2, TOP + HIGH + 17, str(offset), size=12, align="middle",
                           ink="muted", opacity=0)  # fmt: skip
        scene.text("start", LEFT, 16, "▼ log start 0", size=13, weight="bold", ink="good-ink")
        for i, name in enumerate(self.names):
            y = TOP + HIGH + 38 + 18 * i
            scene.text(f"mark-{name}", self.x(0), y, "", size=13, weight="bold")
            if self.compacts:
                y = self.below + 8 + 20 * i
                scene.text(f"table-{name}", LEFT, y, "", size=13)
                scene.text(f"wrong-{name}", WIDTH - LEFT, y, "", size=13, align="end", ink="bad-ink", weight="bold")

    def _lane(self, life: _Life) -> list[tuple[float, float, str, str]]:
        """Open, closed, and with even its newest record too old: closed, or still open where it goes as the last."""
        end = self.trace.end if life.gone is None else life.gone
        closed = end if life.closed is None else life.closed
        due = end if self.retention is None else min(end, max(life.times) + self.retention)
        due = due if closed == end else max(closed, due)
        opened = min(closed, due)
        stretches = [(life.born, opened, "open", "data"), (opened, due, "closed", "idle"), (due, end, "due", "warn")]
        room = (WIDTH - LANES - 20) * (opened - life.born) / self.trace.end
        told = next((w for w in (f"{_name(life)}, open", _name(life)) if width(w, 12) < room), "")
        return [(a, b, told if word == "open" else word, fill) for a, b, word, fill in stretches if b > a]

    # ---- what becomes of them ----------------------------------------------------------------------------------------

    def _change(self, event: Event) -> None:
        t, kind, scene = event.t, event.kind, self.scene
        if kind == "append":
            offset = event["offset"]
            base = max(base for base, life in self.lives.items() if base <= offset and life.born <= t)
            for part in (f"g{offset}", f"r{offset}", *([f"n{offset}"] if scene.has(f"n{offset}") else [])):
                scene.key(t, part, opacity=1)
            scene.key(t, f"s{base}", w=self.x(offset + 1) - self.x(base), opacity=1, stroke="ink")
        elif kind == "roll":
            before = max((base for base in self.lives if base < event["base"]), default=0)
            scene.key(t, f"s{before}", stroke="line")
            if event["why"] == "expired":  # nothing is in it yet
                scene.key(t, f"s{event['base']}", w=self.cell / 2, opacity=1, stroke="ink")
        elif kind == "forget":
            for base in event["bases"]:
                if self.lives[base].born < t:  # else another one has taken its place
                    self._hide(t, base)
            scene.key(t, "start", over=GLIDE, x=min(self.x(event["log_start"]), WIDTH - 115))
            scene.key(t, "start", label=f"▼ log start {event['log_start']}")
        elif kind == "clean":
            for offset in event["gone"]:
                scene.key(t, f"r{offset}", opacity=0)
            for offset in event["met"]:
                scene.key(t, f"r{offset}", stroke="bad-ink", width=2.2)
            self._merge(t, event["bases"])
        elif event.who in self.names:
            self._reader(event)

    def _hide(self, t: float, base: int) -> None:
        """A whole segment goes."""
        self.scene.key(t, f"s{base}", opacity=0)
        self.scene.key(t, f"age{base}", opacity=0)
        for offset in range(base, self.lives[base].last + 1):
            for part in (f"g{offset}", f"r{offset}", f"n{offset}"):
                if self.scene.has(part):
                    self.scene.key(t, part, opacity=0)

    def _merge(self, t: float, bases: list[int]) -> None:
        """What is left of several segments is put into one file."""
        for base, following in pairwise(bases):
            self.scene.key(t, f"s{base}", w=self.x(following) - self.x(base))
        for base, life in self.lives.items():
            if life.gone == t and base not in bases:
                self.scene.key(t, f"s{base}", opacity=0)
                self.scene.key(t, f"age{base}", opacity=0)

    def _reader(self, event: Event) -> None:
        t, who, kind = event.t, event.who, event.kind
        mark = f"mark-{who}"
        if kind in ("start", "poll", "reset"):
            position = event["to"] if kind == "reset" else event["position"]
            self.scene.key(t, mark, over=GLIDE if t else 0, x=min(self.x(position) - 4, WIDTH - 100))
            self.scene.key(t, mark, label=f"▲ {who} at {position}", ink="bad-ink" if kind == "reset" else "ink")
        elif kind == "wake":
            last = next(e for e in reversed(self.trace.of("start", "poll", "reset", who=who)) if e.t <= t)
            self.scene.key(t, mark, label=f"▲ {who} at {last.get('to', last.get('position'))}", ink="ink")
        elif kind in ("sleep", "stuck"):
            word = "asleep" if kind == "sleep" else "stuck"
            self.scene.key(t, mark, label=f"▲ {who} {word}", ink="bad-ink" if kind == "stuck" else "muted")
        if kind == "poll" and self.compacts:
            right = truth_at(self.trace, event["position"])
            dead = sorted(key for key in event["table"] if key not in right)
            self.scene.key(t, f"table-{who}", label=f"{who}'s table:  {_row(event['table'])}")
            self.scene.key(t, f"wrong-{who}", label=f"{', '.join(dead)} was deleted" if dead else "")

    def _ages(self) -> None:
        """At every check: how old the newest record of each segment is, and which records are past their time."""
        if self.retention is None:
            return
        for offset, record in self.records.items():
            due = record.time + self.retention
            if not self.compacts and due < self.trace.end and self.scene.value(f"r{offset}", "opacity", due):
                self.scene.key(due, f"r{offset}", fill="warn")
        for life in self.lives.values():
            end = self.trace.end if life.gone is None else life.gone
            room = (life.last + 1 - life.base) * self.cell
            t = 0.0
            while (t < end or (t == end and life.gone is None)) and life.times:
                newest = max((time for time in life.times if time <= t), default=None)
                if newest is not None:
                    words = f"newest: {t - newest:g} s old" if room > 110 else f"{t - newest:g} s"
                    self.scene.key(t, f"age{life.base}", label=words)
                t += max(5.0, self.settings["check"])


def title(settings: Mapping[str, Any], compared: str = "") -> str:
    """What is special about this run, in a few words; first what two pictures beside each other differ in."""
    policy = settings["policy"]
    parts = {"segment_bytes": f"segment.bytes {settings['segment_bytes']}"}
    if "delete" in policy and settings["retention"] is not None:
        parts["retention"] = f"retention.ms {settings['retention']:g} s"
    if "delete" in policy and settings["retention_bytes"] is not None:
        parts["retention_bytes"] = f"retention.bytes {settings['retention_bytes']}"
    if "compact" in policy:
        parts["tombstones_for"] = f"delete.retention.ms {settings['tombstones_for']:g} s"
    if len(parts) == 1:
        parts["limit"] = "no limit"
    first = [parts.pop(compared)] if compared in parts else []
    return " · ".join([*first, f"{policy}: {', '.join(parts.values())}"])


def _name(life: _Life) -> str:
    return f"{life.base}–{life.last}" if life.last > life.base else str(life.base)


def _tip(key: str, value: str | None, time: float) -> str:
    return f"key {key}, " + ("a tombstone" if value is None else f"value {value}") + f", written at {time:g} s"


def _row(table: Mapping[str, str]) -> str:
    return "   ".join(f"{key} = {value}" for key, value in table.items()) or "empty"
