"""Parts that are drawn once, and what becomes of them in time: the ground on which the other words of a scene stand.

Lengths are in SVG units, times in seconds of the run. A part has a name and attributes; `key` changes them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import atan2, degrees, isfinite
from typing import Any

from labs.kit.picture import drawing
from labs.kit.picture.drawing import number
from labs.kit.picture.frame import shared_end
from labs.kit.picture.palette import FADED, legible, token
from labs.kit.picture.words import fit, width

Value = float | str
Key = tuple[float, float, Value, Value]  # at t, within `over` seconds, from, to
Changes = Mapping[str, Mapping[str, Value]]  # part → attribute → value

# What can change, and the letter under which the player is told; numbers with the decimals that are sent.
NUMBERS = {"x": 1, "y": 1, "w": 1, "h": 1, "opacity": 2, "width": 1, "size": 1, "start": 4, "stop": 4, "at": 4}
PAINTS, WORDS = ("fill", "stroke", "ink"), ("label", "dash", "tip")
CODES = dict(zip((*NUMBERS, *PAINTS, *WORDS), "xywhobzuvafsildt", strict=True))
PADDING = 8.0  # that words which wrap keep from the sides of their box, both together


class Canvas:
    """See Scene, which is a Canvas that speaks, charts and sends messages."""

    def __init__(self, width: float, height: float, *, end: float, title: str, settle: float = 0, unit: str = "s"):
        if not end > 0 or not isfinite(end):
            raise ValueError(f"a scene must last longer than 0 s, not {end}")
        self.lasts = end  # of this run alone; `end` is that of the longest beside it
        self.width, self.height, self.end = width, height, shared_end(end)
        self.title, self.settle, self.unit = title, settle, unit
        self.tops: dict[str, float] = {}  # chart -> its top, and lanes -> their rows, as this picture needs them alone
        self.rows: dict[str, list[str]] = {}
        self._parts: dict[str, dict[str, Any]] = {}  # in the order in which they are painted
        self._tracks: dict[str, dict[str, list[Key]]] = {}  # part → attribute → keys
        self._virtual: dict[tuple[str, str], Callable[[float], Changes]] = {}

    # ---- parts -----------------------------------------------------------------------------------------------

    def box(
        self, name: str, x: float, y: float, w: float, h: float, *, label: str = "", fill: str = "panel",
        stroke: str = "line", ink: str = "", size: float = 14, radius: float = 6, opacity: float = 1,
        dash: str = "", width: float = 1.2, align: str = "middle", weight: str = "normal", wrap: bool = False,
        mono: bool = False, tip: str = "",
    ) -> None:  # fmt: skip
        """A rectangle with its top left corner at (x, y) and a label in its middle (or its "start", or its "top").

        With `wrap` the label breaks into lines, and gets smaller where it must; one that cannot fit is an error. `mono`
        is a fixed-width face. An opacity between 0 and 1 fades the fill (to 0.35 at most), never the words.
        """
        self._add(name, kind="box", x=x, y=y, w=w, h=h, label=label, fill=fill, stroke=stroke, ink=ink or "ink",
                  size=size, radius=radius, opacity=opacity, dash=dash, width=width, align=align, weight=weight,
                  wrap=wrap and size, mono=mono, tip=tip)  # fmt: skip

    def text(
        self, name: str, x: float, y: float, label: str, *, size: float = 14, align: str = "start",
        ink: str = "ink", weight: str = "normal", opacity: float = 1, mono: bool = False, halo: bool | str = False,
        tip: str = "",
    ) -> None:  # fmt: skip
        """Words whose baseline starts (or has its middle or "end") at (x, y).

        `halo` keeps a line behind them off; that of words just "above" a line is small enough not to cut into it.
        """
        self._add(name, kind="text", x=x, y=y, label=label, size=size, align=align, ink=ink, weight=weight,
                  opacity=opacity, mono=mono, halo="on" if halo is True else halo or "", tip=tip)  # fmt: skip

    def line(
        self, name: str, x1: float, y1: float, x2: float, y2: float, *, stroke: str = "line", width: float = 1.2,
        dash: str = "", opacity: float = 1, arrow: str = "", tip: str = "",
    ) -> None:  # fmt: skip
        """A line from (x1, y1) to (x2, y2), with an arrowhead at its "end", its "start" or "both".

        Its `x` and `y` move it; its `w` and `h`, the way from its start to its end, turn it or let it grow.
        """
        if arrow not in ("", "end", "start", "both"):
            raise ValueError(f"the arrow of line {name!r} is at its 'end', its 'start' or 'both', not at {arrow!r}")
        self._add(name, kind="line", x=x1, y=y1, w=x2 - x1, h=y2 - y1, stroke=stroke, width=width, dash=dash,
                  opacity=opacity, arrow=arrow, tip=tip)  # fmt: skip

    def path(
        self, name: str, points: Sequence[tuple[float, float]], *, stroke: str = "ink", width: float = 1.8,
        dash: str = "", fill: str = "none", closed: bool = False, arrow: bool = False, opacity: float = 1,
        tip: str = "",
    ) -> None:  # fmt: skip
        """A line through all the points; `closed` and with a `fill` it is an area, with `arrow` it points somewhere."""
        if not points or not all(isfinite(n) for point in points for n in point):
            raise ValueError(f"the points of path {name!r} must be numbers, and there must be some: {points!r:.80}")
        xs, ys = [x for x, _ in points], [y for _, y in points]
        steps = [(x, y) for i, (x, y) in enumerate(points) if not i or (x, y) != points[i - 1]]
        (x1, y1), (x2, y2) = (steps * 2)[-2:] if len(steps) == 1 else steps[-2:]
        self._add(name, kind="path", x=0, y=0, d="M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
                  + "Z" * closed, fill=fill, stroke=stroke, width=width, opacity=opacity, dash=dash, arrow=arrow,
                  tail=(x2, y2, degrees(atan2(y2 - y1, x2 - x1))), tip=tip,
                  middle=((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2))  # fmt: skip

    def _add(self, name: str, **attributes: Any) -> None:
        if name in self._parts:
            raise ValueError(f"the scene has a part {name!r} already: give every part a name of its own")
        for key in PAINTS:
            if key in attributes:
                token(attributes[key])  # an unknown colour is found out here, where the author is
        for key, value in attributes.items():
            if (key in NUMBERS or key in ("r", "band", "radius")) and not isfinite(value):
                raise ValueError(f"part {name!r}: {key} is {value}, which is no place and no size")
        if attributes.get("label") and attributes["kind"] == "box":
            attributes["opacity"] = _faded(attributes["opacity"])
        if attributes.get("wrap"):
            attributes["label"], attributes["size"] = _wrapped(attributes, attributes["label"])
        self._parts[name] = attributes

    # ---- time ------------------------------------------------------------------------------------------------

    def key(self, t: float, name: str, *, over: float = 0, **attributes: Value) -> None:
        """From `t` on, within `over` seconds, a part's attributes become these: x, y, w, h, opacity, fill, label …

        Keys of one part and attribute are given in the order of time. Numbers glide, colours and words change at once.
        What is under way when the scene ends is cut off there. A part that would only begin to change after the end
        is an error, since nobody would see it.
        """
        if t > self.end + 1e-9:
            if not self._tracks.get(name):
                raise ValueError(f"part {name!r} first changes at {t} s, after the scene's end at {self.end} s")
            return
        self._key(t, name, over, attributes)

    def _key(self, t: float, name: str, over: float, attributes: Mapping[str, Value]) -> None:
        if name not in self._parts:
            raise ValueError(f"the scene has no part {name!r} to change at {t} s")
        if not isfinite(t + over):
            raise ValueError(f"part {name!r} changes at {t} s within {over} s, which is no moment")
        part = self._parts[name]
        for attribute, value in attributes.items():
            if virtual := self._virtual.get((name, attribute)):
                for other, changes in virtual(float(value)).items():
                    self._key(t, other, over, changes)
                continue
            if attribute not in part or attribute not in CODES:
                raise ValueError(
                    f"part {name!r} ({part['kind']}) has no {attribute!r} that can change; it has "
                    + ", ".join([a for a in part if a in CODES] + [a for p, a in self._virtual if p == name])
                )
            if attribute in PAINTS:
                token(str(value))
            elif attribute in NUMBERS and not isfinite(float(value)):
                raise ValueError(f"part {name!r}: {attribute} becomes {value} at {t} s, which is no place and no size")
            if attribute == "opacity" and part["kind"] == "box" and self.value(name, "label", t):
                value = _faded(float(value))
            if attribute == "label" and part.get("wrap"):
                value, size = _wrapped(part, str(value))
                self._track(t, name, "size", 0, size)
            self._track(t, name, attribute, over if attribute in NUMBERS else 0, value)

    def _track(self, t: float, name: str, attribute: str, over: float, value: Value) -> None:
        track = self._tracks.setdefault(name, {}).setdefault(attribute, [])
        if not track:
            if self._parts[name][attribute] != value:
                track.append((t, over, self._parts[name][attribute], value))
            return
        since, within, _, now = track[-1]
        if not t >= since:
            raise ValueError(f"{name}.{attribute}: a key at {t} s after one at {since} s: give them in order")
        if t < since + within:  # still under way
            track.append((t, over, at(track, t), value))
        elif now != value:
            track.append((t, over, now, value))

    def has(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return name in self._parts

    def value(self, name: str, attribute: str, t: float) -> Value:
        """What a part's attribute is at `t`."""
        track = self._tracks.get(name, {}).get(attribute)
        return at(track, t) if track else self._parts[name][attribute]

    def middle(self, name: str, t: float) -> tuple[float, float]:
        """Where the middle of a part is at `t`."""
        if name not in self._parts:
            raise ValueError(f"a message cannot start or end at {name!r}: the scene has no such part")
        part = self._parts[name]
        x, y = float(self.value(name, "x", t)), float(self.value(name, "y", t))
        if part["kind"] == "path":
            dx, dy = part["middle"]
        elif part["kind"] in ("arc", "pin"):
            turn = (
                self.value(name, "at", t)
                if part["kind"] == "pin"
                else (float(self.value(name, "start", t)) + float(self.value(name, "stop", t))) / 2
            )
            dx, dy = drawing.round_at(part["r"], float(turn))
        elif part["kind"] == "text":
            wide = max(width(row, part["size"]) for row in str(self.value(name, "label", t)).split("\n"))
            dx, dy = {"start": wide / 2, "end": -wide / 2}.get(part["align"], 0.0), -part["size"] * 0.35
        else:
            dx, dy = (float(self.value(name, side, t)) / 2 for side in "wh")
        return x + dx, y + dy

    # ---- pictures --------------------------------------------------------------------------------------------

    def svg(self, t: float = 0.0, *, live: bool = False, ground: bool = False) -> str:
        """The picture at `t` as SVG: `live` for the player (named parts, theme variables), else to stand alone.

        With `ground` it has a size and a page of its own, so it can be shown on any background.
        """
        body = []
        for name, part in self._parts.items():
            tracks = self._tracks.get(name)
            now = {**part, **{attribute: at(keys, t) for attribute, keys in tracks.items() if keys}} if tracks else part
            body.append(drawing.draw(name, now, live, bool(tracks and tracks.get("label"))))
        return drawing.sheet(self.width, self.height, self.title, "".join(body), live=live, ground=ground)

    def tracks(self) -> list[list[Any]]:
        """What becomes of the parts, for the player: [number of the part, letter, value at first, then its keys …].

        A key is three items, t in ms, over in ms, to; where nothing glides it is two, t and to. What it comes from is
        what the key before has led to by then. See CODES for the letters.
        """
        out: list[list[Any]] = []
        for i, (name, part) in enumerate(self._parts.items()):
            tracks = self._tracks.get(name, {})
            if part["kind"] == "box" and (part["label"] or tracks.get("label")):
                tracks = {**tracks, "ink": self._inks(name)}
            for attribute, keys in tracks.items():
                if keys:
                    out.append([i, CODES[attribute], *_flat(attribute, keys)])
        return out

    def _inks(self, name: str) -> list[Key]:
        """Which ink the words of a box are written in over time: whatever is asked for, they can be read."""
        tracks = self._tracks.get(name, {})
        about = [tracks.get(attribute, []) for attribute in ("ink", "fill", "opacity")]
        keys: list[Key] = []
        before = legible(*(_after(name, self, a, -1.0) for a in ("ink", "fill", "opacity")))
        for t in sorted({key[0] for track in about for key in track}):
            after = legible(*(_after(name, self, a, t) for a in ("ink", "fill", "opacity")))
            if after != before:
                keys.append((t, 0, before, after))
                before = after
        return keys


def _after(name: str, canvas: Canvas, attribute: str, t: float) -> Any:
    """What an attribute is at `t`, or is on its way to."""
    track = canvas._tracks.get(name, {}).get(attribute)
    if not track:
        return canvas._parts[name][attribute]
    place = bisect_right(track, t, key=lambda key: key[0])
    return track[place - 1][3] if place else track[0][2]


def at(track: Sequence[Key], t: float) -> Value:
    """The value of a track at `t`: the browser's player computes the same."""
    place = bisect_right(track, t, key=lambda key: key[0])
    if place == 0:
        return track[0][2]
    start, over, before, after = track[place - 1]
    if t >= start + over:
        return after
    return float(before) + (float(after) - float(before)) * (t - start) / over


def _faded(opacity: float) -> float:
    return min(opacity, FADED) if opacity < 1 else opacity


def _wrapped(part: Mapping[str, Any], label: str) -> tuple[str, float]:
    return fit(
        label, part["w"] - PADDING, part["h"] - PADDING / 2, part["wrap"], mono=part["mono"], weight=part["weight"]
    )


def _flat(attribute: str, keys: Sequence[Key]) -> Iterator[Any]:
    if attribute in NUMBERS:
        digits = NUMBERS[attribute]
        yield _short(keys[0][2], digits)
        for t, over, _, after in keys:
            yield from (round(t * 1000), round(over * 1000), _short(after, digits))
    else:
        told = (lambda v: token(v, attribute == "stroke")) if attribute in PAINTS else str
        yield told(keys[0][2])
        for t, _, _, after in keys:
            yield from (round(t * 1000), told(after))


def _short(value: Value, digits: int) -> float:
    shorter = round(float(value), digits)
    return int(shorter) if shorter == int(shorter) else shorter
