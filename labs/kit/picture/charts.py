"""Charts over time: lines and lanes, with a playhead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from labs.kit.picture.axes import DASHES, LINE_GAP, Axes, Points, not_empty, ticks
from labs.kit.picture.canvas import Canvas
from labs.kit.picture.drawing import number
from labs.kit.picture.frame import shared_rows, shared_top
from labs.kit.picture.words import width


class Charts(Canvas):
    """What a run did, over its time."""

    def chart(
        self, name: str, x: float, y: float, w: float, h: float, series: Mapping[str, Points],
        *, top: float | None = None, unit: str = "", colours: Sequence[str] = ("ink", "data", "bad", "good"),
    ) -> None:  # fmt: skip
        """Lines over time, {name: [(t, value), …]}, each value holding until the next, with a playhead.

        Several lines differ in colour and dash; each is named at its end where there is room, else above the chart.
        """
        not_empty(name, series)
        highest = top or max([v for line in series.values() for _, v in line], default=1) or 1
        self.tops[name] = highest
        top = shared_top(name, highest)
        axes = Axes(x, y + 4, w, h - 4, 0, self.end, 0, top)
        self.line(f"{name}-axis", x, y + h, x + w, y + h)
        for i, v in enumerate((0, top)):
            self.text(
                f"{name}-value{i}", x - 6, axes.up(v) + 4, f"{number(v)}{unit}", size=12, align="end", ink="muted"
            )
        ends = {}
        for i, (label, line) in enumerate(series.items()):
            points: list[tuple[float, float]] = []
            for (t, v), (t2, _) in zip(line, [*line[1:], (self.lasts, 0.0)], strict=True):
                points += [(axes.across(t), axes.up(v)), (axes.across(min(t2, self.end)), axes.up(v))]
            self.path(f"{name}-line{i}", points, stroke=colours[i % len(colours)], dash=DASHES[i % len(DASHES)])
            ends[label] = points[-1]
        named = self._ends_to_name(ends, x, w) if len(series) > 1 else set()
        self._legend(name, x, y, w, series, colours, named)
        self._time_axis(name, x, y + h, w)
        self._playhead(name, x, y, w, h)
        for i, (label, (right, level)) in enumerate(ends.items()):
            if label in named:
                long = width(label, 12)
                place = right + 4 if right + 4 + long <= self.width else right - long - 6
                self.text(f"{name}-end{i}", place, level - 4, label, size=12, halo=True)

    def _ends_to_name(self, ends: Mapping[str, tuple[float, float]], x: float, w: float) -> set[str]:
        """The lines that can be named at their end: the name is short, and no other line ends there."""
        levels = {label: level for label, (_, level) in ends.items()}
        return {
            label
            for label, level in levels.items()
            if width(label, 12) <= max(w / 5, self.width - x - w - 5)
            and all(abs(level - other) >= LINE_GAP for name, other in levels.items() if name != label)
        }

    def _legend(
        self, name: str, x: float, y: float, w: float, series: Mapping[str, Points], colours: Sequence[str],
        named: set[str],
    ) -> None:  # fmt: skip
        """What the lines are, above the chart: a stretch of each with its name, but for those named at their end."""
        for i, label in enumerate(series):
            left = x + i * w / len(series)
            if label in named:
                continue
            self.text(f"{name}-name{i}", left + (18 if len(series) > 1 else 8), y - 6, label, size=12, ink="muted")
            if len(series) > 1:
                self.line(f"{name}-key{i}", left - 8, y - 10, left + 14, y - 10, stroke=colours[i % len(colours)],
                          width=2.4, dash=DASHES[i % len(DASHES)])  # fmt: skip

    def lanes(
        self, name: str, x: float, y: float, w: float, row: float,
        rows: Mapping[str, Sequence[tuple[float, float, str, str]]],
    ) -> None:  # fmt: skip
        """A lane for each name, with its stretches of time [(start, end, label, fill), …], and a playhead."""
        self.rows[name] = list(rows)
        rows = shared_rows(name, rows)
        for i, (label, stretches) in enumerate(rows.items()):
            top = y + i * row
            self.text(f"{name}-{i}", x - 8, top + row / 2 + 4, label, size=13, align="end")
            for j, (start, stop, word, fill) in enumerate(stretches):
                left, length = x + w * start / self.end, w * (min(stop, self.end) - start) / self.end
                fits = width(word, 12) < length
                self.box(f"{name}-{i}-{j}", left, top + 2, length, row - 4, label=word if fits else "", fill=fill,
                         size=12, radius=2, width=0.8)  # fmt: skip
        self._time_axis(name, x, y + row * len(rows), w)
        self._playhead(name, x, y, w, row * len(rows))

    def _playhead(self, name: str, x: float, y: float, w: float, h: float) -> None:
        """A veil over what has not happened yet, and a line at its edge: two parts that move with the time."""
        self.box(f"{name}-veil", x, y, w, h, fill="page", stroke="none", opacity=0.82, radius=0)
        self.key(0, f"{name}-veil", over=self.end, x=x + w, w=0.0)
        self.line(f"{name}-now", x, y - 4, x, y + h + 4, stroke="ink", width=1.6)
        self.key(0, f"{name}-now", over=self.end, x=x + w)

    def _time_axis(self, name: str, x: float, y: float, w: float) -> None:
        for i, t in enumerate(ticks(self.end)):
            place = x + w * t / self.end
            self.line(f"{name}-tick{i}", place, y, place, y + 4)
            label = number(t) + (" s" if self.unit == "s" else "")
            self.text(f"{name}-time{i}", place, y + 17, label, size=12, align="middle", ink="muted")
