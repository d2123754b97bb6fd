"""The exercise `queues-bounded`: a message comes to a queue that may be full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labs.kit.checking.exercise import Exercise, Wrong
from labs.kit.checking.reading import as_list, several, word
from labs.kit.guarding.telling import show
from labs.queues.buffer.exercises.bounded_wrong import WRONG
from labs.queues.buffer.overflow import POLICIES, TOLD, offer

Case = tuple[list[Any], Any, int, str]  # who waits, the message, the bound, the policy
Answer = tuple[list[Any], str, list[Any]]


def cases() -> Iterator[Case]:
    """Full, almost full and empty queues, each policy; messages that are equal, 0, None or empty."""
    for waiting, message, bound in (
        (["a", "b", "c"], "d", 3),
        (["a", "b"], "c", 3),
        ([], "a", 1),
        (["a"], "b", 1),
        (["a", "b"], "b", 2),
        (["a", "b"], "a", 2),
        (["a", "a", "b"], "a", 3),
        ([0, 1], 2, 2),
        ([1, 2], 0, 2),
        ([None, "a"], "b", 2),
        (["a", "b"], None, 2),
        (["", "b"], "c", 2),
        ([3, 1, 2], 0, 3),
        (list(range(11)), 11, 11),
        (list(range(11)), 11, 12),
        (list(range(12, 0, -1)), 5, 12),
    ):
        for policy in POLICIES:
            yield list(waiting), message, bound, policy


def larger() -> Any:
    """A Hypothesis strategy: up to twenty messages, full half of the time."""
    from hypothesis import strategies as st

    message = st.one_of(st.integers(-3, 99), st.sampled_from(["", "a", "b", None]))

    def queue(bound: int) -> Any:
        full = st.lists(message, min_size=bound, max_size=bound)
        return st.tuples(
            st.one_of(full, st.lists(message, max_size=bound)), message, st.just(bound), st.sampled_from(POLICIES)
        )

    return st.integers(1, 20).flatmap(queue)


# ── what is asked of an answer ────────────────────────────────────────────────────────────────────────────────────────


def read(case: Case, answer: Any) -> Answer:
    """Two lists and a word between them, or Wrong."""
    waiting, told, lost = several(answer, 3, "three things, `waiting, told, lost`")
    who_waits = as_list(waiting, "a list, which may be empty", "`waiting` is")
    return who_waits, word(told, TOLD, "The producer is told"), as_list(lost, "a list, which may be empty", "`lost` is")


def _same(one: list[Any], other: list[Any]) -> bool:
    """Whether two lists hold the same messages; 0 and False are different ones."""
    return [(type(m), m) for m in one] == [(type(m), m) for m in other]


def never_too_long(case: Case, answer: Answer) -> None:
    """No more than `bound` wait."""
    if len(answer[0]) > case[2]:
        raise Wrong(f"{len(answer[0])} messages wait, and the bound is {case[2]}.", offer(*case))


def the_right_ones_wait(case: Case, answer: Answer) -> None:
    """Who waits, in their order."""
    right = offer(*case)
    if len(answer[0]) <= case[2] and not _same(answer[0], right[0]):
        full = "full" if len(case[0]) == case[2] else "not full"
        raise Wrong(f"The queue was {full}; now it holds {show(answer[0], 60)}.", right)


def told_what_happens(case: Case, answer: Answer) -> None:
    """The producer is told what this policy tells."""
    right = offer(*case)
    if answer[1] != right[1]:
        full = "full" if len(case[0]) == case[2] else "not full"
        raise Wrong(f"The queue was {full} and its policy is {case[3]!r}: the producer is told {answer[1]!r}.", right)


def lost_are_those_that_nobody_has(case: Case, answer: Answer) -> None:
    """Lost is what neither queue nor producer has any more."""
    right = offer(*case)
    if not _same(answer[2], right[2]):
        raise Wrong(f"`lost` is {show(answer[2], 60)}.", right)


BOUNDED = Exercise(
    id="queues-bounded",
    lesson="04",
    title="A queue that is full",
    points=2,
    reference=offer,
    cases=cases,
    strategy=larger,
    read=read,
    shape="Returns a list, what the producer is told, and a list",
    properties=(
        ("Never more than `bound` wait", never_too_long),
        ("The right messages wait, in their order", the_right_ones_wait),
        ("The producer is told what this policy tells it", told_what_happens),
        ("Lost is what nobody has any more", lost_are_those_that_nobody_has),
    ),
    wrong=WRONG,
    hints=(
        "Begin with the case that all policies share: there is room.",
        "`waiting[0]` is the oldest, and `waiting[1:]` are all the others.",
        "Who still has the message? If the producer was told 'rejected' or 'wait', the producer has.",
    ),
)
