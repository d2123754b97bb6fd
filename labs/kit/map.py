"""The map of the course: what builds on what, coloured by the learner's own progress; a click opens a lesson."""

from __future__ import annotations

from html import escape

from labs.kit import progress
from labs.kit.course import LESSONS, PARTS, Lesson, graph, standing
from labs.kit.picture.scene import Scene
from labs.kit.playing.player import image

LEFT, COLUMN, ROW, WIDTH, HEIGHT = 158, 154, 40, 142, 30  # lengths in the picture, in SVG units
LOOKS = {  # standing → fill, dashes, mark
    "to come": ("page", "4 3", ""),
    "open": ("panel", "", ""),
    "begun": ("warn", "", "◐ "),
    "done": ("good", "", "✓ "),
    "all done": ("good", "", "✓✓ "),
}


class Map:
    """See `course_map`. `.standings` says {number of a lesson: where the learner stands}."""

    def __init__(self) -> None:
        passed = progress.passed() | progress.recorded()
        self.standings = {lesson.number: standing(lesson, passed) for lesson in LESSONS}
        self.places, self._bands, self._height = _places()

    def scene(self) -> Scene:
        """A column for each step of building on, a band for each part."""
        width = max(x for x, _ in self.places.values()) + WIDTH + 8
        scene = Scene(width, self._height, end=1, title="The course")
        for part, y in enumerate(self._bands):
            scene.text(f"part{part}", 8, y + 20, PARTS[part], size=12.5, ink="muted")
        for before, after in graph().edges:
            (x1, y1), (x2, y2) = self.places[before], self.places[after]
            middle = HEIGHT / 2
            scene.line(f"{before}-{after}", x1 + WIDTH, y1 + middle, x2, y2 + middle, stroke="line", width=1.2)
        for lesson in LESSONS:
            fill, dash, mark = LOOKS[self.standings[lesson.number]]
            x, y = self.places[lesson.number]
            scene.box(f"lesson{lesson.number}", x, y, WIDTH, HEIGHT, label=f"{mark}{lesson.number} {lesson.title}",
                      fill=fill, dash=dash, size=12, ink="muted" if dash else "")  # fmt: skip
        used = [word for word in LOOKS if word != "to come" or word in self.standings.values()]
        for i, word in enumerate(used):
            fill, dash, mark = LOOKS[word]
            scene.box(f"key{i}", LEFT + i * 110, 6, 22, 16, fill=fill, dash=dash, radius=3, label=mark.strip(), size=11)
            scene.text(f"key-word{i}", LEFT + 28 + i * 110, 19, word, size=12, ink="muted")
        return scene

    def _link(self, lesson: Lesson, scene: Scene) -> str:
        """A link that lies over a lesson's box; where its style is not trusted it follows the picture, as a word."""
        x, y = self.places[lesson.number]
        box = {
            "left": x / scene.width,
            "top": y / scene.height,
            "width": WIDTH / scene.width,
            "height": HEIGHT / scene.height,
        }
        at = "; ".join(f"{side}: {100 * share:.2f}%" for side, share in box.items())
        name = f"{lesson.number} {lesson.title}, {self.standings[lesson.number]}"
        style = f"position: absolute; {at}; color: transparent; overflow: hidden"
        return f'<a href="{lesson.file}.ipynb" title="{escape(name)}" style="{style}">{escape(name)}</a> '

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        scene = self.scene()
        told = ", ".join(f"{number} {how}" for number, how in self.standings.items() if how != "to come")
        links = "".join(self._link(lesson, scene) for lesson in LESSONS if lesson.file)
        picture = image(scene.svg(ground=True), f"Map of the course: {told}")
        around = "position: relative; display: inline-block; max-width: 100%"
        html = f'<div style="{around}">{picture}{links}</div>'
        return {"text/html": html, "text/plain": f"Map of the course: {told}"}


def course_map() -> Map:
    """The map of the course. Run it again to see it move on."""
    return Map()


def _places() -> tuple[dict[str, tuple[float, float]], list[float], float]:
    """Where each lesson's box is, where each part's band begins, and how high all of it is."""
    import networkx

    column = {n: x for x, step in enumerate(networkx.topological_generations(graph())) for n in sorted(step)}
    places: dict[str, tuple[float, float]] = {}
    bands, y = [], 36.0
    for part in range(len(PARTS)):
        bands.append(y)
        taken: list[set[int]] = []  # the columns that are used, row by row
        for lesson in (lesson for lesson in LESSONS if lesson.part == part):
            x = column[lesson.number]
            row = next((i for i, used in enumerate(taken) if x not in used), len(taken))
            taken += [set()] if row == len(taken) else []
            taken[row].add(x)
            places[lesson.number] = (LEFT + x * COLUMN, y + row * ROW)
        y += ROW * len(taken) + 8
    return places, bands, y
