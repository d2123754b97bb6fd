"""The exercise `caching-leases`: cache aside with a lease."""

from __future__ import annotations

from labs.caching.strategies.exercises.aside import without_the_cache
from labs.caching.strategies.exercises.leases_wrong_answers import ANSWERS
from labs.caching.strategies.exercises.leases_wrong_filling import FILLING
from labs.caching.strategies.exercises.races import SHAPE, Runs, attempt, picture, read, stale
from labs.caching.strategies.exercises.reading import (
    NO_DATABASE,
    READS,
    Answer,
    beside,
    nothing_old,
    outlives_the_cache,
    recovers,
    small,
    twice,
)
from labs.caching.strategies.exercises.trials import Trial
from labs.caching.strategies.five import read_leased, write_around
from labs.kit.checking.exercise import Exercise, Wrong

NAME = read_leased.__name__


def _without_a_token(name: str) -> list[Trial]:
    def trial(key: str, value: object = None, **more: object) -> Trial:
        rows = {} if value is None else {key: value}
        return Trial(name, (key,), rows, leased=key, client="R", **more)  # type: ignore[arg-type]

    return [trial("g1", 10), trial("g2"), trial("g3", 0), trial("g4", "ten"), trial("g5", 10, outages=(NO_DATABASE,))]


def _cases() -> list[Trial]:
    return [
        *small(NAME),
        *_without_a_token(NAME),
        recovers(NAME),
        *without_the_cache(NAME),
        *twice(NAME),
        *beside(NAME, "w", (write_around, "w", 11), leases=True),
    ]


def _only_by_its_token(case: Trial, answer: Answer) -> None:
    if isinstance(answer, Runs):
        return
    put = next((step for step in answer.steps if step.store == "cache" and step.verb in ("set", "add")), None)
    if put is not None and case.leased:
        raise Wrong(f"Another client holds the lease, and without a token it did `{put}`: leave the cache alone.")
    if put is not None:
        raise Wrong(f"It did `{put}`, which needs no token: nobody can tell any more whether it comes too late.")


def _asks_once(case: Trial, answer: Answer) -> None:
    asked = 0 if isinstance(answer, Runs) else sum(step.verb == "lease" for step in answer.steps)
    if asked > 1 and case.between is None:
        raise Wrong(f"It asked for the lease {asked} times. Without a token, read the database and answer.")


LEASES = Exercise(
    id="caching-leases",
    lesson="16",
    title="A read with a lease",
    points=2,
    reference=read_leased,
    cases=_cases,
    shape=SHAPE,
    read=read,
    call=attempt,
    properties=(
        *READS,
        ("Fills with its token, and in no other way", _only_by_its_token),
        ("Asks for a lease once, and does not wait for one", _asks_once),
        ("A cache that is down is no reason to fail", outlives_the_cache),
        ("Beside a writer, in any order, no stale entry stays", nothing_old),
    ),
    wrong=(*FILLING, *ANSWERS),
    hints=(
        "`value, token = cache.lease(key)`. There are three possible answers: a value; "
        "a token; neither, when another client holds the lease.",
        "On a miss read the database in any case. Only with a token, `cache.fill(key, value, token)`; whether that is "
        "accepted does not matter to your caller.",
        "Both calls of the cache can raise `CacheDown`. Without the cache the database still has the value.",
    ),
    show_case=str,
    show_answer=str,
    picture=picture(stale),
)
