"""A lesson as a notebook: the learner's copy, and the same with the answers."""

from __future__ import annotations

import re
from typing import Any

import tools.quick  # noqa: F401  (before nbformat, which is slow without it)
from tools.lesson import Cell, Lesson, clear
from tools.reach import fingerprint


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
