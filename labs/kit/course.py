"""The course as a table: every lesson, its part, what it builds on, and its exercises; and the map drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from labs.kit import progress
from labs.kit.player import image
from labs.kit.scene import Scene

PARTS = (
    "Start", "Taking a system apart", "Messages", "In between", "Caching", "Identity", "Capstone",
)  # fmt: skip


@dataclass(frozen=True)
class Lesson:
    """`number` is the file's prefix; `exercises` are empty as long as the lesson is to come."""

    number: str
    part: int
    title: str
    builds_on: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()


LESSONS = (
    Lesson("00", 0, "Start here", (), ("queues-workers",)),
    Lesson("01", 1, "Strangler fig", ("00",)),
    Lesson("02", 1, "Saga", ("01",)),
    Lesson("03", 1, "CQRS", ("02",)),
    Lesson("04", 2, "Why a queue", ("00",)),
    Lesson("05", 2, "Partitions and keys", ("04",)),
    Lesson("06", 2, "Consumer groups", ("00",), ("kafka-range", "kafka-round-robin", "kafka-sticky", "kafka-capacity")),
    Lesson("07", 2, "Offsets, delivery", ("06",), ("kafka-commit", "kafka-resume", "kafka-loop", "kafka-sink")),
    Lesson("08", 2, "Replication", ("05",)),
    Lesson("09", 2, "Retention", ("08",)),
    Lesson("10", 2, "Failing records", ("07",)),
    Lesson("11", 2, "RabbitMQ", ("04",)),
    Lesson("12", 3, "Forward proxy", ("00",)),
    Lesson(
        "13", 3, "Load balancing", ("00",), ("proxies-smooth-weighted", "proxies-least-connections", "proxies-health")
    ),
    Lesson("14", 3, "VPN, firewall", ("12",)),
    Lesson("15", 4, "What a cache buys", ("00",)),
    Lesson(
        "16",
        4,
        "Caching strategies",
        ("00",),
        (
            "caching-read",
            "caching-read-through",
            "caching-write",
            "caching-schedule",
            "caching-leases",
            "caching-flush",
        ),
    ),
    Lesson("17", 4, "Distributed cache", ("15",)),
    Lesson("18", 5, "Sessions, tokens", ("00",)),
    Lesson("19", 5, "JWT by the byte", ("00",), ("tokens-base64url", "tokens-sign", "tokens-verify", "tokens-kid")),
    Lesson("20", 5, "JWT under attack", ("19",)),
    Lesson("21", 5, "OAuth 2", ("19",)),
    Lesson("22", 6, "Capstone", ("03", "10", "13", "16", "20")),
)


def graph() -> Any:
    """The lessons as a networkx.DiGraph: an edge leads from a lesson to one that builds on it."""
    import networkx

    course: Any = networkx.DiGraph()
    course.add_nodes_from(lesson.number for lesson in LESSONS)
    course.add_edges_from((before, lesson.number) for lesson in LESSONS for before in lesson.builds_on)
    return course


def standing(lesson: Lesson, passed: set[str]) -> str:
    """Where the learner stands: "to come", "open", "begun" or "done"."""
    if not lesson.exercises:
        return "to come"
    done = sum(exercise in passed for exercise in lesson.exercises)
    return "done" if done == len(lesson.exercises) else "begun" if done else "open"


class course_map:
    """The map: what builds on what, coloured by the learner's own progress. Run it again to see it move on."""

    def __init__(self) -> None:
        self.passed = set(progress.passed())
        self.standings = {lesson.number: standing(lesson, self.passed) for lesson in LESSONS}

    def scene(self) -> Scene:
        """A column for each step of building on, a band for each part."""
        import networkx

        column = {n: x for x, step in enumerate(networkx.topological_generations(graph())) for n in sorted(step)}
        place: dict[str, tuple[float, float]] = {}
        y = 34.0
        scene = Scene(1010, 34 + 44 * 12 + 8, end=1, title="The course")
        for part, name in enumerate(PARTS):
            rows = [lesson for lesson in LESSONS if lesson.part == part]
            filled: list[set[int]] = []
            for lesson in rows:
                row = next((i for i, used in enumerate(filled) if column[lesson.number] not in used), len(filled))
                filled += [set()] if row == len(filled) else []
                filled[row].add(column[lesson.number])
                place[lesson.number] = (130 + column[lesson.number] * 146, y + row * 40)
            scene.text(f"part{part}", 8, y + 20, name, size=12, ink="muted")
            y += 40 * len(filled) + 8
        scene.height = y
        for before, after in graph().edges:
            (x1, y1), (x2, y2) = place[before], place[after]
            scene.line(f"{before}-{after}", x1 + 134, y1 + 15, x2, y2 + 15, stroke="faint", width=1.6)
        look = {"to come": ("page", "4 3"), "open": ("panel", ""), "begun": ("warn", ""), "done": ("good", "")}
        for lesson in LESSONS:
            fill, dash = look[self.standings[lesson.number]]
            mark = {"done": "✓ ", "begun": "◐ "}.get(self.standings[lesson.number], "")
            x, y = place[lesson.number]
            scene.box(f"lesson{lesson.number}", x, y, 134, 30, label=f"{mark}{lesson.number} {lesson.title}",
                      fill=fill, dash=dash, size=11.5, ink="muted" if dash else "")  # fmt: skip
        for i, (word, (fill, dash)) in enumerate(look.items()):
            scene.box(f"key{i}", 130 + i * 110, 6, 16, 14, fill=fill, dash=dash, radius=3)
            scene.text(f"key-word{i}", 152 + i * 110, 18, word, size=12, ink="muted")
        return scene

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        scene = self.scene()
        told = ", ".join(f"{n} {how}" for n, how in self.standings.items() if how != "to come")
        return {
            "text/html": image(scene.svg(ground=True), f"Map of the course: {told}"),
            "text/plain": f"Map of the course: {told}",
        }
