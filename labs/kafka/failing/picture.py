"""The picture of lesson 10: the topics that a record can be in, the order in which each key's records are done, lag.

`draw_handling(trace)` is the scene of one run. captions.py says what is told; controls.py puts controls around it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from labs.kafka.failing.captions import Teller, stills
from labs.kafka.failing.outcome import breaches, in_neither, lag_over_time
from labs.kafka.failing.records import DEAD, MAIN
from labs.kafka.failing.settings import KEYS, POLICIES, TOPICS
from labs.kit.picture.narration import narrate
from labs.kit.picture.palette import actor
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace

WIDTH, LEFT, TOP, ROW, CELL = 560, 122, 52, 34, 30.0
STRIP = (WIDTH - 16) / len(KEYS)
SOON = 1.0  # seconds after which a consumer that has nothing to do is said to start no longer
CARD_COLOURS = {"r1": actor(3), "r2": actor(4), "fixer": actor(5)}
DONE_BY = {"try": "tries {record}", "wait": "sleeps {seconds:g} s", "produce": "hands off {record}",
           "held": "parks {record}", "redrive": "redrives {record}", "kept": "keeps {record}"}  # fmt: skip


def draw_handling(trace: Trace, policies: Collection[str] = ()) -> Scene:
    """The scene of a run of `handle`, with the topics that these `policies` need (if none is named, the run's own)."""
    return _Picture(trace, policies or (trace.settings["policy"],)).scene


class _Picture:
    """What stands where, and where every record is while the events go by."""

    def __init__(self, trace: Trace, policies: Collection[str]) -> None:
        self.trace = trace
        written = trace.of("append")
        policy = trace.settings["policy"]
        self.topics = [
            MAIN,
            *(TOPICS.values() if "topics" in policies else ()),
            *([DEAD] * (set(policies) != {"block"})),
        ]
        self.names = list(dict.fromkeys(e.who for e in trace.of("start")))
        self.most = max(8, *(sum(e["topic"] == topic for e in written) for topic in self.topics))
        self.cell = min(CELL, (WIDTH - LEFT - 8) / self.most)
        self.strips = TOP + ROW * len(self.topics) + 8
        self.chart = self.strips + 68
        self.scene = Scene(WIDTH, self.chart + 72, end=trace.end, title=POLICIES[policy])
        self.where: dict[str, tuple[str, int]] = {}  # record → the cell that it was last written into
        self.hands: dict[tuple[str, str], tuple[str, int]] = {}  # consumer, record → the cell that it was read from
        self.busy: dict[str, tuple[str, str]] = {}  # consumer → the cell that it is at, and its colour before
        self.counts = dict.fromkeys(KEYS, 0)
        self.seen: set[str] = set()
        self.late, self.lost = set(breaches(trace)), in_neither(trace)
        self._still_life(written)
        for event in trace:
            self._change(event)
        narrate(self.scene, trace, Teller(trace), stills)

    # ---- parts -----------------------------------------------------------------------------------------------------

    def _still_life(self, written: list[Event]) -> None:
        scene = self.scene
        wide = min(132.0, (WIDTH - 16) / max(1, len(self.names)) - 6)
        for i, name in enumerate(self.names):
            x, badge = 8 + i * (wide + 6), 40 if name == "fixer" else 28
            colour = CARD_COLOURS.get(name) or actor(int(name[1:]))
            scene.box(f"card-{name}", x, 8, wide, 32, opacity=0.35, dash="4 3")
            scene.box(f"name-{name}", x + 4, 14, badge, 20, label=name, fill=colour, size=12, opacity=0.35)
            scene.text(f"status-{name}", x + badge + 8, 28, "", size=12, ink="muted")
        for row, topic in enumerate(self.topics):
            y = TOP + ROW * row
            scene.text(f"topic-{row}", 8, y + 18, topic, size=13)
            for offset in range(self.most):
                scene.box(f"{topic}:{offset}", LEFT + offset * self.cell + 1, y + 1, self.cell - 2, 25, fill="none",
                          stroke="faint", dash="3 2", size=12 if self.cell > 22 else 11, radius=3)  # fmt: skip
        scene.text("strips", 8, self.strips + 12, "done, in this order", size=12, ink="muted")
        done = self.trace.of("done")
        for i, key in enumerate(KEYS):
            x, times = 8 + i * STRIP, [e for e in done if e["key"] == key]
            scene.text(f"key-{key}", x, self.strips + 36, key, size=13, weight="bold")
            step = min(28.0, (STRIP - 44) / max(1, len(times)))
            for n in range(len(times)):
                scene.box(
                    f"done-{key}:{n}", x + 36 + n * step, self.strips + 20, step - 2, 24, opacity=0, size=12, radius=3
                )
        scene.text("breach", 150, self.strips + 12, "", size=12, ink="bad-ink")
        scene.chart("lag", 44, self.chart + 4, WIDTH - 64, 44, {"lag of orders": lag_over_time(self.trace)})

    # ---- what becomes of them --------------------------------------------------------------------------------------

    def _cell(self, t: float, topic: str, offset: int, fill: str, **look: Any) -> None:
        if topic in self.topics:
            self.scene.key(t, f"{topic}:{offset}", fill=fill, dash="", stroke="line", ink="chip-ink", **look)

    def _change(self, event: Event) -> None:
        t, who, kind = event.t, event.who, event.kind
        if kind in ("poll", "try"):
            self.hands[who, event["record"]] = event["topic"], event["offset"]
        if kind == "append":
            self.where[event["record"]] = event["topic"], event["offset"]
            fill = "bad" if event["topic"] == DEAD else "data"
            self._cell(t, event["topic"], event["offset"], fill, label=event["record"])
            if who in self.names:
                self.scene.key(t, f"status-{who}", label="")
        elif kind in ("start", "crash", "removed"):
            self._presence(event)
        elif kind in ("try", "failed"):
            self._takes(t, who, event["topic"], event["offset"])
            self._cell(t, event["topic"], event["offset"], "warn", width=2.6 if kind == "try" else 1.2)
        elif kind == "redrive":
            self.hands[who, event["record"]] = DEAD, event["offset"]
            self._takes(t, who, DEAD, event["offset"])
        elif kind == "held":
            self._takes(t, who, *self._read_from(who, event["record"]))
        elif kind == "produce":
            self._leaves(event)
        elif kind == "done":
            self._done(event)
        elif kind == "commit" and event["topic"] == DEAD:
            for offset in range(event["offset"]):
                if self.scene.value(f"{DEAD}:{offset}", "fill", t) == "bad":
                    self._cell(t, DEAD, offset, "idle")
        elif kind == "commit":
            self._goes_on(event)
        if kind == "commit" and str(self.scene.value(f"status-{who}", "label", t)).startswith("keeps"):
            self.scene.key(t, f"status-{who}", label="")
        if kind in DONE_BY:
            self.scene.key(t, f"status-{who}", label=DONE_BY[kind].format(**event.data), ink="muted")

    def _takes(self, t: float, who: str, topic: str, offset: int) -> None:
        """A consumer has this record in its hands, until it is done with it, or crashes."""
        if topic in self.topics and self.busy.get(who, ("",))[0] != f"{topic}:{offset}":
            self.busy[who] = f"{topic}:{offset}", str(self.scene.value(f"{topic}:{offset}", "fill", t))
        self._cell(t, topic, offset, "warn", width=2.6)

    def _drops(self, t: float, who: str) -> None:
        """It has crashed: what it was at is as it was before, or has failed before."""
        cell, fill = self.busy.pop(who, ("", ""))
        if cell and self.scene.value(cell, "fill", t) == "warn":
            failed = any(f"{e['topic']}:{e['offset']}" == cell for e in self.trace.of("failed") if e.t <= t)
            self.scene.key(t, cell, fill="warn" if failed and fill != "bad" else fill, width=1.2)

    def _presence(self, event: Event) -> None:
        t, who = event.t, event.who
        if event.kind == "start":
            self.scene.key(t, f"card-{who}", opacity=1, dash="", stroke="line")
            self.scene.key(t, f"name-{who}", opacity=1)
            self.scene.key(t, f"status-{who}", label="starts", ink="muted")
            soon = [e for e in self.trace.of(who=who) if t <= e.t <= t + SOON and e is not event]
            if not soon and t + SOON <= self.trace.end:
                self.scene.key(t + SOON, f"status-{who}", label="")
            return
        crashed = event.kind == "crash"
        if crashed:
            self._drops(t, who)
        if who in self.names:
            self.scene.key(t, f"card-{who}", dash="4 3", stroke="bad-ink")
            self.scene.key(t, f"name-{who}", opacity=0.35)
            self.scene.key(t, f"status-{who}", label="✕ crashed" if crashed else "✕ removed", ink="bad-ink")

    def _read_from(self, who: str, record: str) -> tuple[str, int]:
        return self.hands.get((who, record), self.where[record])

    def _leaves(self, event: Event) -> None:
        """A record is on its way to another topic."""
        t, way = event.t, self.trace.settings["round_trip"] / 2
        if event["to"] not in self.topics or t + way > self.trace.end:
            return
        arrives = next(
            (e for e in self.trace.of("append", who=event.who)
             if t <= e.t <= t + way + 0.001 and e["record"] == event["record"] and e["topic"] == event["to"]), None
        )  # fmt: skip
        topic, offset = self._read_from(event.who, event["record"])
        start, over, label = f"{topic}:{offset}", max(0.01, way - 0.001), event["record"]
        if arrives is None:  # its sender crashes meanwhile: in the model it does not arrive
            there = sum(e["topic"] == event["to"] for e in self.trace.of("append") if e.t <= t)
            goal = f"{event['to']}:{min(there, self.most - 1)}"
            self.scene.send(t, start, goal, label=label, over=over, fill="warn", lost=True)
            return
        self.scene.send(t, start, f"{event['to']}:{arrives['offset']}", label=label, over=over, fill="warn")
        self._cell(t, topic, offset, "idle", width=1.2)

    def _done(self, event: Event) -> None:
        t, key, record = event.t, event["key"], event["record"]
        self._cell(t, event["topic"], event["offset"], "good", width=1.2)
        again = record in self.seen
        late = record in self.late and not again and event["number"] < max(
            [e["number"] for e in self.trace.of("done") if e.t < t and e["key"] == key], default=0)  # fmt: skip
        fill = "warn" if again else "bad" if late else "good"
        self.scene.key(t, f"done-{key}:{self.counts[key]}", opacity=1, label=record, fill=fill, ink="chip-ink")
        if late:
            self.scene.key(t, "breach", label=f"✗ {record} is done after a later record of {key}")
        self.counts[key] += 1
        self.seen.add(record)
        self.scene.key(t, f"status-{event.who}", label="")

    def _goes_on(self, event: Event) -> None:
        """A commit of another topic than the dead-letter topic: what is behind it and in neither place is lost."""
        t, topic = event.t, event["topic"]
        for record in self.lost:
            where, offset = self.where.get(record, ("", 0))
            if where == topic and offset < event["offset"]:
                self._cell(t, topic, offset, "bad", label="lost" if self.cell > 28 else "✕", width=1.2)
