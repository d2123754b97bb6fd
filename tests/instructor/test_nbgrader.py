"""An instructor's nbgrader takes the course as it is: the solutions are its source, and what it hands out is ours.

nbgrader adds menus to JupyterLab, so it lives in an environment of its own; `make test` runs this file there.
"""

import copy
from pathlib import Path

import pytest
from nbgrader.preprocessors import ClearSolutions

from tests.instructor.course import Course
from tools.layout import lay_out
from tools.lesson import ROOT, Lesson, lessons, read

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
FIXTURES = ROOT / "tests" / "notebooks" / "fixtures"
ALL = [read(path) for path in lessons()] + [read(path, FIXTURES) for path in lessons(FIXTURES)]
GRADED = [lesson for lesson in ALL if any(cell.check for cell in lesson.cells)]


@pytest.mark.parametrize("lesson", ALL, ids=lambda lesson: lesson.name)
def test_the_learners_copy_is_what_nbgrader_would_make(lesson: Lesson) -> None:
    cleared, _ = ClearSolutions().preprocess(lay_out(lesson, "solutions"), {})
    assert cleared == lay_out(lesson, "notebooks")


@pytest.mark.parametrize("lesson", GRADED, ids=lambda lesson: lesson.name)
def test_handed_out_handed_in_and_graded(lesson: Lesson, tmp_path: Path) -> None:
    course = Course(tmp_path, lesson)
    points = sum(cell.points or 0 for cell in lesson.cells)

    handed_out = course.released()
    assert [cell.source for cell in handed_out.cells] == [cell.source for cell in lay_out(lesson, "notebooks").cells]
    assert course.hand_in("blank", handed_out) == (0, points)

    answers = {cell.id: cell.source for cell in lay_out(lesson, "solutions").cells}
    right = copy.deepcopy(handed_out)
    for cell in right.cells:
        cell.source = answers[cell.id]
    assert course.hand_in("right", right) == (points, points)
    if lesson.root != ROOT:
        return  # the fixture shows a widget of its own making
    pictures = str(course.graded("right")).count("<img ")
    assert course.feedback("right").count("<img ") >= pictures, "a page without a kernel keeps every picture"
    assert "widget-view" not in str(course.graded("right"))


START = next(lesson for lesson in ALL if lesson.name.startswith("00"))
PARTLY = {
    # two of the exercise's properties, of which this keeps one
    "def workers_needed(arrivals, per_worker):\n    return arrivals // per_worker + 1\n": 0.5,
    "def workers_needed(arrivals, per_worker):\n    return per_worker / 0\n": 0,
    "def workers_needed(arrivals, per_worker):\n    import os; os._exit(0)\n": 0,
    "def workers_needed(arrivals, per_worker):\n    while True: pass\n": 0,
    "workers_needed = lambda a, p: exit()\n": 0,
    # a function of theirs that bears the check's name
    "def workers_needed(arrivals, per_worker):\n    return 0\ndef check(*anything):\n    return 'fine'\n": 0.5,
}


def test_points_by_properties_and_none_for_what_breaks_off(tmp_path: Path) -> None:
    course = Course(tmp_path, START)
    for number, (answer, points) in enumerate(PARTLY.items()):
        nb = course.released()
        next(cell for cell in nb.cells if "def workers_needed" in cell.source).source = answer
        assert course.hand_in(f"s{number}", nb) == (points, 1), answer
        check = next(cell for cell in course.graded(f"s{number}").cells if cell.source.startswith("check("))
        assert check.outputs[0].output_type == "display_data" and "<div" in check.outputs[0].data["text/html"]
        assert all(output.output_type != "stream" for output in check.outputs)
        if not points:
            [error] = [output for output in check.outputs if output.output_type == "error"]
            assert error.traceback == [f"0 of 1 point: {error.evalue.partition(': ')[2]}"]
