"""Shapes that system design needs again and again: rings, rows of cells, growing logs, nested boxes, grids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labs.kit.picture.canvas import Canvas
from labs.kit.picture.palette import GROUNDS
from labs.kit.picture.words import fit


@dataclass
class _Log:
    x: float
    y: float
    w: float
    h: float
    room: int
    first: int
    used: int = 0


class Shapes(Canvas):
    """See each of them."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._rings: dict[str, tuple[float, float, float, float]] = {}
        self._logs: dict[str, _Log] = {}

    # ---- rings -----------------------------------------------------------------------------------------------

    def arc(
        self, name: str, x: float, y: float, r: float, start: float, stop: float, *, fill: str = "data",
        label: str = "", band: float = 16, stroke: str = "line", size: float = 12, opacity: float = 1, tip: str = "",
    ) -> None:  # fmt: skip
        """A stretch of a ring around (x, y), from `start` to `stop` in turns: 0 is at the top, 0.25 on the right.

        `start` and `stop` can be keyed. The label stands outside, at its middle.
        """
        self._add(name, kind="arc", x=x, y=y, r=r, band=band, start=start, stop=stop, fill=fill, label=label,
                  stroke=stroke, ink="ink", size=size, width=1.2, dash="", opacity=opacity, tip=tip)  # fmt: skip

    def ring(
        self, name: str, x: float, y: float, r: float, arcs: Sequence[tuple[float, float, str, str]] = (), *,
        band: float = 16,
    ) -> None:  # fmt: skip
        """A ring of arcs [(start, stop, fill, label), …], called "name-0", "name-1" …, on which pins can be put."""
        self._rings[name] = x, y, r, band
        self.arc(name, x, y, r, 0, 1, fill="panel", band=band)
        for i, (start, stop, fill, label) in enumerate(arcs):
            self.arc(f"{name}-{i}", x, y, r, start, stop, fill=fill, label=label, band=band)

    def pin(
        self, name: str, ring: str, at: float, *, label: str = "", fill: str = "data", radius: float = 6,
        inside: bool = False, size: float = 12, room: float = 110, opacity: float = 1, tip: str = "",
    ) -> None:  # fmt: skip
        """A point on a ring, `at` so many turns; `key(t, name, over=…, at=…)` moves it (on over the top, beyond 1).

        Its label stands beside it, outside or `inside`; a long one breaks into lines no wider than `room`.
        """
        if ring not in self._rings:
            raise ValueError(f"pin {name!r}: there is no ring {ring!r}, only {', '.join(self._rings) or 'none'}")
        x, y, r, band = self._rings[ring]
        words, size = fit(label, room, 4 * size * 1.2, size)
        self._add(name, kind="pin", x=x, y=y, r=r, band=band, at=at, label=words, fill=fill, radius=radius,
                  inside=inside, stroke="chip-ink", ink="ink", size=size, width=1.2, dash="", opacity=opacity,
                  tip=tip)  # fmt: skip

    # ---- rows of cells ---------------------------------------------------------------------------------------

    def cells(
        self, name: str, x: float, y: float, words: Sequence[str], *, w: float = 26, h: float = 24, across: int = 0,
        gap: float = 2, fill: str = "data", mono: bool = True, size: float = 13, opacity: float = 1,
    ) -> list[str]:  # fmt: skip
        """A row of small boxes with a word in each (bytes, bits, slots), `across` in a line; "name0", "name1" …"""
        names = [f"{name}{i}" for i in range(len(words))]
        per_line = across or max(1, len(words))
        for i, (part, word) in enumerate(zip(names, words, strict=True)):
            self.box(part, x + i % per_line * (w + gap), y + i // per_line * (h + gap), w, h, label=word, fill=fill,
                     mono=mono, size=size, radius=2, width=0.8, opacity=opacity)  # fmt: skip
        return names

    def log(
        self, name: str, x: float, y: float, room: int, *, w: float = 40, h: float = 28, first: int = 0, label: str = ""
    ) -> None:
        """An empty log with room for so many cells; `append` lets it grow. Under each cell stands its number."""
        self._logs[name] = _Log(x, y, w, h, room, first)
        self.box(name, x - 2, y - 2, room * w + 4, h + 4, fill="none", dash="3 3", radius=4)
        if label:
            self.text(f"{name}-label", x - 8, y + h / 2 + 5, label, size=13, align="end")

    def append(
        self, t: float, log: str, label: str, *, fill: str = "data", over: float = 0.3, size: float = 13, tip: str = ""
    ) -> str:
        """From `t` on the log is one cell longer: returns the cell's name, "log-0" for the first."""
        if log not in self._logs:
            raise ValueError(f"there is no log {log!r} to append to, only {', '.join(self._logs) or 'none'}")
        grown = self._logs[log]
        if grown.used == grown.room:
            raise ValueError(f"log {log!r} is full at {t} s: it has room for {grown.room}")
        name, x = f"{log}-{grown.used}", grown.x + grown.used * grown.w
        self.box(name, x + 1, grown.y, grown.w - 2, grown.h, label=label, fill=fill, size=size, radius=3, opacity=0,
                 wrap=True, tip=tip)  # fmt: skip
        self.text(f"{name}-n", x + grown.w / 2, grown.y + grown.h + 15, str(grown.first + grown.used), size=12,
                  align="middle", ink="muted", opacity=0)  # fmt: skip
        for part in (name, f"{name}-n"):
            self.key(t, part, over=over, opacity=1)
        grown.used += 1
        return name

    # ---- boxes in boxes --------------------------------------------------------------------------------------

    def nest(
        self, name: str, x: float, y: float, w: float, h: float, layers: Mapping[str, str], *, content: str = "",
        fills: Sequence[str] = ("panel",), pad: float = 7,
    ) -> None:  # fmt: skip
        """Boxes in boxes, the outermost first: {layer: caption, …}, and the `content` of the innermost in fixed width.

        The parts are called "name:layer", and "name:content": hatch what cannot be read, fade what is to come.
        """
        strip = 20.0
        for i, (layer, caption) in enumerate(layers.items()):
            left, above, wide = x + i * pad, y + i * strip, w - 2 * i * pad
            tall = h - i * (strip + pad)
            inner = i == len(layers) - 1
            if tall < strip + (26 if inner and content else 4):
                raise ValueError(f"nest {name!r}: no room for {layer!r}: {len(layers)} layers need more than {h:g}")
            words, size = fit(f"{layer}: {caption}" if caption else layer, wide - 14, strip, 13)
            around = fills[(i - 1) % len(fills)] if i else "page"
            self.box(f"{name}:{layer}", left, above, wide, tall, fill=fills[i % len(fills)], radius=4, width=0.8,
                     stroke="line" if around in GROUNDS else "chip-ink", label=words, size=size,
                     align="top")  # fmt: skip
            if inner and content:
                self.box(f"{name}:content", left + pad, above + strip, wide - 2 * pad, tall - strip - pad,
                         label=content, fill="page", mono=True, size=13, wrap=True, radius=2, width=0.8)  # fmt: skip

    def grid(
        self, name: str, x: float, y: float, rows: Sequence[str], columns: Sequence[str], *, w: float = 74,
        h: float = 30, head: float = 110, above: float = 32, size: float = 12,
    ) -> None:  # fmt: skip
        """A table of empty cells with heads, from (x, y) on: `head` wide on the left, `above` high on top.

        A cell is called "name:row:column": `key(t, "name:row:column", fill="good", label="✓ refused")` fills it in.
        """
        for j, column in enumerate(columns):
            words, least = fit(column, w - 4, above, size)
            foot = y + above - 6 - words.count("\n") * least * 1.2
            self.text(
                f"{name}-column{j}", x + head + w * (j + 0.5), foot, words, size=least, align="middle", weight="bold"
            )
        for i, row in enumerate(rows):
            top = y + above + i * h
            words, least = fit(row, head - 8, h, size)
            self.text(f"{name}-row{i}", x + head - 8, top + h / 2 + least * (0.35 - 0.6 * words.count("\n")), words,
                      size=least, align="end")  # fmt: skip
            for j, column in enumerate(columns):
                self.box(f"{name}:{row}:{column}", x + head + j * w + 1, top + 1, w - 2, h - 2, fill="page", size=size,
                         radius=3, width=0.8, wrap=True)  # fmt: skip
