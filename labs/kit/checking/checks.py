"""check("kafka-range", range_assign): put the learner's function to an exercise and say what holds and what does not.

Small cases come first, the smallest first, so the first that fails is the smallest there is. When all of them hold,
Hypothesis tries larger ones and makes a failing one as small as it can. The report is the same, word for word, whenever
the same function is checked.
"""

from __future__ import annotations

import os
from typing import Any

from labs.kit.checking import catalogue, grading
from labs.kit.checking.exercise import Exercise
from labs.kit.checking.processes import ask
from labs.kit.checking.report import Report
from labs.kit.checking.trial import judge
from labs.kit.guarding.guard import replaced_builtins
from labs.kit.guarding.telling import put_builtins_back, show
from labs.kit.source import is_left_over

_MISSING = object()
LEFT_OVER = (
    "The cell that you ran last stopped at an error before it defined your function. "
    "So this report is about the function as it was before."
)


def check(exercise_id: Any = _MISSING, function: Any = _MISSING) -> Report:
    """Put `function` to the exercise and report; the attempt is kept in `my_work/`.

    It never raises, but for nbgrader (`NBGRADER_EXECUTION` is set): AssertionError where no point is earned.
    """
    exercise, sentence = _find(exercise_id, function)
    report = _judged(exercise, function) if exercise else Report("not checked", sentence=sentence)
    return grading.hand_in(report) if grading.ASKED in os.environ else report


def _judged(exercise: Exercise, function: Any) -> Report:
    from labs.kit import progress

    replaced = put_builtins_back()  # by another cell, perhaps: our own lines have to trust them
    with ask(exercise, function) as child:
        report = judge(exercise, child)
    report.notes += [LEFT_OVER] if is_left_over(function) else []
    report.notes += [replaced_builtins(replaced).sentence] if replaced else []
    if report.verdict in ("passed", "failed"):
        points = f"{report.points} of {exercise.points}"
        trouble = progress.record(exercise.id, function, report.passed, points)
        report.notes += [trouble] if trouble else []
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
            f"`check('{exercise_id}', …)` wants your function itself, "
            f"its name without brackets after it; it was given {what}."
        )
    return exercise, ""


def _name(thing: Any) -> str:
    return getattr(thing, "__name__", "your_function")


grading.keep_name(check)
