"""The exercise `caching-read-through`: what a caching library does inside."""

from __future__ import annotations

from labs.caching.strategies.exercises.races import SHAPE, Runs, attempt, loses, none_is, picture, read, stale
from labs.caching.strategies.exercises.reading import (
    GOES_DOWN,
    NO_CACHE,
    NO_DATABASE,
    READS,
    Answer,
    beside,
    deleted,
    recovers,
    small,
    twice,
    value,
)
from labs.caching.strategies.exercises.through_wrong import WRONG
from labs.caching.strategies.exercises.trials import Outage, Trial
from labs.caching.strategies.five import read_through, write_back, write_through
from labs.kit.checking.exercise import Exercise, Wrong

NAME = read_through.__name__


def with_dirty_entries(name: str) -> list[Trial]:
    """What write back has left in the cache is the newest value there is."""

    def trial(key: str, old: object, new: object, *outages: Outage) -> Trial:
        return Trial(name, (key,), {key: old}, dirty={key: new}, outages=outages, client="R")

    return [
        trial("g1", 10, 11),
        trial("g2", 10, 0),
        trial("g3", "x", ""),
        trial("g4", True, False),
        trial("g5", 10, 11, NO_DATABASE),
        trial("g6", 10, 11, NO_CACHE),
    ]


def when_down(name: str) -> list[Trial]:
    """The cache is down from each step on, and the database."""

    def trial(key: str, *outages: Outage, cached: bool = False, row: bool = True) -> Trial:
        rows = {key: 10} if row else {}
        return Trial(name, (key,), rows, rows if cached else {}, outages=outages, client="R")

    return [
        trial("a1", NO_CACHE),
        trial("a2", NO_CACHE, cached=True),
        trial("a3", NO_CACHE, row=False),
        *(trial(f"b{i}", outage) for i, outage in enumerate(GOES_DOWN)),
        trial("e1", NO_DATABASE, cached=True),
        trial("e2", NO_DATABASE),
        trial("e3", NO_DATABASE, NO_CACHE),
    ]


def _cases() -> list[Trial]:
    writers = [(write, "w", value) for value in (11, 0) for write in (write_back, write_through)]
    return [
        *small(NAME),
        *with_dirty_entries(NAME),
        recovers(NAME),
        *when_down(NAME),
        *twice(NAME),
        *beside(NAME, "w", *writers, (deleted, "w"), leases=True),
    ]


def _value(case: Trial, answer: Answer) -> None:
    if isinstance(answer, Runs) or not _unseen(case):
        value(case, answer)


def _unseen(case: Trial) -> bool:
    """Whether the cache is down from the first look on."""
    return any(outage.store == "cache" and outage.call == 2 and not outage.after for outage in case.outages)


def _says_that_it_is_down(case: Trial, answer: Answer) -> None:
    if isinstance(answer, Runs) or not _unseen(case) or answer.raised == "CacheDown":
        return
    if answer.raised:
        if not case.down("database"):
            raise Wrong(f"The cache is down, and the caller is told {answer.raised}: let `CacheDown` go through.")
        return
    retried = sum(step.verb == "get" for step in answer.steps) > 1 and any(outage.times for outage in case.outages)
    if not retried:
        raise Wrong(f"The cache is down, and the caller is given {answer.returned!r}: let `CacheDown` go through.")


def _nothing_newer_is_lost(case: Trial, answer: Answer) -> None:
    none_is(case, answer, loses, stale)


THROUGH = Exercise(
    id="caching-read-through",
    lesson="16",
    title="Read through: the read of a library",
    points=2,
    reference=read_through,
    cases=_cases,
    shape=SHAPE,
    read=read,
    call=attempt,
    properties=(
        ("Returns the value", _value),
        *READS[1:],
        ("The caller learns that the cache is down", _says_that_it_is_down),
        ("Beside a writer, in any order, nothing newer is overwritten", _nothing_newer_is_lost),
    ),
    wrong=WRONG,
    hints=(
        "As in cache aside: `cache.get(key)`; if that is `None`, `db.read(key)`. No `try` this time.",
        "Then put it in, unless somebody has put something newer in since you looked. "
        "Which call of the cache does just that, in one step?",
    ),
    show_case=str,
    show_answer=str,
    picture=picture(loses, stale),
)
