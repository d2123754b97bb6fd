"""Say what is wrong with a built notebook, a sentence each. The build, `make check-notebooks` and the tests ask this.

nbval runs every cell again and compares; but it lets pass a notebook that was never run, and skips what it cannot
compare. That is looked at here, without running anything.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from labs.kit.card import MARKS
from tools.layout import lay_out
from tools.lesson import BEGIN, END, STUB, TAGS, Lesson
from tools.views import WIDGET_VIEW

MOST_IGNORED = 2
"""So many outputs of one notebook may go without comparison."""

# What differs from machine to machine or from run to run, and so may not stand in an output.
TRACES = {
    "a path of this machine": re.compile(
        r"(?<![\w./:@-])(?:/(?:home|root|tmp|usr|opt|var|work|mnt|Users|private)/|[A-Z]:\\\\?|~/)[\w.-]+"
    ),
    "a memory address": re.compile(r"\b0x(?![7f]f{7}\b)[0-9a-fA-F]{8,}\b"),
}
# Stripped before looking for the above: in base64 a path could turn up by chance. An SVG is looked at in the clear.
BASE64_SVG = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")
BASE64 = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+")


def problems(nb: Any, copy: str, lesson: Lesson | None = None) -> list[str]:
    """Everything that is wrong with this notebook of this copy ("notebooks" or "solutions"); nothing, if it is sound.

    With its lesson, the notebook is also held to its source: built from it as it now is, and saying what it says.
    """
    found = list(of_the_run(nb))
    found += of_the_outputs(nb)
    found += of_the_cells(nb, copy)
    found += of_the_checks(nb, copy)
    if lesson is not None:
        found += of_the_source(nb, copy, lesson)
    return found


def code_cells(nb: Any) -> list[tuple[int, Any]]:
    """The code cells, numbered from 1 as a run from top to bottom numbers them."""
    return list(enumerate((cell for cell in nb.cells if cell.cell_type == "code"), 1))


def of_the_run(nb: Any) -> Iterator[str]:
    """Run once, from top to bottom, with what came out."""
    cells = code_cells(nb)
    counts = [cell.execution_count for _, cell in cells]
    if cells and not any(counts):
        yield "it was never run"
    elif counts != list(range(1, len(counts) + 1)):
        number, cell = next((n, cell) for n, cell in cells if cell.execution_count != n)
        if cell.execution_count is None:
            yield f"cell {number} was not run"
        else:
            yield f"it was run out of order: cell {number} carries the number {cell.execution_count}"
    elif cells and not any(cell.outputs for _, cell in cells):
        yield "not one cell has an output"
    for number, cell in cells:
        errors = [o for o in cell.outputs if o.output_type == "error"]
        meant = "raises-exception" in cell.metadata.get("tags", [])
        if errors and not meant:
            yield f"cell {number} raises {errors[0].ename}: {errors[0].evalue}"
        if meant and cell.execution_count and not errors:
            yield f"cell {number} is tagged raises-exception, but raises nothing"


def of_the_outputs(nb: Any) -> Iterator[str]:
    """Nothing saved that only lives with a kernel, that only this machine says, or that warns."""
    if "widgets" in nb.metadata:
        yield "the state of its widgets is saved in it"
    for number, cell in code_cells(nb):
        for output in cell.outputs:
            if WIDGET_VIEW in output.get("data", {}):
                yield f"cell {number} has a widget view saved: without a kernel it shows as an error"
            if output.output_type == "stream" and output.name == "stderr":
                yield f"cell {number} writes to stderr: {first_line(output.text)}"
            for what, pattern in TRACES.items():
                for text in texts(output):
                    if match := pattern.search(text):
                        yield f"cell {number} shows {what} ({match[0]}), which differs elsewhere"
                        break


def of_the_cells(nb: Any, copy: str) -> Iterator[str]:
    """Tags that are known, few ignored outputs, each with a reason, and no answer in the learner's copy."""
    ignored = 0
    for number, cell in code_cells(nb):
        tags = cell.metadata.get("tags", [])
        for tag in tags:
            if tag not in TAGS:
                yield f"cell {number} has an unknown tag {tag!r}: the known ones are {', '.join(TAGS)}"
        if "nbval-ignore-output" in tags:
            ignored += 1
            if not cell.metadata.get("reason"):
                yield f"cell {number} has its output ignored without a reason"
        if copy == "notebooks":
            stubbed = all(line in (text.strip() for text in cell.source.split("\n")) for line in STUB)
            asked = cell.metadata.get("nbgrader", {}).get("solution", False)
            if BEGIN in cell.source or END in cell.source or (asked and not stubbed):
                yield f"cell {number} has its solution left in the learner's copy"
    if ignored > MOST_IGNORED:
        yield f"{ignored} cells have their output ignored, and {MOST_IGNORED} at most may"


def of_the_checks(nb: Any, copy: str) -> Iterator[str]:
    """Every check is green where the answers stand, and none where they are still to be written.

    A report begins with its mark, and so do the words that it prints.
    """
    for number, cell in code_cells(nb):
        grade = cell.metadata.get("nbgrader", {})
        if not grade.get("grade"):
            continue
        said = first_line("\n".join(map(plain, cell.outputs))) or "nothing is said"
        green, name = said.startswith(MARKS["good"]), grade["grade_id"].removeprefix("check-")
        if copy == "solutions" and not green:
            yield f"cell {number} checks {name}, and the lesson's own answer does not pass ({said})"
        if copy == "notebooks" and green:
            yield f"cell {number} checks {name}, which passes before anything is written"


def of_the_source(nb: Any, copy: str, lesson: Lesson) -> Iterator[str]:
    """Built from the lesson as it is now, and unchanged since."""
    fresh = lay_out(lesson, copy)
    if [bare(cell) for cell in nb.cells] != [bare(cell) for cell in fresh.cells]:
        yield f"it does not say what lessons/{lesson.path.name} says: run make build"
    elif nb.metadata.get("course") != fresh.metadata["course"]:
        yield f"it is stale: lessons/{lesson.path.name} or the labs that it uses have changed since; run make build"
    elif nb.metadata != fresh.metadata:
        yield "its metadata were changed after the build: run make build"


def bare(cell: Any) -> tuple[str, str, str, str]:
    """A cell without what running it adds."""
    return cell.get("id", ""), cell.cell_type, cell.source, json.dumps(cell.metadata, sort_keys=True)


def plain(output: Any) -> str:
    """What an output says where no pictures are shown."""
    return str(output.get("text") or output.get("data", {}).get("text/plain") or output.get("evalue", ""))


def texts(output: Any) -> Iterator[str]:
    """Everything in an output that can be read, pictures drawn as SVG among it."""
    parts = [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]
    for kind, content in output.get("data", {}).items():
        if kind.startswith("text/") or kind == "image/svg+xml" or kind.endswith("json"):
            parts.append(content if isinstance(content, str) else json.dumps(content))
    for part in parts:
        for encoded in BASE64_SVG.findall(part):
            yield base64.b64decode(encoded).decode(errors="replace")
        yield BASE64.sub("", part)


def first_line(text: str) -> str:
    """The first line that says something, not too long."""
    return next((line.strip()[:200] for line in text.splitlines() if line.strip()), "")


def load(path: Path) -> Any:
    """A notebook as an nbformat node; raises ValueError with a sentence when it is not one."""
    import nbformat

    try:
        nb = nbformat.read(path, as_version=4)
        nbformat.validate(nb)
    except FileNotFoundError as e:
        raise ValueError("it has not been built yet: run make build") from e
    except Exception as e:  # nbformat and jsonschema raise a family of their own
        raise ValueError(f"it is not a notebook that can be read ({first_line(str(e))})") from e
    return nb
