"""Lesson 08: choosing acks and min.insync.replicas."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from labs.kafka.replication.search import Result, search
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import several, whole
from labs.kit.guarding.telling import show

Case = tuple[int, int]  # replicas, and how many of them may be down while producers write on


def choose(replicas: int, down: int) -> tuple[str, int]:
    """The reference: as many in sync as are left."""
    return "all", replicas - down


def cases() -> Iterator[Case]:
    """Every number of replicas up to seven."""
    yield 3, 1
    yield 3, 2
    yield 3, 0
    for replicas in (1, 2, 4, 5, 6, 7):
        yield from ((replicas, down) for down in range(replicas))


@cache
def _shortest(acks: str, least: int) -> Result:
    return search(acks, least, careful=True)


def _read(case: Case, answer: Any) -> tuple[str, int]:
    first, second = several(answer, 2, "a pair, (acks, min_insync)")
    acks, least = str(first), whole(second, "a whole number", "min_insync is")
    if acks not in ("0", "1", "all"):
        raise Wrong(f"acks is {show(first, 40)}: it is '0', '1' or 'all'.")
    if not 1 <= least <= case[0]:
        raise Wrong(f"min_insync is {least}: it is from 1 to {case[0]}, the number of replicas.")
    return acks, least


def _waits(case: Case, answer: tuple[str, int]) -> None:
    """What is acknowledged is on more than one broker."""
    if answer[0] == "all":
        return
    said = _shortest(answer[0], 1)
    raise Wrong(f"With acks={answer[0]} and three replicas, after {said.states} states: {said}.", choose(*case))


def _writes_on(case: Case, answer: tuple[str, int]) -> None:
    replicas, down = case
    if answer[1] > replicas - down:
        left = f"With {down} of {replicas} down the in-sync set has {replicas - down}"
        raise Wrong(f"{left}, and {answer[1]} are required: every write is refused.", choose(*case))


def _as_many(case: Case, answer: tuple[str, int]) -> None:
    replicas, down = case
    if answer[1] >= replicas - down:
        return
    more = f" For three replicas: {_shortest('all', 1)}." if case[0] == 3 and answer[1] == 1 else ""
    raise Wrong(f"min_insync could be {replicas - down}; {answer[1]} guarantees fewer copies.{more}",
                choose(*case))  # fmt: skip


def _one(replicas: int, down: int) -> tuple[str, int]:
    return "all", 1


def _two(replicas: int, down: int) -> tuple[str, int]:
    return "all", min(2, replicas)


def _majority(replicas: int, down: int) -> tuple[str, int]:
    return "all", replicas // 2 + 1


def _every(replicas: int, down: int) -> tuple[str, int]:
    return "all", replicas


def _leader(replicas: int, down: int) -> tuple[str, int]:
    return "1", replicas - down


def _leader_if_alone(replicas: int, down: int) -> tuple[str, int]:
    return ("1", 1) if replicas - down == 1 else ("all", replicas - down)


def _nobody(replicas: int, down: int) -> tuple[str, int]:
    return "0", replicas - down


def _spare(replicas: int, down: int) -> tuple[str, int]:
    return "all", max(1, replicas - down - 1)


def _down_plus_one(replicas: int, down: int) -> tuple[str, int]:
    return "all", down + 1


def _one_too_many(replicas: int, down: int) -> tuple[str, int]:
    return "all", min(replicas, replicas - down + 1)


CHOOSE = Exercise(
    id="kafka-choose-acks",
    lesson="08",
    title="Choosing acks and min.insync.replicas",
    points=1,
    reference=choose,
    cases=cases,
    shape="Returns a pair: acks, and min_insync",
    read=_read,
    properties=(
        ("What is acknowledged is on every in-sync replica", _waits),
        ("Producers write on while so many are down", _writes_on),
        ("No record is on fewer brokers than need be", _as_many),
    ),
    wrong=(
        Mistake("acks=1 is the leader's word alone: if it dies before a follower has fetched, the record is lost.",
                _leader),
        Mistake("You take acks=1 where a set of one is enough. Both pairs guarantee one copy there, but while others "
                "are in sync, acks=all waits for them too.", _leader_if_alone),
        Mistake("acks=0 asks for no answer at all: a record that never arrived counts as sent.", _nobody),
        Mistake("min.insync.replicas=1 is the default, and a set of one: it may be the only one with the record.",
                _one),
        Mistake("Two is right for three replicas of which one may be down. Work it out from both arguments.", _two),
        Mistake("You ask for a majority. Kafka does not replicate by majority: ask for as many as will be left.",
                _majority),
        Mistake("You ask for all replicas. Then the first one that is down stops every write.", _every),
        Mistake("You keep one in reserve. Ask for all that are left when `down` are down.", _spare),
        Mistake("It is the other way round: not one more than are down, but as many as are left.", _down_plus_one),
        Mistake("You ask for one too many: with `down` of them down, writes are refused.", _one_too_many),
    ),
    hints=(
        "How many replicas are left while `down` of them are down? Writes have to go on with these.",
        "Each additional broker that must be in sync is one more that has the record. So ask for all that are left.",
    ),
)  # fmt: skip
