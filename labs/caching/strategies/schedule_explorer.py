"""The ten schedules of a reader and a writer, to be chosen from a menu: in cache aside, and beside it with leases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labs.caching.strategies.five import read_aside, read_leased, write_around
from labs.caching.strategies.schedule_picture import draw_schedule
from labs.caching.strategies.schedules import Outcome, schedules
from labs.caching.strategies.workload import FIRST
from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Fault, Trace

READERS = {"cache aside": read_aside, "with leases": read_leased}


def explore_schedules(*, after: Any = None) -> Explorer:
    """Cache aside, a reader R and a writer W of one key: all their schedules, beginning with the one of W first."""
    return _explore(list(_outcomes("cache aside"))[-1], None, after)


def compare_leases(*, after: Any = None) -> Explorer:
    """The same schedules without leases and with them, beginning with the one that does harm without."""
    bad = next(schedule for schedule, outcome in _outcomes("cache aside").items() if outcome.stale)
    return _explore(bad, ("reader", "cache aside", "with leases"), after)


def _outcomes(reader: str) -> dict[str, Outcome]:
    clients = {"R": (READERS[reader], "a"), "W": (write_around, "a", FIRST + 1)}
    return {outcome.schedule: outcome for outcome in schedules(clients)}


def _explore(first: str, versus: tuple[str, str, str] | None, after: Any) -> Explorer:
    found = {reader: _outcomes(reader) for reader in READERS}

    def run(schedule: str, reader: str = "cache aside", *, faults: Sequence[Fault] = (), seed: int = 0) -> Trace:
        turns = found[reader][schedule].turns
        trace = Trace({"schedule": schedule, "reader": reader}, tuple(faults), seed, end=len(turns) + 1.5)
        for i, turn in enumerate(turns, 1):
            trace.emit(float(i), "turn", turn.who, step=str(turn.step))
        return trace

    def outcome(trace: Trace) -> Outcome:
        return found[trace.settings["reader"]][trace.settings["schedule"]]

    def draw(trace: Trace) -> Scene:
        return draw_schedule(outcome(trace))

    def stale(trace: Trace) -> tuple[str, bool]:
        return ("yes", False) if outcome(trace).stale else ("no", True)

    menu = Control("schedule", first, options=tuple(found["cache aside"]), label="who steps when")
    monitors = [("a stale entry is left", stale)]
    return explore(run, draw, controls=[menu], monitors=monitors, versus=versus, after=after)
