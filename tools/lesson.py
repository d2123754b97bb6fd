"""Read a lesson (`lessons/NN_topic.md`, a MyST notebook); layout.py lays out its two notebooks, not yet run.

A lesson is text with code cells; beside the tags, an author says with a few words what a cell is for:

    ```{code-cell} ipython3
    :exercise: kafka-range        (the learner writes what stands between ### BEGIN SOLUTION and ### END SOLUTION)
    :check: kafka-range           (the cell that checks it, with …)
    :points: 3                    (… what it is worth to an instructor)
    :tags: [nbval-ignore-output]  (one of TAGS; this one needs the next)
    :reason: the time it took     (why this cell's output is not compared)
    ```

From these come nbgrader's metadata (its schema version 3). What is not known is an error, not a guess.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tools.quick  # noqa: F401  (before nbformat, which is slow without it)
from tools.text import complaints, unseen

ROOT = Path(__file__).resolve().parent.parent

TAGS = {
    "raises-exception": "the cell is meant to raise, and must",
    "nbval-ignore-output": "the output is not compared; needs a reason",
    "hide-input": "the code is folded away in JupyterLab",
}
KEYS = ("tags", "reason", "exercise", "check", "points")
COPIES = ("notebooks", "solutions")
"""The two folders a lesson is built into: the learner's copy, and the same with the answers."""

BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"
STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")


class LessonError(Exception):
    """What is wrong with a lesson, in a sentence that says where."""


@dataclass
class Cell:
    """One cell as the author wrote it; `line` is the number of its first line in the .md, counted from 1."""

    kind: str
    source: str
    line: int
    tags: list[str] = field(default_factory=list)
    reason: str = ""
    exercise: str = ""
    check: str = ""
    points: int | None = None


@dataclass
class Lesson:
    """A lesson as it was read: where from, its front matter and its cells."""

    path: Path
    root: Path
    front: dict[str, Any]
    cells: list[Cell]

    @property
    def name(self) -> str:
        """The lesson's name, the same for the .md and both notebooks: `06_kafka_groups`."""
        return self.path.stem

    def target(self, copy: str) -> Path:
        """Where this copy ("notebooks" or "solutions") is kept."""
        return self.root / copy / f"{self.name}.ipynb"

    def error(self, line: int, what: str) -> LessonError:
        """An error that names the lesson and the line in its .md."""
        return LessonError(f"lessons/{self.path.name}, line {line}: {what}")


def lessons(root: Path = ROOT) -> list[Path]:
    """Every lesson's source, in order."""
    return sorted((root / "lessons").glob("[0-9]*.md"))


def clear(source: str) -> list[tuple[int, str]]:
    """The lines that the learner is given, each with the number of the line that it comes from.

    What stands between the markers gives way to the stub, indented as the first marker is. nbgrader's ClearSolutions
    does the same, and a test in the instructor's environment holds the two together. Markers that do not pair raise
    ValueError.
    """
    kept: list[tuple[int, str]] = []
    inside = False
    for number, line in enumerate(source.split("\n")):
        if BEGIN in line:
            if inside:
                raise ValueError(f"### {BEGIN} stands inside a solution")
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            kept += [(number, indent + stub) for stub in STUB]
        elif END in line:
            if not inside:
                raise ValueError(f"### {END} has no ### {BEGIN} before it")
            inside = False
        elif not inside:
            kept.append((number, line))
    if inside:
        raise ValueError(f"### {BEGIN} has no ### {END} after it")
    return kept


def read(path: Path, root: Path = ROOT) -> Lesson:
    """Read one lesson; raises LessonError where the author has written what the build does not know."""
    from jupytext.myst import MystMetadataParsingError, myst_to_notebook
    from nbformat import ValidationError

    lesson = Lesson(path, root, {}, [])
    text = read_text(lesson)
    lines = text.split("\n")
    lesson.front = front_matter(lesson, lines)
    for number, line in enumerate(lines, 1):
        if tags := re.fullmatch(r":tags:\s*([^\[\s].*)?", line):
            raise lesson.error(number, f"tags are a list: write :tags: [{tags[1] or 'hide-input'}]")
    try:
        nb = myst_to_notebook(text, add_source_map=True)
    except MystMetadataParsingError as e:
        raise LessonError(f"lessons/{path.name}: {' '.join(str(e).split())}") from e
    except ValidationError as e:  # all that nbformat looks at here
        raise LessonError(f"lessons/{path.name}: tags are a list of words: {e.message}") from e
    starts = nb.metadata.pop("source_map")
    for start, raw in zip(starts, nb.cells, strict=True):
        # jupytext gives the line after the fence: the code begins below the keys that follow it.
        body = raw.source.split("\n")
        first = next((i for i in range(start, len(lines)) if lines[i : i + len(body)] == body), start)
        lesson.cells.append(read_cell(lesson, raw, first + 1))
    check_exercises(lesson)
    return lesson


def read_text(lesson: Lesson) -> str:
    """The lesson's text; a byte-order mark at its start, as some Windows editors write it, is no part of it."""
    try:
        text = lesson.path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as e:
        line = e.object.count(b"\n", 0, e.start) + 1
        raise lesson.error(line, "the file is not in UTF-8: save it as UTF-8") from e
    for number, what in unseen(text):
        raise lesson.error(number + 1, what)
    return text


def front_matter(lesson: Lesson, lines: list[str]) -> dict[str, Any]:
    """The front matter: a title, the minutes the lesson takes and the lessons it builds on; the rest is free."""
    import yaml

    end = lines.index("---", 1) if lines[0] == "---" and "---" in lines[1:] else 0
    try:
        front = yaml.safe_load("\n".join(lines[:end])) or {}
    except yaml.YAMLError as e:
        mark = getattr(e, "problem_mark", None)
        what = f"the front matter is not YAML: {getattr(e, 'problem', e)}"
        raise lesson.error(mark.line + 1 if mark else 1, what) from e
    if not isinstance(front, dict):
        raise lesson.error(1, "the front matter is not a table of keys (title: …)")

    def line_of(key: str) -> int:
        return next((n for n, line in enumerate(lines[:end], 1) if line.startswith(f"{key}:")), 1)

    title, minutes = front.get("title"), front.get("minutes")
    if title is not None and not isinstance(title, str):
        line = line_of("title")
        written = lines[line - 1].partition(":")[2].strip()
        raise lesson.error(line, f'to YAML, {written} is no text: put the title in quotes (title: "{written}")')
    for key, well, what in (
        ("title", title, "has no title"),
        ("minutes", isinstance(minutes, int) and minutes > 0, "does not say how many minutes it takes (minutes: 30)"),
        ("builds_on", words(front.get("builds_on")), "does not list what it builds on (builds_on: [00_start_here])"),
        ("depends_on", words(front.get("depends_on", [])), "does not list files (depends_on: [lessons/*.md])"),
    ):
        if not well:
            raise lesson.error(line_of(key), f"the front matter {what}")
    return front


def words(value: Any) -> bool:
    """Whether this is a list of texts."""
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def read_cell(lesson: Lesson, raw: Any, line: int) -> Cell:
    """One cell with its author's words checked."""
    meta = dict(raw.metadata)
    if raw.cell_type == "raw":
        raise lesson.error(line, "a raw cell is shown to nobody: make it text or code")
    if unknown := sorted(set(meta) - set(KEYS)):
        raise lesson.error(line, f"unknown key {unknown[0]!r}: a cell may say {', '.join(KEYS)}")
    cell = Cell(raw.cell_type, raw.source, line, **meta)
    if strange := [tag for tag in cell.tags if tag not in TAGS]:
        raise lesson.error(line, f"unknown tag {strange[0]!r}: the known ones are {', '.join(TAGS)}")
    if ("nbval-ignore-output" in cell.tags) != bool(cell.reason):
        raise lesson.error(line, "nbval-ignore-output and :reason: go together: an output is ignored for a reason")
    if cell.kind == "markdown":
        if meta:
            raise lesson.error(line, "only a code cell has tags and keys")
        for number, what in complaints(cell.source, lesson.name, lesson.root):
            raise lesson.error(line + number, what)
    if "NBVAL" in cell.source:
        raise lesson.error(line, "NBVAL comments hide an output without a reason: use a tag and :reason:")
    try:
        clear(cell.source)
    except ValueError as e:
        raise lesson.error(line, str(e)) from e
    if BEGIN in cell.source and not cell.exercise:
        raise lesson.error(line, "a solution is marked in a cell that has no :exercise:")
    if cell.exercise and BEGIN not in cell.source:
        raise lesson.error(line, f"the exercise {cell.exercise} marks no solution (### {BEGIN} … ### {END})")
    if (cell.points is not None) != bool(cell.check):
        raise lesson.error(line, "a check cell, and no other, says its :points:")
    if cell.points is not None and (not isinstance(cell.points, int) or cell.points < 0):
        raise lesson.error(line, f"points are a whole number, not {cell.points!r}")
    if cell.check and not re.search(rf"\bcheck\(\s*[\"']{re.escape(str(cell.check))}[\"']", cell.source):
        raise lesson.error(line, f'the cell is marked :check: {cell.check}, but has no check("{cell.check}", …)')
    return cell


def check_exercises(lesson: Lesson) -> None:
    """Every exercise has one cell to write and, further down, one cell that checks it."""
    for word in ("exercise", "check"):
        for name, times in Counter(getattr(cell, word) for cell in lesson.cells).items():
            if name and not re.fullmatch(r"[A-Za-z0-9_-]+", str(name)):
                raise lesson.error(1, f"{name!r} cannot name an exercise: letters, digits, - and _ only")
            if name and times > 1:
                raise lesson.error(1, f"{times} cells are the {word} {name}: there can be one")
    open_ones: set[str] = set()
    for cell in lesson.cells:
        if cell.exercise:
            open_ones.add(cell.exercise)
        if cell.check and cell.check not in open_ones:
            raise lesson.error(cell.line, f"{cell.check} is checked before its exercise, or there is no such exercise")
        open_ones.discard(cell.check)
    if open_ones:
        raise lesson.error(1, f"the exercise {min(open_ones)} is never checked")
