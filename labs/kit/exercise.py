"""What an exercise is made of; `labs.<family>.exercises.EXERCISES` holds those of a family by id, for `check`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from labs.kit.telling import show

Case = Any  # what one call is made with, usually the tuple of its arguments
Answer = Any
Property = Callable[[Case, Answer], None]  # raises Wrong where the answer breaks it
Misconception = Callable[[Case, Answer, Answer], str | None]  # (case, answer, a right answer) -> what it points to


class Wrong(Exception):
    """What is wrong with an answer, in one sentence about this case; `expected` where that can be said exactly."""

    def __init__(self, sentence: str, expected: Any = None) -> None:
        super().__init__(sentence, expected)
        self.sentence, self.expected = sentence, expected


def _with_arguments(function: Callable[..., Any], case: Case) -> Answer:
    return function(*case)


def _as_it_is(case: Case, answer: Answer) -> Answer:
    return answer


@dataclass(frozen=True)
class Exercise:
    """One function for the learner to write, and how to tell whether it is right.

    `cases` gives the small cases, the smallest first; `strategy` a Hypothesis strategy for larger ones (import it
    inside). `read` turns the answer into one plain form, or raises Wrong if it is of the wrong kind altogether: `shape`
    is the name of that property. Of the `misconceptions` the one that explains most of the failing cases is named.
    """

    id: str  # its first word is the family: "kafka-range" is in labs.kafka.exercises
    lesson: str  # "06"
    title: str
    points: int
    reference: Callable[..., Any]
    cases: Callable[[], Iterable[Case]]
    properties: Sequence[tuple[str, Property]]
    strategy: Callable[[], Any] | None = None
    misconceptions: Sequence[Misconception] = ()
    hints: Sequence[str] = ()
    shape: str = "Gives back an answer of the right kind"
    read: Callable[[Case, Answer], Answer] = _as_it_is
    call: Callable[[Callable[..., Any], Case], Answer] = _with_arguments
    show_case: Callable[[Case], str] = show  # the call, as the learner would write it
    show_answer: Callable[[Answer], str] = show
    # yours and a right one -> SVG, alt text; or None, where a case is better told in words
    picture: Callable[[Case, Answer, Answer], tuple[str, str] | None] | None = None
    right: str = "expected"  # what to call the reference's answer; where several are right, "one right answer"
    examples: int = 100  # how many larger cases

    def solve(self, case: Case) -> Answer:
        """A right answer, by the reference."""
        return self.read(case, self.call(self.reference, case))
