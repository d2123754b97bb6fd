"""What all charts share: where a number is on the picture, round numbers for an axis, dashes that tell lines apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil
from typing import Any

from labs.kit.picture.words import width

Points = Sequence[tuple[float, float]]
DASHES = ("", "7 3", "2 3", "9 3 2 3", "12 5", "5 2 2 2 2 2", "1 4", "4 6")  # what tells one line from another
LINE_GAP = 13.0  # between two names at the ends of lines


@dataclass
class Axes:
    """Where a chart's numbers are on the picture."""

    x: float
    y: float
    w: float
    h: float
    left: float
    right: float
    bottom: float
    top: float

    def across(self, value: float) -> float:
        """The x of a number on the axis that goes across."""
        return self.x + self.w * (value - self.left) / ((self.right - self.left) or 1)

    def up(self, value: float) -> float:
        """The y of a number on the axis that goes up."""
        return self.y + self.h - self.h * (value - self.bottom) / ((self.top - self.bottom) or 1)

    def beside(self, value: float, gap: float, words: str) -> float:
        """Where words begin that stand to the right of a number, or to its left where there is no more room."""
        x, long = self.across(value), width(words, 12)
        return x + gap if x + gap + long <= self.x + self.w else x - gap - long


def not_empty(name: str, series: Mapping[str, Any]) -> None:
    """ValueError with one sentence if a chart has no series, or one of them has no value."""
    if not series:
        raise ValueError(f"chart {name!r} has nothing to show: give it at least one series")
    for label, line in series.items():
        if not len(line):
            raise ValueError(f"chart {name!r}: the series {label!r} is empty: give it at least one value")


def spread(levels: Sequence[float], top: float, bottom: float) -> list[float]:
    """The levels, which rise, moved apart as far as names of that height need, and kept above `bottom`."""
    out: list[float] = []
    for level in levels:
        out.append(max(level, out[-1] + LINE_GAP) if out else max(level, top))
    low = bottom
    for i in reversed(range(len(out))):
        out[i] = min(out[i], low)
        low = out[i] - LINE_GAP
    return out


def ticks(length: float, start: float = 0.0, most: int = 7) -> list[float]:
    """Round numbers for an axis of this length from `start` on, at most about `most` of them."""
    sizes = (s * 10.0**power for power in count(-6) for s in (1, 2, 5))
    step = next(size for size in sizes if length / size <= most)
    first, last = ceil(start / step - 1e-9), int((start + length) / step + 1e-9)
    return [round(i * step, 9) for i in range(first, last + 1)]
