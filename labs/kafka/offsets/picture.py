"""The picture of lesson 07: a log with the three offsets over it, what its records did to the world, and the lag.

`draw_delivery(trace)` is the scene of one run; `explore_offsets` puts controls, faults and monitors around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from labs.kafka.offsets.committed import RESETS, Start
from labs.kafka.offsets.delivered import duplicated, lag_over_time, lost, reordered, results
from labs.kafka.offsets.delivery import deliver
from labs.kafka.offsets.loops import COMMITS, Loop
from labs.kafka.offsets.world import TOPIC
from labs.kit.explorer import Control, Explorer, Strike, explore
from labs.kit.fence import fenced
from labs.kit.palette import actor
from labs.kit.scene import Scene
from labs.kit.trace import Event, Fault, Trace

WIDTH, LEFT, RIGHT, TOP, BLOCK = 560, 92, 76, 106, 104
OFFSETS, ALL_PARTITIONS = "offsets", (0, 1)
LAG = "lag (log end − committed)"
GLIDE = 0.2  # seconds that a mark takes to its new place


def draw_delivery(trace: Trace, reset: bool = False) -> Scene:
    """The scene of a run of `deliver`; with `reset` its title names the policy, too."""
    return _Picture(trace, reset).scene


class _Picture:
    """What stands where, and what is known of every record while the events go by."""

    def __init__(self, trace: Trace, reset: bool) -> None:
        self.trace, self.settings = trace, trace.settings
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
        self.stills = self._stills()
        self._still_life(chart)
        for event in trace:
            self._change(event)
            self._tell(event)
        if not self.scene.says:
            self.scene.say(0, "Nothing has happened yet.")

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
        middle = max(self.x(offset) + self.cell / 2, LEFT)  # a record that is deleted has no cell
        shown = float(self.scene.value(arrow, "opacity", t)) > 0
        over = GLIDE if shown and mark != "committed" else 0
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
            label, fill = ("✓", "good") if times == 1 else (f"{times}×", "bad")
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
        for offset in range(self.start, self.ends[p]):
            self._cell(t, p, offset, "good" if committed is not None and offset < committed else "data")
            if (p, offset) in self.lost and offset < position and not self.done.get((p, offset)):
                self.scene.key(t, f"w{p}-{offset}", label="lost" if self.cell > 26 else "✕", fill="bad", dash="",
                               ink="chip-ink", stroke="line")  # fmt: skip
        where = f"{self.groups[self.owner[p]]}: " + self._told(self.groups[self.owner[p]])
        self.scene.key(t, OFFSETS, label=f"__consumer_offsets · {where}")

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
                return "After a crash now, nobody could say where to go on."
            if mark is None:
                mark = self.start if reset == "earliest" else self.ends[p]
            skipped = {*self.hand[p], *range(self.at[p], mark), *(o for q, o in self.pending if q == p)}
            never += [(p, offset) for offset in skipped if offset < mark]
            if self.settings["sink"] != "idempotent":
                twice += [(q, offset) for q, offset in self.done if q == p and offset >= mark]
        parts = [f"{_named(twice, self.trace)} would be done again"] * bool(twice)
        parts += [f"{_named(never, self.trace)} would never be done"] * bool(never)
        return "After a crash now, " + " and ".join(parts) + "." if parts else ""

    # ---- what the captions say -------------------------------------------------------------------------------------

    def _stills(self) -> set[float]:
        """The telling moments: it has begun, the trouble, where it went on, the end."""
        trace = self.trace
        trouble = [e.t for e in trace.of("crash", "leave", "rename", "give")]
        after = [e.t for e in trace.of("resume", "stuck") if e.t > 0]
        commits = [e.t for e in trace.of("commit")]
        return {*(trouble[:1] or commits[:1]), *after[:1], *commits[-1:]}

    def _tell(self, event: Event) -> None:
        who, kind = event.who, event.kind
        p = f" of {TOPIC}-{event['partition']}" if len(self.partitions) > 1 and "partition" in event.data else ""
        offsets = ", ".join(
            f"{offset} for {TOPIC}-{q}" if len(self.partitions) > 1 else str(offset)
            for q, offset in event.get("offsets", ())
        )
        sentence = ""
        if kind == "start":
            sentence = f"{who} starts in the group {event['group']}."
        elif kind == "idle":
            sentence = f"{who} is given no partition: it stands by."
        elif kind == "stuck":
            sentence = f"{who} stops: {event['text']}. Somebody has to decide."
        elif kind == "resume" and event["why"] == "committed":
            sentence = f"The group has committed {event['committed']}{p}: {who} begins with {event['position']}."
        elif kind == "resume":
            what = "nothing" if event["committed"] is None else f"{event['committed']}, which is not there any more"
            sentence = f"The group has committed {what}{p}, so {event['why']} decides: {who} begins with "
            sentence += f"{event['position']}."
        elif kind == "poll":
            first, last = event["first"], event["next"] - 1
            sentence = f"{who} is handed {_span(first, last)}{p}; its position is {event['next']}."
        elif kind == "effect":
            state = {
                "done": "",
                "pending": ", unseen as long as the transaction is open",
                "skipped": ", and the sink had its result already: nothing is written",
            }[event["state"]]
            sentence = f"{who} has processed {event['offset']}{p}{state}."
        elif kind == "commit":
            with_it = ", and its results are visible with it" if event["results"] else ""
            sentence = f"Stored: {event['group']} has committed {offsets}{with_it}."
        elif kind == "dropped":
            sentence = f"The commit of {offsets} dies with it."
        elif kind == "abort" and event["results"]:
            done = ", ".join(str(offset) for _, offset in event["results"])
            sentence = f"{who} calls initTransactions: the transaction that was left open is aborted, and nobody ever "
            sentence += f"sees the results of {done}."
        elif kind == "give":
            sentence = f"A rebalance: {who} gives {TOPIC}-{event['partition']} to {event['to']}."
        elif kind == "note":
            sentence = f"Nothing happens: {event['text']}."
        elif kind in ("crash", "leave", "rename", "close"):
            still_open = " Its transaction stays open: whoever reads with read_committed waits." * bool(self.pending)
            sentence = {"crash": f"{who} crashes. Its position is gone; what is committed is not.{still_open}",
                        "leave": f"{who} is told to stop: it finishes its batch.",
                        "rename": f"{who} is told to stop; it will be started again with another group.id.",
                        "close": f"{who} is closed in order."}[kind]  # fmt: skip
        if sentence:
            self.scene.say(event.t, sentence)
            if event.t in self.stills:
                self.stills.remove(event.t)
                self.scene.stills.append(event.t)


def _title(settings: Any, reset: bool) -> str:
    name: str = COMMITS.get(settings["commit"], settings["commit"])
    return f"{name}; reset: {settings['reset']}" if reset else name


def _span(first: int, last: int) -> str:
    return f"record {first}" if first == last else f"records {first} to {last}"


def _some(offsets: Iterable[int]) -> str:
    them = sorted(set(offsets))
    if len(them) > 4 and them == list(range(them[0], them[-1] + 1)):
        return f"{them[0]} to {them[-1]}"
    return ", ".join(map(str, them))


# ---- around the picture ----------------------------------------------------------------------------------------------


def _named(found: Sequence[tuple[int, int]], trace: Trace) -> str:
    if trace.settings["partitions"] == 1:
        return _some(offset for _, offset in found)
    by_partition = {p: _some(o for q, o in found if q == p) for p, _ in sorted(found)}
    return "; ".join(f"{offsets} of {TOPIC}-{p}" for p, offsets in by_partition.items())


def _lost(trace: Trace) -> tuple[str, bool]:
    found = lost(trace)
    return (_named(found, trace) or "none"), not found


def _duplicated(trace: Trace) -> tuple[str, bool]:
    found = duplicated(trace)
    return (_named(list(found), trace) or "none"), not found


def _reordered(trace: Trace) -> tuple[str, bool]:
    found = reordered(trace)
    return (_named(found, trace) or "none"), not found


def _lag(trace: Trace) -> str:
    lines = [lag_over_time(trace, p) for p in range(trace.settings["partitions"])]
    told = [f"{max(v for _, v in line):g} at most, {line[-1][1]:g} at the end" for line in lines]
    return "; ".join(f"{TOPIC}-{p}: {words}" for p, words in enumerate(told)) if len(told) > 1 else told[0]


MONITORS = [
    ("lost: skipped and never done", _lost),
    ("duplicated: done more than once", _duplicated),
    ("reordered: done after a later one", _reordered),
    ("records done", lambda trace: str(len({result for _, result in results(trace)}))),
    ("commits stored", lambda trace: str(len(trace.of("commit")))),
    ("lag", _lag),
]
MODES = {words: mode for mode, words in COMMITS.items()}
SINK_NAMES = {"plain": "writes what it is given", "idempotent": "knows what it has written"}
CONTROLS: dict[str, Callable[[Any], Control]] = {
    "commit": lambda v: Control("commit", v or "after", options=COMMITS, label="when to commit"),
    "batch": lambda v: Control("batch", v or 3, low=1, high=6, label="records a poll"),
    "work": lambda v: Control("work", v or 0.5, low=0.1, high=1.5, step=0.1, unit="s", label="work on a record"),
    "auto_interval": lambda v: Control("auto_interval", v or 5, low=1, high=10, unit="s", label="auto-commit every"),
    "round_trip": lambda v: Control("round_trip", v or 0.6, low=0.2, high=2, step=0.2, unit="s", label="commit takes"),
    "reset": lambda v: Control("reset", v or "earliest", options=RESETS, label="auto.offset.reset"),
    "sink": lambda v: Control("sink", v or "plain", options=SINK_NAMES, label="the sink"),
    "log_start": lambda v: Control("log_start", v or 0, low=0, high=5, label="oldest record kept"),
    "partitions": lambda v: Control("partitions", v or 1, low=1, high=2),
}
STRIKES = {
    "crash": Strike("crash", "Crash it"),
    "leave": Strike("leave", "Close it in order"),
    "rename": Strike("rename", "Rename its group and restart it"),
    "join": Strike("join", "A new consumer joins", who=lambda trace: f"c{len(_consumers(trace)) + 1}"),
}


def _consumers(trace: Trace) -> list[str]:
    return sorted({e.who for e in trace.of("start")}, key=lambda name: int(name[1:]))


def explore_offsets(
    *controls: str,
    strikes: Sequence[str] = ("crash", "leave"),
    versus: tuple[str, Any, Any] | None = None,
    faults: Sequence[Fault] = (),
    loop: Loop | None = None,
    start: Start | None = None,
    after: Any = None,
    seed: int = 0,
    **settings: Any,
) -> Explorer:
    """One group and its offsets to play with: the named controls (see CONTROLS), the named faults (see STRIKES).

    `settings` are those of `deliver`: they set where a control begins, or hold what has no control; the group has
    committed 0 before unless they say something else. `versus` names the ways to commit as LOOPS does. `loop` or
    `start` is the learner's own; it is fenced in, so a mistake in it is a sentence and not a dead picture.
    """
    for name in controls:
        if name not in CONTROLS:
            raise ValueError(f"there is no control {name!r}; choose from {', '.join(CONTROLS)}")
    shown = [CONTROLS[name](settings.pop(name, None)) for name in controls]
    settings.setdefault("committed", 0)
    if versus and versus[0] == "commit":  # a side is headed by its value: let that be words
        versus = ("commit", COMMITS[versus[1]], COMMITS[versus[2]])
    settings |= {"loop": loop, "start": start}
    run = fenced(deliver, loop, start)

    def deliver_one(**chosen: Any) -> Trace:
        given = {**settings, **chosen}
        if "commit" in given:
            given["commit"] = MODES.get(given["commit"], given["commit"])
        return run(**given)

    return explore(
        deliver_one, partial(draw_delivery, reset="reset" in controls), controls=shown,
        strikes=[STRIKES[name] for name in strikes], targets=_consumers, monitors=MONITORS,
        versus=versus, faults=faults, seed=seed, after=after,
    )  # fmt: skip
