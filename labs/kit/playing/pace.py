"""How fast a run is played: as fast as its captions can be read.

A run is told by its captions. Played by a stopwatch, the busy second that carries the point is gone in a blink and the
quiet minute before it drags on. So Play stretches time where captions come thick and fast, and hurries where nothing
is said. `story` says how, as a broken line from the run's own time to the time that it takes to play at speed 1; the
player in the browser only follows it, and its clock goes on showing the run's own time.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import ceil

from labs.kit.picture.scene import Scene

CHARACTERS_A_SECOND = 15.0
"""How fast a caption is read."""
LEAST = 1.2
"""Seconds that even the shortest caption stands: it has to be noticed before it is read."""
QUIET = 12.0
"""Seconds in which a run without a single caption is played; a quiet stretch takes its share of them."""


def reading_time(captions: Iterable[str]) -> float:
    """Seconds that it takes to read these captions, one after the other."""
    return sum(max(LEAST, len(caption) / CHARACTERS_A_SECOND) for caption in captions)


def story(scenes: Iterable[Scene], end: float) -> list[tuple[float, float]]:
    """The corners of the line from run time to play time, (s, s), from (0, 0) to (`end`, length of the play).

    Between a caption and the next one, on whichever side of A | B, there is time to read it; two that come at the same
    moment are read one after the other, unless they say the same. So a caption never stands for less than its reading
    time. The last moment needs none: the play stops there, and its caption stays.
    """
    said: dict[float, dict[str, None]] = {}  # a dictionary and no set: the order of a sum must not be left to chance
    for scene in scenes:
        for t, caption in scene.says:
            said.setdefault(round(t, 3), {})[caption] = None
    corners = [(0.0, 0.0)]
    for start, stop in pairwise(sorted({0.0, end, *(t for t in said if 0 < t < end)})):
        takes = max(reading_time(said.get(start, ())), QUIET * (stop - start) / end)
        corners.append((stop, ceil(1000 * (corners[-1][1] + takes)) / 1000))
    return corners
