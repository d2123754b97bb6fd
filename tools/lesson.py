"""Read a lesson (`lessons/NN_topic.md`, a MyST notebook) and lay out its two notebooks, not yet run.

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

import ast
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

import tools.quick  # noqa: F401  (before nbformat, which is slow without it)
from labs.kit import catalogue

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

# A part of the fingerprint: raise it when the build itself lays notebooks out differently.
LAYOUT = 1
BESIDE = (".js", ".css", ".json")


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

    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    try:
        nb = myst_to_notebook(text, add_source_map=True)
    except MystMetadataParsingError as e:
        raise LessonError(f"lessons/{path.name}: {' '.join(str(e).split())}") from e
    starts = nb.metadata.pop("source_map")
    lesson = Lesson(path, root, dict(nb.metadata), [])
    check_front(lesson)
    for start, raw in zip(starts, nb.cells, strict=True):
        # jupytext gives the line after the fence: the code begins below the keys that follow it.
        body = raw.source.split("\n")
        first = next((i for i in range(start, len(lines)) if lines[i : i + len(body)] == body), start)
        lesson.cells.append(read_cell(lesson, raw, first + 1))
    check_exercises(lesson)
    return lesson


def check_front(lesson: Lesson) -> None:
    """The front matter has a title, the minutes it takes and the lessons it builds on; the rest is free."""
    front = lesson.front
    if not isinstance(front.get("title"), str) or not front["title"].strip():
        raise lesson.error(1, "the front matter has no title")
    if not isinstance(front.get("minutes"), int) or front["minutes"] <= 0:
        raise lesson.error(1, "the front matter does not say how many minutes the lesson takes (minutes: 30)")
    builds_on = front.get("builds_on")
    if not isinstance(builds_on, list) or not all(isinstance(name, str) for name in builds_on):
        raise lesson.error(1, "the front matter does not list the lessons it builds on (builds_on: [00_start_here])")


def read_cell(lesson: Lesson, raw: Any, line: int) -> Cell:
    """One cell with its author's words checked."""
    meta = dict(raw.metadata)
    if raw.cell_type == "raw":
        raise lesson.error(line, "a raw cell is shown to nobody: make it text or code")
    if unknown := sorted(set(meta) - set(KEYS)):
        raise lesson.error(line, f"unknown key {unknown[0]!r}: a cell may say {', '.join(KEYS)}")
    cell = Cell(raw.cell_type, raw.source, line, **meta)
    if not isinstance(cell.tags, list):
        raise lesson.error(line, "tags are a list (:tags: [raises-exception])")
    if strange := [tag for tag in cell.tags if tag not in TAGS]:
        raise lesson.error(line, f"unknown tag {strange[0]!r}: the known ones are {', '.join(TAGS)}")
    if ("nbval-ignore-output" in cell.tags) != bool(cell.reason):
        raise lesson.error(line, "nbval-ignore-output and :reason: go together: an output is ignored for a reason")
    if cell.kind == "markdown":
        if meta:
            raise lesson.error(line, "only a code cell has tags and keys")
        if fence := re.search(r"^[ \t]*(?:`{3,}|:{3,})\{.*", cell.source, re.MULTILINE):
            at = line + cell.source.count("\n", 0, fence.start())
            raise lesson.error(at, f"JupyterLab does not know {fence[0].strip()!r} and would show it as it stands")
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


def source_of(cell: Cell, copy: str) -> list[tuple[int, str]]:
    """The lines of a cell in this copy, each with its line number in the .md."""
    answered = copy == "solutions" or not cell.exercise
    lines = list(enumerate(cell.source.split("\n"))) if answered else clear(cell.source)
    return [(cell.line + number, text) for number, text in lines]


def lay_out(lesson: Lesson, copy: str) -> Any:
    """The notebook of this copy, not yet run, as an nbformat node: the same to the letter every time."""
    from nbformat import v4

    cells = []
    for index, cell in enumerate(lesson.cells):
        source = "\n".join(text for _, text in source_of(cell, copy))
        name = re.sub(r"[^A-Za-z0-9-]", "-", lesson.name)[:58]
        what = {"id": f"{name}-{index:03d}", "metadata": metadata_of(cell)}
        cells.append(v4.new_code_cell(source, **what) if cell.kind == "code" else v4.new_markdown_cell(source, **what))
    course = {
        "lesson": lesson.name,
        "title": lesson.front["title"],
        "minutes": lesson.front["minutes"],
        "builds_on": lesson.front["builds_on"],
        "fingerprint": fingerprint(lesson),
    }
    metadata = {
        "course": course,
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return v4.new_notebook(cells=cells, metadata=metadata, nbformat_minor=5)


def metadata_of(cell: Cell) -> dict[str, Any]:
    """What the notebook says about a cell: its tags, and what nbgrader needs to know."""
    meta: dict[str, Any] = {}
    if cell.tags:
        meta["tags"] = cell.tags
    if cell.reason:
        meta["reason"] = cell.reason
    if "hide-input" in cell.tags:
        meta["jupyter"] = {"source_hidden": True}
    if cell.exercise:
        meta["nbgrader"] = nbgrader(cell.exercise, solution=True)
    if cell.check:
        meta["nbgrader"] = nbgrader(f"check-{cell.check}", grade=True, locked=True, points=cell.points)
    return meta


def nbgrader(name: str, **what: Any) -> dict[str, Any]:
    """nbgrader's own words for a cell, schema version 3."""
    plain = {"grade": False, "grade_id": name, "locked": False, "schema_version": 3, "solution": False, "task": False}
    return plain | what


def fingerprint(lesson: Lesson) -> str:
    """Changes when the lesson or a module that it reaches changes, and so tells whether a notebook is stale.

    A lesson that looks at other files too (the map of the course looks at the other lessons) lists them in its front
    matter: `depends_on: [lessons/*.md]`.
    """
    files = {lesson.path, *reached(lesson)}
    for pattern in lesson.front.get("depends_on", []):
        files.update(path for path in lesson.root.glob(pattern) if path.is_file())
    digest = hashlib.sha256(f"layout {LAYOUT}".encode())
    for path in sorted(files):
        digest.update(f"\n{path.relative_to(lesson.root).as_posix()}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def reached(lesson: Lesson) -> set[Path]:
    """The modules of labs/ that the lesson's cells import, those that these import, and so on; no code is run.

    With them go the files that they name and that lie beside them (player.js).
    """
    offered = offered_by_kit(lesson.root / "labs" / "kit" / "__init__.py")
    files: set[Path] = set()
    todo: list[str] = []
    for cell in lesson.cells:
        todo += imported(cell.source, offered) if cell.kind == "code" else ()
        todo += exercise_modules(cell.check, lesson.root) if cell.check else ()
    while todo:
        place = lesson.root.joinpath(*todo.pop().split("."))
        path = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        if path in files or not path.is_file():
            continue  # met before, or the name of something inside a module
        code = path.read_text(encoding="utf-8")
        files |= {path, *(near for near in path.parent.glob("*.*") if near.suffix in BESIDE and near.name in code)}
        todo += imported(code, offered)
    return files


def exercise_modules(name: str, root: Path) -> list[str]:
    """Where check("kafka-range", …) finds its exercise: the file in a room of labs/kafka that spells the id out."""
    paths = catalogue.files(name.split("-")[0], root / "labs")
    spelt = [path for path in paths if f'"{name}"' in path.read_text(encoding="utf-8")]
    return [".".join(path.relative_to(root).with_suffix("").parts) for path in spelt or paths]


def imported(code: str, offered: dict[str, str]) -> Iterator[str]:
    """What this code imports from labs, also inside functions: modules, their packages, and names in them.

    A name that labs.kit offers stands for the module in which `offered` finds it too.
    """
    try:
        tree = ast.parse(re.sub(r"(?m)^[%!].*", "", code))
    except SyntaxError:  # such a cell is not run at all
        return
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{name}" for name in names]
        for name in names:
            package, _, last = name.rpartition(".")
            if name.split(".")[0] == "labs":
                yield from accumulate(name.split("."), "{}.{}".format)
            if name in ("labs.kit", "labs.kit.*"):
                yield from (f"labs.kit.{module}" for module in offered.values())
            elif package == "labs.kit" and last in offered:
                yield f"labs.kit.{offered[last]}"


def offered_by_kit(path: Path) -> dict[str, str]:
    """The table of what labs.kit imports only when it is asked for: name → module."""
    tree = ast.parse(path.read_text(encoding="utf-8") if path.is_file() else "")
    tables = [n.value for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "_WHERE"]
    return dict(ast.literal_eval(tables[0])) if tables else {}
