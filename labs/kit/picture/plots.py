"""Charts over something else than time: curves, bars and histograms, and what moves on them, by its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from labs.kit.picture.axes import DASHES, Axes, Points, not_empty, spread, ticks
from labs.kit.picture.canvas import Canvas, Changes
from labs.kit.picture.drawing import number
from labs.kit.picture.frame import shared_top
from labs.kit.picture.words import LEADING, fit, width


class Plots(Canvas):
    """What depends on what, how much, and how often."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._axes: dict[str, Axes] = {}

    def plot(
        self, name: str, x: float, y: float, w: float, h: float, series: Mapping[str, Points], *, across: str = "",
        up: str = "", left: float | None = None, right: float | None = None, bottom: float = 0,
        top: float | None = None, colours: Sequence[str] = ("ink", "actor1", "bad", "good", "actor5", "warn"),
        room: float | None = None,
    ) -> None:  # fmt: skip
        """Curves over an axis that is not time, {name: [(across, up), …]}; `across` and `up` say what the axes are.

        Each curve has its dash and its name at its end, to the right, where `room` is kept. `spot` puts a dot on it and
        `rule` an upright line, and both can move.
        """
        not_empty(name, series)
        all_points = [point for line in series.values() for point in line]
        names = list(series) if len(series) > 1 else []
        room = max((width(label, 12) + 30 for label in names), default=6.0) if room is None else room
        left = min(a for a, _ in all_points) if left is None else left
        right = max(a for a, _ in all_points) if right is None else right
        self.tops[name] = top or max(v for _, v in all_points) or 1
        axes = Axes(x, y, w - room, h, left, right, bottom, shared_top(name, self.tops[name]))
        self._axes[name] = axes
        self._frame(name, axes, across, up or ("" if names else next(iter(series))))
        ends: list[tuple[float, int, str]] = []
        for i, (label, line) in enumerate(series.items()):
            points = [(axes.across(a), min(max(axes.up(v), y), y + h)) for a, v in line]
            look: dict[str, Any] = dict(stroke=colours[i % len(colours)], dash=DASHES[i % len(DASHES)])
            self.path(f"{name}-line{i}", points, width=2, **look)
            ends.append((points[-1][1], i, label))
        ends.sort()
        for (_, i, label), place in zip(ends, spread([level for level, _, _ in ends], y, y + h), strict=True):
            if names:
                edge = x + axes.w + 4
                look = dict(stroke=colours[i % len(colours)], dash=DASHES[i % len(DASHES)])
                self.line(f"{name}-key{i}", edge, place, edge + 20, place, width=2.4, **look)
                self.text(f"{name}-end{i}", edge + 24, place + 4, label, size=12)

    def _frame(self, name: str, axes: Axes, across: str, up: str) -> None:
        """Both axes with a few round numbers, and what they count."""
        x, y, w, h = axes.x, axes.y, axes.w, axes.h
        self.line(f"{name}-axis", x, y + h, x + w, y + h)
        self.line(f"{name}-upright", x, y, x, y + h)
        for i, v in enumerate(ticks(axes.right - axes.left, axes.left)):
            self.line(f"{name}-tick{i}", axes.across(v), y + h, axes.across(v), y + h + 4)
            self.text(f"{name}-across{i}", axes.across(v), y + h + 17, number(v), size=12, align="middle", ink="muted")
        for i, v in enumerate(ticks(axes.top - axes.bottom, axes.bottom, most=max(2, int(h / 24)))):
            self.text(f"{name}-up{i}", x - 6, axes.up(v) + 4, number(v), size=12, align="end", ink="muted")
        self.text(f"{name}-what", x + w, y + h + 32, across, size=12, align="end", ink="muted")
        self.text(f"{name}-much", x - 6, y - 8, up, size=12, ink="muted")

    def spot(
        self, name: str, plot: str, across: float, up: float, *, label: str = "", fill: str = "bad", r: float = 5,
        tip: str = "",
    ) -> None:  # fmt: skip
        """A dot on a plot at its numbers; `key(t, name, over=…, across=…, up=…)` moves it by them, too."""
        axes = self._axes_of(plot, name)
        x, y = axes.across(across), axes.up(up)
        self.box(name, x - r, y - r, 2 * r, 2 * r, fill=fill, stroke="ink", radius=r, tip=tip)
        self.text(f"{name}-label", axes.beside(across, r + 4, label), y - r, label, size=12, halo=True)
        self._virtual[name, "across"] = lambda v: {
            name: {"x": axes.across(v) - r},
            f"{name}-label": {"x": axes.beside(v, r + 4, label)},
        }
        self._virtual[name, "up"] = lambda v: {name: {"y": axes.up(v) - r}, f"{name}-label": {"y": axes.up(v) - r}}

    def rule(self, name: str, plot: str, across: float, *, label: str = "", stroke: str = "ink") -> None:
        """An upright line on a plot or a histogram, say at p95; `key(t, name, across=…)` moves it."""
        axes = self._axes_of(plot, name)
        x = axes.across(across)
        self.line(name, x, axes.y - 2, x, axes.y + axes.h, stroke=stroke, dash="5 3", width=1.6)
        self.text(f"{name}-label", axes.beside(across, 4, label), axes.y + 8, label, size=12, halo=True)
        self._virtual[name, "across"] = lambda v: {
            name: {"x": axes.across(v)},
            f"{name}-label": {"x": axes.beside(v, 4, label)},
        }

    def _axes_of(self, plot: str, name: str) -> Axes:
        if plot not in self._axes:
            raise ValueError(f"{name!r}: there is no plot {plot!r} to stand on, only {', '.join(self._axes) or 'none'}")
        return self._axes[plot]

    # ---- bars ------------------------------------------------------------------------------------------------

    def bars(
        self, name: str, x: float, y: float, w: float, h: float, values: Mapping[str, float], *,
        top: float | None = None, unit: str = "", fill: str | Sequence[str] = "actor1", gap: float = 0.3,
    ) -> None:  # fmt: skip
        """A bar for each label in a place of `w` by `h`, its number on it and its label below.

        The parts are called "name:label", and `key(t, "name:label", over=…, value=…)` lets one grow or shrink.
        """
        not_empty(name, {name: list(values.items())})
        self.tops[name] = top or max(values.values()) or 1
        axes = Axes(x, y + 16, w, h - 16, 0, len(values), 0, shared_top(name, self.tops[name]))
        pitch = w / len(values)
        for i, (label, value) in enumerate(values.items()):
            colour = fill if isinstance(fill, str) else fill[i % len(fill)]
            self._bar(f"{name}:{label}", axes, x + pitch * (i + gap / 2), pitch * (1 - gap), value, unit, colour)
            words, size = fit(label, pitch - 2, 3 * 12 * LEADING, 12)
            self.text(f"{name}-label{i}", x + pitch * (i + 0.5), y + h + 3 + size, words, size=size, align="middle")
        self.line(f"{name}-axis", x, y + h, x + w, y + h)

    def _bar(
        self, name: str, axes: Axes, x: float, w: float, value: float, unit: str, fill: str, told: bool = True
    ) -> None:
        def at(v: float) -> dict[str, Any]:
            level = min(max(axes.up(v), axes.y), axes.y + axes.h)
            return {"y": level, "h": axes.y + axes.h - level}

        self.box(name, x, axes.y, w, 0, fill=fill, radius=0)
        self._parts[name] |= at(value)
        word = f"{name}-n"
        if told:
            self.text(word, x + w / 2, at(value)["y"] - 4, number(value) + unit, size=12, align="middle")

        def grow(v: float) -> Changes:
            return {name: at(v)} | ({word: {"y": at(v)["y"] - 4, "label": number(v) + unit}} if told else {})

        self._virtual[name, "value"] = grow

    def histogram(
        self, name: str, x: float, y: float, w: float, h: float, values: Sequence[float], *, bins: int = 12,
        low: float | None = None, high: float | None = None, top: float | None = None, across: str = "",
        fill: str = "actor1",
    ) -> None:  # fmt: skip
        """How many of the values lie where: `bins` bars from `low` to `high`, called "name:0", "name:1", …

        What lies outside counts in the first or last bar. `rule(…)` marks a place, say p95.
        """
        not_empty(name, {name: list(enumerate(values))})
        low = min(values) if low is None else low
        high = max(max(values), low + 1e-9) if high is None else high
        counts = [0] * bins
        for v in values:
            counts[min(max(int((v - low) / (high - low) * bins), 0), bins - 1)] += 1
        self.tops[name] = top or max(counts)
        self._axes[name] = axes = Axes(x, y, w, h, low, high, 0, shared_top(name, self.tops[name]))
        self._frame(name, axes, across, "how many")
        for i, many in enumerate(counts):
            self._bar(f"{name}:{i}", axes, x + w * i / bins + 0.5, w / bins - 1, many, "", fill, told=False)
