"""What stands in for a matplotlib figure where that is not: the few kinds of curves and bars that the lessons draw.

In a browser's page `figure` (figures.py) gives these. They take what the lessons give matplotlib, and draw it by the
kit's own means: the same numbers on the same axes, each curve with its colour, its dash and its name at its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from typing import Any

from labs.kit.picture.axes import Axes, spread, ticks
from labs.kit.picture.drawing import number
from labs.kit.picture.palette import COLOURS
from labs.kit.picture.words import FONT, width

INK, MUTED, FAINT = (COLOURS[name][0] for name in ("ink", "muted", "faint"))
LINES = ("#0072b2", "#d55e00", "#009e73", "#aa4499", "#555555")
DASHES = {"": "", "-": "", "--": "7 4", ":": "2 3", "-.": "8 3 2 3"}
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
PER_INCH = 90
LEFT, TOP, BOTTOM = 56.0, 44.0, 46.0  # room beside the axes


@dataclass
class Curve:
    """A curve by its numbers; `name` is written at its end."""

    points: list[tuple[float, float]]
    name: str
    dash: str
    marked: bool


class Sketch:
    """A figure and its one pair of axes in one."""

    def __init__(self, title: str, across: str, up: str, size: tuple[float, float]) -> None:
        self.title, self.across, self.up = title, across, up
        self.width, self.height = size[0] * PER_INCH, size[1] * PER_INCH
        self.curves: list[Curve] = []
        self.levels: list[float] = []
        self.bars_of: list[tuple[str, float]] = []
        self.low: float | None = None
        self.high: float | None = None
        self.logs = {"x": False, "y": False}

    # ---- what matplotlib is told -----------------------------------------------------------------------------

    def plot(self, xs: Iterable[float], ys: Iterable[float], **look: Any) -> None:
        """A curve through these points, with its `label`, `linestyle` and, unless it is "", `marker`."""
        points = [(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]
        marked = look.get("marker", "o") != "" and len(points) <= 40
        self.curves.append(Curve(points, look.get("label", ""), DASHES.get(look.get("linestyle", ""), ""), marked))

    def loglog(self, xs: Iterable[float], ys: Iterable[float], **look: Any) -> None:
        """The same on two logarithmic scales."""
        self.logs = {"x": True, "y": True}
        self.plot(xs, ys, **look)

    def step(self, xs: Sequence[float], ys: Sequence[float], *, where: str = "pre", **look: Any) -> None:
        """A curve of steps, halfway between the points."""
        middles = [(a + b) / 2 for a, b in zip(xs, list(xs)[1:], strict=False)]
        edges = [xs[0], *(m for m in middles for _ in range(2)), xs[-1]]
        self.plot(edges, [y for y in ys for _ in range(2)], **{"marker": "", **look})

    def barh(self, names: Iterable[str], values: Iterable[float], **_: Any) -> None:
        """A lying bar for each name, the first one lowest."""
        self.bars_of = list(zip(names, map(float, values), strict=True))

    def axhline(self, y: float, **_: Any) -> None:
        """A level line."""
        self.levels.append(y)

    def set_xscale(self, scale: str) -> None:
        """`"log"` or `"linear"`."""
        self.logs["x"] = scale == "log"

    def set_yscale(self, scale: str) -> None:
        """`"log"` or `"linear"`."""
        self.logs["y"] = scale == "log"

    def set_ylim(self, low: float | None = None, high: float | None = None) -> None:
        """From where to where the upright axis goes."""
        self.low, self.high = low, high

    def grid(self, *_: Any, **__: Any) -> None:
        """There is one anyway."""

    def legend(self, *_: Any, **__: Any) -> None:
        """Each curve is named at its end."""

    # ---- how it is drawn -------------------------------------------------------------------------------------

    def svg(self) -> str:
        """The picture, to stand alone on any ground."""
        body = self._bars() if self.bars_of else self._curves()
        head = _words(LEFT if not self.bars_of else 10, 20, self.title, size=14, weight="bold")
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{number(self.width)}" height="{number(self.height)}" '
            f'viewBox="0 0 {number(self.width)} {number(self.height)}" font-family="{escape(FONT)}">'
            f'<rect width="100%" height="100%" fill="white"/>{head}{body}</svg>'
        )

    def _place(self, value: float, axis: str) -> float:
        return log10(max(value, 1e-300)) if self.logs[axis] else value

    def _curves(self) -> str:
        points = [[(self._place(x, "x"), self._place(y, "y")) for x, y in curve.points] for curve in self.curves]
        every = [point for line in points for point in line]
        ups = [y for _, y in every] + [self._place(y, "y") for y in self.levels]
        floor_ = min(ups) if self.logs["y"] else min(0.0, *ups)
        low = floor_ if self.low is None else self._place(self.low, "y")
        high = max(ups) * (1 if self.logs["y"] else 1.06) if self.high is None else self._place(self.high, "y")
        room = max((width(curve.name, 12) + 12 for curve in self.curves if curve.name), default=8.0)
        axes = Axes(LEFT, TOP, max(self.width - LEFT - room, 160), self.height - TOP - BOTTOM,
                    min(x for x, _ in every), max(x for x, _ in every), low, high)  # fmt: skip
        out = [self._frame(axes), _words(10, TOP - 8, self.up, MUTED)]
        for level in self.levels:
            out.append(_line(axes.x, axes.up(level), axes.x + axes.w, axes.up(level), MUTED, "7 4"))
        ends = []
        for i, (curve, line) in enumerate(zip(self.curves, points, strict=True)):
            drawn = [(axes.across(x), min(max(axes.up(y), TOP), TOP + axes.h)) for x, y in line]
            colour, way = LINES[i % len(LINES)], " L".join(f"{number(x)} {number(y)}" for x, y in drawn)
            dash = f' stroke-dasharray="{curve.dash}"' if curve.dash else ""
            out.append(f'<path d="M{way}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
            out += [_mark(x, y, i, colour) for x, y in drawn if curve.marked]
            ends.append((drawn[-1][1], i, curve.name))
        ends.sort()
        for (_, i, name), y in zip(ends, spread([end[0] for end in ends], TOP, TOP + axes.h), strict=True):
            out.append(_words(axes.x + axes.w + 8, y + 4, name, LINES[i % len(LINES)]))
        return "".join(out)

    def _bars(self) -> str:
        room = max(width(name, 12) for name, _ in self.bars_of) + 16
        values = [self._place(value, "x") for _, value in self.bars_of]
        left = floor(min(values)) - 1 if self.logs["x"] else 0
        axes = Axes(room, TOP - 10, self.width - room - 80, self.height - TOP - BOTTOM + 10, left, max(values), 0, 1)
        high, out = axes.h / len(values), [self._frame(axes, upright=False)]
        for i, ((name, value), place) in enumerate(zip(self.bars_of, values, strict=True)):
            y = axes.y + axes.h - (i + 1) * high
            long = axes.across(place) - axes.x
            out.append(f'<rect x="{number(axes.x)}" y="{number(y + high * 0.15)}" width="{number(long)}" '
                       f'height="{number(high * 0.7)}" fill="#77aadd"/>')  # fmt: skip
            out.append(_words(room - 6, y + high / 2 + 4, name, anchor="end"))
            out.append(_words(axes.across(place) + 5, y + high / 2 + 4, f"{value:g}", MUTED))
        return "".join(out)

    def _frame(self, axes: Axes, upright: bool = True) -> str:
        """Axes with round numbers, and what goes across."""
        x, y, w, h = axes.x, axes.y, axes.w, axes.h
        out = [_words(x + w, y + h + 36, self.across, MUTED, anchor="end")]
        for value, told in self._numbers("y", axes.bottom, axes.top, max(2, int(h / 34))) if upright else ():
            out.append(_line(x, axes.up(value), x + w, axes.up(value), FAINT))
            out.append(_words(x - 7, axes.up(value) + 4, told, MUTED, anchor="end"))
        for value, told in self._numbers("x", axes.left, axes.right, 8):
            out.append(_line(axes.across(value), y + h, axes.across(value), y + h + 4, MUTED))
            out.append(_words(axes.across(value), y + h + 18, told, MUTED, anchor="middle"))
        return "".join(out) + _line(x, y + h, x + w, y + h, MUTED) + _line(x, y, x, y + h, MUTED)

    def _numbers(self, axis: str, low: float, high: float, most: int) -> list[tuple[float, str]]:
        if not self.logs[axis]:
            return [(value, f"{value:,g}") for value in ticks(high - low or 1, low, most)]
        powers = range(ceil(low), floor(high) + 1)
        powers = powers[:: -(-len(powers) // min(most, 6)) or 1]
        return [(float(p), _power(p)) for p in powers] or [(low, f"{10**low:.2g}"), (high, f"{10**high:.2g}")]


def _power(power: int) -> str:
    return f"{10.0**power:g}" if -4 <= power <= 4 else "10" + str(power).translate(RAISED)


def _words(
    x: float, y: float, words: str, ink: str = INK, *, size: int = 12, anchor: str = "start", weight: str = ""
) -> str:
    bold = f' font-weight="{weight}"' if weight else ""
    place = f'x="{number(x)}" y="{number(y)}" font-size="{size}" text-anchor="{anchor}"'
    return f'<text {place} fill="{ink}"{bold}>{escape(words)}</text>' if words else ""


def _line(x: float, y: float, x2: float, y2: float, ink: str, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="M{number(x)} {number(y)}L{number(x2)} {number(y2)}" stroke="{ink}"{dashed}/>'


def _mark(x: float, y: float, i: int, colour: str) -> str:
    """A dot, a square or a diamond: shape as well as colour."""
    at = f'transform="translate({number(x)} {number(y)})" fill="{colour}"'
    shapes = ('<circle r="3.5" {}/>', '<path d="M-3-3h6v6h-6z" {}/>', '<path d="M0-4.5L4.5 0L0 4.5L-4.5 0z" {}/>')
    return shapes[i % len(shapes)].format(at)
