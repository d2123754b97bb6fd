"""Which plausible mistake a learner made: the one whose outcomes agree with theirs in most of the failing cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from labs.kit.exercise import Case, Exercise, Mistake

AGREE = 0.85  # the share of the failing cases in which a mistake has to come out as the learner's function did
COMPARED = 60  # at most so many failing cases are compared


@dataclass(frozen=True)
class Outcome:
    """How one call came out: `kind` is "answer", "misfit" (of the wrong kind altogether), "raised", "changed" (a right
    answer, but an argument was changed), "time" and the other kinds of a LearnerError; `what` is the answer in plain
    form, or the name of the exception.
    """

    kind: str
    what: Any = None

    def agrees(self, other: Outcome) -> bool:
        """Whether both came out alike."""
        try:
            return self.kind == other.kind and bool(self.what == other.what)
        except Exception:  # an answer so odd that it cannot be compared
            return False


Try = Callable[[Callable[..., Any], Case], Outcome]  # how a function comes out in a case


def named(exercise: Exercise, failures: Sequence[tuple[Case, Outcome]], attempt: Try) -> str:
    """The sentence of the mistake that agrees with the learner's failures, the first of which is shown; else empty.

    Of mistakes that agree equally often the first one listed is named.
    """
    some = failures[:COMPARED]
    best, most = "", 0
    for mistake in exercise.wrong:
        agreeing = _agreeing(mistake, some, attempt)
        if agreeing > most:
            best, most = mistake.says, agreeing
    return best


def _agreeing(mistake: Mistake, failures: Sequence[tuple[Case, Outcome]], attempt: Try) -> int:
    """In how many of the failing cases it agrees; 0 if not in the first, or in too few of them."""
    missed, allowed = 0, len(failures) - AGREE * len(failures)
    for number, (case, outcome) in enumerate(failures):
        missed += not attempt(mistake.function, case).agrees(outcome)
        if missed > (allowed if number else 0):
            return 0
    return len(failures) - missed
