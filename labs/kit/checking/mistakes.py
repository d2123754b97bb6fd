"""Which plausible mistake a learner made: the one whose outcomes agree with theirs in most of the failing cases, and
which is right wherever they are.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Any

from labs.kit.checking.exercise import Case, Exercise, Mistake

AGREE = 0.85  # the share of the failing cases in which a mistake has to come out as the learner's function did
COMPARED = 60  # at most so many failing cases are compared


@dataclass(frozen=True)
class Outcome:
    """How one call came out: `kind` is "answer", "misfit" (of the wrong kind altogether), "raised", "time" and the
    other kinds of a LearnerError; `what` is the answer in plain form, or the name of the exception.

    `changed`: it changed an argument, where that is a fault; "changed" as a kind: and nothing else was wrong.
    """

    kind: str
    what: Any = None
    changed: bool = False

    def agrees(self, other: Outcome) -> bool:
        """Whether this one, of a mistake, came out as a learner's did."""
        try:
            alike = self.kind == ("answer" if other.kind == "changed" else other.kind) and bool(self.what == other.what)
            return alike and (self.changed or other.kind != "changed")
        except Exception:  # an answer so odd that it cannot be compared
            return False


# How a function comes out in some cases.
Try = Callable[[Callable[..., Any], list[Case]], Generator[Outcome, None, None]]
Holds = Callable[[Callable[..., Any], list[Case]], bool]  # whether it is right in all of these cases


def named(exercise: Exercise, failures: Sequence[tuple[Case, Outcome]], attempt: Try, holds: Holds) -> str:
    """The sentence of the mistake that agrees with the learner's failures, the first of which is shown; else empty.

    A mistake that fails in a small case where the learner's function is right is not theirs. Of mistakes that agree
    equally often the first one listed is named.
    """
    compared, partly = failures[:COMPARED], []
    passed = cache(lambda: _passed(exercise, failures))
    for mistake in exercise.wrong:
        count = _agreeing(mistake, compared, attempt)
        if count == len(compared) and holds(mistake.function, passed()):
            return mistake.says  # none can agree more often: the others, some of which wait for threads, are not tried
        if 0 < count < len(compared):
            partly.append((count, mistake))
    for _, mistake in sorted(partly, key=lambda found: -found[0]):
        if holds(mistake.function, passed()):
            return mistake.says
    return ""


def _passed(exercise: Exercise, failures: Sequence[tuple[Case, Outcome]]) -> list[Case]:
    """The small cases in which the learner's function was right: all that were tried but these."""
    failed = {repr(case) for case, _ in failures}
    tried = list(exercise.cases())
    if failures[-1][1].kind in ("time", "ended", "interrupted"):  # after that no other case was tried
        last = repr(failures[-1][0])
        tried = tried[: next((i for i, case in enumerate(tried) if repr(case) == last), len(tried))]
    return [case for case in tried if repr(case) not in failed]


def _agreeing(mistake: Mistake, failures: Sequence[tuple[Case, Outcome]], attempt: Try) -> int:
    """In how many of the failing cases it agrees; 0 if not in the first, or in too few of them."""
    missed, allowed = len(failures), len(failures) * (1 - AGREE)
    with closing(attempt(mistake.function, [case for case, _ in failures])) as outcomes:
        for number, ((_, theirs), outcome) in enumerate(zip(failures, outcomes, strict=False)):
            missed -= outcome.agrees(theirs)
            if number + 1 - (len(failures) - missed) > (allowed if number else 0):
                return 0
    return len(failures) - missed if missed <= allowed else 0
