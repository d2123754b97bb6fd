"""The picture of the stampede with its controls and its fault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labs.caching.stampede.model import CURES, longest_wait, peak, stale_answers, stampede
from labs.caching.stampede.picture import draw_stampede
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Fault, Trace

CONTROLS = {
    control.name: control
    for control in (
        Control("cure", "none", options=CURES),
        Control("rate", 40, low=10, high=60, step=10, unit="per second", label="requests"),
        Control("load_time", 1.0, low=0.2, high=3, step=0.2, unit="s", label="loading takes"),
    )
}
EVICT = Strike("evict", "Evict the entry", lambda trace: "entry")


def explore_stampede(
    *controls: str, versus: tuple[str, Any, Any] | None = None, faults: Sequence[Fault] = (), after: Any = None,
    **settings: Any,
) -> Explorer:  # fmt: skip
    """One popular entry with some of CONTROLS."""
    picked = pick_controls(controls, CONTROLS, settings)

    def run(**chosen: Any) -> Trace:
        return stampede(**{**settings, **chosen})

    return explore(
        run, draw_stampede, controls=picked, strikes=[EVICT], versus=versus, faults=faults, after=after,
        monitors=[
            ("queries in all", lambda trace: str(len(trace.of("query")))),
            ("at the database, at most", lambda trace: str(peak(trace))),
            ("longest wait", lambda trace: f"{longest_wait(trace):.1f} s"),
            ("stale answers", lambda trace: str(stale_answers(trace))),
        ],
    )  # fmt: skip
