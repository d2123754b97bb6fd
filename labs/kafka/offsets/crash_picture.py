"""Every crash of a loop in one still: a row for each moment, a cell for each record and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from labs.kafka.offsets.crashes import Try
from labs.kit.picture.scene import Scene
from labs.kit.playing.player import image
from labs.kit.wording import listed

MOST = 12  # rows that are drawn; then it says how many more there are


def draw_tries(tries: Sequence[Try], title: str = "what became of each record") -> tuple[str, str]:
    """(SVG that stands alone, the same in words)."""
    shown, records = tries[:MOST], max((one.records for one in tries), default=1)
    words = [one.after or "(no crash)" for one in shown]
    left, cell = 24 + 7.2 * max([20, *map(len, words)]), min(42.0, 250 / records)
    wide, high = max(left + records * cell + 12, 24 + 8 * len(title)), 66 + 26 * len(shown) + 22 * (len(tries) > MOST)
    scene = Scene(wide, high, end=1, title=title)
    scene.box("page", 0, 0, wide, high, fill="page", stroke="none", radius=0)
    scene.text("title", 12, 20, title, size=14, weight="bold")
    scene.text("after", 12, 48, "crash after …", size=13, ink="muted")
    scene.text("record", left - 4, 48, "record", size=13, align="end", ink="muted")
    first = tries[0].first if tries else 0
    for column in range(records):
        label = str(first + column)
        scene.text(f"o{column}", left + (column + 0.5) * cell, 48, label, size=13, align="middle", ink="muted")
    for i, one in enumerate(shown):
        y, times = 56 + 26 * i, Counter(one.done)
        scene.text(f"a{i}", 12, y + 16, words[i], size=13)
        for column, offset in enumerate(one.offsets):
            n = times[offset]
            word = "✓" if n == 1 else f"{n}×" if n else "lost" if cell > 30 else "✕"
            scene.box(f"c{i}-{column}", left + column * cell + 1, y, cell - 2, 22, label=word,
                      fill="good" if n == 1 else "warn" if n else "bad", size=12, radius=3, width=0.8)  # fmt: skip
    if len(tries) > MOST:
        scene.text("more", 12, 56 + 26 * MOST + 16, f"… and {len(tries) - MOST} more", size=13, ink="muted")
    return sized(scene), f"{title}. " + " ".join(in_words(one) for one in shown)


def sized(scene: Scene) -> str:
    """The scene as SVG that is shown in its own size, and not as wide as the page."""
    return scene.svg(0).replace("<svg ", f'<svg width="{scene.width:g}" height="{scene.height:g}" ', 1)


def in_words(one: Try) -> str:
    """A row of the picture as a sentence."""
    begin = f"Crash after {one.after}" if one.after else "No crash"
    fates = [f"{listed(one.lost)} lost"] * bool(one.lost) + [f"{listed(one.repeated)} done again"] * bool(one.repeated)
    return f"{begin}: {', '.join(fates) or 'each record once'}."


class show_crashes:
    """Show the tries as an image with the same in words."""

    def __init__(self, tries: Sequence[Try], title: str) -> None:
        self.svg, self.words = draw_tries(tries, title)

    def _repr_mimebundle_(self, **kwargs: object) -> dict[str, str]:
        return {"text/html": image(self.svg, self.words), "text/plain": self.words.replace(". ", ".\n")}
