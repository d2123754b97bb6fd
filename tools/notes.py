"""instructor/: what a teacher wants beside a lesson. Minutes, the questions with their answers, the answer key.

    python -m tools.notes     (`make build` does it, too)

All of it is worked out from the lesson, its predictions, claims and exercises; nothing here is written by hand. The
pages give every answer away, so a class is not given them (tools/handout.py).
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from labs.kit.checking import catalogue
from labs.kit.checking.exercise import Exercise
from labs.kit.guessing import ledger, question
from tools.lesson import BEGIN, END, ROOT, Cell, Lesson, lessons, read

FOLDER = ROOT / "instructor"
A_MINUTE = 130  # words that a newcomer reads in a minute, code and pictures between them
TAKES = {"predict": 1.0, "claim": 0.5, "picture": 1.5, "check": 5.0, "show_source": 1.0}
"""Minutes for each thing that a cell asks of the reader."""

HEAD = """# Notes for instructors

A page for each lesson: how long its sections take, what the class is asked and what is right, what each exercise checks
and which mistakes it knows, and the answer key. `make build` writes them from the lessons: change nothing here.

They give every answer away. `make handout` leaves this folder out, and so should you.

The minutes are an estimate for a newcomer: {speed} words of prose a minute, and {asked}.

| | Lesson | Minutes | Points |
|---|---|---|---|
"""


@dataclass
class Section:
    """A part of a lesson under its own heading."""

    title: str
    core: bool
    words: int = 0
    asks: list[tuple[str, str]] = field(default_factory=list)  # what is asked of the reader ("check"), and its id

    @property
    def back(self) -> bool:
        """Whether it looks back on the lesson: what the lesson promises has been reached before it."""
        return self.title in ("Recap", "Eight questions")

    @property
    def minutes(self) -> int:
        """What a newcomer needs, in whole minutes, at least 1."""
        return max(1, round(self.words / A_MINUTE + sum(TAKES[kind] for kind, _ in self.asks)))


def sections(lesson: Lesson) -> list[Section]:
    """The sections of a lesson in order; what is marked as going further, and all below it, is not of the core."""
    found = [Section("Opening", True)]
    for cell in lesson.cells:
        if cell.kind == "code":
            found[-1].asks += asked(cell)
            continue
        for line in cell.source.splitlines():
            if heading := re.fullmatch(r"## (.+)", line):
                core = found[-1].core and not heading[1].startswith("Going further")
                found.append(Section(heading[1], core))
            else:
                found[-1].words += len(line.split())
    return [section for section in found if section.words or section.asks]


def core_minutes(parts: list[Section]) -> int:
    """How long a newcomer needs until they have what the lesson promises."""
    return sum(part.minutes for part in parts if part.core and not part.back)


def asked(cell: Cell) -> Iterator[tuple[str, str]]:
    """What a code cell asks of the reader: a prediction, a guess, a picture to play with, a check, code to read."""
    for node in ast.walk(ast.parse(re.sub(r"(?m)^\s*[%!].*$", "", cell.source))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            kind = "picture" if name.startswith(("explore", "play", "compare_")) else name
            first = node.args[0] if node.args else None
            if kind in TAKES:
                yield kind, str(first.value) if isinstance(first, ast.Constant) else ""


# ── the page of a lesson ──────────────────────────────────────────────────────────────────────────────────────────────


def page(lesson: Lesson) -> str:
    """All that there is to say about a lesson, as Markdown."""
    parts = sections(lesson)
    asks = [ask for section in parts for ask in section.asks]
    body = [f"# {lesson.name[:2]} · {lesson.front['title']}", "", *how_long(lesson, parts), ""]
    if questions := [id for kind, id in asks if kind == "predict"]:
        body += ["## What the class predicts", "", *(line for id in questions for line in predicted(id))]
    if claims := [id for kind, id in asks if kind == "claim"]:
        body += ["## What the class guesses of the notes", "", *(line for id in claims for line in guessed(id)), ""]
    if checks := [id for kind, id in asks if kind == "check"]:
        keys = {cell.exercise: solution(cell) for cell in lesson.cells if cell.exercise}
        body += ["## The exercises", "", *(line for id in checks for line in exercise(id, keys[id]))]
    return "\n".join(body).rstrip() + "\n"


def how_long(lesson: Lesson, parts: list[Section]) -> Iterator[str]:
    """How long each section takes."""
    core = core_minutes(parts)
    back = sum(part.minutes for part in parts if part.core and part.back)
    rest = sum(part.minutes for part in parts if not part.core)
    yield (f"The lesson says {lesson.front['minutes']} minutes. Added up by section: {core}, then {back} to look back; "
           f"{rest} beyond the core.")  # fmt: skip
    yield from ("", "| Section | Minutes | Asked of the reader |", "|---|---|---|")
    words = {"predict": "a prediction", "claim": "a claim", "picture": "a picture", "check": "an exercise",
             "show_source": "code to read"}  # fmt: skip
    for part in parts:
        kinds = [words[kind] for kind, _ in part.asks]
        times = {one: kinds.count(one) for one in kinds}
        wanted = ", ".join(one if times[one] == 1 else f"{one} (×{times[one]})" for one in times)
        yield f"| {part.title}{'' if part.core else ' *(beyond the core)*'} | {part.minutes} | {wanted} |"


def predicted(id: str) -> Iterator[str]:
    """A question before a run: its options, which one is right, and why."""
    asked = question.find(id)
    assert asked, id
    answer = asked.answer() if callable(asked.answer) else asked.answer
    because = asked.because() if callable(asked.because) else asked.because
    yield from (f"**{asked.question}** (`{id}`)", "")
    yield from (f"- {'**' + option + '** ✓' if option == answer else option}" for option in asked.options)
    yield from ("", because, "")


def guessed(id: str) -> Iterator[str]:
    """A claim, with its verdict."""
    said = ledger.find(id)
    assert said, id
    found = said.judge().claim
    yield f"- {said.says} **{found.verdict.capitalize()}**{f' ({found.detail})' if found.detail else ''} (`{id}`)"


def exercise(id: str, key: str) -> Iterator[str]:
    """What an exercise checks, its usual mistakes in the words of the check, its hints and its answer."""
    known = catalogue.find(id)
    assert known, id
    points = f"{known.points} point{'s' * (known.points != 1)}"
    yield from (f"### {known.title} (`{id}`, {points})", "", "Checked, each for an equal share of the points:", "")
    yield from (f"- {name}" for name in (known.shape, *(name for name, _ in known.properties)))
    yield from ("", "Mistakes that it knows, with what it tells the learner:", "")
    yield from (f"- {says}" for says in mistakes(known))
    if known.hints:
        yield from ("", "Hints, which the report of a failed check unfolds one by one:", "")
        yield from (f"{number}. {hint}" for number, hint in enumerate(known.hints, 1))
    yield from ("", "An answer:", "", "```python", key, "```", "")


def mistakes(known: Exercise) -> list[str]:
    """The sentences for the usual mistakes, each once."""
    return list(dict.fromkeys(mistake.says for mistake in known.wrong))


def solution(cell: Cell) -> str:
    """The answer of an exercise's cell, without the marks."""
    return textwrap.dedent("\n".join(line for line in cell.source.split("\n") if BEGIN not in line and END not in line))


def overview(all_lessons: list[Lesson]) -> str:
    """The first page."""
    asks = {"predict": "a prediction", "claim": "a claim", "picture": "a picture", "check": "an exercise"}
    told = ", ".join(f"{TAKES[kind]:g} for {name}" for kind, name in asks.items())
    rows = (
        f"| {lesson.name[:2]} | [{lesson.front['title']}]({lesson.name}.md) | {lesson.front['minutes']} "
        f"| {sum(cell.points or 0 for cell in lesson.cells)} |\n"
        for lesson in all_lessons
    )
    return HEAD.format(speed=A_MINUTE, asked=told) + "".join(rows)


def pages() -> dict[Path, str]:
    """Every file of the folder, with its text."""
    known = [read(path) for path in lessons()]
    return {FOLDER / "README.md": overview(known)} | {FOLDER / f"{one.name}.md": page(one) for one in known}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
