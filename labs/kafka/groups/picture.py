"""The picture of lesson 06: a coordinator, its consumers, and whose each partition is over time.

`draw_group(trace)` is the scene of one run; `explore_group` puts controls, faults and monitors around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from labs.kafka.groups.answers import BadAssignment, usable
from labs.kafka.groups.members import Assignment, Assignor, Partition
from labs.kafka.groups.pauses import (
    consumption,
    double_owners,
    moved,
    ownership,
    pause_intervals,
    rebalances,
    settled,
    unconsumed,
)
from labs.kafka.groups.rebalance import PROTOCOLS, rebalance
from labs.kit.explorer import Control, Explorer, Strike, explore, pick_controls
from labs.kit.fence import fenced
from labs.kit.palette import actor
from labs.kit.scene import Scene
from labs.kit.telling import LearnerError
from labs.kit.trace import Event, Fault, Trace

WIDTH, CARD, CHIP, LANE = 560, 78, 32, 21
MESSAGES = {  # what is worth a moving dot: (event, request) → what is written on it
    ("send", "JoinGroup"): "join",
    ("send", "LeaveGroup"): "leave",
    ("answer", "SyncGroup"): "assignment",
    ("answer", "Heartbeat"): "rebalance!",
    ("answer", "OffsetCommit"): "refused",
    ("answer", "ConsumerGroupHeartbeat"): "news",
}


def draw_topic() -> Scene:
    """The primer: records are appended to the partitions of a topic, and a group of two consumers reads them."""
    scene = Scene(WIDTH, 232, end=14, title="A topic with three partitions, read by a group of two consumers")
    scene.box("producer", 8, 84, 84, 44, label="producer", fill="panel")
    order = [(0, "A"), (2, "B"), (1, "C"), (0, "A"), (2, "B"), (0, "A"), (1, "C"), (2, "D"), (0, "A")]
    offsets, readers = [0, 0, 0], {0: "c1", 1: "c1", 2: "c2"}
    for partition in range(3):
        y = 26 + partition * 62
        scene.text(f"name{partition}", 112, y + 27, f"p{partition}", size=14, weight="bold")
        scene.box(f"log{partition}", 138, y, 250, 44, fill="none")
        scene.box(f"start{partition}", 140, y + 10, 0, 0, opacity=0)
    for i, name in enumerate(("c1", "c2")):
        scene.box(name, 452, 44 + i * 94, 96, 60, label=name, fill=actor(i + 1), weight="bold")
        scene.text(f"{name}-has", 500, 44 + i * 94 + 76, "reads p0 and p1" if i == 0 else "reads p2", size=12,
                   align="middle")  # fmt: skip
    scene.say(0, "A topic is a log cut into partitions. Each partition is an ordered list that only grows at its end.")
    for i, (partition, key) in enumerate(order):
        offset, t = offsets[partition], 1 + i
        offsets[partition] += 1
        cell, x, y = f"r{partition}-{offset}", 144 + offset * 58, 26 + partition * 62
        scene.box(cell, x, y + 4, 52, 36, label=f"{offset}: {key}", fill="data", size=13, opacity=0)
        scene.send(t, "producer", cell, label=key, over=0.8)
        scene.key(t + 0.8, cell, opacity=1)
        scene.send(t + 1.4, cell, readers[partition], label=f"{key}", over=0.8)
        scene.key(t + 2.2, cell, fill=actor(int(readers[partition][1:])))
    scene.say(1, "The first record, with key A, lands in p0. Its number there is its offset: 0.")
    scene.say(3.2, "c1 has read it: p0 belongs to c1. Nobody else in the group reads p0.")
    scene.say(4, "Another record with key A: the same key goes to the same partition, here to offset 1.")
    scene.say(9.4, "c1 reads p0 and p1, c2 reads p2. Offsets 0, 1, 2 … count in each partition on its own.", still=True)
    return scene


def draw_group(trace: Trace) -> Scene:
    """The scene of a run of `rebalance`."""
    return _Picture(trace).scene


class _Picture:
    """What stands where: a card for each consumer, a chip for each partition, a lane for each partition's history."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.names = sorted({e.who for e in trace.of("start")}, key=lambda name: int(name[1:]))
        self.parts: list[Partition] = list(ownership(trace))
        settings = trace.settings
        columns = len(self.names) if len(self.names) <= 4 else -(-len(self.names) // 2)
        rows = -(-len(self.names) // columns)
        self.card_width = (WIDTH - 16 - 8 * (columns - 1)) / columns
        self.tray = 62.0 + rows * (CARD + 8)
        lanes = self.tray + 54
        self.scene = Scene(
            WIDTH, lanes + LANE * len(self.parts) + 26, end=trace.end,
            title=f"{settings['protocol']}, {settings['assignor']}: {len(self.parts)} partitions",
        )  # fmt: skip
        self.flight = trace.end / 90  # how long a message is seen; the real ones take some 50 ms
        self.scene.settle = self.flight
        self.places = {
            name: (8 + i % columns * (self.card_width + 8), 62 + i // columns * (CARD + 8))
            for i, name in enumerate(self.names)
        }
        self.held: dict[str, list[Partition]] = {name: [] for name in self.names}
        self._still_life(lanes)
        for event in trace:
            self._message(event)
            self._change(event)
        self._captions()

    def label(self, partition: Partition) -> str:
        """p0 where there is one topic, else so much of its name as tells it from the others, and the number: o0."""
        topic, others = partition[0], {topic for topic, _ in self.parts} - {partition[0]}
        starts = (topic[:n] for n in range(1, len(topic)))
        short = next((start for start in starts if not any(o.startswith(start) for o in others)), topic)
        return f"{short if others else 'p'}{partition[1]}"

    def labels(self, partitions: Sequence[Any]) -> str:
        """The same for several, as they stand in an event."""
        return ", ".join(self.label((topic, number)) for topic, number in partitions) or "nothing"

    def _still_life(self, lanes: float) -> None:
        scene = self.scene
        scene.box("coordinator", 60, 8, WIDTH - 120, 34, label="group coordinator", size=14)
        for name in self.names:
            x, y = self.places[name]
            scene.box(f"card-{name}", x, y, self.card_width, CARD, opacity=0.35, dash="4 3")
            door = x + self.card_width / 2  # messages go straight up and down between a card and the coordinator
            scene.box(f"door-{name}", door, y, 0, 0, opacity=0)
            scene.box(f"gate-{name}", min(max(door, 110), WIDTH - 110), 50, 0, 0, opacity=0)
            scene.box(f"name-{name}", x + 6, y + 6, 34, 20, label=name, fill=actor(int(name[1:])), size=13,
                      weight="bold", opacity=0.35)  # fmt: skip
            scene.text(f"status-{name}", x + 46, y + 21, "not there", size=13, ink="muted")
        scene.text("tray", 8, self.tray + 20, "read by no one:", size=13, ink="muted")
        for i, partition in enumerate(self.parts):
            left, top = self._in_tray(i)
            name = self.label(partition)
            scene.box(name, left, top, CHIP - 4, 22, label=name, fill="hatch", ink="ink", size=13)
        rows = {self.label(p): _stretches(self.trace, p) for p in self.parts}
        scene.lanes("history", 44, lanes, WIDTH - 68, LANE, rows)

    def _in_tray(self, i: int) -> tuple[float, float]:
        wide = min(CHIP, (WIDTH - 128) / max(1, len(self.parts)))
        return 116 + i * wide, self.tray + 5

    def _place(self, t: float, name: str) -> None:
        """Put the chips of a consumer into its card, side by side."""
        x, y = self.places[name]
        across = max(1, int((self.card_width - 8) // CHIP))
        for i, partition in enumerate(sorted(self.held[name])):
            self.scene.key(
                t, self.label(partition), over=self.flight,
                x=x + 7 + i % across * CHIP, y=y + 31 + i // across * 24 - (6 if len(self.held[name]) > across else 0),
            )  # fmt: skip

    def _message(self, event: Event) -> None:
        word = MESSAGES.get((event.kind, event.get("what", "")))
        if not word or (word in ("rebalance!", "refused")) != bool(event.get("error")):
            return
        name = event.who if event.kind == "send" else event["to"]
        ends = (f"door-{name}", f"gate-{name}") if event.kind == "send" else (f"gate-{name}", f"door-{name}")
        if event.t + self.flight < self.trace.end:
            self.scene.send(event.t, *ends, label=word, over=self.flight, fill="bad" if word == "refused" else "data")

    def _change(self, event: Event) -> None:
        scene, t, who = self.scene, event.t, event.who
        given = [(topic, number) for topic, number in event.get("partitions", ())]
        if event.kind == "start":
            scene.key(t, f"card-{who}", opacity=1, dash="", stroke="line")
            scene.key(t, f"name-{who}", opacity=1)
            self._status(t, who, "joining")
        elif event.kind == "state":
            number = "epoch" if self.trace.settings["protocol"] == "kip848" else "generation"
            scene.key(t, "coordinator", label=f"group coordinator · {event['state']} · {number} {event['generation']}")
            waiting = event["state"] not in ("Stable", "Empty")
            scene.key(t, "coordinator", dash="5 3" if waiting else "", stroke="ink" if waiting else "line")
        elif event.kind == "own":
            for partition in given:
                for name in self.names:  # a zombie's chip is taken from it, whatever it believes
                    if partition in self.held[name]:
                        self.held[name].remove(partition)
                scene.key(t, self.label(partition), fill=actor(int(who[1:])), ink="chip-ink")
            self.held[who] += given
            self._place(t, who)
            self._status(t, who, "reading" if self.held[who] else "no partition")
        elif event.kind in ("revoke", "lost", "zombie", "crash", "leave"):
            gone = list(self.held[who]) if event.kind in ("crash", "leave") else given
            for partition in [p for p in gone if p in self.held[who]]:
                self.held[who].remove(partition)
                x, y = self._in_tray(self.parts.index(partition))
                scene.key(t, self.label(partition), fill="hatch", ink="ink")
                scene.key(t, self.label(partition), over=self.flight, x=x, y=y)
            self._place(t, who)
            if event.kind in ("crash", "leave"):
                scene.key(t, f"card-{who}", dash="4 3", stroke="bad-ink" if event.kind == "crash" else "line")
                scene.key(t, f"name-{who}", opacity=0.35)
            word = {"crash": "✕ crashed", "leave": "left", "zombie": "zombie"}.get(event.kind, "paused")
            if event.kind == "revoke" and event["why"] == "moving" and self.held[who]:
                word = "reading"
            self._status(t, who, word, bad=event.kind in ("crash", "zombie"))
        elif event.kind in ("stall", "return"):
            self._status(t, who, "stalled" if event.kind == "stall" else "goes on", bad=event.kind == "stall")
        if event.kind == "state" and event["state"] == "Stable":
            last = [e for e in self.trace.of("assign") if e.t <= t]
            for name, mine in (last[-1]["assignment"] if last else {}).items():
                if not mine and name in self.held and not self.held[name]:
                    self._status(t, name, "no partition")

    def _status(self, t: float, who: str, word: str, bad: bool = False) -> None:
        self.scene.key(t, f"status-{who}", label=word, ink="bad-ink" if bad else "ink")

    # ---- what the captions say -------------------------------------------------------------------------------

    def _captions(self) -> None:
        told = [(e, *self._tell(e)) for e in self.trace]
        lines = [(e, topic, sentence) for e, topic, sentence in told if sentence]
        stills = self._stills()
        for _, together in groupby(lines, key=_burst()):
            group = list(together)
            first = group[0]
            sentence = " ".join(dict.fromkeys(line for _, _, line in group))
            self.scene.say(first[0].t, sentence, still=any(e.t in stills for e, _, _ in group))
        if not self.scene.says:
            self.scene.say(0, "Nothing has happened yet.")

    def _stills(self) -> set[float]:
        """The telling moments: all is well, the middle of the trouble, and how it ended."""
        well = settled(self.trace)
        after = [e for e in self.trace if e.t > well]
        trouble = [e.t for e in after if e.kind in ("pause", "crash", "zombie") or e.get("why") == "moving"]
        end = [e.t for e in after if e.kind == "own"]
        return {well, *trouble[-1:], *end[-1:]}

    def _tell(self, event: Event) -> tuple[str, str]:
        """(what it is about, the sentence); things about one subject that follow closely share a caption."""
        who, kind = event.who, event.kind
        mine = self.labels(event["partitions"]) if "partitions" in event.data else ""
        if kind == "start":
            return "start", f"{who} starts and asks to join."
        if kind == "state" and event["state"] == "PreparingRebalance":
            if event["generation"] == 0:
                return (
                    "state",
                    f"The group was empty until {event['why']}. The coordinator waits for more to come.",
                )
            return "state", f"A rebalance begins: {event['why']}. The others learn of it with their next heartbeat."
        if kind == "state" and event["state"] == "Reconciling":
            return (
                "state",
                f"The broker works out a new target: {event['why']}. Each consumer is told by its heartbeat.",
            )
        if kind == "state" and event["state"] == "Stable":
            return "stable", f"The group is stable again ({event['why']})."
        if kind == "assign":
            withheld = self.labels(event["withheld"]) if event["withheld"] else ""
            shares = ", ".join(f"{name}: {self.labels(given)}" for name, given in event["assignment"].items())
            by = "The coordinator" if who == "coordinator" else f"{who} leads the group, runs the assignor and"
            wait = f" ({withheld} must be given up first, and waits for a second round)" if withheld else ""
            return "assign", f"{by} shares out {shares}{wait}."
        if kind == "revoke":
            goodbye = (
                "and closes, without LeaveGroup: it may be back" if self.trace.settings["static"] else "and leaves"
            )
            why = {"rebalance": "to rejoin", "moving": "because it is to move", "leave": goodbye}
            return "revoke", f"{who} gives up {mine} {why[event['why']]}."
        simple = {
            "own": f"{who} reads {mine}.",
            "lost": f"{who} finds out that it lost {mine}.",
            "crash": f"{who} crashes without a word. Its partitions wait.",
            "leave": f"{who} closes.",
            "stall": f"{who} stalls: it does not poll any more, but its heartbeats go on.",
            "return": f"{who} goes on where it stopped.",
            "zombie": f"{who} is a zombie: {mine} has been taken from it and it does not know.",
            "note": f"{event.get('text')}.",
        }
        if kind == "expired":
            return kind, f"{who} is put out of the group: {event['why']}."
        if kind == "commit" and not event["ok"]:
            return kind, f"{who}'s commit is refused: {event['error']}."
        return (kind, simple[kind]) if kind in simple and (mine or "partitions" not in event.data) else ("", "")


def _burst() -> Callable[[tuple[Event, str, str]], int]:
    """A key for groupby: the same number for events on one subject within a second of the first."""
    state: dict[str, Any] = {"topic": None, "since": 0.0, "number": 0}

    def number(line: tuple[Event, str, str]) -> int:
        event, topic, _ = line
        if topic != state["topic"] or event.t - state["since"] > 1.0:
            state.update(topic=topic, since=event.t, number=state["number"] + 1)
        return int(state["number"])

    return number


def _stretches(trace: Trace, partition: Partition) -> list[tuple[float, float, str, str]]:
    """A partition's lane: who read it from when to when, and hatched where nobody did."""
    read = consumption(trace)[partition]
    owners = [(held.start, held.end, held.owner) for held in ownership(trace)[partition] if not held.believed]
    lane: list[tuple[float, float, str, str]] = []
    now = 0.0
    for start, end in sorted(read):
        if start > now:
            lane.append((now, start, "", "hatch"))
        owner = next(who for since, until, who in owners if since <= start < until)
        lane.append((start, end, owner, actor(int(owner[1:]))))
        now = end
    return [*lane, (now, trace.end, "", "hatch")] if now < trace.end else lane


# ---- around the picture ----------------------------------------------------------------------------------------


def _since(trace: Trace) -> float:
    """From when on the monitors count: the first fault, or where there is none, when the group first worked."""
    return trace.faults[0].t if trace.faults else settled(trace)


def _pauses(trace: Trace) -> str:
    since = _since(trace)
    waited = {
        who: sum(max(0.0, pause.end - max(pause.start, since)) for pause in pauses)
        for who, pauses in pause_intervals(trace).items()
    }
    return ", ".join(f"{who} {seconds:.1f} s" for who, seconds in waited.items() if seconds > 0.05) or "none"


MONITORS = [
    ("rebalances", lambda t: str(sum(r.start >= _since(t) for r in rebalances(t)))),
    ("pause of each consumer", _pauses),
    ("partition-seconds that no one read", lambda t: f"{unconsumed(t, _since(t)):.1f}"),
    ("partitions that changed hands", lambda t: str(len(moved(t, _since(t))))),
    ("a partition with two owners", lambda t: _clashes(t)),
]


def _clashes(trace: Trace) -> tuple[str, bool]:
    clashes = double_owners(trace)
    if not clashes:
        return "never", True
    zombies = all(clash.believed for clash in clashes)
    return ("only in a zombie's belief; its commits are refused" if zombies else "yes: the group is broken"), zombies


CONTROLS = {
    control.name: control
    for control in (
        Control("consumers", 4, low=1, high=7),
        Control("partitions", 4, low=1, high=10, label="partitions per topic"),
        Control("assignor", "range", options=tuple(PROTOCOLS["eager"])),
        Control("protocol", "eager", options=("eager", "cooperative")),
        Control("session_timeout", 45, low=6, high=60, unit="s", label="session timeout"),
        Control("max_poll_interval", 300, low=10, high=300, step=10, unit="s", label="max poll interval"),
        Control("static", False, label="static members"),
    )
}
NEWCOMER = "a new one"  # joins under the next free name, however many consumers there are
STRIKES = {
    "crash": Strike("crash", "crash it"),
    "leave": Strike("leave", "let it leave"),
    "stall": Strike("stall", "stall it"),
    "return": Strike("return", "let it return"),
    "join": Strike("join", "let a new one join", who=lambda trace: NEWCOMER),
}


def _named(faults: Sequence[Fault], consumers: int) -> list[Fault]:
    """The faults, with every newcomer under its name: the first after all others is c5 where there are four."""
    names = [int(f.who[1:]) for f in faults if f.who[1:].isdigit()]
    number, named = max([consumers, *names]), []
    for fault in sorted(faults, key=lambda fault: fault.t):
        if fault.who == NEWCOMER:
            number += 1
            fault = Fault(fault.t, fault.kind, f"c{number}")
        named.append(fault)
    return named


def compare_groups(
    clients: Mapping[str, Sequence[str]], topics: Mapping[str, int], model: Assignor, yours: Assignor, real: Assignment
) -> Any:
    """A table (pandas DataFrame), a row a member: what the model, the learner's assignor and the real group gave it."""
    import pandas

    from labs.kafka.groups.real import compare, static_members

    members = static_members(clients)
    rows = compare(model(members, topics), real)
    try:
        mine = fenced(yours)(members, topics)
        theirs = [row["model"] for row in compare(usable(mine, members, topics)[0], real)]
    except (LearnerError, BadAssignment) as error:
        theirs = ["not written yet" if getattr(error, "kind", "") == "unfinished" else "not usable"] * len(rows)
    table = [
        {"member": r["member"], "the model": r["model"], "yours": mine, "the real group": r["real"],
         "model = real": _yes(r["model"] == r["real"]), "yours = real": _yes(mine == r["real"])}
        for r, mine in zip(rows, theirs, strict=True)
    ]  # fmt: skip
    return pandas.DataFrame(table).set_index("member")


def _yes(same: bool) -> str:
    return "yes" if same else "no"


def _consumers(trace: Trace) -> list[str]:
    return sorted({e.who for e in trace.of("start")}, key=lambda name: int(name[1:]))


def explore_group(
    *controls: str,
    strikes: Sequence[str] = tuple(STRIKES),
    versus: tuple[str, Any, Any] | None = None,
    faults: Sequence[Fault] = (),
    assign: Assignor | None = None,
    after: Any = None,
    seed: int = 0,
    **settings: Any,
) -> Explorer:
    """A consumer group to play with: the named controls (see CONTROLS), the named faults (see STRIKES).

    `settings` are those of `rebalance`: they set where a control begins, or hold what has no control. `assign` is an
    assignor of the learner's own; it is fenced in, so a mistake in it is a sentence and not a dead picture.
    """
    shown = pick_controls(controls, CONTROLS, settings)

    def run(**chosen: Any) -> Trace:
        asked = {**settings, **chosen}
        if assign is not None:  # fenced in anew for each run: all its calls in one run share five seconds
            asked["assign"] = fenced(assign, total=2.5 if versus else 5)
        return rebalance(**{**asked, "faults": _named(asked["faults"], asked.get("consumers", 4))})

    return explore(
        run, draw_group, controls=shown,
        strikes=[STRIKES[name] for name in strikes], targets=_consumers, monitors=MONITORS,
        versus=versus, faults=faults, seed=seed, after=after,
    )  # fmt: skip
