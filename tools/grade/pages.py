"""What a grading leaves behind: a table for the instructor (CSV), and a page for each learner (HTML)."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from labs.kit.checking.report import Report
from tools.grade.notebooks import Task, Work

HEAD = ("learner", "lesson", "exercise", "points", "of", "verdict", "what is wrong")
STYLE = """body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem;
  color-scheme: light dark } .odd { border-left: 4px solid #c80; padding-left: .8rem }"""


@dataclass(frozen=True)
class Mark:
    """One exercise of one learner, graded."""

    work: Work
    task: Task
    report: Report

    @property
    def earned(self) -> float:
        """The points that it gets."""
        return self.report.earned

    def row(self) -> tuple[str | float, ...]:
        """Its row in the table."""
        wrong = self.report.failure.sentence if self.report.failure else self.report.sentence
        return (self.work.learner, self.work.lesson.name, self.task.exercise, self.earned, self.task.points,
                self.report.verdict, wrong)  # fmt: skip


def write(marks: Sequence[Mark], works: Sequence[Work], into: Path) -> None:
    """Write grades.csv and a page for each learner into this folder."""
    into.mkdir(parents=True, exist_ok=True)
    with open(into / "grades.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(HEAD)
        table.writerows([_safe(value) for value in mark.row()] for mark in marks)
    for learner in dict.fromkeys(work.learner for work in works):
        theirs = [work for work in works if work.learner == learner]
        page = _page(learner, theirs, [mark for mark in marks if mark.work.learner == learner])
        (into / f"{learner}.html").write_text(page, encoding="utf-8")


def _safe(value: str | float) -> str | float:
    """A text that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value


def _page(learner: str, works: Sequence[Work], marks: Sequence[Mark]) -> str:
    total, worth = sum(mark.earned for mark in marks), sum(mark.task.points for mark in marks)
    body = [f"<h1>{escape(learner)}: {total:g} of {worth} points</h1>"]
    for work in works:
        body.append(f"<h2>{escape(work.lesson.front['title'])}</h2>")
        body += [f'<p class="odd">{escape(sentence)}</p>' for sentence in work.odd]
        for mark in marks:
            if mark.work is work:
                mark.report.partial = True
                body.append(mark.report._repr_mimebundle_()["text/html"])
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(learner)}</title>'
        f"<style>{STYLE}</style><body>{''.join(body)}</body></html>"
    )
