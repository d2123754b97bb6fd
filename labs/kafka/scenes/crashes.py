"""Every crash of a loop in one still: a row for each moment, a cell for each record and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from labs.kafka.crashes import Try
from labs.kit.player import image
from labs.kit.scene import Scene

MOST = 12  # rows that are drawn; then it says how many more there are


def draw_tries(tries: Sequence[Try], title: str = "what became of each record") -> tuple[str, str]:
    """(SVG that stands alone, the same in words)."""
    shown, records = tries[:MOST], max((one.records for one in tries), default=1)
    cell = min(42.0, 250 / records)
    scene = Scene(620, 44 + 26 * max(1, len(shown)) + 20 * (len(tries) > MOST), end=1, title=title)
    scene.box("page", 0, 0, 620, scene.height, fill="page", stroke="none", radius=0)
    scene.text("after", 12, 22, "crash after …", size=13, ink="muted")
    for offset in range(records):
        scene.text(f"o{offset}", 350 + (offset + 0.5) * cell, 22, str(offset), size=13, align="middle", ink="muted")
    for i, one in enumerate(shown):
        y = 32 + 26 * i
        words = one.after or "(no crash)"
        scene.text(f"a{i}", 12, y + 16, words if len(words) <= 52 else words[:51] + "…", size=13)
        times = Counter(one.done)
        for offset in range(one.records):
            n = times[offset]
            fill = "good" if n == 1 else "bad" if n == 0 else "warn"
            word = "✓" if n == 1 else "lost" if n == 0 else f"{n}×"
            scene.box(f"c{i}-{offset}", 350 + offset * cell + 1, y, cell - 2, 22, label=word if cell > 30 or n else "✕",
                      fill=fill, size=12, radius=3, width=0.8)  # fmt: skip
    if len(tries) > MOST:
        scene.text("more", 12, 32 + 26 * MOST + 16, f"… and {len(tries) - MOST} more", size=13, ink="muted")
    return scene.svg(0), f"{title}. " + " ".join(in_words(one) for one in shown)


def in_words(one: Try) -> str:
    """A row of the picture as a sentence."""
    begin = f"Crash after {one.after}" if one.after else "No crash"
    fates = [f"{_list(one.lost)} lost"] * bool(one.lost) + [f"{_list(one.repeated)} done again"] * bool(one.repeated)
    return f"{begin}: {', '.join(fates) or 'each record once'}."


def _list(offsets: Sequence[int]) -> str:
    return " and ".join(", ".join(map(str, offsets)).rsplit(", ", 1))


class show_crashes:
    """Show the tries as an image with the same in words."""

    def __init__(self, tries: Sequence[Try], title: str) -> None:
        self.svg, self.words = draw_tries(tries, title)

    def _repr_mimebundle_(self, **kwargs: object) -> dict[str, str]:
        return {"text/html": image(self.svg, self.words), "text/plain": self.words.replace(". ", ".\n")}
