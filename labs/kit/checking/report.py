"""What a check found, as text and as a card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from labs.kit.card import CODE, MARKS, QUIET, card, columns, paragraph, picture, rich, table, unfold
from labs.kit.checking.exercise import Answer, Case, Exercise
from labs.kit.checking.mistakes import Outcome
from labs.kit.guarding.telling import show

COMES_BACK = "Returns an answer"
KEEPS = "Leaves what it is given as it was"
ROOM, LINES = 1500, 30  # of one value in a report, in characters and lines
DRAWN = 300_000  # characters of a picture
UNTRIED = {"idle": " (not tried)", "part": " (not tried in every case)"}  # what is said beside a mark that is open


@dataclass
class Failure:
    """One property that does not hold, with the case in which it was seen."""

    name: str
    case: Case
    sentence: str
    shown: str = ""  # the case as a call
    printed: str = ""
    answer: Answer = None  # in plain form, if it could be read
    came: str = ""  # else as it is
    expected: Answer = None
    outcome: Outcome = field(default_factory=lambda: Outcome("answer"))


@dataclass
class Report:
    """What `check` found; `.verdict` is "passed", "failed", "not started" or "not checked"."""

    verdict: str
    exercise: Exercise | None = None
    sentence: str = ""
    # (tone, name of the property): "good", "bad", "idle" where it was never looked at, or "part" where it held in some
    # cases, and in others there was nothing to look at
    marks: list[tuple[str, str]] = field(default_factory=list)
    failure: Failure | None = None
    others: dict[str, str] = field(default_factory=dict)  # what else does not hold → a sentence
    misconception: str = ""
    drawing: tuple[str, str] | None = None
    notes: list[str] = field(default_factory=list)
    share: float = 0.0  # of the points that nbgrader gives: of 1, by properties
    partial: bool = False  # whether that counts, and not all or nothing
    result: bool = False  # whether it was shown, and now stands for its points: see grading.py

    @property
    def passed(self) -> bool:
        """Whether everything holds."""
        return self.verdict == "passed"

    @property
    def points(self) -> int:
        """All of the exercise's points, or none."""
        return self.exercise.points if self.exercise and self.passed else 0

    @property
    def earned(self) -> float:
        """The points that nbgrader gives."""
        return round(self.exercise.points * self.share, 2) if self.exercise else 0.0

    def _words(self) -> tuple[str, str, str, str]:
        """Tone, verdict, title and what stands beside it."""
        if self.exercise is None:
            return "warn", self.verdict, "", ""
        worth = self.exercise.points
        points = f"{self.earned if self.partial else self.points:g} of {worth} point{'s' * (worth != 1)}"
        if self.verdict == "passed":
            return "good", "all holds", self.exercise.title, points
        if self.verdict == "not started":
            return "idle", self.verdict, self.exercise.title, f"worth {worth} point{'s' * (worth != 1)}"
        holding = sum(tone == "good" for tone, _ in self.marks)
        return "bad", f"{holding} of {len(self.marks)} hold", self.exercise.title, points

    def _listed(self) -> list[str]:
        """A line for each property, with its mark."""
        started = self.verdict != "not started"
        return [
            f"{MARKS.get(tone, MARKS['idle'])} {name}{UNTRIED.get(tone, '') if started else ''}"
            for tone, name in self.marks
        ]

    def _panel(self, failure: Failure) -> dict[str, str]:
        assert self.exercise is not None
        rows = {"smallest case found": _cut(failure.shown)}
        judged = failure.outcome.kind == "answer" and failure.name not in (COMES_BACK, KEEPS)  # None may be an answer
        if failure.came or failure.answer is not None or judged:
            rows["your answer"] = _cut(failure.came) or _told(self.exercise.show_answer, failure.answer)
        if failure.expected is not None:
            right = _told(self.exercise.show_answer, failure.expected)
            if right != rows.get("your answer"):  # else what differs is not shown, and the sentence has to say it
                rows[self.exercise.right] = right
        return rows

    def __repr__(self) -> str:
        tone, word, title, aside = self._words()
        lines = [f"{MARKS[tone]} {word}" + (f" · {title} · {aside}" if title else "")]
        lines += [f"  {line}" for line in self._listed()]
        lines += [f"  {self.sentence}"] if self.sentence else []
        if self.failure:
            lines += ["", f"  ✗ {_cut(self.failure.sentence)}", columns(self._panel(self.failure))]
            lines += [f"  {self.misconception}"] if self.misconception else []
            lines += [f"  {name}: {_cut(sentence)}" for name, sentence in self.others.items()]
            if self.failure.printed:
                lines += ["  It printed:", *("    " + line for line in self.failure.printed.splitlines())]
        lines += [f"  {note}" for note in self.notes]
        return "\n".join(lines)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        if self.result:
            return {"text/plain": f"{self.earned:g}"}
        tone, word, title, aside = self._words()
        body = ["".join(f"<li>{rich(line)}</li>" for line in self._listed())]
        body = [f'<ul style="list-style-type: none; padding-left: 4px; margin: 6px 0px">{body[0]}</ul>'] * bool(body[0])
        body += [paragraph(self.sentence)] if self.sentence else []
        body += self._failing(self.failure) if self.failure else []
        body += [paragraph(note, QUIET) for note in self.notes]
        if self.exercise and not self.passed:
            body.append(_hints(self.exercise))
        return {"text/html": card(tone, word, title, body, aside), "text/plain": repr(self)}

    def _failing(self, failure: Failure) -> list[str]:
        body = [paragraph("✗ " + _cut(failure.sentence), "font-weight: bold")]
        panel = self._panel(failure)
        if self.drawing and len(self.drawing[0]) < DRAWN:  # which shows both answers, and says them in its text
            body += [table(dict(list(panel.items())[:1])), picture(*self.drawing)]
        else:
            body.append(table(panel))
        body += [paragraph("→ " + self.misconception)] if self.misconception else []
        if self.others:
            others = self.others.items()
            items = "".join(f"<li>{rich(f'{name}: {_cut(sentence)}')}</li>" for name, sentence in others)
            body.append(unfold("What else does not hold", f'<ul style="margin: 4px 0px">{items}</ul>'))
        if failure.printed:
            text = f'<pre style="{CODE}">{escape(failure.printed)}</pre>'
            body.append(unfold("What it printed in this case", text))
        return body


def _told(shower: Callable[[Answer], str], answer: Answer) -> str:
    """The answer as the exercise shows it; however odd it is."""
    try:
        return _cut(shower(answer))
    except Exception:
        return show(answer)


def _cut(text: str) -> str:
    """The text, cut to what a reader may want of it."""
    lines = text.splitlines()
    if len(lines) > LINES:
        text = "\n".join([*lines[:LINES], f"… and {len(lines) - LINES:,} more lines"])
    return text if len(text) <= ROOM else text[: ROOM - 2] + " …"


def _hints(exercise: Exercise) -> str:
    """The hints, each inside the one before."""
    inner = ""
    for number, hint in reversed(list(enumerate(exercise.hints, 1))):
        inner = unfold(f"Hint {number} of {len(exercise.hints)}", paragraph(hint) + inner)
    return inner
