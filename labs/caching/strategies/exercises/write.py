"""The exercise `caching-write`: the write of cache aside, which is called write around."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labs.caching.strategies.exercises.races import SHAPE, Ending, Runs, attempt, none_is, picture, read, stale
from labs.caching.strategies.exercises.reading import FALSY, same
from labs.caching.strategies.exercises.trials import YOURS, Outage, Result, Trial
from labs.caching.strategies.exercises.write_wrong_sometimes import SOMETIMES
from labs.caching.strategies.exercises.write_wrong_steps import STEPS
from labs.caching.strategies.five import read_aside, read_leased, write_around
from labs.caching.strategies.steps import Step
from labs.kit.checking.exercise import Exercise, Wrong

NAME = write_around.__name__
Answer = Result | Runs


def _trial(key: str, value: Any, row: Any = 10, cached: Any = None, **more: Any) -> Trial:
    rows = {} if row is None else {key: row}
    held = {} if cached is None else {key: cached}
    others: tuple[Mapping[str, Any], Mapping[str, Any]] = more.pop("beside", ({}, {}))
    return Trial(NAME, (key, value), {**rows, **others[0]}, {**held, **others[1]}, returns=False, **more)


def _one_client() -> list[Trial]:
    near, first = {"y1": 7, "Y": 8}, {"a": 7}
    return [
        _trial("a", 11),
        _trial("b", 12, cached=10),
        *(_trial(key, value, cached=10) for key, value in zip("cde", FALSY, strict=True)),
        *(_trial(key, 11, old, old) for key, old in zip("fgh", FALSY, strict=True)),
        _trial("i", 11, None),
        _trial("j", "ten", "nine", "nine"),
        _trial("k", 11, 11, 10),  # a writer has died between its two steps, and this is the second attempt
        _trial("l", 10, 10, 10),
        _trial("l2", 11, 10, 11),  # the cache alone has it
        _trial("y", 11, cached=10, beside=(near, near)),
        _trial("z", 11, cached=10, beside=(first, first)),
    ]


def _down() -> list[Trial]:
    no_database, no_cache = Outage("database"), Outage("cache")
    return [
        _trial("m", 11, outages=(no_database,)),
        _trial("n", 11, cached=10, outages=(no_database,)),
        _trial("o", 11, outages=(no_cache,)),
        _trial("p", 11, cached=10, outages=(no_cache,)),
        _trial("q", 11, cached=10, outages=(Outage("cache", 1),)),
        _trial("r", 11, cached=10, outages=(no_database, no_cache)),
        _trial("s", 11, None, outages=(no_database,)),
    ]


def _twice() -> list[Trial]:
    def somebody(key: str, value: Any) -> tuple[Step, ...]:
        return Step("database", "write", (key, value)), Step("cache", "set", (key, value))

    return [
        _trial("t", 11, between=somebody("t", 12)),
        _trial("u", 11, earlier=("u", 12), between=somebody("u", 10)),
        _trial("v", 11, outages=(Outage("database", call=1),), between=somebody("v", 10)),
        _trial("x", 11, outages=(Outage("cache", call=1),), between=somebody("x", 12)),
    ]


def _beside() -> list[Trial]:
    reader, leased = {"R": (read_aside, "w")}, {"R": (read_leased, "w")}
    two, three = {"V": (YOURS, "w", 12)}, {"R": (read_aside, "w"), "V": (write_around, "w", 12)}
    return [
        _trial("w", 11, cached=10, others=reader, spare=True),
        _trial("w", 11, others=reader, spare=True),
        _trial("w", 11, cached=10, others=two),
        _trial("w", 11, others=two),
        _trial("w", 11, cached=10, others=leased),
        _trial("w", 11, others=leased),
        _trial("w", 0, others=leased),
        _trial("w", 11, others=three, spare=True),
    ]


def _cases() -> list[Trial]:
    return [*_one_client(), *_down(), *_twice(), *_beside()]


def _database_has_it(case: Trial, answer: Answer) -> None:
    key, value = case.args
    none_is(case, answer, _old_row)
    if isinstance(answer, Runs) or case.down("database"):
        return
    if key not in answer.db or not same(answer.db[key], value):
        has = f"has {answer.db[key]!r} for {key!r}" if key in answer.db else f"has no row {key!r}"
        raise Wrong(f"After {'the second call' if case.between is not None else 'the call'} the database {has}.")


def _old_row(case: Trial, ending: Ending) -> str:
    key, *_ = case.args
    values = [case.args[1], *(args[1] for _, *args in case.others.values() if len(args) > 1)]
    row = ending.db.get(key)
    return "" if any(same(row, value) for value in values) else f"the database ends with {row!r}, which nobody wrote"


def _old_copy_gone(case: Trial, answer: Answer) -> None:
    key, value = case.args
    if isinstance(answer, Runs) or answer.cache is None or key not in answer.cache:
        return
    left = answer.cache[key]
    if left is None:
        raise Wrong("It has put `None` into the cache, and that is still an entry: remove it with `cache.delete(key)`.")
    if case.down("database"):
        if not same(left, answer.before[0].get(key)):
            raise Wrong(f"The database has refused {value!r}, and the cache has {left!r}.")
    elif key in answer.dirty:
        raise Wrong(f"It has marked {left!r} as dirty: the database should have the value at once.")
    elif not same(left, value):
        raise Wrong(f"The cache still has {left!r}: every read from now on gets the old value.")


def _nothing_else(case: Trial, answer: Answer) -> None:
    if isinstance(answer, Runs):
        return
    (held, rows), key = answer.before, case.args[0]
    cache = held if answer.cache is None else answer.cache
    for name, was, now in (("row", rows, answer.db), ("entry", held, cache)):
        for other in {**was, **now}:
            if other != key and was.get(other) != now.get(other):
                raise Wrong(f"It should write nothing but {key!r}, but the {name} of {other!r} has changed.")


def _failure_is_told(case: Trial, answer: Answer) -> None:
    if isinstance(answer, Runs):
        return
    if case.down("database"):
        if not answer.raised:
            raise Wrong("The database is down, nothing was written, and no `DatabaseDown` reaches the caller.")
        if answer.raised != "DatabaseDown":
            raise Wrong(f"The database is down, and the caller gets {answer.raised}.")
    elif answer.raised:
        why = " because of the cache" if answer.raised == "CacheDown" else ""
        done = same(answer.db.get(case.args[0]), case.args[1])
        raise Wrong(
            f"The database has the new value, but the write is reported as failed{why}."
            if done
            else f"Only the cache is down, and nothing was written: it raised {answer.raised}."
        )


def _no_wrong_entry(case: Trial, answer: Answer) -> None:
    none_is(case, answer, stale, _never_there)


def _never_there(case: Trial, ending: Ending) -> str:
    """A reader gets what the key has never been."""
    key, *_ = case.args
    values = [case.rows[key], case.args[1], *(args[1] for _, *args in case.others.values() if len(args) > 1)]
    odd = [got for got in ending.seen if not any(same(got, value) for value in values)]
    return f"the reader gets {odd[0]!r}, which {key!r} has never been" if odd else ""


WRITE = Exercise(
    id="caching-write",
    lesson="16",
    title="Cache aside: the write",
    points=2,
    reference=write_around,
    cases=_cases,
    shape=SHAPE,
    read=read,
    call=attempt,
    properties=(
        ("The database has the new value", _database_has_it),
        ("The cache is left with no old copy, and no refused value", _old_copy_gone),
        ("Changes no other row, and no other entry", _nothing_else),
        ("Reports a failure when the write has failed, and only then", _failure_is_told),
        ("Beside other clients, in any order, it does no harm that could be avoided", _no_wrong_entry),
    ),
    wrong=(*STEPS, *SOMETIMES),
    hints=(
        "Two steps: `db.write(key, value)` and `cache.delete(key)`. The question is only which comes first.",
        "Imagine a reader between your two steps. "
        "What does it find in the cache, what does it find in the database, and what does it leave behind?",
        "The database is the truth: write it first. If that raises, let it. Then delete, and ignore `CacheDown`.",
    ),
    show_case=str,
    show_answer=str,
    picture=picture(stale, _never_there),
)
