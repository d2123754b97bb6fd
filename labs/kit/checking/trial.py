"""Judge a learner's function: generate the cases, look at every property of each reply, sum up.

All of it happens where the function is not: `child` asks it, in whatever process it is (asking.py). So this judges a
function of the learner's notebook and a submission that nobody trusts alike.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

from labs.kit.checking.asking import Child
from labs.kit.checking.examine import Heard, Reply
from labs.kit.checking.exercise import Answer, Case, Exercise, Wrong
from labs.kit.checking.mistakes import Holds, Outcome, Try, named
from labs.kit.checking.processes import ask
from labs.kit.checking.report import COMES_BACK, KEEPS, Failure, Report
from labs.kit.guarding.guard import TOGETHER
from labs.kit.guarding.telling import show

COURSE_SECONDS = 10.0  # of processor time for the course's own work on larger cases: time to stop looking for a fault
SHRINKS = 300  # so many tries to make a failing case smaller: a count and not a time, so that all machines agree

START = "Write your code in place of the line `raise NotImplementedError()`, run its cell, then this one."

# Of this thread: what others do in the notebook takes nothing from it. Python in the browser has one thread only.
_cpu = getattr(time, "thread_time", time.process_time)


def judge(exercise: Exercise, child: Child) -> Report:
    """Put every small case to the function, and if all hold, larger ones; what was found."""
    trial = Trial(exercise, child)
    try:
        trial.small_cases()
        if trial.unstarted:
            return Report("not started", exercise, START, marks=[("idle", name) for name in trial.names])
        if not trial.failures and not trial.finished and exercise.strategy is not None:
            _search(exercise, trial)
    except KeyboardInterrupt:  # while the course's own code was at work
        trial.failures.append(Failure(COMES_BACK, trial.case, "You stopped it.", outcome=Outcome("interrupted")))
    return _sum_up(exercise, child, trial)


class Trial:
    """All that was seen of one function."""

    def __init__(self, exercise: Exercise, child: Child) -> None:
        self.exercise, self.child = exercise, child
        self.names = [exercise.shape, *(name for name, _ in exercise.properties)]
        self.failures: list[Failure] = []
        self.seen: set[str] = set()  # the properties that were looked at
        self.small = self.came_back = 0  # how many small cases there are, and in how many it gave an answer
        self.case: Case = None
        self.changed = ""
        self.unstarted = self.finished = False
        self.late: list[tuple[Case, Outcome]] = []  # failing larger cases, all that were met

    def small_cases(self) -> None:
        """Judge all small cases."""
        cases = list(self.exercise.cases())
        self.small = len(cases)
        for number, (case, reply) in enumerate(zip(cases, self.child.replies(cases), strict=False)):
            problem = reply.problem
            if not number and (self.child.about.empty or (problem and problem.kind == "unfinished")):
                self.unstarted = self.finished = True
                return
            self.came_back += problem is None
            self.failures += self.look(case, reply)

    def larger(self, case: Case) -> list[Failure]:
        """Judge one case; what does not hold."""
        replies = list(self.child.replies([case]))
        return self.look(case, replies[0]) if replies else []

    def look(self, case: Case, reply: Reply) -> list[Failure]:
        """What a reply breaks."""
        self.case, self.finished = case, reply.last
        self.changed = self.changed or reply.changed
        if reply.problem is None:
            failures = self._judged(case, reply)
        else:
            sentence, slow = reply.problem.sentence, reply.problem.kind in ("time", "stuck")
            if slow and self.came_back and not self.failures:
                sentence = f"Right so far{', but too slow' * sentence.startswith(TOGETHER)}. {sentence}"
            outcome = Outcome("time") if slow else Outcome(reply.problem.kind, reply.problem.exception)
            failures = [Failure(COMES_BACK, case, sentence, outcome=outcome)]
        for failure in failures:
            failure.printed = reply.printed
        return failures

    def _judged(self, case: Case, reply: Reply) -> list[Failure]:
        self.seen.add(self.exercise.shape)
        misfit, came = reply.misfit, reply.came
        if (misfit or reply.answer is None) and reply.printed and self._should_have_returned(case, reply):
            misfit, came = "You printed it: give it back with `return`.", came or show(None)
        if misfit:
            outcome = Outcome("misfit", (misfit, came))
            return [Failure(self.exercise.shape, case, misfit, came=came, expected=reply.expected, outcome=outcome)]
        failures, outcome = [], Outcome("answer", reply.answer)
        for name, holds in self.exercise.properties:
            self.seen.add(name)
            if wrong := _broken(holds, case, reply.answer):
                failures.append(Failure(name, case, wrong.sentence, "", "", reply.answer, "", wrong.expected, outcome))
        if self.exercise.keeps and reply.changed:
            outcome = outcome if failures else Outcome("changed", reply.answer)
            failures.append(Failure(KEEPS, case, reply.changed, outcome=outcome))
        return failures

    def _should_have_returned(self, case: Case, reply: Reply) -> bool:
        """Whether the function returned None in this case, where the reference does not."""
        reference = Heard(self.exercise.reference)
        if reply.none:
            self.exercise.call(reference, case)
        return reply.none and not reference.none


def _broken(holds: Callable[[Case, Answer], None], case: Case, answer: Answer) -> Wrong | None:
    """What a property has against an answer."""
    try:
        holds(case, answer)
    except Wrong as wrong:
        return wrong
    except Exception as problem:  # an answer so odd that the property cannot read it
        return Wrong(f"The answer is so unusual that this cannot be judged ({type(problem).__name__}).")
    return None


def _search(exercise: Exercise, trial: Trial) -> None:
    """Let Hypothesis look for a larger case that fails, and make it small."""
    import hypothesis

    from labs.kit.work import work_folder

    # Else it keeps a folder beside the learner's notebook.
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(work_folder() / ".hypothesis"))
    assert exercise.strategy is not None
    smallest: list[Failure] = []
    tries, until = 0, _cpu() + COURSE_SECONDS

    class Found(Exception):
        pass

    class Enough(KeyboardInterrupt):  # which Hypothesis lets through
        pass

    def holds(case: Case) -> None:
        nonlocal tries, smallest
        tries += bool(smallest)
        if trial.finished or tries > SHRINKS or _cpu() > until:
            raise Enough
        failures = trial.larger(case)
        if failures and not (smallest and trial.finished):
            smallest = failures
            trial.late.append((case, failures[0].outcome))
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


def _sum_up(exercise: Exercise, child: Child, trial: Trial) -> Report:
    broken: dict[str, Failure] = {}
    for failure in trial.failures:
        broken.setdefault(failure.name, failure)
    marks = [("bad", name) for name in (COMES_BACK, KEEPS) if name in broken]
    marks += [(_tone(name, exercise, trial, broken), name) for name in trial.names]
    if not broken:
        return Report("passed", exercise, marks=marks, notes=_notes(exercise, trial), share=1.0)
    worst = trial.failures[0]  # the smallest case of all; of several properties that fail there, the first
    report = Report("failed", exercise, marks=marks, failure=worst, share=_share(exercise, trial, marks))
    for name, failure in broken.items():
        if failure is not worst:
            report.others[name] = failure.sentence + ("" if failure.case == worst.case else " (In another case.)")
    worst.shown = exercise.shown(worst.case, child.about)
    if worst.name == COMES_BACK and exercise.beware is not None and worst.outcome.what != "NameError":  # in every case
        report.misconception = exercise.beware(worst.case) or ""
    if worst.name not in (COMES_BACK, KEEPS) and worst.expected is None and exercise.shows_right:
        worst.expected = exercise.solve(worst.case)
    if worst.answer is not None:
        right = exercise.solve(worst.case)
        if exercise.picture is not None:
            with suppress(Exception):  # an answer so odd that it cannot be drawn
                report.drawing = exercise.picture(worst.case, worst.answer, right)
    report.misconception = _mistake(exercise, trial) or report.misconception
    hidden = child.about.hidden
    if hidden and hidden not in worst.sentence:
        report.notes.append(hidden)
    if child.shared and worst.outcome.kind in ("time", "stuck"):
        report.notes.append("Here a check shares the notebook's own process, so it cannot stop everything by itself.")
    return report


def _tone(name: str, exercise: Exercise, trial: Trial, broken: Mapping[str, Failure]) -> str:
    """How a property is marked: where no answer came, or none of the right kind, it could not be looked at."""
    if name in broken:
        return "bad"
    if name not in trial.seen:
        return "idle"
    stopped = COMES_BACK in broken or (exercise.shape in broken and name != exercise.shape)
    return "part" if stopped else "good"


def _notes(exercise: Exercise, trial: Trial) -> list[str]:
    """What is said beside a pass. How far a search came depends on the machine, so it is not counted."""
    small = (
        "its only case"
        if trial.small == 1
        else f"all {trial.small} small cases"
        if exercise.strategy
        else (f"all {trial.small} cases")
    )
    notes = [f"Held in {small}" + (", and in larger ones." if exercise.strategy is not None else ".")]
    if trial.changed:
        notes.append(trial.changed.replace(": work on", ", its own copy here. Elsewhere, work on"))
    return notes


def _share(exercise: Exercise, trial: Trial, marks: list[tuple[str, str]]) -> float:
    """What nbgrader gives of 1: by properties, the right kind of answer not counted; nothing where it mostly broke off.

    A function that breaks off in most cases may still hold in the few in which it does not.
    """
    if 2 * trial.came_back < trial.small:
        return 0.0
    counted = [tone for tone, name in marks if name != exercise.shape]
    return sum(tone in ("good", "part") for tone in counted) / max(1, len(counted))


def _mistake(exercise: Exercise, trial: Trial) -> str:
    """The sentence of the mistake that fits what failed; empty where none does."""
    outcomes = {id(failure.case): (failure.case, failure.outcome) for failure in trial.failures}
    failing = list(outcomes.values())
    if trial.late:  # the smallest first, which is shown; and only mistakes that no small case shows
        shown = failing[0]
        failing = [shown, *(found for found in trial.late[::-1] if found[0] != shown[0])]
    return named(exercise, failing, _outcomes(exercise), _holds(exercise))


def _outcomes(exercise: Exercise) -> Try:
    def outcomes(function: Callable[..., Any], cases: list[Case]) -> Generator[Outcome, None, None]:
        with ask(exercise, function, ours=True) as child:
            for reply in child.replies(cases):
                yield _outcome(exercise, reply)

    return outcomes


def _outcome(exercise: Exercise, reply: Reply) -> Outcome:
    if reply.problem is not None:
        slow = reply.problem.kind in ("time", "stuck")
        return Outcome("time") if slow else Outcome(reply.problem.kind, reply.problem.exception)
    if reply.misfit:
        return Outcome("misfit", (reply.misfit, reply.came))
    return Outcome("answer", reply.answer, bool(reply.changed and exercise.keeps))


def _holds(exercise: Exercise) -> Holds:
    def holds(function: Callable[..., Any], cases: list[Case]) -> bool:
        with ask(exercise, function, ours=True) as child:
            trial = Trial(exercise, child)
            replies = child.replies(cases)
            return all(not trial.look(case, reply) for case, reply in zip(cases, replies, strict=False))

    return holds
