"""The SVG of one part of a scene. The player in the browser (`stage`, stage.js) changes what is drawn here.

A part is a <g data-part="name"> moved to its (x, y); in it the shape has the class s, arrowheads a, words l.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import atan2, cos, degrees, hypot, pi, sin
from typing import Any

from labs.kit.picture.palette import legible, paint
from labs.kit.picture.words import FONT, LEADING, MONO

Part = Mapping[str, Any]
HEAD = "M0 0L-9 -4L-9 4Z"  # an arrowhead that points to the right, its tip at (0, 0)
HATCH = (
    '<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="7" height="7" fill="{panel}"/><rect width="2.5" height="7" fill="{line}"/></pattern></defs>'
)

# Around words, its colour and width: on hatching; on a line, which must not strike a full stop through; just above one,
# where it must not cut into it.
HALO = {"hatch": ("panel", 4), "on": ("page", 9), "above": ("page", 5)}


def sheet(width: float, height: float, title: str, body: str, *, live: bool, ground: bool) -> str:
    """A whole picture. What most parts have in common is said once, on the <svg> itself.

    With `ground` it has a page of its own under it and its own size: to stand alone on any background.
    """
    size = f' width="{number(width)}" height="{number(height)}"' if ground else ""
    page = f'<rect width="100%" height="100%" rx="8" fill="{paint("page", live)}"/>' if ground else ""
    hatch = HATCH.format(panel=paint("panel", live), line=paint("line", live)) if live or "#hatch" in body else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg"{size} viewBox="0 0 {number(width)} {number(height)}" '
        f'font-family="{escape(FONT)}" font-size="14" text-anchor="middle" stroke-width="1.2" '
        f'fill="{paint("ink", live)}" role="{"group" if live else "img"}" aria-label="{escape(title)}">'
        f"{hatch}{page}{body}</svg>"
    )


def draw(name: str, part: Part, live: bool, words: bool = True) -> str:
    """A part as it is now. `live`: with its name, theme colours, and what may come to be seen later."""
    if not live and part["opacity"] == 0:
        return ""
    mark = f' data-part="{escape(name)}"' if live else ""
    tip = f' data-tip="{escape(part["tip"])}"' if live and part.get("tip") else ""
    title = f"<title>{escape(part['tip'])}</title>" if not live and part.get("tip") else ""
    seen = part["opacity"] if part["kind"] in ("line", "path", "arc") else seen_at(part["opacity"])
    faint = f' opacity="{number(seen)}"' if seen != 1 else ""
    place = f' transform="translate({number(part["x"])} {number(part["y"])})"'
    body = {"box": _box, "text": _text, "line": _line, "path": _path, "arc": _arc, "pin": _pin}[part["kind"]](
        part, live, words
    )
    return f"<g{mark}{tip}{place}{faint}>{title}{body}</g>"


def seen_at(opacity: float) -> float:
    """How much is seen of a faded part's outline and words: all of it, but for the last moment before it is gone."""
    return min(1.0, opacity / 0.15)


def number(value: Any) -> str:
    """A number for SVG: at most two decimals, none where there are none, the same text everywhere."""
    text = f"{float(value):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


# ---- shapes ----------------------------------------------------------------------------------------------------------


def _stroke(part: Part, live: bool) -> str:
    width = f' stroke-width="{number(part["width"])}"' if part["width"] != 1.2 else ""
    dash = f' stroke-dasharray="{escape(part["dash"])}"' if part["dash"] else ""
    return f'stroke="{paint(part["stroke"], live, stroke=True)}"{width}{dash}'


def _fill(part: Part, live: bool) -> str:
    faded = part["opacity"] / seen_at(part["opacity"]) if part["opacity"] else 1
    return f'fill="{paint(part["fill"], live)}"' + (f' fill-opacity="{number(faded)}"' if faded < 1 else "")


def _box(part: Part, live: bool, words: bool) -> str:
    w, h = max(0, part["w"]), max(0, part["h"])
    shape = (
        f'<rect class="s" width="{number(w)}" height="{number(h)}" rx="{number(part["radius"])}" '
        f"{_fill(part, live)} {_stroke(part, live)}/>"
    )
    if part["align"] == "top":
        return shape + _label(part, 8, part["size"] + 2, "start", 0, live, words)
    x = w / 2 if part["align"] == "middle" else 8
    return shape + _label(part, x, h / 2 + part["size"] * 0.35, part["align"], 0.5, live, words)


def _text(part: Part, live: bool, words: bool) -> str:
    return _label(part, 0, 0, part["align"], 0, live, words)


def _line(part: Part, live: bool, words: bool) -> str:
    x, y = part["w"], part["h"]
    shape = f'<line class="s" x2="{number(x)}" y2="{number(y)}" {_stroke(part, live)}/>'
    way = degrees(atan2(y, x))
    heads = _head(part, x, y, way, live) if part["arrow"] in ("end", "both") else ""
    return shape + heads + (_head(part, 0, 0, way + 180, live, "a b") if part["arrow"] in ("start", "both") else "")


def _path(part: Part, live: bool, words: bool) -> str:
    shape = f'<path class="s" d="{part["d"]}" fill="{paint(part["fill"], live)}" {_stroke(part, live)}/>'
    x, y, way = part["tail"]
    return shape + (_head(part, x, y, way, live) if part["arrow"] else "")


def _head(part: Part, x: float, y: float, way: float, live: bool, mark: str = "a") -> str:
    """An arrowhead at (x, y), turned by `way` degrees; on a line that has yet to grow it is hidden."""
    gone = ' display="none"' if part["kind"] == "line" and hypot(part["w"], part["h"]) < 4 else ""
    return (
        f'<path class="{mark}" d="{HEAD}" fill="{paint(part["stroke"], live, stroke=True)}"{gone} '
        f'transform="translate({number(x)} {number(y)}) rotate({number(way)})"/>'
    )


def _arc(part: Part, live: bool, words: bool) -> str:
    shape = (
        f'<path class="s" d="{sector(part["r"], part["band"], part["start"], part["stop"])}" '
        f'fill="{paint(part["fill"], live)}" {_stroke(part, live)}{_ring(part, live)}/>'
    )
    x, y, align, up = beside(part["r"], part["band"] / 2 + 6, (part["start"] + part["stop"]) / 2, part["size"], False)
    return shape + _label(part, x, y, align, up, live, words)


def _pin(part: Part, live: bool, words: bool) -> str:
    x, y = round_at(part["r"], part["at"])
    shape = (
        f'<circle class="s" cx="{number(x)}" cy="{number(y)}" r="{number(part["radius"])}" '
        f"{_fill(part, live)} {_stroke(part, live)}{_ring(part, live)}/>"
    )
    gap = max(part["radius"], part["band"] / 2) + 6
    x, y, align, up = beside(part["r"], gap, part["at"], part["size"], part["inside"])
    return shape + _label(part, x, y, align, up, live, words)


def _ring(part: Part, live: bool) -> str:
    """What the player needs to move it: the ring's radius, its band, and on which side the label stands."""
    if not live:
        return ""
    where = (part["at"], "in" if part["inside"] else "out") if part["kind"] == "pin" else (part["start"], part["stop"])
    return f' data-ring="{number(part["r"])} {number(part["band"])} {where[0]:.4f} ' + (
        f'{where[1]:.4f}"' if part["kind"] == "arc" else f'{where[1]}"'
    )


def round_at(r: float, turn: float) -> tuple[float, float]:
    """The place on a circle after so many turns: 0 is at the top, 0.25 on the right."""
    return r * sin(2 * pi * turn), -r * cos(2 * pi * turn)


def sector(r: float, band: float, start: float, stop: float) -> str:
    """The outline of a stretch of ring between two turns."""
    stop = min(max(stop, start), start + 0.9999)
    outer, inner, large = r + band / 2, r - band / 2, int(stop - start > 0.5)
    (ax, ay), (bx, by) = round_at(outer, start), round_at(outer, stop)
    (cx, cy), (dx, dy) = round_at(inner, stop), round_at(inner, start)
    n = number
    return (
        f"M{n(ax)} {n(ay)}A{n(outer)} {n(outer)} 0 {large} 1 {n(bx)} {n(by)}L{n(cx)} {n(cy)}"
        f"A{n(inner)} {n(inner)} 0 {large} 0 {n(dx)} {n(dy)}Z"
    )


def beside(r: float, gap: float, turn: float, size: float, inside: bool) -> tuple[float, float, str, float]:
    """Where words stand beside a place on a ring: (x, baseline of a single line, align, share of more lines above)."""
    out = -1 if inside else 1
    side, up = sin(2 * pi * turn) * out, cos(2 * pi * turn) * out
    x, y = round_at(r + gap * out, turn)
    align = "start" if side > 0.3 else "end" if side < -0.3 else "middle"
    return x, y + size * 0.35 * (1 - up), align, (1 + up) / 2


# ---- words -----------------------------------------------------------------------------------------------------------


def _label(part: Part, x: float, y: float, align: str, above: float, live: bool, words: bool) -> str:
    """The words of a part: `y` is the baseline of one line, and `above` the share of further lines that go above it."""
    told = str(part["label"])
    if not told and not (live and words):
        return ""
    size, rows = part["size"], told.split("\n")
    ink = legible(part["ink"], part.get("fill", "none") if part["kind"] == "box" else "none", part["opacity"])
    if part["kind"] == "text":
        ink = part["ink"]
    halo = "hatch" if part.get("fill") == "hatch" else part.get("halo", "")
    style = "" if align == "middle" else f' text-anchor="{align}"'
    style += f' font-size="{number(size)}"' if size != 14 else ""
    style += f' fill="{paint(ink, live)}"' if ink != "ink" else ""
    style += f' font-weight="{escape(part["weight"])}"' if part.get("weight", "normal") != "normal" else ""
    if live:
        name = "l" + " m" * bool(part.get("mono")) + " t" * (part.get("align") == "top")
        name += {"hatch": " o", "on": " p", "above": " q"}.get(halo, "")
    else:
        name = "l"
        style += f' font-family="{escape(MONO)}"' if part.get("mono") else ""
        if halo:
            colour, wide = HALO[halo]
            style += f' paint-order="stroke" stroke="{paint(colour, live)}"'
            style += f' stroke-width="{wide}" stroke-linejoin="round"'
    y -= (len(rows) - 1) * size * LEADING * above
    at = (f' x="{number(x)}"' if x else "") + (f' y="{number(y)}"' if y else "")
    if len(rows) == 1:
        return f'<text class="{name}"{at}{style}>{escape(told)}</text>'
    spans = "".join(
        f'<tspan x="{number(x)}" y="{number(y + i * size * LEADING)}">{escape(row)}</tspan>'
        for i, row in enumerate(rows)
    )
    return f'<text class="{name}"{at}{style}>{spans}</text>'
