"""Pictures that stand side by side share one frame: the same time axis, the same scale of every chart, the same rows.

eager, cooperative = in_one_frame([partial(draw, a), partial(draw, b)])
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol, TypeVar


class _Charted(Protocol):
    end: float
    tops: dict[str, float]
    rows: dict[str, list[str]]


@dataclass
class _Frame:
    end: float = 0.0
    tops: dict[str, float] = field(default_factory=dict)
    rows: dict[str, list[str]] = field(default_factory=dict)

    def is_of(self, scene: _Charted) -> bool:
        return (
            scene.end == self.end
            and all(self.tops[name] == top for name, top in scene.tops.items())
            and all(self.rows[name] == rows for name, rows in scene.rows.items())
        )


Drawn = TypeVar("Drawn", bound=_Charted)
Row = TypeVar("Row")
_now: ContextVar[_Frame | None] = ContextVar("frame", default=None)


def in_one_frame(draws: Sequence[Callable[[], Drawn]]) -> list[Drawn]:
    """Draw several pictures on one time axis, with one scale per chart and the same rows.

    Those that already have the frame of all are drawn once, the others again.
    """
    scenes = [draw() for draw in draws]
    frame = _Frame(max((scene.end for scene in scenes), default=0))
    for scene in scenes:
        for name, top in scene.tops.items():
            frame.tops[name] = max(top, frame.tops.get(name, top))
        for name, rows in scene.rows.items():
            known = frame.rows.setdefault(name, [])
            known += [row for row in rows if row not in known]
    mark = _now.set(frame)
    try:
        return [scene if frame.is_of(scene) else draw() for scene, draw in zip(scenes, draws, strict=True)]
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


def shared_rows(name: str, rows: Mapping[str, Row]) -> dict[str, Row | tuple[()]]:
    """The rows of the lanes of this name, in the order that all have; empty where only another picture has one."""
    shared = _now.get()
    return {row: rows.get(row, ()) for row in (shared.rows.get(name, rows) if shared else rows)}
