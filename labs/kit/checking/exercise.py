"""What an exercise is made of. `labs.kit.checking.catalogue` finds it by its id, for `check`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from labs.kit.guarding.telling import hidden_builtins, is_empty, show

Case = Any  # what one call is made with, usually the tuple of its arguments
Answer = Any
Property = Callable[[Case, Answer], None]  # raises Wrong where the answer breaks it


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


@dataclass(frozen=True)
class About:
    """What a report says of a function itself; all of it plain, so that it can come from another process."""

    name: str = ""  # under which it was defined; empty for a lambda and the like
    parameters: tuple[str, ...] = ()  # up to the first that cannot be given by name
    empty: bool = False  # whether the body is only `pass`, `...` or a docstring
    hidden: str = ""  # a sentence, where a variable of the notebook hides a built-in that it uses

    @classmethod
    def of(cls, function: Callable[..., Any]) -> About:
        """Look at a function."""
        name = getattr(function, "__name__", "")
        parameters: list[str] = []
        with suppress(Exception):  # it has no signature, or one that lies
            for p in inspect.signature(function).parameters.values():
                if p.kind is not p.POSITIONAL_OR_KEYWORD:
                    break
                parameters.append(p.name)
        called = name if isinstance(name, str) and name.isidentifier() else ""
        return cls(called, tuple(parameters), is_empty(function), hidden_builtins(function))


def with_arguments(function: Callable[..., Any], case: Case) -> Answer:
    """The usual call: the case is the tuple of the arguments."""
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
    hints: Sequence[str] = ()
    shape: str = "Returns an answer of the right kind"
    read: Callable[[Case, Answer], Answer] = _as_it_is
    call: Callable[[Callable[..., Any], Case], Answer] = with_arguments
    show_case: Callable[[Case], str] | None = None  # in place of the call that `shown` makes of the arguments
    show_answer: Callable[[Answer], str] = show
    # yours and a right one -> SVG, alt text; or None, where a case is better told in words
    picture: Callable[[Case, Answer, Answer], tuple[str, str] | None] | None = None
    right: str = "expected"  # what to call the reference's answer; where several are right, "one right answer"
    # what is unusual about a case, told where the learner's code breaks off in it or goes round for ever
    beware: Callable[[Case], str | None] | None = None
    examples: int = 100  # how many larger cases
    keeps: bool = False  # whether to change an argument is a fault: where its text says so. Else it is only noted
    # whether a right answer stands beside a wrong one: not where it would be the whole solution, such as a schedule
    shows_right: bool = True

    def shown(self, case: Case, about: About) -> str:
        """The case as a call of the learner's function, by its own name; of what has no name, by the lesson's."""
        ours = About.of(self.reference)
        if self.show_case is not None:
            text = self.show_case(case)
            lesson = ours.name
            return about.name + text[len(lesson) :] if about.name and lesson and text.startswith(lesson + "(") else text
        called = about if about.name else ours
        if self.call is not with_arguments or not called.name:
            return show(case)
        names = [f"{name}=" for name in called.parameters[: len(case)]]
        names = names if len(names) == len(case) else [""] * len(case)
        return f"{called.name}({', '.join(name + show(value) for name, value in zip(names, case, strict=True))})"

    def solve(self, case: Case) -> Answer:
        """A right answer, by the reference."""
        return self.read(case, self.call(self.reference, case))
