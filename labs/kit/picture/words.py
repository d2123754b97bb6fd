"""How much room words take, and how they break into lines: by a table of widths, so it is the same on every machine.

A browser's own measure differs from font to font. The table is that of Helvetica, a little more for the thinnest
letters; a sixth is added, a quarter in bold, since DejaVu Sans, which many a Linux takes for system-ui, is that wide.
"""

from __future__ import annotations

import re
from unicodedata import east_asian_width

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
MONO = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
LEAST = 11  # px: nothing is written smaller than this
LEADING = 1.2  # a line's height, in font sizes
_CLASSES = {  # thousandths of the font size
    250: "ijl'’‘|", 278: " !,./:;I[]\\ft·", 333: "()-`r{}“”", 389: '*"', 500: "ckszxyvJ",
    556: "abdeghnopqu0123456789L$#?_–", 584: "+<=>~^−×÷≥≤≠", 611: "FTZ", 667: "ABEKPSVXY&", 722: "CDHNRUw",
    778: "GOQ✓✗✕", 833: "Mm", 889: "%", 944: "W", 1000: "→←↑↓…—@",
}  # fmt: skip
_WIDTHS = {letter: width for width, letters in _CLASSES.items() for letter in letters}


def width(words: str, size: float = 14, *, mono: bool = False, weight: str = "normal") -> float:
    """How wide one line of words is at this font size, in the same units; rather a little too much than too little."""
    if mono:
        return 0.605 * size * len(words)
    wide = sum(_WIDTHS.get(c, 1000 if east_asian_width(c) in "WF" else 620) for c in words)
    return wide * size / 1000 * (1.26 if weight == "bold" else 1.15)


def wrap(words: str, room: float, size: float = 14, *, mono: bool = False, weight: str = "normal") -> list[str] | None:
    """The words in lines no wider than `room`, broken at spaces and after - _ . / : where need be; None if in vain."""
    lines: list[str] = []
    for paragraph in words.split("\n"):
        line = ""
        for piece in re.findall(r"\S+?(?:[-_./:]+(?=\S)|(?=\s)|$)|\s+", paragraph):
            if line and width((line + piece).rstrip(), size, mono=mono, weight=weight) > room:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
            if width(line.rstrip(), size, mono=mono, weight=weight) > room:
                return None
        lines.append(line.rstrip())
    return lines


def fit(
    words: str, w: float, h: float, size: float = 14, *, mono: bool = False, weight: str = "normal"
) -> tuple[str, float]:
    """(the words with line breaks, the font size) for a place of `w` by `h`; ValueError if not even 11 px will do."""
    trying = float(size)
    while trying >= min(LEAST, size):
        lines = wrap(words, w, trying, mono=mono, weight=weight)
        if lines is not None and len(lines) * trying * LEADING <= h + 0.25 * trying:
            return "\n".join(lines), trying
        trying -= 0.5
    raise ValueError(
        f"{words!r} does not fit into {w:g} by {h:g}, not even at {LEAST} px: make the box larger or say it shorter"
    )
