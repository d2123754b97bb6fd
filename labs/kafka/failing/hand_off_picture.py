"""Every crash of a hand-off in one still: a row for each moment, a cell for each record and where it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labs.kafka.failing.handing_off import HandOff, Try, every_crash
from labs.kafka.failing.records import Record
from labs.kafka.offsets.crash_picture import sized
from labs.kit.picture.scene import Scene
from labs.kit.playing.player import image

MOST = 14  # rows that are drawn; then it says how many more there are
STORY = [Record("ann", 1, 0, "order a1"), Record("bob", 1, 1, "order b1"), Record("ann", 2, 2, "order a2")]
STORY_FAILS = {1: "no such customer"}


def draw_tries(tries: Sequence[Try], records: Sequence[Record], title: str) -> tuple[str, str]:
    """(SVG that stands alone, the same in words)."""
    shown = tries[:MOST]
    words = [one.after or "(no crash)" for one in shown]
    left, cell = 24 + 7.2 * max([13, *map(len, words)]), 64
    wide = max(left + len(records) * cell + 12, 24 + 8 * len(title))
    high = 66 + 26 * len(shown) + 22 * (len(tries) > MOST)
    scene = Scene(wide, high, end=1, title=title)
    scene.box("page", 0, 0, wide, high, fill="page", stroke="none", radius=0)
    scene.text("title", 12, 20, title, size=14, weight="bold")
    scene.text("after", 12, 48, "crash after …", size=13, ink="muted")
    for column, record in enumerate(records):
        x = left + (column + 0.5) * cell
        scene.text(f"o{column}", x, 48, f"record {record.offset}", size=12, align="middle", ink="muted")
    for i, one in enumerate(shown):
        y = 56 + 26 * i
        scene.text(f"a{i}", 12, y + 16, words[i], size=13)
        for column, record in enumerate(records):
            word, fill = fate(*one.times(record))
            edge: dict[str, Any] = dict(stroke="ink", width=2.6, dash="4 3") if word == "lost" else dict(width=0.8)
            scene.box(f"c{i}-{column}", left + column * cell + 1, y, cell - 2, 22, label=word, fill=fill, size=12,
                      radius=3, **edge)  # fmt: skip
    if len(tries) > MOST:
        scene.text("more", 12, 56 + 26 * MOST + 16, f"… and {len(tries) - MOST} more", size=13, ink="muted")
    return sized(scene), f"{title}. " + " ".join(in_words(one, records) for one in shown)


def fate(done: int, letters: int) -> tuple[str, str]:
    """What stands in a cell, and its colour."""
    if not done and not letters:
        return "lost", "bad"
    if done + letters > 1:
        return (f"✓ {done}×" if not letters else f"DLT {letters}×" if not done else "✓ + DLT"), "warn"
    return ("✓", "good") if done else ("DLT", "bad")


def in_words(one: Try, records: Sequence[Record]) -> str:
    """A row of the picture as a sentence."""
    begin = f"Crash after {one.after}" if one.after else "No crash"
    told = [f"record {record.offset}: {fate(*one.times(record))[0]}" for record in records]
    return f"{begin}: {', '.join(told)}."


class show_hand_off:
    """Crash a hand-off after each of its calls, and show where the records of a little story ended."""

    def __init__(self, code: HandOff, title: str = "record 1 fails: where each record ends") -> None:
        from labs.kit.guarding.fence import fenced
        from labs.kit.guarding.telling import LearnerError

        try:
            self.tries = fenced(lambda: every_crash(code, STORY, STORY_FAILS), code)()
            self.svg, self.words = draw_tries(self.tries, STORY, title)
        except LearnerError as problem:
            unfinished = problem.kind == "unfinished"
            self.svg, self.words = "", "Your hand-off is not written yet." if unfinished else problem.sentence

    def _repr_mimebundle_(self, **kwargs: object) -> dict[str, str]:
        html = image(self.svg, self.words) if self.svg else f"<p>{self.words}</p>"
        return {"text/html": html, "text/plain": self.words.replace(". ", ".\n")}
