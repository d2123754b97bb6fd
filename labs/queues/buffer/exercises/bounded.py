"""The exercise `queues-bounded`: a message comes to a queue that may be full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import as_list, several, word
from labs.kit.guarding.telling import show
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


# ── what people get wrong ─────────────────────────────────────────────────────────────────────────────────────────────


def _full_too_late(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    return offer(waiting, message, bound + 1, policy)


def _full_too_early(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    return offer(waiting, message, bound - 1, policy) if waiting else offer(waiting, message, bound, policy)


def _drops_whatever_the_policy(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    return offer(waiting, message, bound, "drop oldest")


def _wrong_end(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    if policy == "drop oldest" and len(waiting) == bound:
        return [*waiting[:-1], message], "accepted", [waiting[-1]]
    return offer(waiting, message, bound, policy)


def _to_the_front(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    if len(waiting) < bound:
        return [message, *waiting], "accepted", []
    return offer(waiting, message, bound, policy)


def _replaces_the_newest(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    if policy == "drop newest" and len(waiting) == bound:
        return [*waiting[:-1], message], "accepted", [waiting[-1]]
    return offer(waiting, message, bound, policy)


def _swapped_drops(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    other = {"drop oldest": "drop newest", "drop newest": "drop oldest"}
    return offer(waiting, message, bound, other.get(policy, policy))


def _drop_newest_tells(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, "rejected" if policy == "drop newest" and lost else told, lost


def _drop_oldest_tells(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, "rejected" if policy == "drop oldest" and lost else told, lost


def _any_drop_tells(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, "rejected" if lost else told, lost


def _rejects_in_silence(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, "accepted" if told == "rejected" else told, lost


def _rejects_in_silence_and_loses(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return (after, "accepted", [message]) if told == "rejected" else (after, told, lost)


def _rejected_is_lost(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, told, [message] if told == "rejected" else lost


def _waiting_is_lost(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, told, [message] if told == "wait" else lost


def _neither_has_it(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, told, lost if told == "accepted" else [message]


def _block_rejects(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, "rejected" if told == "wait" else told, lost


def _block_takes_it(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return ([*waiting, message], "wait", []) if told == "wait" else (after, told, lost)


def _nothing_lost(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, _ = offer(waiting, message, bound, policy)
    return after, told, []


def _falsy_is_nothing(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, told, [one for one in lost if one]


def _the_new_one_is_lost(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, told, [message] if lost else []


def _no_duplicates(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    if message in waiting:
        return waiting, "accepted", []
    return offer(waiting, message, bound, policy)


def _out_by_value(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    if policy == "drop oldest" and len(waiting) == bound:
        return [*[one for one in waiting if one != waiting[0]], message], "accepted", [waiting[0]]
    return offer(waiting, message, bound, policy)


def _in_the_place_of_the_oldest(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    if policy == "drop oldest" and len(waiting) == bound:
        return [message, *waiting[1:]], "accepted", [waiting[0]]
    return offer(waiting, message, bound, policy)


def _policy_first(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    if policy in ("reject", "block"):
        return waiting, "rejected" if policy == "reject" else "wait", []
    return offer(waiting, message, bound, policy)


def _by_size(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return sorted(after, key=str), told, lost


REJECTED = "A rejected message is not lost: its producer was told, and still has it."
WRONG = (
    Mistake(
        "A queue that holds `bound` messages is full, and takes no other: there is room if `len(waiting) < bound`.",
        _full_too_late,
    ),
    Mistake("You act as if the queue were full although there is room for one more.", _full_too_early),
    Mistake("You treat every policy like 'drop oldest'.", _drops_whatever_the_policy),
    Mistake("The oldest is the first in the list: you drop the last.", _wrong_end),
    Mistake("A new message goes to the end of the list.", _to_the_front),
    Mistake(
        "With 'drop newest' the arriving message is discarded: those that wait keep their places.", _replaces_the_newest
    ),
    Mistake("You have the two drop policies the wrong way round.", _swapped_drops),
    Mistake("'drop newest' is silent: the producer believes that its message was accepted.", _drop_newest_tells),
    Mistake(
        "'drop oldest' takes the new message, so its producer is told that it was accepted. Nobody tells the "
        "producer of the old one.",
        _drop_oldest_tells,
    ),
    Mistake(
        "A queue that drops does not say so: the producer believes that its message was accepted.", _any_drop_tells
    ),
    Mistake("With 'reject' the producer has to be told: it can do something only if it knows.", _rejects_in_silence),
    Mistake(
        "You drop the message and acknowledge it. With 'reject' the producer is told, and keeps the message.",
        _rejects_in_silence_and_loses,
    ),
    Mistake(REJECTED, _rejected_is_lost),
    Mistake("A producer that waits still has its message: nothing is lost.", _waiting_is_lost),
    Mistake("A message that was not accepted is not lost: its producer still has it.", _neither_has_it),
    Mistake("With 'block' the producer is asked to wait; it is not rejected.", _block_rejects),
    Mistake("A producer that waits keeps its message: it is in the queue only when there is room.", _block_takes_it),
    Mistake("A dropped message is lost: nobody has it any more.", _nothing_lost),
    Mistake("A message may be 0, None or an empty string, and is lost like any other.", _falsy_is_nothing),
    Mistake("With 'drop oldest' it is the oldest that is lost, not the new one.", _the_new_one_is_lost),
    Mistake("Two messages may be equal: each counts.", _no_duplicates),
    Mistake("Only one message makes room: those that are equal to the oldest stay.", _out_by_value),
    Mistake(
        "The new message gets the place of the oldest, and would be the next one done: it goes to the end.",
        _in_the_place_of_the_oldest,
    ),
    Mistake(
        "The policy counts only when the queue is full. While there is room, every message is accepted.", _policy_first
    ),
    Mistake("You sort the queue. Messages keep the order in which they came.", _by_size),
)

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
