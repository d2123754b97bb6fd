"""Notebooks with something wrong are each refused with a sentence of their own."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_output

from tools.lesson import COPIES, Lesson, read
from tools.validate import load, problems
from tools.views import WIDGET_VIEW

Notebook = Callable[[str], Any]

# The code cells of the tiny lesson, counted from 1.
SETUP, STILL, EXERCISE, CHECK, RAISES = 1, 2, 3, 4, 5


def cell(nb: Any, number: int) -> Any:
    return [c for c in nb.cells if c.cell_type == "code"][number - 1]


@pytest.mark.parametrize("folder", COPIES)
def test_a_notebook_as_it_was_built_is_sound(notebook: Notebook, lesson: Lesson, folder: str) -> None:
    assert problems(notebook(folder), folder, lesson) == []


def never_run(nb: Any) -> None:
    for number in (1, 2, 3, 4, 5):
        cell(nb, number).update(execution_count=None, outputs=[])


def run_out_of_order(nb: Any) -> None:
    cell(nb, SETUP).execution_count, cell(nb, STILL).execution_count = 2, 1


def one_cell_not_run(nb: Any) -> None:
    cell(nb, EXERCISE).execution_count = None


def run_twice(nb: Any) -> None:
    for number in (1, 2, 3, 4, 5):
        cell(nb, number).execution_count += 5


def outputs_cleared(nb: Any) -> None:
    for number in (1, 2, 3, 4, 5):
        cell(nb, number).outputs = []


def a_cell_raises(nb: Any) -> None:
    cell(nb, CHECK).outputs = [new_output("error", ename="KeyError", evalue="'c5'", traceback=["KeyError: 'c5'"])]


def a_cell_does_not_raise(nb: Any) -> None:
    cell(nb, RAISES).outputs = []


def an_unknown_tag(nb: Any) -> None:
    cell(nb, STILL).metadata.tags = ["nbval-skip"]


def ignored_without_reason(nb: Any) -> None:
    cell(nb, STILL).metadata.tags = ["nbval-ignore-output"]


def too_much_ignored(nb: Any) -> None:
    for number in (SETUP, STILL, EXERCISE):
        cell(nb, number).metadata.update(tags=["nbval-ignore-output"], reason="it is late")


def solution_left(nb: Any) -> None:
    cell(nb, EXERCISE).source = "def double(n):\n    ### BEGIN SOLUTION\n    return 2 * n\n    ### END SOLUTION"


def solution_left_without_markers(nb: Any) -> None:
    cell(nb, EXERCISE).source = "def double(n):\n    return 2 * n"


def widget_view_saved(nb: Any) -> None:
    cell(nb, STILL).outputs[0].data[WIDGET_VIEW] = {"model_id": "1", "version_major": 2, "version_minor": 0}


def widget_state_saved(nb: Any) -> None:
    nb.metadata.widgets = {}


def warning_printed(nb: Any) -> None:
    cell(nb, CHECK).outputs.append(new_output("stream", name="stderr", text="\nDeprecationWarning: soon gone\n"))


def path_printed(nb: Any) -> None:
    cell(nb, CHECK).outputs[0].text = "kept in /home/ada/course/my_work"


def address_printed(nb: Any) -> None:
    cell(nb, CHECK).outputs[0].text = "<Trace object at 0x7f3a5c0b9d10>"


def path_drawn(nb: Any) -> None:
    svg = base64.b64encode(b"<svg><text>/tmp/work</text></svg>").decode()
    cell(nb, STILL).outputs[0].data["text/html"] = f'<img src="data:image/svg+xml;base64,{svg}">'


def passes_unwritten(nb: Any) -> None:
    cell(nb, CHECK).outputs[0].text = "✓ all holds tiny-double\n"


DAMAGES = {
    never_run: "it was never run",
    run_out_of_order: "it was run out of order: cell 1 carries the number 2",
    one_cell_not_run: "cell 3 was not run",
    run_twice: "it was run out of order: cell 1 carries the number 6",
    outputs_cleared: "not one cell has an output",
    a_cell_raises: "cell 4 raises KeyError: 'c5'",
    a_cell_does_not_raise: "cell 5 is tagged raises-exception, but raises nothing",
    an_unknown_tag: "cell 2 has an unknown tag 'nbval-skip'",
    ignored_without_reason: "cell 2 has its output ignored without a reason",
    too_much_ignored: "3 cells have their output ignored, and 2 at most may",
    solution_left: "cell 3 has its solution left in the learner's copy",
    solution_left_without_markers: "cell 3 has its solution left in the learner's copy",
    widget_view_saved: "cell 2 has a widget view saved",
    widget_state_saved: "the state of its widgets is saved in it",
    warning_printed: "cell 4 writes to stderr: DeprecationWarning: soon gone",
    path_printed: "cell 4 shows a path of this machine (/home/ada)",
    address_printed: "cell 4 shows a memory address (0x7f3a5c0b9d10)",
    passes_unwritten: "cell 4 checks tiny-double, which passes before anything is written",
    path_drawn: "cell 2 shows a path of this machine (/tmp/work)",
}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_notebook_is_refused(notebook: Notebook, damage: Callable[[Any], None]) -> None:
    nb = notebook("notebooks")
    damage(nb)
    assert [p for p in problems(nb, "notebooks") if p.startswith(DAMAGES[damage])], problems(nb, "notebooks")


@pytest.mark.parametrize(
    "said",
    ["○ not started tiny-double\n", "✗ 2 of 3 hold · Double · 0 of 2 points\n  ✓ one\n  ✓ two\n  ✗ three", "✓", ""],
    ids=["not started", "2 of 3 hold", "green", "silent"],
)
@pytest.mark.parametrize("form", ["stream", "execute_result"])
def test_an_answer_that_does_not_pass_its_check_is_refused(notebook: Notebook, said: str, form: str) -> None:
    nb = notebook("solutions")
    what = {"name": "stdout", "text": said} if form == "stream" else {"data": {"text/plain": said}}
    cell(nb, CHECK).outputs = [new_output(form, **what)]
    found = [p for p in problems(nb, "solutions") if "the lesson's own answer does not pass" in p]
    assert bool(found) == (said != "✓")
    if found:
        assert found == [
            "cell 4 checks tiny-double, and the lesson's own answer does not pass"
            f" ({(said or 'nothing is said').splitlines()[0]})"
        ]


def test_no_solution_is_looked_for_where_it_belongs(notebook: Notebook) -> None:
    assert "### BEGIN SOLUTION" in cell(notebook("solutions"), EXERCISE).source
    assert problems(notebook("solutions"), "solutions") == []


def test_stale_against_its_source(notebook: Notebook, course: Path) -> None:
    (course / "labs" / "kit" / "picture" / "scene.py").write_text("SCENE = 2\n")
    lesson = read(course / "lessons" / "01_tiny.md", course)
    (problem,) = problems(notebook("notebooks"), "notebooks", lesson)
    assert problem.startswith("it is stale")


def test_edited_after_the_build(notebook: Notebook, lesson: Lesson) -> None:
    nb = notebook("notebooks")
    nb.cells[0].source += "\n\nOne more sentence."
    (problem,) = problems(nb, "notebooks", lesson)
    assert problem.startswith("it does not say what lessons/01_tiny.md says")


def test_an_address_of_the_web_is_no_path(notebook: Notebook) -> None:
    nb = notebook("notebooks")
    cell(nb, CHECK).outputs[0].text = "see https://kafka.apache.org/home/documentation and 3/4 of a/b"
    assert problems(nb, "notebooks") == []


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "not been built yet"), ("{", "not a notebook that can be read"), ("{}", "not a notebook that can be read")],
)
def test_what_is_not_a_notebook(tmp_path: Path, content: str | None, says: str) -> None:
    path = tmp_path / "x.ipynb"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValueError, match=says):
        load(path)
