"""What an exercise is made of. `labs.kit.catalogue` finds it by its id, for `check`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
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


@dataclass(frozen=True)
class Mistake:
    """A plausible wrong answer: a whole function with the exercise's signature, and the sentence that is true of
    whoever wrote one like it. Two functions are alike when their plain answers are equal (what should not count there
    is a field with `compare=False`), or when both fail in the same way.
    """

    says: str
    function: Callable[..., Any]


def _name(function: Callable[..., Any]) -> str:
    """The name under which it was defined; empty for a lambda and the like."""
    name = getattr(function, "__name__", "")
    return name if isinstance(name, str) and name.isidentifier() else ""


def _parameters(function: Callable[..., Any], count: int) -> list[str]:
    """What to write before the arguments of a call: `name=`; or nothing, where it does not take them by name."""
    with suppress(Exception):  # it has no signature, or one that lies
        parameters = list(inspect.signature(function).parameters.values())[:count]
        if len(parameters) == count and all(p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters):
            return [f"{p.name}=" for p in parameters]
    return [""] * count


def _with_arguments(function: Callable[..., Any], case: Case) -> Answer:
    return function(*case)


def _as_it_is(case: Case, answer: Answer) -> Answer:
    return answer


@dataclass(frozen=True)
class Exercise:
    """One function for the learner to write, and how to tell whether it is right.

    `cases` gives the small cases, the smallest first; `strategy` a Hypothesis strategy for larger ones (import it
    inside). `read` turns the answer into one plain form, or raises Wrong if it is of the wrong kind altogether: `shape`
    is the name of that property. `wrong` holds the plausible wrong answers, at least three: the one that comes out as
    the learner's function does in at least 85 % of the failing cases is named, and of equals the first.
    """

    id: str  # its first word is the family: "kafka-range" is in a room of labs/kafka
    lesson: str  # "06"
    title: str
    points: int
    reference: Callable[..., Any]
    cases: Callable[[], Iterable[Case]]
    properties: Sequence[tuple[str, Property]]
    strategy: Callable[[], Any] | None = None
    wrong: Sequence[Mistake] = ()
    misconceptions: Sequence[Misconception] = ()  # the older form; used only where `wrong` is empty
    hints: Sequence[str] = ()
    shape: str = "Gives back an answer of the right kind"
    read: Callable[[Case, Answer], Answer] = _as_it_is
    call: Callable[[Callable[..., Any], Case], Answer] = _with_arguments
    show_case: Callable[[Case], str] | None = None  # in place of the call that `shown` makes of the arguments
    show_answer: Callable[[Answer], str] = show
    # yours and a right one -> SVG, alt text; or None, where a case is better told in words
    picture: Callable[[Case, Answer, Answer], tuple[str, str] | None] | None = None
    right: str = "expected"  # what to call the reference's answer; where several are right, "one right answer"
    # what is unusual about a case, told where the learner's code breaks off in it or goes round for ever
    beware: Callable[[Case], str | None] | None = None
    examples: int = 100  # how many larger cases

    def shown(self, case: Case, function: Callable[..., Any]) -> str:
        """The case as a call of the learner's function, by its own name; of what has no name, by the lesson's."""
        lesson, theirs = _name(self.reference), _name(function)
        if self.show_case is not None:
            text = self.show_case(case)
            return theirs + text[len(lesson) :] if theirs and lesson and text.startswith(lesson + "(") else text
        if self.call is not _with_arguments or not (theirs or lesson):
            return show(case)
        names = _parameters(function if theirs else self.reference, len(case))
        return f"{theirs or lesson}({', '.join(name + show(value) for name, value in zip(names, case, strict=True))})"

    def solve(self, case: Case) -> Answer:
        """A right answer, by the reference."""
        return self.read(case, self.call(self.reference, case))
