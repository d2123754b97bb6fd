"""A scene: parts drawn once, and what becomes of them in time. A few words are enough to tell a run:

    scene = Scene(560, 200, end=10, title="Two messages")
    scene.box("a", 20, 60, 120, 60, label="producer")
    scene.box("b", 420, 60, 120, 60, label="consumer")
    scene.send(2, "a", "b", label="m1")           # a dot travels from part to part
    scene.key(3, "b", over=0.5, fill="good")      # from 3 s on, within half a second
    scene.say(3, "The consumer has it.", still=True)

The words stand by concept: parts and time in canvas.py; messages, arrows and sequence diagrams in messages.py; rings,
cells, logs, nested boxes and grids in shapes.py; charts over time in charts.py, other charts in plots.py; many small
chips in pool.py; captions from a trace in narration.py.

`scene.live()` is what the player in the browser is sent; `scene.svg(t)` is the same picture at a moment, and
`storyboard` a still of several moments with their captions. Lengths are in SVG units, times in seconds of the run.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from labs.kit.picture.charts import Charts
from labs.kit.picture.messages import Messages
from labs.kit.picture.plots import Plots
from labs.kit.picture.shapes import Shapes
from labs.kit.picture.words import LEAST

OF_TIME = ("s", "min")  # units that stand after their number
SHORT, LONG = 2.0, 100.0  # how long a run must be to need no hundredths, and no tenths


class Scene(Messages, Shapes, Charts, Plots):
    """A picture of `width` by `height` that lasts from 0 to `end` seconds.

    What a caption tells has come to rest `settle` seconds later: there a step stops, and a still is taken. A clock
    that counts something else than seconds says what in `unit`, say "step".
    """

    def __init__(self, width: float, height: float, *, end: float, title: str, settle: float = 0, unit: str = "s"):
        super().__init__(width, height, end=end, title=title, settle=settle, unit=unit)
        self.says: list[tuple[float, str]] = []
        self.stills: list[float] = []
        self._until: dict[float, float] = {}  # a caption's moment → that of the last thing it tells

    def say(self, t: float, caption: str, *, still: bool = False, until: float = 0) -> None:
        """From `t` on the caption reads so; `still` puts this moment into the storyboard.

        A caption that tells several things says `until` when: a step stops after the last of them.
        """
        if self.says and t < self.says[-1][0]:
            raise ValueError(f"a caption at {t} s after one at {self.says[-1][0]} s: give them in order")
        if not t <= self.end + 1e-9:
            raise ValueError(f"a caption at {t} s, and the scene ends at {self.end} s: nobody would read {caption!r}")
        if self.says and self.says[-1][0] == t:  # two things at one moment are one caption
            self.says[-1] = (t, f"{self.says[-1][1]} {caption}")
        else:
            self.says.append((t, caption))
        self._until[t] = max(until, self._until.get(t, t))
        if still and t not in self.stills:
            self.stills.append(t)

    def caption(self, t: float) -> str:
        """The caption that stands at `t`."""
        place = bisect_right(self.says, t, key=lambda said: said[0])
        return self.says[place - 1][1] if place else ""

    def rest(self, t: float) -> float:
        """When that which the caption of `t` tells has come to rest, or the next caption comes."""
        later = next((said for said, _ in self.says if said > t), self.end)
        return min(max(t, self._until.get(t, t)) + self.settle, t + 0.95 * (later - t))

    def moment(self, t: float) -> str:
        """How a moment is told: 4.0 s, or step 4."""
        return f"{t:.{self.decimals}f} {self.unit}" if self.unit in OF_TIME else f"{self.unit} {t:g}"

    @property
    def decimals(self) -> int:
        """How finely moments are told: a long run needs no tenths, a short one more than that."""
        return 2 if self.end < SHORT else 1 if self.end < LONG else 0

    def live(self) -> dict[str, Any]:
        """What the player needs: the picture at 0, the tracks (see `tracks`), captions [t, words, when it rests].

        `least` is the smallest font size, below which the picture must not shrink on the screen.
        """
        sizes = [part["size"] for part in self._parts.values() if "size" in part]
        return {
            "title": self.title,
            "unit": self.unit,
            "timed": self.unit in OF_TIME,
            "decimals": self.decimals,
            "svg": self.svg(live=True),
            "end": self.end,
            "least": round(self.width * LEAST / min(sizes, default=14)),
            "tracks": self.tracks(),
            "says": [[round(t, 3), caption, round(self.rest(t), 3)] for t, caption in self.says],
        }
