"""The ten schedules of a reader and a writer, one at a time, to be chosen from a menu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labs.caching.strategies.five import read_aside, write_around
from labs.caching.strategies.schedule_picture import draw_schedule
from labs.caching.strategies.schedules import schedules
from labs.caching.strategies.workload import FIRST
from labs.kit.explorer import Control, Explorer, explore
from labs.kit.scene import Scene
from labs.kit.trace import Fault, Trace


def explore_schedules(*, after: Any = None) -> Explorer:
    """Cache aside, a reader R and a writer W of one key: all their schedules, beginning with the one of W first."""
    found = {o.schedule: o for o in schedules({"R": (read_aside, "a"), "W": (write_around, "a", FIRST + 1)})}

    def run(schedule: str, *, faults: Sequence[Fault] = (), seed: int = 0) -> Trace:
        turns = found[schedule].turns
        trace = Trace({"schedule": schedule}, tuple(faults), seed, end=len(turns) + 1.5)
        for i, turn in enumerate(turns, 1):
            trace.emit(float(i), "turn", turn.who, step=str(turn.step))
        return trace

    def draw(trace: Trace) -> Scene:
        return draw_schedule(found[trace.settings["schedule"]])

    def stale(trace: Trace) -> tuple[str, bool]:
        bad = found[trace.settings["schedule"]].stale
        return ("yes", False) if bad else ("no", True)

    menu = Control("schedule", list(found)[-1], options=tuple(found), label="who steps when")
    return explore(run, draw, controls=[menu], monitors=[("a stale entry is left", stale)], after=after)
