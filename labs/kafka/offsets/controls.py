"""One group and its offsets to play with: controls, faults and monitors around its picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from labs.kafka.offsets.captions import named
from labs.kafka.offsets.committed import RESETS, Start
from labs.kafka.offsets.delivered import duplicated, lag_over_time, lost, reordered
from labs.kafka.offsets.delivery import deliver
from labs.kafka.offsets.loops import COMMITS, Loop, commit_the_last
from labs.kafka.offsets.picture import draw_delivery
from labs.kafka.offsets.world import TOPIC
from labs.kit.guarding.fence import fenced
from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, Strike
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Fault, Trace


def _lost(trace: Trace) -> tuple[str, bool]:
    found = lost(trace)
    return (named(found, trace) or "none"), not found


def _duplicated(trace: Trace) -> tuple[str, bool]:
    found = duplicated(trace)
    return (named(list(found), trace) or "none"), not found


def _reordered(trace: Trace) -> tuple[str, bool]:
    found = reordered(trace)
    return (named(found, trace) or "none"), not found


def _lag(trace: Trace) -> str:
    lines = [lag_over_time(trace, p) for p in range(trace.settings["partitions"])]
    told = [f"{max(v for _, v in line):g} at most, {line[-1][1]:g} at the end" for line in lines]
    return "; ".join(f"{TOPIC}-{p}: {words}" for p, words in enumerate(told)) if len(told) > 1 else told[0]


MONITORS = [
    ("lost: skipped and never done", _lost),
    ("duplicated: done more than once", _duplicated),
    ("reordered: done after a later one", _reordered),
    ("lag", _lag),
]
MODES = {words: mode for mode, words in COMMITS.items()}
SINK_NAMES = {"plain": "writes what it is given", "idempotent": "knows what it has written"}
CONTROLS: dict[str, Callable[[Any], Control]] = {
    "commit": lambda v: Control("commit", v or "after", options=COMMITS, label="when to commit"),
    "batch": lambda v: Control("batch", v or 3, low=1, high=6, label="records per poll"),
    "work": lambda v: Control("work", v or 0.5, low=0.1, high=1.5, step=0.1, unit="s", label="work per record"),
    "auto_interval": lambda v: Control("auto_interval", v or 5, low=1, high=10, unit="s", label="auto-commit every"),
    "round_trip": lambda v: Control("round_trip", v or 0.6, low=0.2, high=2, step=0.2, unit="s", label="commit takes"),
    "reset": lambda v: Control("reset", v or "earliest", options=RESETS, label="auto.offset.reset"),
    "sink": lambda v: Control("sink", v or "plain", options=SINK_NAMES, label="the sink"),
    "log_start": lambda v: Control("log_start", v or 0, low=0, high=5, label="oldest record kept"),
    "partitions": lambda v: Control("partitions", v or 1, low=1, high=2),
}
STRIKES = {
    "crash": Strike("crash", "Crash it"),
    "leave": Strike("leave", "Close it cleanly"),
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
    risk: bool = True,
    seed: int = 0,
    **settings: Any,
) -> Explorer:
    """One group and its offsets to play with: the named controls (see CONTROLS), the named faults (see STRIKES).

    `settings` are those of `deliver`: they set where a control begins, or hold what has no control; the group has
    committed 0 before unless they say something else. `versus` names the ways to commit as LOOPS does. `loop` or
    `start` is the learner's own; it is fenced in, so a mistake in it is a sentence and not a dead picture. Without
    `risk` nothing is said of what a crash does.
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
        deliver_one, partial(draw_delivery, reset="reset" in controls, risk=risk), controls=shown,
        strikes=[STRIKES[name] for name in strikes], targets=_consumers, monitors=MONITORS if risk else MONITORS[-1:],
        versus=versus, faults=faults, seed=seed, after=after,
    )  # fmt: skip


def explore_three_or_four(after: Any = None) -> Explorer:
    """The question of the lesson, played: c1 has done 0 to 3, commits 3 or 4, and is closed; then c2 takes over."""
    loops: dict[str, Loop | None] = {"commit 3": commit_the_last, "commit 4": None}

    def run(**chosen: Any) -> Trace:
        loop = loops[chosen.pop("commits")]
        return deliver(loop=loop, records=4, backlog=4, batch=4, work=0.3, committed=0, until=9, **chosen)

    def draw(trace: Trace) -> Scene:
        scene = draw_delivery(trace, risk=False)
        scene.title = "four records, and two consumers one after the other"
        return scene

    return explore(
        run,
        draw,
        versus=("commits", "commit 3", "commit 4"),
        faults=[Fault(2.5, "leave", "c1")],
        monitors=[*MONITORS[:2], MONITORS[-1]],
        after=after,
    )
