"""Pictures that stand side by side share one frame: the same time axis, and the same scale of every chart.

eager, cooperative = in_one_frame([partial(draw, a), partial(draw, b)])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol, TypeVar


class _Charted(Protocol):
    end: float
    tops: dict[str, float]


@dataclass
class _Frame:
    end: float = 0.0
    tops: dict[str, float] = field(default_factory=dict)


Drawn = TypeVar("Drawn", bound=_Charted)
_now: ContextVar[_Frame | None] = ContextVar("frame", default=None)


def in_one_frame(draws: Sequence[Callable[[], Drawn]]) -> list[Drawn]:
    """Draw several pictures on one time axis and with the same scale of every chart: twice, where they differ."""
    scenes = [draw() for draw in draws]
    frame = _Frame(max((scene.end for scene in scenes), default=0))
    for scene in scenes:
        for name, top in scene.tops.items():
            frame.tops[name] = max(top, frame.tops.get(name, top))
    if all(s.end == frame.end and all(frame.tops[name] == top for name, top in s.tops.items()) for s in scenes):
        return scenes
    mark = _now.set(frame)
    try:
        return [draw() for draw in draws]
    finally:
        _now.reset(mark)


def shared_end(end: float) -> float:
    """How long a picture lasts: as long as the longest of those that are drawn beside it."""
    shared = _now.get()
    return max(end, shared.end) if shared else end


def shared_top(name: str, top: float) -> float:
    """How high the chart of this name goes: as high as the highest of those that are drawn beside it."""
    shared = _now.get()
    return max(top, shared.tops.get(name, top)) if shared else top
