"""check("kafka-range", range_assign): put the learner's function to an exercise and say what holds and what does not.

Small cases come first, the smallest first, so the first that fails is the smallest there is. When all of them hold,
Hypothesis tries larger ones and makes a failing one as small as it can. The report is the same, word for word, whenever
the same function is checked.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import update_wrapper
from html import escape
from typing import Any

from labs.kit import catalogue
from labs.kit.card import CODE, MARKS, QUIET, card, columns, paragraph, picture, rich, table, unfold
from labs.kit.exercise import Answer, Case, Exercise, Wrong
from labs.kit.guard import Guarded, LearnerError
from labs.kit.mistakes import Outcome, named
from labs.kit.telling import hidden_builtins, show

CALL_SECONDS = 2.0  # for one call
ALL_SECONDS = 4.0  # for all calls together; stopping the last one may take another second
SHRINKS = 300  # so many tries to make a failing case smaller: a count and not a time, so that all machines agree

COMES_BACK = "Comes back with an answer"
KEEPS = "Leaves what it is given as it was"
_MISSING = object()


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
    marks: list[tuple[str, str]] = field(default_factory=list)  # ("good" | "bad" | "idle", name of the property)
    failure: Failure | None = None
    others: dict[str, str] = field(default_factory=dict)  # what else does not hold → a sentence
    misconception: str = ""
    drawing: tuple[str, str] | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether everything holds."""
        return self.verdict == "passed"

    @property
    def points(self) -> int:
        """All of the exercise's points, or none."""
        return self.exercise.points if self.exercise and self.passed else 0

    def _words(self) -> tuple[str, str, str, str]:
        """Tone, verdict, title and what stands beside it."""
        if self.exercise is None:
            return "warn", self.verdict, "", ""
        worth = self.exercise.points
        points = f"{self.points} of {worth} point{'s' * (worth != 1)}"
        if self.verdict == "passed":
            return "good", "all holds", self.exercise.title, points
        if self.verdict == "not started":
            return "idle", self.verdict, self.exercise.title, f"worth {worth} point{'s' * (worth != 1)}"
        holding = sum(tone == "good" for tone, _ in self.marks)
        return "bad", f"{holding} of {len(self.marks)} hold", self.exercise.title, points

    def _panel(self, failure: Failure) -> dict[str, str]:
        assert self.exercise is not None
        rows = {"smallest case found": failure.shown}
        if failure.came or failure.answer is not None:
            rows["your answer"] = failure.came or self.exercise.show_answer(failure.answer)
        if failure.expected is not None:
            rows[self.exercise.right] = self.exercise.show_answer(failure.expected)
        return rows

    def __repr__(self) -> str:
        tone, word, title, aside = self._words()
        lines = [f"{MARKS[tone]} {word}" + (f" · {title} · {aside}" if title else "")]
        lines += [f"  {MARKS[tone]} {name}" for tone, name in self.marks]
        lines += [f"  {self.sentence}"] if self.sentence else []
        if self.failure:
            lines += ["", f"  ✗ {self.failure.sentence}", columns(self._panel(self.failure))]
            lines += [f"  {self.misconception}"] if self.misconception else []
            lines += [f"  {name}: {sentence}" for name, sentence in self.others.items()]
            if self.failure.printed:
                lines += ["  It printed:", *("    " + line for line in self.failure.printed.splitlines())]
        lines += [f"  {note}" for note in self.notes]
        return "\n".join(lines)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        tone, word, title, aside = self._words()
        body = ["".join(f"<li>{MARKS[tone]} {rich(name)}</li>" for tone, name in self.marks)]
        body = [f'<ul style="list-style-type: none; padding-left: 4px; margin: 6px 0px">{body[0]}</ul>'] * bool(body[0])
        body += [paragraph(self.sentence)] if self.sentence else []
        if self.failure:
            body.append(paragraph("✗ " + self.failure.sentence, "font-weight: bold"))
            panel = self._panel(self.failure)
            if self.drawing:  # which shows both answers, and says them in its alternative text
                body += [table(dict(list(panel.items())[:1])), picture(*self.drawing)]
            else:
                body.append(table(panel))
            body += [paragraph("→ " + self.misconception)] if self.misconception else []
            if self.others:
                items = "".join(f"<li>{rich(f'{name}: {sentence}')}</li>" for name, sentence in self.others.items())
                body.append(unfold("What else does not hold", f'<ul style="margin: 4px 0px">{items}</ul>'))
            if self.failure.printed:
                text = f'<pre style="{CODE}">{escape(self.failure.printed)}</pre>'
                body.append(unfold("What it printed in this case", text))
        body += [paragraph(note, QUIET) for note in self.notes]
        if self.exercise and not self.passed:
            body.append(_hints(self.exercise))
        return {"text/html": card(tone, word, title, body, aside), "text/plain": repr(self)}


def check(exercise_id: Any = _MISSING, function: Any = _MISSING) -> Report:
    """Put `function` to the exercise and report; the attempt is kept in `my_work/`.

    It never raises, but for nbgrader (`NBGRADER_EXECUTION` is set): AssertionError where not everything holds.
    """
    from labs.kit import progress

    exercise, sentence = _find(exercise_id, function)
    if exercise is None:
        report = Report("not checked", sentence=sentence)
    else:
        report = _judge(exercise, function)
        if report.verdict in ("passed", "failed"):
            trouble = progress.record(
                exercise.id, function, report.passed, f"{report.points} of {exercise.points}"
            )  # fmt: skip
            report.notes += [trouble] if trouble else []
    if os.environ.get("NBGRADER_EXECUTION") and not report.passed:
        raise AssertionError(repr(report))
    return report


def _find(exercise_id: Any, function: Any) -> tuple[Exercise | None, str]:
    """The exercise, or why there is nothing to check, in one sentence."""
    if callable(exercise_id) and isinstance(function, str):
        return None, f"The exercise comes first: `check({function!r}, {_name(exercise_id)})`."
    if not isinstance(exercise_id, str):
        return None, "Say which exercise, and give your function: `check('kafka-range', range_assign)`."
    exercise = catalogue.find(exercise_id)
    if exercise is None:
        import difflib

        there = catalogue.ids()
        near = difflib.get_close_matches(exercise_id, there, n=3, cutoff=0.5) or there[:5]
        return None, f"There is no exercise `{exercise_id}`. Did you mean {' or '.join(f'`{n}`' for n in near)}?"
    if function is _MISSING or not callable(function):
        what = "nothing" if function is _MISSING else f"`{show(function, 60)}`"
        return None, (
            f"`check('{exercise_id}', …)` wants your function itself, its name without brackets after it; "
            f"it was given {what}."
        )
    return exercise, ""


def _judge(exercise: Exercise, function: Callable[..., Any]) -> Report:
    """Try the cases until the time is up, then sum up."""
    trial = _Trial(exercise, function)
    for case in exercise.cases():
        trial.judge(case)
        if trial.finished:
            break
    if trial.unstarted:
        sentence = "Write your code in place of the line `raise NotImplementedError()`, run its cell, then this one."
        return Report("not started", exercise, sentence, marks=[("idle", name) for name in trial.names])
    if not trial.failures and not trial.finished and exercise.strategy is not None:
        _search(exercise, trial)
    return _sum_up(exercise, function, trial)


class _Heard:
    """A function, and whether it has ever given back None."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.none = function, False
        with suppress(Exception):
            update_wrapper(self, function)

    def __call__(self, *args: Any, **named: Any) -> Any:
        answer = self.function(*args, **named)
        self.none = self.none or answer is None
        return answer


class _Trial:
    """All that was seen of one function."""

    def __init__(self, exercise: Exercise, function: Callable[..., Any]) -> None:
        self.exercise, self.cases = exercise, 0
        self.names = [exercise.shape, *(name for name, _ in exercise.properties)]
        self.failures: list[Failure] = []
        self.seen: set[str] = set()  # the properties that were looked at
        self.unstarted = self.finished = False
        self._empty = _is_empty(function)
        self._heard = _Heard(function)
        self._until = time.monotonic() + ALL_SECONDS

        def examine(case: Case) -> tuple[Answer, str, Answer, str]:
            """The answer in plain form, or what is wrong with its form; in the guard's hands, as answers can be odd."""
            self._heard = _Heard(function)
            answer = exercise.call(self._heard, case)
            try:
                return exercise.read(case, answer), "", None, ""
            except Wrong as wrong:
                return None, wrong.sentence, wrong.expected, show(answer)

        self._examine = Guarded(examine, CALL_SECONDS, copy=True)
        self._examine.learner = function

    def judge(self, case: Case) -> bool:
        """Call the function with a case and look at every property; whether all hold."""
        self.cases += 1
        self._examine.seconds = max(0.05, min(CALL_SECONDS, self._until - time.monotonic()))
        try:
            failures = self._look(case, *self._examine(case))
        except LearnerError as error:
            if self.cases == 1 and (error.kind == "unfinished"):
                self.unstarted = self.finished = True
                return False
            self.finished = error.kind in ("time", "stuck", "interrupted")
            failures = [Failure(COMES_BACK, case, error.sentence, outcome=Outcome(error.kind, error.exception))]
        if time.monotonic() > self._until:
            self.finished = True
            late = f"All cases together took longer than {ALL_SECONDS:g} s."
            failures = [Failure(COMES_BACK, case, late, outcome=Outcome("time"))]
        for failure in failures:
            failure.printed = self._examine.printed.text
        self.failures += failures
        return not failures

    def _should_have_returned(self, case: Case) -> bool:
        """Whether the function gave back None in this case, where the reference does not."""
        reference = _Heard(self.exercise.reference)
        if self._heard.none:
            self.exercise.call(reference, case)
        return self._heard.none and not reference.none

    def _look(self, case: Case, answer: Answer, misfit: str, expected: Answer, came: str) -> list[Failure]:
        if self._empty:
            self.unstarted = self.finished = True
        self.seen.add(self.exercise.shape)
        failures = []
        if (misfit or answer is None) and self._examine.printed.text and self._should_have_returned(case):
            misfit, came = "You printed it: give it back with `return`.", came or show(None)
        outcome = Outcome("misfit", (misfit, came)) if misfit else Outcome("answer", answer)
        if misfit:
            failures.append(Failure(self.exercise.shape, case, misfit, came=came, expected=expected, outcome=outcome))
        else:
            for name, holds in self.exercise.properties:
                self.seen.add(name)
                try:
                    holds(case, answer)
                except Wrong as wrong:
                    failures.append(
                        Failure(name, case, wrong.sentence, answer=answer, expected=wrong.expected, outcome=outcome)
                    )
        if self._examine.changed:
            outcome = outcome if failures else Outcome("changed", answer)
            failures.append(Failure(KEEPS, case, self._examine.changed, outcome=outcome))
        return failures


def _search(exercise: Exercise, trial: _Trial) -> None:
    """Let Hypothesis look for a larger case that fails, and make it small."""
    import hypothesis

    assert exercise.strategy is not None
    smallest: list[Failure] = []
    tries = 0

    class Found(Exception):
        pass

    class Enough(KeyboardInterrupt):  # which Hypothesis lets through
        pass

    def holds(case: Case) -> None:
        nonlocal tries, smallest
        tries += bool(smallest)
        if trial.finished or tries > SHRINKS:
            raise Enough
        trial.failures = []
        if not trial.judge(case) and not (smallest and trial.finished):
            smallest = trial.failures
            raise Found

    quietly: Any = hypothesis.settings(
        max_examples=exercise.examples, derandomize=True, database=None, deadline=None, report_multiple_bugs=False,
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink), verbosity=hypothesis.Verbosity.quiet,
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    given: Any = hypothesis.given
    run = quietly(given(exercise.strategy())(holds))
    with _by_itself(), suppress(Found, Enough):
        run()
    trial.failures = smallest


def _by_itself() -> AbstractContextManager[Any]:
    """Keep Hypothesis from trying numbers that it finds in the modules which happen to be loaded, and from keeping
    them in a folder: what it tries would depend on what ran before, and the folder lie beside the learner's notebooks.
    """
    from unittest.mock import patch

    try:
        from hypothesis.internal.conjecture import providers
        from hypothesis.internal.constants_ast import Constants
    except ImportError:  # another version does it elsewhere, or not at all
        return nullcontext()
    return patch.object(providers, "_get_local_constants", Constants, create=True)


def _sum_up(exercise: Exercise, function: Callable[..., Any], trial: _Trial) -> Report:
    broken: dict[str, Failure] = {}
    for failure in trial.failures:
        broken.setdefault(failure.name, failure)
    marks = [("bad", name) for name in (COMES_BACK, KEEPS) if name in broken]
    for name in trial.names:
        marks.append(("bad" if name in broken else "good" if name in trial.seen else "idle", name))
    if not broken:
        return Report("passed", exercise, marks=marks, notes=[f"Held in {trial.cases} cases, small ones first."])
    worst = trial.failures[0]  # the smallest case of all; of several properties that fail there, the first
    report = Report("failed", exercise, marks=marks, failure=worst)
    for name, failure in broken.items():
        if failure is not worst:
            report.others[name] = failure.sentence + ("" if failure.case == worst.case else " (In another case.)")
    if worst.expected is None and worst.name != KEEPS:
        worst.expected = exercise.solve(worst.case)
    worst.shown = exercise.shown(worst.case, function)
    if worst.name == COMES_BACK and exercise.beware is not None:
        report.misconception = exercise.beware(worst.case) or ""
    if worst.answer is not None:
        wrong = [failure for failure in trial.failures if failure.answer is not None][:60]
        rights = [exercise.solve(failure.case) for failure in wrong]
        if not exercise.wrong:
            report.misconception = _misconception(exercise, wrong, rights)
        if exercise.picture is not None:
            report.drawing = exercise.picture(worst.case, worst.answer, rights[0])
    outcomes = {id(failure.case): (failure.case, failure.outcome) for failure in trial.failures}
    said = named(exercise, list(outcomes.values()), _attempt(exercise))
    report.misconception = said or report.misconception
    hidden = hidden_builtins(function)
    if hidden and hidden not in worst.sentence:
        report.notes.append(hidden)
    return report


def _attempt(exercise: Exercise) -> Callable[[Callable[..., Any], Case], Outcome]:
    """How another function comes out in one case."""

    def attempt(function: Callable[..., Any], case: Case) -> Outcome:
        trial = _Trial(exercise, function)
        held = trial.judge(case)
        return Outcome("right") if held or not trial.failures else trial.failures[0].outcome

    return attempt


def _misconception(exercise: Exercise, failures: list[Failure], rights: list[Answer]) -> str:
    """What the failures point to: of all sentences for the case that is shown, the one that fits most failures."""

    def ask(recognise: Callable[..., str | None], failure: Failure, right: Answer) -> str:
        try:
            return recognise(failure.case, failure.answer, right) or ""
        except Exception:  # an answer so odd that the recogniser cannot read it is not the one that it knows
            return ""

    fitting = []
    for recognise in exercise.misconceptions:
        if ask(recognise, failures[0], rights[0]):
            told = [ask(recognise, f, right) for f, right in zip(failures, rights, strict=True)]
            fitting.append((sum(map(bool, told)), told[0]))
    return max(fitting, key=lambda found: found[0])[1] if fitting else ""


def _hints(exercise: Exercise) -> str:
    """The hints, each inside the one before."""
    inner = ""
    for number, hint in reversed(list(enumerate(exercise.hints, 1))):
        inner = unfold(f"Hint {number} of {len(exercise.hints)}", paragraph(hint) + inner)
    return inner


def _is_empty(function: Callable[..., Any]) -> bool:
    """Whether the body is only `pass`, `...` or a docstring."""
    import dis

    code = getattr(function, "__code__", None)
    steps = [i for i in dis.get_instructions(code) if i.opname not in ("RESUME", "NOP")] if code else []
    return bool(steps) and all(
        i.opname in ("LOAD_CONST", "RETURN_VALUE", "RETURN_CONST") and i.argval is None for i in steps
    )


def _name(thing: Any) -> str:
    return getattr(thing, "__name__", "your_function")
