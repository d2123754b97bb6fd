"""The exercise `caching-read`: cache aside."""

from __future__ import annotations

from labs.caching.strategies.exercises.aside_wrong import WRONG
from labs.caching.strategies.exercises.races import SHAPE, attempt, picture, read, stale
from labs.caching.strategies.exercises.reading import (
    GOES_DOWN,
    NO_CACHE,
    NO_DATABASE,
    READS,
    beside,
    nothing_old,
    outlives_the_cache,
    recovers,
    small,
    twice,
)
from labs.caching.strategies.exercises.trials import Outage, Trial
from labs.caching.strategies.five import read_aside, write_around
from labs.kit.checking.exercise import Exercise

NAME = read_aside.__name__


def without_the_cache(name: str) -> list[Trial]:
    """The cache is down from each step on, and the database."""

    def trial(key: str, *outages: Outage, cached: bool = False, row: bool = True) -> Trial:
        rows = {key: 10} if row else {}
        return Trial(name, (key,), rows, rows if cached else {}, outages=outages, client="R")

    return [
        trial("a1", NO_CACHE),
        *(trial(f"b{i}", outage) for i, outage in enumerate(GOES_DOWN)),
        *(trial(f"c{i}", outage, cached=True) for i, outage in enumerate((NO_CACHE, *GOES_DOWN))),
        *(trial(f"d{i}", outage, row=False) for i, outage in enumerate((NO_CACHE, *GOES_DOWN))),
        trial("e1", NO_DATABASE, cached=True),
        trial("e2", NO_DATABASE),
        trial("e3", NO_DATABASE, NO_CACHE),
        Trial(name, ("f1",), {"f1": 0}, outages=(NO_CACHE,), client="R"),
        Trial(name, ("f2",), {"f2": ""}, outages=(Outage("cache", 1),), client="R"),
    ]


def _cases() -> list[Trial]:
    return [
        *small(NAME),
        recovers(NAME),
        *without_the_cache(NAME),
        *twice(NAME),
        *beside(NAME, "w", (write_around, "w", 11)),
    ]


READ = Exercise(
    id="caching-read",
    lesson="16",
    title="Cache aside: the read",
    points=2,
    reference=read_aside,
    cases=_cases,
    shape=SHAPE,
    read=read,
    call=attempt,
    properties=(
        *READS,
        ("A cache that is down is no reason to fail", outlives_the_cache),
        ("Beside a writer, in any order, it does no harm that could be avoided", nothing_old),
    ),
    wrong=WRONG,
    hints=(
        "Three steps: `cache.get(key)`; if that is `None`, `db.read(key)`; then `cache.set(key, value)`.",
        "Both calls of the cache can raise `CacheDown`. What would you do without a cache? Do that.",
        "`try: value = cache.get(key)` with `except CacheDown: return db.read(key)`. Then `if value is None:` read, "
        "and if something was found, set it.",
    ),
    show_case=str,
    show_answer=str,
    picture=picture(stale),
)
