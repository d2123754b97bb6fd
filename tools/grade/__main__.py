"""Grade what a class has handed in, so that nothing in a submission can decide its own points.

    python -m tools.grade submitted/                  grades.csv and a page per learner in ./graded
    python -m tools.grade submitted/ --look           grade nothing; say what is odd about the submissions
    python -m tools.grade submitted/ --lesson 06      only this lesson

`submitted/` holds a folder per learner with their notebooks, wherever below (as nbgrader keeps them). An exercise is
found by its cell's id, and its function is run in a fresh process. Points are by properties, as with nbgrader.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from labs.kit.checking import catalogue
from labs.kit.checking.report import Report
from tools.build import chosen
from tools.grade.notebooks import Task, Work, answer, submissions, tasks
from tools.grade.pages import Mark, write
from tools.grade.sandbox import Snapshot, grade
from tools.lesson import ROOT, LessonError, read


def marked(work: Work, task: Task, snapshot: Snapshot) -> Mark:
    """Grade one exercise of one learner."""
    exercise = catalogue.find(task.exercise)
    assert exercise is not None
    found = answer(work, task)
    if found is None:
        sentence = f"No cell defines {task.function}." if work.path else "Nothing was handed in."
        return Mark(work, task, Report("not checked", exercise, sentence=sentence))
    before, cell = found
    return Mark(work, task, grade(exercise, task.function, before, cell, snapshot))


def grade_all(works: Sequence[Work]) -> Iterator[Mark]:
    """Grade everything, one after the other: Hypothesis, which looks for counterexamples, does one thing at a time."""
    snapshot = Snapshot()
    for name in {task.exercise for work in works for task in tasks(work.lesson)}:
        exercise = catalogue.find(name)  # imported now: later, nothing more is read from disk
        if exercise is not None and exercise.strategy is not None:
            exercise.strategy()
    for work in works:
        for task in tasks(work.lesson):
            yield marked(work, task, snapshot)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.grade", description="Grade what a class has handed in.")
    parser.add_argument("submissions", type=Path, help="the folder with a folder per learner")
    parser.add_argument("--look", action="store_true", help="grade nothing; say what is odd")
    parser.add_argument("--lesson", action="append", default=[], help="only this lesson (06); may be given again")
    parser.add_argument("--into", type=Path, default=Path("graded"), help="where grades and pages go (./graded)")
    options = parser.parse_args(arguments)
    try:
        lessons = [read(path) for path in chosen(options.lesson, ROOT)]
        if not options.submissions.is_dir():
            raise LessonError(f"{options.submissions} is no folder: name the one that holds a folder per learner")
        works = list(submissions(options.submissions, [lesson for lesson in lessons if tasks(lesson)]))
    except LessonError as problem:
        print(problem, file=sys.stderr)
        return 1
    for work in works:
        for sentence in work.odd:
            print(f"{work.learner}, {work.lesson.name}: {sentence}")
    if options.look:
        print(f"{sum(bool(work.odd) for work in works)} of {len(works)} notebooks have something odd.")
        return 0
    marks = list(grade_all(works))
    write(marks, works, options.into)
    learners = len({work.learner for work in works})
    print(f"{len(marks)} exercises of {learners} learners graded: see {options.into}/grades.csv, and a page for each.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
