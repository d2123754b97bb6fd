"""Lesson 11: hand out messages within everyone's prefetch."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import misread, pairs
from labs.rabbitmq.delivery.dispatch import Row, dispatch
from labs.rabbitmq.delivery.exercises import dispatch_wrong as wrong

Case = tuple[list[str], list[Row]]
Given = list[tuple[str, str]]


def _messages(n: int) -> list[str]:
    return [f"m{i}" for i in range(1, n + 1)]


def _cases() -> Iterator[Case]:
    yield _messages(1), [("c1", 1, 0)]
    yield [], [("c1", 1, 0)]
    yield _messages(2), []
    yield [], []
    yield _messages(3), [("c1", 1, 0), ("c2", 1, 0)]
    yield _messages(3), [("c1", 2, 0), ("c2", 2, 0)]
    yield _messages(4), [("c1", 1, 0), ("c2", 2, 0), ("c3", 2, 0)]
    for n, a, b in product((2, 5), (0, 1, 2, 3), (0, 1, 2)):
        for held in product((0, 1, 3), repeat=2):
            yield _messages(n), [("c2", a, held[0]), ("c1", b, held[1])]
    yield _messages(6), [("c1", 1, 1), ("c2", 3, 0), ("c3", 2, 0)]
    yield _messages(7), [("c10", 2, 1), ("c9", 4, 0), ("c2", 1, 1), ("c1", 0, 12)]
    yield _messages(12), [("c1", 2, 2), ("c2", 5, 1), ("c3", 4, 4), ("c4", 3, 0)]
    yield _messages(8), [("a", 3, 2), ("b", 1, 0), ("c", 0, 0)]
    yield ["m10", "m9", "m2", "m11"], [("b", 3, 0), ("a", 2, 0)]


def _strategy() -> Any:
    from hypothesis import strategies as st

    names = st.lists(st.sampled_from(["c1", "c2", "c3", "c10", "a", "b"]), unique=True, max_size=4)
    row = st.tuples(st.integers(0, 4), st.integers(0, 5))
    rows = names.flatmap(
        lambda some: st.lists(row, min_size=len(some), max_size=len(some)).map(
            lambda numbers: [(name, *two) for name, two in zip(some, numbers, strict=True)]
        )
    )
    return st.tuples(
        st.permutations(_messages(12)).flatmap(lambda all: st.integers(0, 12).map(lambda n: all[:n])), rows
    )


def _read(case: Case, answer: Any) -> Given:
    what = "a list of pairs (message, consumer)"
    given = pairs(answer, what)
    if not all(isinstance(part, str) for pair in given for part in pair):
        raise misread(answer, what)
    return given


def _known(case: Case, answer: Given) -> None:
    names = {name for name, *_ in case[1]}
    for message, name in answer:
        if message not in case[0] or name not in names:
            raise Wrong(f"({message!r}, {name!r}) is not a pair of a ready message and a consumer.")


def _within(case: Case, answer: Given) -> None:
    for name, most, unacked in case[1]:
        got = sum(who == name for _, who in answer)
        if most and got and unacked + got > most:
            raise Wrong(f"{name} would hold {unacked + got} messages; its prefetch is {most}.")


def _oldest(case: Case, answer: Given) -> None:
    messages = [message for message, _ in answer]
    if messages != list(case[0][: len(messages)]):
        raise Wrong(
            f"The messages leave in the order {', '.join(messages)}; they are ready in the order "
            f"{', '.join(case[0]) or '(none)'}."
        )


def _none_waits(case: Case, answer: Given) -> None:
    right = len(dispatch(*case))
    if len(answer) < right:
        raise Wrong(f"{right} of {len(case[0])} messages can be handed out, and you hand out {len(answer)}.")


def _turns(case: Case, answer: Given) -> None:
    for (message, name), (_, want) in zip(answer, dispatch(*case), strict=False):
        if name != want and message in case[0]:
            raise Wrong(f"{message} should go to {want}, the next in turn that has room, and goes to {name}.")


DISPATCH = Exercise(
    id="rabbitmq-dispatch",
    lesson="11",
    title="Handing out within the prefetch",
    points=2,
    reference=dispatch,
    cases=_cases,
    strategy=_strategy,
    shape="Returns a list of pairs (message, consumer)",
    read=_read,
    properties=(
        ("Hands out ready messages, to consumers that there are", _known),
        ("Hands out the oldest first, and skips none", _oldest),
        ("Nobody gets more than the prefetch allows", _within),
        ("No message waits while somebody has room", _none_waits),
        ("The consumers take turns", _turns),
    ),
    wrong=(
        Mistake(
            "You ask whether a consumer holds exactly its prefetch. It may hold more: then it has no room either.",
            wrong.not_equal,
        ),
        Mistake(
            "You let a prefetch of 0 allow nothing. In RabbitMQ 0 means that there is no limit.", wrong.zero_is_none
        ),
        Mistake(
            "You hand out one more than the prefetch allows: a consumer has room while it holds fewer.",
            wrong.one_too_many,
        ),
        Mistake("You hand out one fewer than the prefetch allows.", wrong.one_too_few),
        Mistake("You do not count what a consumer holds already.", wrong.forgets_the_held),
        Mistake("You do not count what you have just handed out.", wrong.counts_only_the_held),
        Mistake("You do not look at the prefetch at all.", wrong.no_limit),
        Mistake(
            "You compare the prefetch with what all consumers hold together. It counts for each consumer by itself.",
            wrong.one_limit_for_all,
        ),
        Mistake(
            "The first consumer gets everything that it has room for. Whoever has just been given one goes to the end "
            "of the turns.",
            wrong.first_with_room,
        ),
        Mistake(
            "You choose whoever holds least. RabbitMQ does not weigh: the next in turn that has room gets it.",
            wrong.least_loaded,
        ),
        Mistake(
            "You choose whoever has most room. RabbitMQ does not weigh: the next in turn that has room gets it.",
            wrong.most_room,
        ),
        Mistake("You stop at a consumer without room. Pass over it, and ask the next one.", wrong.stops_at_a_full_one),
        Mistake(
            "You leave a message out when it is the turn of a consumer without room. The same message goes to the next "
            "one in turn.",
            wrong.skips_the_message,
        ),
        Mistake(
            "You take full consumers out of the list, and your counter then skips the one behind.", wrong.counter_slips
        ),
        Mistake(
            "You let the number of the message say whose turn it is. The turn passes from whoever got the last one.",
            wrong.by_number,
        ),
        Mistake("You hand out the newest first. A queue gives its oldest message away first.", wrong.newest_first),
        Mistake("You sort the consumers. They stand in the order of their turns.", wrong.by_name),
        Mistake(
            "You start the turns at the end of the list. The first consumer's turn comes first.", wrong.turns_backwards
        ),
        Mistake("You stop after one round. The turns go round for as long as somebody has room.", wrong.one_each),
        Mistake("Your pairs are the wrong way round: the message comes first, then the consumer.", wrong.swapped),
        Mistake(
            "You list the pairs consumer by consumer. List them in the order in which the messages leave the queue.",
            wrong.grouped,
        ),
    ),
    hints=(
        "Keep two things up to date: how many messages each consumer holds, and whose turn it is.",
        "For each message, look through the consumers in the order of their turns for the first that has room. Nobody? "
        "Then stop.",
        "After giving to the consumer at place i: `turns = turns[i + 1:] + turns[:i + 1]`.",
    ),
)
