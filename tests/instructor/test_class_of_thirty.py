"""A class of thirty hands in: untouched, right, wrong, hostile, edited, renamed, unrun. Each gets what it deserves.

Each kind of submission is tried on one lesson, so that thirty of them meet every lesson that has exercises; with
`CLASS=whole` in the environment, all of them on every lesson (half an hour and more).

What is deserved is settled here by hand: all the points of an exercise for a right answer, none for one that is not
there or breaks off, and less than all for a wrong one, whatever the rest of the notebook looks like.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from labs.kit.checking import catalogue
from tests.instructor.course import Course
from tools.grade.notebooks import Task, tasks
from tools.layout import lay_out
from tools.lesson import Lesson, lessons, read

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
ALL, NONE, LESS = "all", "none", "less than all"
LESSONS = [lesson for lesson in map(read, lessons()) if tasks(lesson)]


@dataclass
class Submission:
    """A student's notebook of a lesson in the making, and what each exercise deserves."""

    lesson: Lesson
    nb: Any
    deserves: dict[str, str]

    @property
    def tasks(self) -> list[Task]:
        return tasks(self.lesson)

    def place(self, grade_id: str) -> int:
        """Where the cell with this id is."""
        ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in self.nb.cells]
        return ids.index(grade_id)

    def cell(self, task: Task) -> Any:
        return self.nb.cells[self.place(task.exercise)]

    def check(self, task: Task) -> Any:
        return self.nb.cells[self.place(f"check-{task.exercise}")]

    def write(self, task: Task, source: str, deserves: str) -> None:
        """This is the student's answer."""
        self.cell(task).source, self.deserves[task.exercise] = source, deserves

    def write_all(self) -> None:
        """The right answer everywhere."""
        answers = {cell.id: cell.source for cell in lay_out(self.lesson, "solutions").cells}
        for task in self.tasks:
            self.write(task, answers[self.cell(task).id], ALL)

    def write_wrong(self, task: Task, number: int) -> None:
        """One of the usual mistakes."""
        exercise = catalogue.find(task.exercise)
        assert exercise
        source = f"from labs.kit.checking import catalogue\n{task.function} = catalogue.find({task.exercise!r}).wrong["
        self.write(task, f"{source}{number % len(exercise.wrong)}].function", LESS)

    def insert(self, before: int, source: str, kind: str = "code") -> None:
        """A cell of their own."""
        cell = {"id": f"own{before}", "cell_type": kind, "metadata": {}, "source": source}
        like = type(self.nb.cells[0])
        self.nb.cells.insert(before, like(cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})))


Made = Callable[[Submission, Task], None]  # what a student does to the notebook; one of its exercises is singled out


def nothing(work: Submission, task: Task) -> None:
    """Not a key was touched."""


def right(work: Submission, task: Task) -> None:
    work.write_all()


def only_one(work: Submission, task: Task) -> None:
    answers = {cell.id: cell.source for cell in lay_out(work.lesson, "solutions").cells}
    work.write(task, answers[work.cell(task).id], ALL)


def all_but_one(work: Submission, task: Task) -> None:
    stub = work.cell(task).source
    work.write_all()
    work.write(task, stub, NONE)


def by_lambda(work: Submission, task: Task) -> None:
    """Right, in a style of their own."""
    work.write_all()
    cell = work.cell(task)
    cell.source += f"\n\n\n_inner = {task.function}\n{task.function} = lambda *a, **k: _inner(*a, **k)"


def in_two_cells(work: Submission, task: Task) -> None:
    """A helper in a cell above, written by the student."""
    work.write_all()
    work.insert(work.place(task.exercise), "import math\n\n\ndef half_of(number):\n    return math.floor(number / 2)")


def notes_between(work: Submission, task: Task) -> None:
    work.write_all()
    for place in range(len(work.nb.cells) - 1, 0, -5):
        work.insert(place, f"My note {place}: *why?*", "markdown")


def broken_cell_elsewhere(work: Submission, task: Task) -> None:
    """An experiment that raises, left in the notebook."""
    work.write_all()
    work.insert(work.place(task.exercise), "1 / 0")


def no_pictures(work: Submission, task: Task) -> None:
    """All text deleted but what nbgrader locks."""
    work.write_all()
    work.nb.cells = [cell for cell in work.nb.cells if cell.cell_type == "code" or "nbgrader" in cell.metadata]


def run_before(work: Submission, task: Task) -> None:
    """With the outputs of a run that said something else."""
    output = {"output_type": "stream", "name": "stdout", "text": "7 of 7 points"}
    for cell in work.nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [type(cell)(output)], 7


def wrong(number: int) -> Made:
    def made(work: Submission, task: Task) -> None:
        work.write_all()
        work.write_wrong(task, number)

    made.__name__ = f"wrong_{number}"
    return made


def all_wrong(work: Submission, task: Task) -> None:
    for each in work.tasks:
        work.write_wrong(each, 2)


def answered(source: str, deserves: str, name: str) -> Made:
    """This text for the answer, in which FUNCTION stands for its name and RIGHT for a right answer's source."""

    def made(work: Submission, task: Task) -> None:
        work.write_all()
        solution = work.cell(task).source
        work.write(task, source.replace("RIGHT", solution).replace("FUNCTION", task.function), deserves)

    made.__name__ = name
    return made


def edited_check(work: Submission, task: Task) -> None:
    """A wrong answer, and a check cell rewritten to be content: nbgrader puts the check back."""
    work.write_all()
    work.write_wrong(task, 0)
    work.check(task).source = "print('all right')"


def no_check(work: Submission, task: Task) -> None:
    """A wrong answer, and no check cell any more."""
    work.write_all()
    work.write_wrong(task, 1)
    del work.nb.cells[work.place(f"check-{task.exercise}")]


def own_check(work: Submission, task: Task) -> None:
    """A function of their own under the name of the check, which is always content."""
    work.write_all()
    work.write_wrong(task, 0)
    work.cell(task).source += "\n\n\ndef check(*anything):\n    return 'fine'"


def other_points(work: Submission, task: Task) -> None:
    """They give themselves a hundred points."""
    work.write_all()
    work.write_wrong(task, 1)
    work.check(task).metadata.nbgrader.points = 100


THIRTY: tuple[Made, ...] = (
    nothing, run_before, right, only_one, all_but_one, by_lambda, in_two_cells, notes_between, broken_cell_elsewhere,
    no_pictures, *map(wrong, range(6)), all_wrong,
    answered("", NONE, "emptied"),
    answered("RIGHT\n\n\nmy_answer = FUNCTION\ndel FUNCTION", NONE, "renamed"),
    answered("1 / 0\nRIGHT", NONE, "raises_before_it_defines"),
    answered("def FUNCTION(:\n    pass", NONE, "no_python"),
    answered("def FUNCTION(*args):\n    return int('x')", NONE, "raises"),
    answered("def FUNCTION(*args):\n    while True:\n        pass", NONE, "without_end"),
    answered("import os\n\n\ndef FUNCTION(*args):\n    os._exit(0)", NONE, "ends_the_process"),
    answered("FUNCTION = lambda *args: exit()", NONE, "exits"),
    answered("def FUNCTION(*args):\n    return input('Well? ')", NONE, "asks_back"),
    edited_check, no_check, own_check, other_points,
)  # fmt: skip


def seats() -> Iterator[Any]:
    """Who sits where: the kind of submission and the lesson."""
    for number, made in enumerate(THIRTY):
        for lesson in LESSONS if os.environ.get("CLASS") == "whole" else [LESSONS[number % len(LESSONS)]]:
            yield pytest.param(lesson, made, number, id=f"{made.__name__}-{lesson.name}")


@pytest.mark.parametrize(("lesson", "made", "number"), list(seats()))
def test_everybody_gets_what_the_submission_deserves(lesson: Lesson, made: Made, number: int, tmp_path: Path) -> None:
    course = Course(tmp_path, lesson)
    work = Submission(lesson, course.released(), {task.exercise: NONE for task in tasks(lesson)})
    made(work, work.tasks[number % len(work.tasks)])
    got = course.points("student", work.nb)
    assert set(got) == set(work.deserves)
    most = {task.exercise: task.points for task in work.tasks}
    for exercise, deserved in work.deserves.items():
        points = got[exercise]
        fair = {ALL: points == most[exercise], NONE: points == 0, LESS: 0 <= points < most[exercise]}
        assert fair[deserved], f"{exercise}: {points} of {most[exercise]}, but it deserves {deserved}"
