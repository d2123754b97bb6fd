"""A partition to play with: controls, faults and monitors around its picture."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from labs.kafka.replication.partition import BROKERS
from labs.kafka.replication.picture import draw_partition
from labs.kafka.replication.predictions import ALONE, TWO_DOWN, TWO_DOWN_RUN
from labs.kafka.replication.run import CONTROLLERS, replicate
from labs.kafka.replication.settings import ACKS
from labs.kafka.replication.story import name
from labs.kafka.replication.truncation import STORIES, STORY_TITLES, WAYS, diverged, truncated
from labs.kit.guarding.fence import fenced
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Fault, Trace


def _next_controller(trace: Trace) -> str:
    gone = {fault.who for fault in trace.faults if fault.kind == "controller"}
    return next((who for who in CONTROLLERS if who not in gone), CONTROLLERS[-1])


CONTROLS = {
    "acks": Control("acks", "all", options=ACKS),
    "min_insync": Control("min_insync", 1, low=1, high=3, label="min.insync.replicas"),
    "unclean": Control("unclean", False, label="unclean elections"),
    "elr": Control("elr", True, label="eligible leader replicas"),
    "idempotent": Control("idempotent", True, label="idempotent producer"),
    "nearest": Control("nearest", False, label="the consumer reads from b2"),
    "lag_time": Control("lag_time", 3.0, low=0.5, high=10, step=0.5, unit="s", label="replica.lag.time.max"),
}
STRIKES = {
    "kill": Strike("kill", "Kill it"),
    "wipe": Strike("wipe", "Kill it and take its disk"),
    "stop": Strike("stop", "Shut it down"),
    "start": Strike("start", "Start it again"),
    "cut": Strike("cut", "Cut it off"),
    "slow": Strike("slow", "Make it slow"),
    "heal": Strike("heal", "Heal it"),
    "prefer": Strike("prefer", "Ask for it to lead"),
    "controller": Strike("controller", "Take away a controller", who=_next_controller),
}


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "none"


def _end(trace: Trace) -> Any:
    return trace.of("end")[0]


def _acknowledged(trace: Trace) -> str:
    numbers = _numbers(_end(trace)["acked"])
    return f"none (no answer asked for: {numbers})" if trace.settings["acks"] == "0" else numbers


def _lost(trace: Trace) -> tuple[str, bool]:
    lost = _end(trace)["lost"]
    unasked = lost and trace.settings["acks"] == "0"
    return f"none (but lost without a word: {_numbers(lost)})" if unasked else _numbers(lost), not lost


def twice(trace: Trace) -> list[int]:
    """Records that stand in the log more than once, at the end: the leader's, or that of whoever led last."""
    leader = int(trace.of("leads")[-1].who[1:])
    numbers = [number for _, number in trace.of("end")[leader - 1]["log"]]
    return sorted({number for number in numbers if numbers.count(number) > 1})


def _twice(trace: Trace) -> tuple[str, bool]:
    return _numbers(twice(trace)), not twice(trace)


def without_leader(trace: Trace) -> float:
    """For how many seconds nobody led: the leader was down, missed or not, or had not heard that it was elected."""
    changes, who, there = [(0.0, True)], "", True
    for e in trace.of("leads", "leaderless", "kill", "wipe", "stop", "heal"):
        if e.kind in ("leads", "leaderless"):
            who, there = e.who, e.kind == "leads" and not e["but"]
        elif e.who == who:
            there = e.kind == "heal"
        changes.append((e.t, there))
    return sum(later - t for (t, there), (later, _) in pairwise([*changes, (trace.end, True)]) if not there)


def _offline(trace: Trace) -> tuple[str, bool]:
    gone = round(without_leader(trace), 3)
    return (f"{gone:g} s", not gone)


MONITORS = [
    ("acknowledged", _acknowledged),
    ("acknowledged and lost", _lost),
    ("in the log twice", _twice),
    ("without a leader", _offline),
]


def explore_partition(
    *controls: str,
    strikes: Sequence[str] = ("kill", "start"),
    versus: tuple[str, Any, Any] | None = None,
    faults: Sequence[Fault] = (),
    watermark: Any = None,
    elect: Any = None,
    after: Any = None,
    seed: int = 0,
    **settings: Any,
) -> Explorer:
    """Three brokers to play with: the named controls (see CONTROLS) and faults (see STRIKES).

    `settings` are those of `replicate`: they set where a control begins, or hold what has no control. `watermark` and
    `elect` are the learner's own; they are fenced in, so a mistake in them is a sentence and not a dead picture.
    """
    for strike in strikes:
        if strike not in STRIKES:
            raise ValueError(f"there is no fault {strike!r}; choose from {', '.join(STRIKES)}")
    shown = pick_controls(controls, CONTROLS, settings)
    safe = fenced(replicate, watermark, elect)

    def run(**chosen: Any) -> Trace:
        return safe(**{**settings, **chosen, "watermark": watermark, "elect": elect})

    return explore(
        run, draw_partition, controls=shown, strikes=[STRIKES[name] for name in strikes],
        targets=lambda trace: [name(broker) for broker in BROKERS], monitors=MONITORS, versus=versus,
        called=(lambda value: f"acks={value}") if versus and versus[0] == "acks" else None, faults=faults, seed=seed,
        after=after,
    )  # fmt: skip


def explore_alone(after: Any = None) -> Explorer:
    """The question of the lesson, played: b1 is alone in the in-sync set, and loses its disk."""
    return explore_partition(
        "min_insync", faults=ALONE, records=4, until=20.0, strikes=["kill", "wipe", "start"], after=after
    )


def explore_two_down(after: Any = None) -> Explorer:
    """The second question: min.insync.replicas is 2, and b1 is alone."""
    strikes = ["kill", "wipe", "stop", "start", "cut", "slow", "heal", "controller"]
    return explore_partition(
        "acks", "min_insync", "unclean", faults=TWO_DOWN, strikes=strikes, after=after, **TWO_DOWN_RUN
    )


def explore_truncation(
    first: str = "watermark", second: str = "epoch", *, story: str = "restart", after: Any = None
) -> Explorer:
    """The three published stories, each with two ways to cut a log."""
    which = Control("story", story, options={key: STORY_TITLES[key] for key in STORIES}, label="what happens")
    names = {WAYS[first]: first, WAYS[second]: second}

    def run(**chosen: Any) -> Trace:
        return truncated(**{**chosen, "truncation": names[chosen["truncation"]]})

    def apart(trace: Trace) -> tuple[str, bool]:
        return (_numbers(diverged(trace)), not diverged(trace))

    return explore(
        run, draw_partition, controls=[which], monitors=[*MONITORS[:2], ("offsets where the logs differ", apart)],
        versus=("truncation", WAYS[first], WAYS[second]), after=after,
    )  # fmt: skip
