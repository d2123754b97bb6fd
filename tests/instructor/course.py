"""A course as an instructor's nbgrader keeps it, for the tests of this folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from tools.layout import lay_out
from tools.lesson import ROOT, Lesson


class Course:
    """A course as nbgrader keeps it, with one assignment."""

    def __init__(self, root: Path, lesson: Lesson) -> None:
        """The lesson as an assignment, released."""
        self.root, self.lesson = root, lesson
        config = Config()
        config.CourseDirectory.root = str(root)
        config.CourseDirectory.db_url = f"sqlite:///{root}/gradebook.db"
        config.ExecutePreprocessor.timeout = config.ExecutePreprocessor.startup_timeout = 300
        self.database = config.CourseDirectory.db_url
        self.nbgrader = NbGraderAPI(config=config)
        source = self.notebook("source")
        source.parent.mkdir(parents=True)
        if lesson.root == ROOT:
            shutil.copy(lesson.target("solutions"), source)
        else:
            nbformat.write(lay_out(lesson, "solutions"), source)
        self.done(self.nbgrader.generate_assignment(lesson.name))

    def released(self) -> Any:
        """The notebook that is handed out."""
        return nbformat.read(self.notebook("release"), as_version=4)

    def done(self, answer: dict[str, Any]) -> None:
        assert answer["success"], answer.get("error") or answer.get("log")

    def notebook(self, *where: str) -> Path:
        return self.root.joinpath(*where, self.lesson.name, f"{self.lesson.name}.ipynb")

    def feedback(self, student: str) -> str:
        """The page that this student gets."""
        self.done(self.nbgrader.generate_feedback(self.lesson.name, student))
        return self.notebook("feedback", student).with_suffix(".html").read_text(encoding="utf-8")

    def graded(self, student: str) -> Any:
        """The student's notebook as it was run."""
        return nbformat.read(self.notebook("autograded", student), as_version=4)

    def hand_in(self, student: str, nb: Any) -> tuple[float, float]:
        """Hand in this notebook as a student's work, have it graded; the points it gets, and those there are."""
        points = self.points(student, nb)
        with Gradebook(self.database) as gradebook:
            most = gradebook.find_submission_notebook(self.lesson.name, self.lesson.name, student).max_score
        return sum(points.values()), most

    def points(self, student: str, nb: Any) -> dict[str, float]:
        """Hand in this notebook as a student's work, and have it graded: the points of each exercise, by its id."""
        path = self.notebook("submitted", student)
        path.parent.mkdir(parents=True)
        nbformat.write(nb, path)
        self.done(self.nbgrader.autograde(self.lesson.name, student))
        with Gradebook(self.database) as gradebook:
            grades = gradebook.find_submission_notebook(self.lesson.name, self.lesson.name, student).grades
            return {grade.name.removeprefix("check-"): float(grade.score) for grade in grades}
