"""The picture of lesson 07: a log with the three offsets over it, what its records did to the world, and the lag.

`draw_delivery(trace)` is the scene of one run. captions.py says what is told; controls.py puts controls around it.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from labs.kafka.offsets.captions import named, stills, teller
from labs.kafka.offsets.delivered import lag_over_time, lost
from labs.kafka.offsets.loops import COMMITS
from labs.kafka.offsets.world import TOPIC
from labs.kit.picture.narration import narrate
from labs.kit.picture.palette import actor
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace

WIDTH, LEFT, RIGHT, TOP, BLOCK = 560, 92, 76, 106, 104
OFFSETS, ALL_PARTITIONS = "offsets", (0, 1)
LAG = "lag (log end − committed)"
GLIDE = 0.2  # seconds that a mark takes to its new place


def draw_delivery(trace: Trace, reset: bool = False, risk: bool = True) -> Scene:
    """The scene of a run of `deliver`; with `reset` its title names the policy, too.

    Without `risk` it does not say what a crash would do just now: that is a question of the lesson. Nor does it where a
    learner's function decides where to begin: it would have to be asked in a run that is not shown.
    """
    return _Picture(trace, reset, risk).scene


class _Picture:
    """What stands where, and what is known of every record while the events go by."""

    def __init__(self, trace: Trace, reset: bool, risk: bool) -> None:
        self.trace, self.settings = trace, trace.settings
        self.says_risk = risk and trace.settings["start"] is None
        self.start: int = self.settings["log_start"]
        self.count = -(-self.settings["records"] // self.settings["partitions"])
        self.cell = min(32.0, (WIDTH - LEFT - RIGHT) / (self.count + 1))
        self.partitions = ALL_PARTITIONS[: self.settings["partitions"]]
        self.names = sorted({e.who for e in trace.of("start")}, key=lambda name: int(name[1:]))
        chart = TOP + BLOCK * len(self.partitions) + 46
        self.scene = Scene(WIDTH, chart + 74, end=trace.end, title=_title(self.settings, reset))
        self.ends = dict.fromkeys(self.partitions, self.start)
        self.committed: dict[tuple[str, int], int] = {}
        if self.settings["committed"] is not None:
            self.committed = {(self.settings["group"], p): self.settings["committed"] for p in self.partitions}
        self.groups: dict[str, str] = {}
        self.owner: dict[int, str] = {}
        self.at: dict[int, int] = {}  # positions
        self.hand: dict[int, list[int]] = {p: [] for p in self.partitions}  # fetched and not processed
        self.done: dict[tuple[int, int], int] = {}
        self.pending: set[tuple[int, int]] = set()
        self.lost = set(lost(trace))
        self.takeovers = Counter(e["partition"] for e in trace.of("resume"))  # still to come
        self._still_life(chart)
        for event in trace:
            self._change(event)
        narrate(self.scene, trace, teller(trace), stills)

    # ---- parts -----------------------------------------------------------------------------------------------------

    def x(self, offset: int) -> float:
        """The left edge of a record's cell."""
        return float(LEFT + (offset - self.start) * self.cell)

    def _still_life(self, chart: float) -> None:
        scene = self.scene
        group = self.settings["group"]
        scene.box(OFFSETS, 96, 6, WIDTH - 192, 30, label=f"__consumer_offsets · {group}: {self._told(group)}")
        wide = min(130.0, (WIDTH - 16) / max(1, len(self.names)) - 8)
        for i, name in enumerate(self.names):
            x = 8 + i * (wide + 8)
            scene.box(f"card-{name}", x, 50, wide, 34, opacity=0.35, dash="4 3")
            scene.box(f"name-{name}", x + 5, 57, 30, 20, label=name, fill=actor(int(name[1:])), size=13, weight="bold",
                      opacity=0.35)  # fmt: skip
            scene.text(f"status-{name}", x + 40, 72, "not there" if wide > 100 else "", size=13, ink="muted")
        for p in self.partitions:
            y = TOP + BLOCK * p
            scene.text(f"topic{p}", 8, y + 34, f"{TOPIC}-{p}", size=13)
            scene.text(f"results{p}", 8, y + 85, "results", size=13)
            for offset in range(self.start, self.start + self.count):
                empty: dict[str, Any] = dict(fill="none", stroke="faint", dash="3 2", size=12, radius=3)
                x, wide = self.x(offset) + 1, self.cell - 2
                scene.box(f"r{p}-{offset}", x, y + 16, wide, 26, label=str(offset), **empty)
                scene.box(f"w{p}-{offset}", x, y + 71, wide, 20, **empty)
            for mark, height, sign in (("position", 10, "▼"), ("end", 10, "▼"), ("committed", 57, "▲")):
                ink, side = "good-ink" if mark == "committed" else "ink", "start" if mark == "end" else "end"
                scene.text(f"{mark}{p}-arrow", 0, y + height, sign, size=13, align="middle", opacity=0, ink=ink)
                scene.text(f"{mark}{p}", 0, y + height, "", size=12, align=side, opacity=0, ink=ink, weight="bold")
        scene.text("risk", 8, TOP + BLOCK * len(self.partitions) + 10, "", size=13, ink="bad-ink")
        names = [f"lag of {TOPIC}-{p}" for p in self.partitions] if len(self.partitions) > 1 else [LAG]
        lags = {name: lag_over_time(self.trace, p) for p, name in zip(self.partitions, names, strict=True)}
        scene.chart("lag", 44, chart, WIDTH - 64, 50, lags, colours=("ink", "good-ink"))

    def _mark(self, t: float, mark: str, partition: int, offset: int | None, word: str = "") -> None:
        """Move one of the three arrows; None takes it away."""
        arrow, text = f"{mark}{partition}-arrow", f"{mark}{partition}"
        if offset is None:
            for name in (arrow, text):
                self.scene.key(t, name, opacity=0)
            return
        middle = max(self.x(offset) + self.cell / 2, LEFT + 6)  # a record that is deleted has no cell
        shown = float(self.scene.value(arrow, "opacity", t)) > 0
        over = GLIDE if shown and t and mark != "committed" else 0  # what is there at the start has not moved
        self.scene.key(t, arrow, over=over, x=middle)
        self.scene.key(t, text, over=over, x=middle + (9 if mark == "end" else -8))
        whose = f"{self.owner[partition]} · " if mark == "position" and len(self.partitions) > 1 else ""
        self.scene.key(t, text, label=f"{whose}{word or mark} {offset}", opacity=1)
        self.scene.key(t, arrow, opacity=1)

    def _status(self, t: float, who: str, word: str, bad: bool = False) -> None:
        self.scene.key(t, f"status-{who}", label=word, ink="bad-ink" if bad else "ink")

    def _cell(self, t: float, p: int, offset: int, fill: str, working: bool = False) -> None:
        self.scene.key(t, f"r{p}-{offset}", fill=fill, ink="chip-ink", dash="", stroke="ink" if working else "line",
                       width=2.6 if working else 1.2)  # fmt: skip

    def _result(self, t: float, p: int, offset: int) -> None:
        times = self.done.get((p, offset), 0)
        label, fill = ("…", "warn") if (p, offset) in self.pending and not times else ("", "none")
        if times:
            label, fill = ("✓", "good") if times == 1 else (f"{times}×", "warn")
        self.scene.key(t, f"w{p}-{offset}", label=label, fill=fill, ink="chip-ink", dash="" if label else "3 2",
                       stroke="line" if label else "faint")  # fmt: skip

    # ---- what becomes of them --------------------------------------------------------------------------------------

    def _change(self, event: Event) -> None:
        t, who, kind = event.t, event.who, event.kind
        p: int = event.get("partition", 0)
        if kind == "append":
            self.ends[p] = event["offset"] + 1
            self._cell(t, p, event["offset"], "data")
            self._mark(t, "end", p, self.ends[p], "log end")
        elif kind == "start":
            self.groups[who] = event["group"]
            self.scene.key(t, f"card-{who}", opacity=1, dash="")
            self.scene.key(t, f"name-{who}", opacity=1)
            self._status(t, who, "starts")
        elif kind == "idle":
            self._status(t, who, "stands by")
        elif kind == "stuck":
            self._status(t, who, "stuck", bad=True)
        elif kind == "resume":
            self.owner[p], self.at[p] = who, event["position"]
            self._resume(t, p, event["position"], event["committed"])
            self._mark(t, "position", p, event["position"])
            self._status(t, who, f"at {event['position']}")
        elif kind == "poll":
            self.hand[p], self.at[p] = list(range(event["first"], event["next"])), event["next"]
            for offset in self.hand[p]:
                self._cell(t, p, offset, "warn")
            self._mark(t, "position", p, event["next"])
        elif kind == "work":
            self._cell(t, p, event["offset"], self._fill(p, event["offset"]), working=True)
            self._status(t, who, f"does {event['offset']}")
        elif kind == "effect":
            offset = event["offset"]
            if offset in self.hand[p]:
                self.hand[p].remove(offset)
            if event["state"] == "done":
                self.done[p, offset] = self.done.get((p, offset), 0) + 1
            elif event["state"] == "pending":
                self.pending.add((p, offset))
            self._result(t, p, offset)
            self._cell(t, p, offset, self._fill(p, offset))
            if not self.hand[p]:
                self._status(t, who, "polls")
        elif kind in ("send", "dropped"):
            self._message(event)
        elif kind == "commit":
            self._committed(event)
        elif kind in ("crash", "close", "give"):
            self._gone(event)
        elif kind == "abort":
            for result in map(tuple, event["results"]):
                self.pending.discard(result)
                self._result(t, *result)
        elif kind in ("leave", "rename"):
            self._status(t, who, "is closing")
        if self.says_risk:
            self.scene.key(t, "risk", label=self._risk())

    def _fill(self, p: int, offset: int) -> str:
        group = self.groups.get(self.owner.get(p, ""), self.settings["group"])
        if offset < self.committed.get((group, p), self.start):
            return "good"
        return "warn" if offset in self.hand[p] or (p, offset) in self.done | {r: 1 for r in self.pending} else "data"

    def _resume(self, t: float, p: int, position: int, committed: int | None) -> None:
        """Somebody begins to read here: what had only been in a dead consumer's hands is an ordinary record again."""
        self.hand[p] = []
        self._mark(t, "committed", p, committed)
        self.takeovers[p] -= 1
        for offset in range(self.start, self.ends[p]):
            self._cell(t, p, offset, "good" if committed is not None and offset < committed else "data")
            if offset < position:
                self._lost(t, p, offset)
        where = f"{self.groups[self.owner[p]]}: " + self._told(self.groups[self.owner[p]])
        self.scene.key(t, OFFSETS, label=f"__consumer_offsets · {where}")

    def _lost(self, t: float, p: int, offset: int) -> None:
        """It is passed over from now on, if it is among those that nobody does."""
        if (p, offset) in self.lost and not self.done.get((p, offset)):
            self.scene.key(t, f"w{p}-{offset}", label="lost" if self.cell > 26 else "✕", fill="bad", dash="",
                           ink="chip-ink", stroke="line")  # fmt: skip

    def _told(self, group: str) -> str:
        known = [f"p{p} → {self.committed[group, p]}" for p in self.partitions if (group, p) in self.committed]
        return ", ".join(known) or "nothing yet"

    def _message(self, event: Event) -> None:
        travel = self.settings["round_trip"] / 2
        dies = any(e.kind == "crash" and event.t <= e.t < event.t + travel for e in self.trace.of(who=event.who))
        if event.kind == "send" and event.t + travel < self.trace.end:
            word = "commit " + ", ".join(str(offset) for _, offset in event["offsets"])
            way = travel - 0.001  # gone when it is stored
            self.scene.send(event.t, f"card-{event.who}", OFFSETS, label=word, over=way, fill="good", lost=dies)
            self._status(event.t, event.who, "commits")

    def _committed(self, event: Event) -> None:
        t, group = event.t, event["group"]
        if self.scene.value(f"status-{event.who}", "label", t) == "commits":
            self._status(t, event.who, "polls")
        for p, offset in event["offsets"]:
            self.committed[group, p] = offset
            if self.groups.get(self.owner.get(p, "")) == group:
                self._mark(t, "committed", p, offset)
        for p, offset in event["results"]:
            self.pending.discard((p, offset))
            self.done[p, offset] = self.done.get((p, offset), 0) + 1
            self._result(t, p, offset)
        for p, _ in event["offsets"]:
            for offset in range(self.start, self.ends[p]):
                if self._fill(p, offset) == "good":
                    self._cell(t, p, offset, "good")
        self.scene.key(t, OFFSETS, label=f"__consumer_offsets · {group}: {self._told(group)}")

    def _gone(self, event: Event) -> None:
        """A consumer has no longer what it had in its hands, nor a position."""
        t, who = event.t, event.who
        for p in [event["partition"]] if event.kind == "give" else [p for p, o in self.owner.items() if o == who]:
            self.hand[p] = []
            self._mark(t, "position", p, None)
            self.owner[p] = ""
            if event.kind != "give" and not self.takeovers[p]:  # the run ends before somebody begins behind them
                for offset in range(self.start, self.ends[p]):
                    self._lost(t, p, offset)
        if event.kind != "give":
            self.scene.key(t, f"card-{who}", dash="4 3", stroke="bad-ink" if event.kind == "crash" else "line")
            self.scene.key(t, f"name-{who}", opacity=0.35)
            self._status(t, who, "✕ crashed" if event.kind == "crash" else "closed", bad=event.kind == "crash")

    def _risk(self) -> str:
        """What a crash at this moment would do."""
        twice: list[tuple[int, int]] = []
        never: list[tuple[int, int]] = []
        for p, who in self.owner.items():
            if not who:
                continue
            mark, reset = self.committed.get((self.groups[who], p)), self.settings["reset"]
            if mark is not None and mark < self.start:
                mark = None  # it is not there any more
            if mark is None and reset == "none":
                return "After a crash now, nobody could say where to resume."
            if mark is None:
                mark = self.start if reset == "earliest" else self.ends[p]
            skipped = {*self.hand[p], *range(self.at[p], mark), *(o for q, o in self.pending if q == p)}
            never += [(p, offset) for offset in skipped if offset < mark]
            if self.settings["sink"] != "idempotent":
                twice += [(q, offset) for q, offset in self.done if q == p and offset >= mark]
        parts = [f"{named(twice, self.trace)} would be done again"] * bool(twice)
        parts += [f"{named(never, self.trace)} would never be done"] * bool(never)
        return "After a crash now, " + " and ".join(parts) + "." if parts else ""


def _title(settings: Any, reset: bool) -> str:
    name: str = COMMITS.get(settings["commit"], settings["commit"])
    return f"{name}; reset: {settings['reset']}" if reset else name
