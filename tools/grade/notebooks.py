"""A submission: notebooks as learners hand them in, and in them the cells of the exercises, found by their ids."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.layout import lay_out
from tools.lesson import Cell, Lesson


@dataclass(frozen=True)
class Task:
    """What a lesson asks for: the exercise, the name of the function, its points."""

    exercise: str
    function: str
    points: int


@dataclass
class Work:
    """A learner's notebook of one lesson; `odd` says in a sentence each what a plain grader would stumble over."""

    learner: str
    lesson: Lesson
    path: Path | None
    cells: list[dict[str, Any]] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)


def tasks(lesson: Lesson) -> list[Task]:
    """The exercises of a lesson, in its order."""
    return [Task(cell.check, _named(cell), cell.points or 0) for cell in lesson.cells if cell.check]


def _named(cell: Cell) -> str:
    """The function that a cell checks: its name is the last argument of `check`."""
    calls = [n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Call) and ast.unparse(n.func) == "check"]
    return ast.unparse(calls[0].args[-1])


def submissions(root: Path, lessons: Sequence[Lesson]) -> Iterator[Work]:
    """Every learner's work on every lesson of which anybody has handed something in, by learner and lesson.

    `root` holds a folder per learner, named after them, with notebooks anywhere below (as nbgrader's `submitted/`).
    """
    found = {folder.name: _sorted_out(folder, lessons) for folder in sorted(root.iterdir()) if folder.is_dir()}
    wanted = [lesson for lesson in lessons if any(lesson.name in theirs for theirs in found.values())]
    for learner, theirs in found.items():
        for lesson in wanted:
            yield _work(learner, lesson, theirs.get(lesson.name, []))


def _sorted_out(folder: Path, lessons: Sequence[Lesson]) -> dict[str, list[Path]]:
    """A learner's notebooks by lesson: by the ids of the exercises in them, or by name where these are gone."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*.ipynb")):
        if ".ipynb_checkpoints" in path.parts:
            continue
        ids = {id for cell in read(path)[0] for id in [grade_id(cell)] if id}
        by_id = [lesson for lesson in lessons if ids & {task.exercise for task in tasks(lesson)}]
        by_name = [lesson for lesson in lessons if path.stem.startswith(lesson.name)]
        for lesson in (by_id or by_name)[:1]:
            found.setdefault(lesson.name, []).append(path)
    return found


def _work(learner: str, lesson: Lesson, paths: list[Path]) -> Work:
    if not paths:
        return Work(learner, lesson, None, [], ["Nothing was handed in."])
    right = [path for path in paths if path.stem == lesson.name]
    path = (right or paths)[0]
    cells, trouble = read(path)
    work = Work(learner, lesson, path, cells, [trouble] if trouble else [])
    if len(paths) > 1:
        others = ", ".join(str(other.name) for other in paths if other != path)
        work.odd.append(f"There are {len(paths)} notebooks of this lesson: {path.name} was taken, {others} were not.")
    if path.stem != lesson.name:
        work.odd.append(f"The file is called {path.name}; nbgrader wants {lesson.name}.ipynb.")
    if not trouble:
        work.odd += _odd_cells(work)
    return work


def _odd_cells(work: Work) -> Iterator[str]:
    ids = [grade_id(cell) for cell in work.cells]
    for task in tasks(work.lesson):
        count, checks = ids.count(task.exercise), ids.count(f"check-{task.exercise}")
        if count > 1:
            yield f"{task.exercise}: {count} cells have this id; the first that defines {task.function} is taken."
        if count == 0:
            by_name = " A cell that defines the function is taken." if _defining(work, task) else ""
            yield f"{task.exercise}: no cell has this id any more (its metadata was deleted, or the cell).{by_name}"
        if checks != 1:
            yield f"{task.exercise}: {checks or 'no'} cells check it, where nbgrader wants one."


def read(path: Path) -> tuple[list[dict[str, Any]], str]:
    """A notebook's code cells, and what is wrong with the file, if anything is."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        return [{**cell, "source": "".join(cell["source"])} for cell in code], ""
    except (OSError, ValueError, TypeError, KeyError) as problem:
        return [], f"{path.name} cannot be read as a notebook ({type(problem).__name__})."


def grade_id(cell: dict[str, Any]) -> str:
    """The id by which nbgrader knows a cell; empty where it has none."""
    metadata = cell.get("metadata")
    mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return str(mark.get("grade_id", "")) if isinstance(mark, dict) else ""


# ── what is run ───────────────────────────────────────────────────────────────────────────────────────────────────────


def answer(work: Work, task: Task) -> tuple[list[str], str] | None:
    """What to run for an exercise: definitions from the cells before it, and its own cell; None if there is none."""
    place = _defining(work, task)
    if place is None:
        return None
    given = {cell.source for cell in lay_out(work.lesson, "notebooks").cells}
    before = [definitions(cell["source"], cell["source"] in given) for cell in work.cells[:place]]
    return [source for source in before if source], definitions(work.cells[place]["source"], False)


def _defining(work: Work, task: Task) -> int | None:
    """The place of the cell of an exercise's id that defines its function; else of any cell that does."""
    places = [i for i, cell in enumerate(work.cells) if _defines(cell["source"], task.function)]
    by_id = [i for i in places if grade_id(work.cells[i]) == task.exercise]
    free = [i for i in places if not grade_id(work.cells[i])]
    return next(iter(by_id or free), None)


def _defines(source: str, name: str) -> bool:
    tree = _parsed(source)
    return any(name in _binds(statement) for statement in (tree.body if tree else []))


def _binds(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def definitions(source: str, given: bool) -> str:
    """What a cell defines, without what it only shows: no `check(…)`, no picture.

    Of a cell as it was `given` to the learner, also no value that takes a call to make: predictions and pictures do.
    """
    tree = _parsed(source)
    if tree is None:
        return ""
    kept = [statement for statement in tree.body if _is_kept(statement, given)]
    return ast.unparse(ast.Module(kept, [])) if kept else ""


def _is_kept(statement: ast.stmt, given: bool) -> bool:
    if isinstance(statement, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return True
    if given:
        calm = not any(isinstance(node, ast.Call) for node in ast.walk(statement))
        return calm and isinstance(statement, ast.Assign | ast.AnnAssign)
    return not isinstance(statement, ast.Expr)


def _parsed(source: str) -> ast.Module | None:
    """The cell as Python, its magics left out; None where it is none."""
    lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in source.split("\n")]
    try:
        return ast.parse("\n".join(lines))
    except (SyntaxError, ValueError):
        return None
