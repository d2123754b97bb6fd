"""A scene: parts drawn once, and what becomes of them in time. A few words are enough to tell a run:

    scene = Scene(560, 200, end=10, title="Two messages")
    scene.box("a", 20, 60, 120, 60, label="producer")
    scene.box("b", 420, 60, 120, 60, label="consumer")
    scene.send(2, "a", "b", label="m1")           # a dot travels from part to part
    scene.key(3, "b", over=0.5, fill="good")      # from 3 s on, within half a second
    scene.say(3, "The consumer has it.", still=True)

`scene.live()` is what the player in the browser is sent; `scene.svg(t)` is the same picture at a moment, and
`storyboard` a still of several moments with their captions. Lengths are in SVG units, times in seconds of the run.
"""

from __future__ import annotations

import textwrap
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import count
from typing import Any

from labs.kit.frame import common_rows, common_top
from labs.kit.palette import paint

Value = float | str
Key = tuple[float, float, Value, Value]  # at t, within `over` seconds, from, to

_NUMBERS = {"x", "y", "w", "h", "opacity", "width"}
_PAINTS = {"fill", "stroke", "ink"}
_WORDS = {"label", "dash"}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_HATCH = (
    '<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="7" height="7" fill="{panel}"/><rect width="2.5" height="7" fill="{line}"/></pattern></defs>'
)


class Scene:
    """A picture of `width` by `height` that lasts from 0 to `end` seconds.

    What a caption tells has come to rest `settle` seconds later: there a step stops, and a still is taken. A clock
    that counts something else than seconds says what in `unit`, say "step".
    """

    def __init__(self, width: float, height: float, *, end: float, title: str, settle: float = 0, unit: str = "s"):
        if end <= 0:
            raise ValueError(f"a scene must last longer than 0 s, not {end}")
        self.width, self.height, self.end, self.title = width, height, end, title
        self.settle, self.unit = settle, unit
        self.says: list[tuple[float, str]] = []
        self.stills: list[float] = []
        self._messages = 0
        self._parts: dict[str, dict[str, Any]] = {}  # in the order in which they are painted
        self._tracks: dict[tuple[str, str], list[Key]] = {}

    # ---- parts -----------------------------------------------------------------------------------------------

    def box(
        self, name: str, x: float, y: float, w: float, h: float, *, label: str = "", fill: str = "panel",
        stroke: str = "line", ink: str = "", size: float = 14, radius: float = 6, opacity: float = 1,
        dash: str = "", width: float = 1.2, align: str = "middle", weight: str = "normal",
    ) -> None:  # fmt: skip
        """A rectangle with its top left corner at (x, y) and a label in its middle (or at its "start")."""
        ink = ink or ("ink" if fill in ("panel", "page", "none", "faint") else "chip-ink")
        self._add(name, kind="box", x=x, y=y, w=w, h=h, label=label, fill=fill, stroke=stroke, ink=ink, size=size,
                  radius=radius, opacity=opacity, dash=dash, width=width, align=align, weight=weight)  # fmt: skip

    def text(
        self, name: str, x: float, y: float, label: str, *, size: float = 14, align: str = "start",
        ink: str = "ink", weight: str = "normal", opacity: float = 1,
    ) -> None:  # fmt: skip
        """A line of text whose baseline starts (or has its middle or end) at (x, y)."""
        self._add(name, kind="text", x=x, y=y, label=label, size=size, align=align, ink=ink, weight=weight,
                  opacity=opacity)  # fmt: skip

    def line(
        self, name: str, x1: float, y1: float, x2: float, y2: float, *, stroke: str = "line", width: float = 1.2,
        dash: str = "", opacity: float = 1,
    ) -> None:  # fmt: skip
        """A line from (x1, y1) to (x2, y2); its `x` and `y` can be moved, its shape cannot."""
        self._add(name, kind="line", x=x1, y=y1, w=x2 - x1, h=y2 - y1, stroke=stroke, width=width, dash=dash,
                  opacity=opacity)  # fmt: skip

    def path(
        self, name: str, points: Sequence[tuple[float, float]], *, stroke: str = "ink", width: float = 1.8
    ) -> None:
        """A line through all the points."""
        self._add(name, kind="path", x=0, y=0, d="M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points), stroke=stroke,
                  width=width, opacity=1, dash="")  # fmt: skip

    def _add(self, name: str, **attributes: Any) -> None:
        if name in self._parts:
            raise ValueError(f"the scene has a part {name!r} already: give every part a name of its own")
        for key in _PAINTS & attributes.keys():
            paint(attributes[key], live=False)  # an unknown colour is found out here, where the author is
        self._parts[name] = attributes

    # ---- time ------------------------------------------------------------------------------------------------

    def key(self, t: float, name: str, *, over: float = 0, **attributes: Value) -> None:
        """From `t` on, within `over` seconds, a part's attributes become these: x, y, w, h, opacity, fill, label …

        Keys of one part and attribute are given in the order of time. Numbers glide, colours and words change at once.
        """
        if name not in self._parts:
            raise ValueError(f"the scene has no part {name!r} to change at {t} s")
        for attribute, value in attributes.items():
            fixed = {"w", "h"} if self._parts[name]["kind"] == "line" else set()
            if attribute not in self._parts[name].keys() - fixed or attribute not in _NUMBERS | _PAINTS | _WORDS:
                raise ValueError(f"part {name!r} ({self._parts[name]['kind']}) has no {attribute!r} that can change")
            if attribute in _PAINTS:
                paint(str(value), live=False)
            track = self._tracks.setdefault((name, attribute), [])
            if track and t < track[-1][0]:
                raise ValueError(
                    f"{name}.{attribute}: a key at {t} s after one at {track[-1][0]} s: give them in order"
                )
            before = _at(track, t) if track else self._parts[name][attribute]
            if before != value:
                track.append((t, over if attribute in _NUMBERS else 0, before, value))

    def send(
        self, t: float, start: str, goal: str, *, label: str = "", over: float = 1.0, fill: str = "data",
        lost: bool = False,
    ) -> str:  # fmt: skip
        """A message travels from part to part within `over` seconds, and is gone; a lost one fades half-way."""
        self._messages += 1
        name = f"message-{self._messages}"
        w, h = (max(16.0, 7.2 * len(label) + 12), 20.0) if label else (12.0, 12.0)
        (x1, y1), (x2, y2) = self._middle(start, t), self._middle(goal, t + over)
        if lost:
            x2, y2 = (x1 + x2) / 2, (y1 + y2) / 2
        self.box(name, x1 - w / 2, y1 - h / 2, w, h, label=label, fill=fill, radius=h / 2, size=12, opacity=0)
        self.key(t, name, opacity=1)
        self.key(t, name, over=over, x=x2 - w / 2, y=y2 - h / 2)
        self.key(t + over, name, over=over / 4 if lost else 0, opacity=0)
        return name

    def say(self, t: float, caption: str, *, still: bool = False) -> None:
        """From `t` on the caption reads so; `still` puts this moment into the storyboard."""
        if self.says and t < self.says[-1][0]:
            raise ValueError(f"a caption at {t} s after one at {self.says[-1][0]} s: give them in order")
        if self.says and self.says[-1][0] == t:  # two things at one moment are one caption
            self.says[-1] = (t, f"{self.says[-1][1]} {caption}")
        else:
            self.says.append((t, caption))
        if still and t not in self.stills:
            self.stills.append(t)

    # ---- charts ----------------------------------------------------------------------------------------------

    def _playhead(self, name: str, x: float, y: float, w: float, h: float) -> None:
        """A veil over what has not happened yet, and a line at its edge: two parts that move with the time."""
        self.box(f"{name}-veil", x, y, w, h, fill="page", stroke="none", opacity=0.82, radius=0)
        self.key(0, f"{name}-veil", over=self.end, x=x + w, w=0.0)
        self.line(f"{name}-now", x, y - 4, x, y + h + 4, stroke="ink", width=1.6)
        self.key(0, f"{name}-now", over=self.end, x=x + w)

    def _time_axis(self, name: str, x: float, y: float, w: float) -> None:
        for i, t in enumerate(_ticks(self.end)):
            place = x + w * t / self.end
            self.line(f"{name}-tick{i}", place, y, place, y + 4)
            label = _n(t) + (" s" if self.unit == "s" else "")
            self.text(f"{name}-time{i}", place, y + 17, label, size=12, align="middle", ink="muted")

    def chart(
        self, name: str, x: float, y: float, w: float, h: float, series: Mapping[str, Sequence[tuple[float, float]]],
        *, top: float | None = None, unit: str = "", colours: Sequence[str] = ("ink", "data", "bad", "good"),
    ) -> None:  # fmt: skip
        """Lines over time, {name: [(t, value), …]}, each value holding until the next, with a playhead."""
        top = common_top(name, top or max([v for line in series.values() for _, v in line], default=1) or 1)
        self.line(f"{name}-axis", x, y + h, x + w, y + h)
        for i, v in enumerate((0, top)):
            self.text(f"{name}-value{i}", x - 6, y + h - (h - 4) * v / top + 4, f"{_n(v)}{unit}", size=12, align="end",
                      ink="muted")  # fmt: skip
        for i, (label, line) in enumerate(series.items()):
            colour, points = colours[i % len(colours)], []
            for (t, v), (t2, _) in zip(line, [*line[1:], (self.end, 0.0)], strict=True):
                level = y + h - (h - 4) * v / top
                points += [(x + w * t / self.end, level), (x + w * min(t2, self.end) / self.end, level)]
            self.path(f"{name}-line{i}", points, stroke=colour)
            self.text(f"{name}-name{i}", x + 8 + i * w / len(series), y - 6, label, size=12, ink="muted")
            if len(series) > 1:
                self.line(f"{name}-key{i}", x - 10 + i * w / len(series), y - 10, x + 4 + i * w / len(series), y - 10,
                          stroke=colour, width=3)  # fmt: skip
        self._time_axis(name, x, y + h, w)
        self._playhead(name, x, y, w, h)

    def lanes(
        self, name: str, x: float, y: float, w: float, row: float,
        rows: Mapping[str, Sequence[tuple[float, float, str, str]]],
    ) -> None:  # fmt: skip
        """A lane for each name, with its stretches of time [(start, end, label, fill), …], and a playhead."""
        rows = common_rows(name, rows)
        for i, (label, stretches) in enumerate(rows.items()):
            top = y + i * row
            self.text(f"{name}-{i}", x - 8, top + row / 2 + 4, label, size=13, align="end")
            for j, (start, stop, word, fill) in enumerate(stretches):
                left, length = x + w * start / self.end, w * (min(stop, self.end) - start) / self.end
                fits = len(word) * 8 < length
                self.box(f"{name}-{i}-{j}", left, top + 2, length, row - 4, label=word if fits else "", fill=fill,
                         stroke="page", size=12, radius=2, width=0.8)  # fmt: skip
        self._time_axis(name, x, y + row * len(rows), w)
        self._playhead(name, x, y, w, row * len(rows))

    # ---- pictures --------------------------------------------------------------------------------------------

    def value(self, name: str, attribute: str, t: float) -> Value:
        """What a part's attribute is at `t`."""
        track = self._tracks.get((name, attribute))
        return _at(track, t) if track else self._parts[name][attribute]

    def caption(self, t: float) -> str:
        """The caption that stands at `t`."""
        place = bisect_right(self.says, t, key=lambda said: said[0])
        return self.says[place - 1][1] if place else ""

    def rest(self, t: float) -> float:
        """When that which the caption of `t` tells has come to rest, or the next caption comes."""
        later = next((said for said, _ in self.says if said > t), self.end)
        return min(t + self.settle, t + 0.95 * (later - t))

    def moment(self, t: float) -> str:
        """How a moment is told: 4.0 s, or step 4."""
        return f"{t:.1f} s" if self.unit == "s" else f"{self.unit} {t:g}"

    def svg(self, t: float = 0.0, *, live: bool = False) -> str:
        """The picture at `t` as SVG: `live` for the player (named parts, theme variables), else to stand alone."""
        body = "".join(self._draw(name, part, t, live) for name, part in self._parts.items())
        hatch = _HATCH.format(panel=paint("panel", live), line=paint("line", live))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(self.width)} {_n(self.height)}" '
            f'font-family="{escape(FONT)}" role="img" aria-label="{escape(self.title)}">{hatch}{body}</svg>'
        )

    def live(self) -> dict[str, Any]:
        """What the player needs: the picture at 0, the tracks [part, attribute, [[t, over, from, to], …]], captions."""
        tracks = [
            [name, attribute, [[round(t, 3), round(over, 3), _send(attribute, a), _send(attribute, b)]
                               for t, over, a, b in keys]]
            for (name, attribute), keys in self._tracks.items() if keys
        ]  # fmt: skip
        says = [[round(t, 3), caption, round(self.rest(t), 3)] for t, caption in self.says]
        return {
            "title": self.title,
            "unit": self.unit,
            "svg": self.svg(live=True),
            "end": self.end,
            "tracks": tracks,
            "says": says,
        }

    def _draw(self, name: str, part: Mapping[str, Any], t: float, live: bool) -> str:
        now: dict[str, Any] = {attribute: self.value(name, attribute, t) for attribute in part}
        if not live and now["opacity"] == 0:
            return ""
        mark = f' data-part="{escape(name)}"' if live else ""
        seen = f' opacity="{_n(now["opacity"])}"' if now["opacity"] != 1 else ""
        move = f'<g{mark} transform="translate({_n(now["x"])} {_n(now["y"])})"{seen}>'
        stroke = (
            f'stroke="{paint(now["stroke"], live)}" stroke-width="{_n(now["width"])}"'
            + (f' stroke-dasharray="{escape(now["dash"])}"' if now["dash"] else "")
            if "stroke" in now
            else ""
        )
        if part["kind"] == "line":
            return f'{move}<line class="s" x2="{_n(now["w"])}" y2="{_n(now["h"])}" {stroke}/></g>'
        if part["kind"] == "path":
            return f'{move}<path class="s" d="{part["d"]}" fill="none" {stroke}/></g>'
        word = escape(str(now["label"]))
        style = f'font-size="{_n(part["size"])}" fill="{paint(now["ink"], live)}"' + (
            f' font-weight="{escape(part["weight"])}"' if part["weight"] != "normal" else ""
        )
        anchor = f' text-anchor="{escape(part["align"])}"' if part["align"] != "start" else ""
        if part["kind"] == "text":
            return f'{move}<text class="l"{anchor} {style}>{word}</text></g>'
        x = now["w"] / 2 if part["align"] == "middle" else 8
        label = (
            f'<text class="l" x="{_n(x)}" y="{_n(now["h"] / 2 + part["size"] * 0.35)}"{anchor} {style}>{word}</text>'
        )
        return (
            f'{move}<rect class="s" width="{_n(max(0, now["w"]))}" height="{_n(max(0, now["h"]))}" '
            f'rx="{_n(part["radius"])}" fill="{paint(now["fill"], live)}" {stroke}/>'
            f"{label if live or word else ''}</g>"
        )

    def _middle(self, name: str, t: float) -> tuple[float, float]:
        if name not in self._parts:
            raise ValueError(f"a message cannot start or end at {name!r}: the scene has no such part")
        here = self._parts[name]
        w, h = (float(here.get(side, 0)) / 2 for side in "wh")
        return float(self.value(name, "x", t)) + w, float(self.value(name, "y", t)) + h


def storyboard(columns: Iterable[tuple[str, Scene]], moments: Sequence[float] | None = None) -> tuple[str, str]:
    """A still of several moments, a column for each named scene: (SVG that stands alone, its text for a reader).

    The moments are those of `say(…, still=True)`, else the first, the middle and the last caption.
    """
    gap, out, words = 16.0, [], []
    x = bottom = gap
    for name, scene in columns:
        y, column = gap, x
        if name:
            out.append(_still_text(column, y + 14, [name], weight="bold", size=16))
            y += 28
        for t in moments or scene.stills or _three(scene):
            frame = f'<svg x="{_n(column)}" y="{_n(y)}" width="{_n(scene.width)}" height="{_n(scene.height)}" '
            picture = scene.svg(scene.rest(t)).replace("<svg ", frame, 1)
            out.append(picture)
            y += scene.height + 18
            caption = f"{scene.moment(t)} · {scene.caption(t)}"
            lines = textwrap.wrap(caption, int(scene.width / 7.3)) or [""]
            out.append(_still_text(column, y, lines))
            words.append(f"{name + ': ' if name else ''}{caption}")
            y += 19 * len(lines) + 14
        x, bottom = column + scene.width + gap, max(bottom, y)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(x)} {_n(bottom)}" width="{_n(x)}" '
        f'height="{_n(bottom)}" font-family="{escape(FONT)}">'
        f'<rect width="{_n(x)}" height="{_n(bottom)}" rx="8" fill="{paint("page", False)}"/>{"".join(out)}</svg>'
    )
    return svg, "\n".join(words)


def _still_text(x: float, y: float, lines: Sequence[str], *, size: float = 14, weight: str = "normal") -> str:
    spans = "".join(f'<tspan x="{_n(x)}" dy="{0 if i == 0 else 19}">{escape(s)}</tspan>' for i, s in enumerate(lines))
    return (
        f'<text y="{_n(y)}" font-size="{_n(size)}" font-weight="{weight}" fill="{paint("ink", False)}">{spans}</text>'
    )


def _three(scene: Scene) -> list[float]:
    times = [t for t, _ in scene.says] or [0.0, scene.end]
    return sorted({times[0], times[len(times) // 2], times[-1]})


def _at(track: Sequence[Key], t: float) -> Value:
    """The value of a track at `t`: the browser's player computes the same."""
    place = bisect_right(track, t, key=lambda key: key[0])
    if place == 0:
        return track[0][2]
    start, over, before, after = track[place - 1]
    if t >= start + over:
        return after
    return float(before) + (float(after) - float(before)) * (t - start) / over


def _send(attribute: str, value: Value) -> Value:
    if attribute in _PAINTS:
        return paint(str(value), live=True)
    return round(float(value), 2) if attribute in _NUMBERS else value


def _ticks(end: float) -> list[float]:
    """Round moments for a time axis, five to eight of them."""
    steps = (s * 10.0**power for power in count(-3) for s in (1, 2, 5))
    step = next(step for step in steps if end / step <= 7)
    return [i * step for i in range(int(end / step + 1e-9) + 1)]


def _n(value: Any) -> str:
    """A number for SVG: at most two decimals, none where there are none, the same text everywhere."""
    text = f"{float(value):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
