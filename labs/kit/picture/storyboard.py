"""A still of several moments of a scene, with their captions: what a notebook shows that has not been run."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from labs.kit.picture.drawing import number
from labs.kit.picture.palette import paint
from labs.kit.picture.words import FONT

if TYPE_CHECKING:
    from labs.kit.picture.scene import Scene


def storyboard(columns: Iterable[tuple[str, Scene]], moments: Sequence[float] | None = None) -> tuple[str, str]:
    """A still of several moments, a column for each named scene: (SVG that stands alone, its text for a reader).

    The moments are those of `say(…, still=True)`, else the first, the middle and the last caption.
    """
    gap, out, words = 16.0, [], []
    x = bottom = gap
    for name, scene in columns:
        y, column = gap, x
        if name:
            out.append(_words(column, y + 14, [name], weight="bold", size=16))
            y += 28
        for t in moments or scene.stills or _three(scene):
            size = f'width="{number(scene.width)}" height="{number(scene.height)}"'
            frame = f'<svg x="{number(column)}" y="{number(y)}" {size} '
            picture = scene.svg(scene.rest(t)).replace("<svg ", frame, 1)
            out.append(picture)
            y += scene.height + 18
            caption = f"{scene.moment(t)} · {scene.caption(t)}"
            lines = textwrap.wrap(caption, int(scene.width / 7.3)) or [""]
            out.append(_words(column, y, lines))
            words.append(f"{name + ': ' if name else ''}{caption}")
            y += 19 * len(lines) + 14
        x, bottom = column + scene.width + gap, max(bottom, y)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(x)} {number(bottom)}" width="{number(x)}" '
        f'height="{number(bottom)}" font-family="{escape(FONT)}">'
        f'<rect width="{number(x)}" height="{number(bottom)}" rx="8" fill="{paint("page", False)}"/>'
        f"{''.join(out)}</svg>"
    )
    return svg, "\n".join(words)


def _words(x: float, y: float, lines: Sequence[str], *, size: float = 14, weight: str = "normal") -> str:
    spans = "".join(
        f'<tspan x="{number(x)}" dy="{0 if i == 0 else 19}">{escape(s)}</tspan>' for i, s in enumerate(lines)
    )
    return (
        f'<text y="{number(y)}" font-size="{number(size)}" font-weight="{weight}" fill="{paint("ink", False)}">'
        f"{spans}</text>"
    )


def _three(scene: Scene) -> list[float]:
    times = [t for t, _ in scene.says] or [0.0, scene.end]
    return sorted({times[0], times[len(times) // 2], times[-1]})
