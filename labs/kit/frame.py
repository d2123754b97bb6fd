"""One frame for pictures that are compared: the same time axis, the same scale of each chart, the same rows.

Two sides of A | B that are each drawn alone do not agree: the run that ends sooner stretches its time axis, and a queue
of 8 looks as long as one of 80. `together` draws them until they agree. A scene asks `common_top` how high a chart
goes, and `common_rows` which lanes there are; outside `together` they answer with what they were asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from labs.kit.scene import Scene
    from labs.kit.trace import Trace

Stretches = TypeVar("Stretches")


@dataclass
class Frame:
    """What the sides have asked for so far: the top of each chart, and the rows of each set of lanes, in order."""

    tops: dict[str, float] = field(default_factory=dict)
    rows: dict[str, list[str]] = field(default_factory=dict)


_frame: ContextVar[Frame | None] = ContextVar("frame", default=None)


def together(draw: Callable[[Trace], Scene], traces: Sequence[Trace]) -> list[Scene]:
    """A scene for each trace, all in one frame: `play(**dict(zip(names, together(draw, traces))))`.

    Every trace is drawn up to the last one's end. What has been drawn before the frame was complete is drawn again.
    """
    end = max(trace.end for trace in traces)
    traces = [trace if trace.end == end else replace(trace, end=end) for trace in traces]
    frame = Frame()
    before = _frame.set(frame)
    try:
        drawn = [(draw(trace), deepcopy(frame)) for trace in traces]
        return [scene if seen == frame else draw(trace) for (scene, seen), trace in zip(drawn, traces, strict=True)]
    finally:
        _frame.reset(before)


def common_top(chart: str, top: float) -> float:
    """How high this chart goes on every side, if it needs to go up to `top` on this one."""
    frame = _frame.get()
    if frame is None:
        return top
    frame.tops[chart] = max(top, frame.tops.get(chart, top))
    return frame.tops[chart]


def common_rows(lanes: str, rows: Mapping[str, Sequence[Stretches]]) -> Mapping[str, Sequence[Stretches]]:
    """The rows of these lanes as every side has them: in one order, empty where only another side has such a row."""
    frame = _frame.get()
    if frame is None:
        return rows
    names = frame.rows.setdefault(lanes, [])
    names += [name for name in rows if name not in names]
    return {name: rows.get(name, ()) for name in names}
