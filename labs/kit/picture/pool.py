"""A pool of chips: many small labelled boxes that lie in trays, and move from tray to tray as a run goes on.

chips = Pool(scene, over=0.5)
chips.tray("queue", 180, 60, 220, back=True, room=8)      # fills from its right end; more are counted: +3
chips.tray("server", 420, 60, 60)
chips.put(1.0, 17, "queue", start="proxy")                # chip 17 comes from the part "proxy"
chips.put(2.0, 17, "server", fill="warn")                 # … and moves on; the queue closes up behind it
chips.take(3.0, 17, fill="good")                          # done: it goes, and its box serves another chip
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from labs.kit.picture.scene import Scene


@dataclass
class _Tray:
    x: float
    y: float
    w: float
    h: float
    step: float
    back: bool
    room: int
    order: Callable[[Any], Any] | None
    chips: list[Hashable] = field(default_factory=list)


class Pool:
    """Chips of `w` by `h` on a scene; each move takes `over` seconds. `name` tells pools of one scene apart."""

    def __init__(
        self, scene: Scene, *, w: float = 28, h: float = 22, over: float = 0.5, name: str = "chip", size: float = 13,
        radius: float = 6,
    ) -> None:  # fmt: skip
        self.scene, self.w, self.h, self.over, self.name = scene, w, h, over, name
        self.size, self.radius = size, radius
        self._trays: dict[str, _Tray] = {}
        self._boxes: dict[Hashable, str] = {}  # a chip that is seen → its box
        self._looks: dict[Hashable, dict[str, Any]] = {}  # a chip → its label, fill … as last said
        self._free: list[tuple[float, str]] = []  # boxes that nobody needs any more, and since when
        self._places: dict[str, tuple[float, float]] = {}  # where each box is, or is on its way to
        self._counted: set[Hashable] = set()  # chips for which their tray has no room
        self._made, self._now = 0, 0.0

    def tray(
        self, name: str, x: float, y: float, w: float, h: float = 0, *, gap: float = 4, step: float = 0,
        back: bool = False, room: int = 0, order: Callable[[Any], Any] | None = None,
    ) -> None:  # fmt: skip
        """A place for chips, in rows from its top left corner (`back`: from its right end), with no outline of its own.

        With a height `h` the rows move together where they must. `step` is from chip to chip, if not their width and
        `gap`. More than `room` are counted, at the end: "+3". `order` sorts the chips; else they lie as they came.
        """
        self._trays[name] = _Tray(x, y, w, h, step or self.w + gap, back, room, order)
        if room:
            per_row = max(1, int((w - self.w) // (step or self.w + gap)) + 1)
            end = x - 4 if back else x + min(room, per_row) * (step or self.w + gap)
            self.scene.text(f"{self.name}-{name}-more", end, y + self.h / 2 + 4, "", size=12, ink="muted",
                            align="end" if back else "start")  # fmt: skip

    def where(self, chip: Hashable) -> str:
        """The tray that a chip lies in; "" if in none."""
        return next((name for name, tray in self._trays.items() if chip in tray.chips), "")

    def inside(self, tray: str) -> list[Hashable]:
        """The chips of a tray, in their order."""
        return list(self._tray(tray).chips)

    def box(self, chip: Hashable) -> str:
        """The name of a chip's box, to key it; "" while it is only counted."""
        return self._boxes.get(chip, "")

    def put(
        self, t: float, chip: Hashable, tray: str, *, label: str = "", fill: str = "", start: str = "", over: float = -1
    ) -> None:
        """From `t` on a chip is on its way to a tray: a new one appears there, or comes from the part `start`."""
        goal, before = self._tray(tray), self.where(chip)
        self._in_order(t, chip)
        look = self._looks.setdefault(chip, {"label": str(chip), "fill": "data"})
        look.update({k: v for k, v in (("label", label), ("fill", fill)) if v})
        if before and before != tray:
            self._trays[before].chips.remove(chip)
        if before != tray:
            goal.chips.append(chip)
        if goal.order:
            goal.chips.sort(key=goal.order)
        if box := self._boxes.get(chip):
            self.scene.key(t, box, **look)
        for name in dict.fromkeys((before or tray, tray)):
            self._arrange(t, self._trays[name], name, {chip: start} if start else {}, self.over if over < 0 else over)

    def look(self, t: float, chip: Hashable, **look: Any) -> None:
        """Change a chip's label, fill, stroke or dash, wherever it lies."""
        self._looks.setdefault(chip, {"label": str(chip), "fill": "data"}).update(look)
        if box := self._boxes.get(chip):
            self.scene.key(t, box, **look)

    def take(self, t: float, chip: Hashable, *, fill: str = "", over: float = -1) -> None:
        """A chip is done with: it is seen for `over` seconds more, in its last fill, and goes; the others close up."""
        name, over = self.where(chip), self.over if over < 0 else over
        self._in_order(t, chip)
        self._looks.pop(chip, None)
        self._counted.discard(chip)
        if box := self._boxes.pop(chip, ""):
            if fill:
                self.scene.key(t, box, fill=fill)
            self.scene._key(t + over, box, 0, {"opacity": 0})
            self._free.append((t + over, box))
        if name:
            self._trays[name].chips.remove(chip)
            self._arrange(t, self._trays[name], name, {}, self.over)

    # ---- where they lie --------------------------------------------------------------------------------------

    def _in_order(self, t: float, chip: Hashable) -> None:
        if t < self._now:
            raise ValueError(f"chip {chip!r} moves at {t} s, after something did at {self._now} s: give them in order")
        self._now = t

    def _tray(self, name: str) -> _Tray:
        if name not in self._trays:
            raise ValueError(f"the pool has no tray {name!r}, only {', '.join(self._trays) or 'none'}")
        return self._trays[name]

    def _arrange(self, t: float, tray: _Tray, name: str, starts: dict[Hashable, str], over: float) -> None:
        """Send each chip of a tray to its place, as far as there is room."""
        seen = tray.chips[: tray.room] if tray.room else tray.chips
        places = list(self._places_of(tray, len(seen)))[: len(seen)]
        for chip, (x, y) in zip(seen, places, strict=True):
            new = chip not in self._boxes
            if new:
                first = _next(places) if chip in self._counted else (x, y)
                self._appear(t, chip, starts.get(chip, ""), *first)
            box = self._boxes[chip]
            if new or self._places[box] != (x, y):
                self._places[box] = x, y
                self.scene._key(t, box, over, {"x": x, "y": y})
        self._counted.difference_update(seen)
        self._counted.update(tray.chips[len(seen) :])
        for chip in tray.chips[len(seen) :]:
            if box := self._boxes.pop(chip, ""):
                self.scene.key(t, box, opacity=0)
                self._free.append((t, box))
        if tray.room:
            more = len(tray.chips) - len(seen)
            self.scene.key(t, f"{self.name}-{name}-more", label=f"+{more}" if more else "")

    def _places_of(self, tray: _Tray, count: int) -> Iterator[tuple[float, float]]:
        """Where so many chips lie, one after another."""
        per_row = max(1, int((tray.w - self.w) // tray.step) + 1)
        rows = -(-count // per_row)
        down = self.h + 2
        if tray.h and rows > 1:
            down = min(down, (tray.h - self.h) / (rows - 1))
        left, step = (tray.x + tray.w - self.w, -tray.step) if tray.back else (tray.x, tray.step)
        for row in range(rows):
            y = tray.y + row * down
            for i in range(per_row):
                yield left + i * step, y

    def _appear(self, t: float, chip: Hashable, start: str, x: float, y: float) -> None:
        """A box for a chip, a used one where there is one: at its place, or in the middle of the part it comes from."""
        if start:
            x, y = self.scene.middle(start, t)
            x, y = x - self.w / 2, y - self.h / 2
        look = self._looks[chip]
        box = next((box for since, box in self._free if since <= t), "")
        if box:
            self._free = [(since, other) for since, other in self._free if other != box]
            self.scene.key(t, box, x=x, y=y, **look)
        else:
            box = f"{self.name}-{self._made}"
            self._made += 1
            self.scene.box(box, x, y, self.w, self.h, size=self.size, radius=self.radius, opacity=0, **look)
        self.scene.key(t, box, opacity=1)
        self._places[box] = x, y
        self._boxes[chip] = box


def _next(places: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Where a chip comes from that was only counted until now: one place on, so that it closes up with the others."""
    (x1, y1), (x2, y2) = places[-2:] if len(places) > 1 else (places[-1], places[-1])
    return (2 * x2 - x1, y2) if y1 == y2 else (x2, y2)
