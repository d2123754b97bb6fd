"""Plausible wrong answers to `caching-read-through`: read through with one step that is not as it should be."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any

from labs.caching.strategies.exercises.aside_wrong import aside
from labs.caching.strategies.exercises.reading_wrong import (
    ALWAYS_A,
    FALSY,
    HIDES,
    NO_RETURN,
    NOT_KEPT,
    OR,
    REMEMBERS,
    always,
    is_none,
    is_some,
)
from labs.caching.strategies.stores import CacheDown, DatabaseDown
from labs.kit.checking.exercise import Mistake


def add(key: Any, value: Any, cache: Any, db: Any) -> None:
    """Leave a copy in the cache, if nothing is there."""
    cache.add(key, value)


def through(
    key: Any, cache: Any, db: Any, *, missed: Callable[[Any], bool] = is_none, keep: Callable[[Any], bool] = is_some,
    put: Callable[..., Any] = add,
) -> Any:  # fmt: skip
    """Read through, in which one step may be replaced."""
    value = cache.get(key)
    if missed(value):
        value = db.read(key)
        if keep(value):
            put(key, value, cache, db)
    return value


# ---- putting it in ---------------------------------------------------------------------------------------------------


def _set(key: Any, value: Any, cache: Any, db: Any) -> None:
    cache.set(key, value)


def _look_and_set(key: Any, value: Any, cache: Any, db: Any) -> None:
    if cache.get(key) is None:
        cache.set(key, value)


def _set_if_refused(key: Any, value: Any, cache: Any, db: Any) -> None:
    if not cache.add(key, value):
        cache.set(key, value)


def _delete_and_add(key: Any, value: Any, cache: Any, db: Any) -> None:
    cache.delete(key)
    cache.add(key, value)


def _write_what_is_newer(key: Any, value: Any, cache: Any, db: Any) -> None:
    if not cache.add(key, value):
        db.write(key, cache.get(key))


# ---- what comes back -------------------------------------------------------------------------------------------------


def _what_add_gives(key: Any, cache: Any, db: Any) -> Any:
    value = cache.get(key)
    if value is None and (value := db.read(key)) is not None:
        return cache.add(key, value)
    return value


def _nothing_if_refused(key: Any, cache: Any, db: Any) -> Any:
    value = cache.get(key)
    if value is None and (value := db.read(key)) is not None and not cache.add(key, value):
        return None
    return value


def _nothing_on_a_miss(key: Any, cache: Any, db: Any) -> Any:
    value = cache.get(key)
    if value is None and (row := db.read(key)) is not None:
        cache.add(key, row)
    return value


def _what_is_there_then(key: Any, cache: Any, db: Any) -> Any:
    value = cache.get(key)
    if value is None and (value := db.read(key)) is not None:
        cache.add(key, value)
        return cache.get(key)
    return value


def _no_return(key: Any, cache: Any, db: Any) -> Any:
    through(key, cache, db)


def _nothing_if_it_goes_down(key: Any, cache: Any, db: Any) -> Any:
    value = cache.get(key)
    try:
        return through(key, cache, db) if value is None else value
    except CacheDown:
        return None


# ---- stores that are down --------------------------------------------------------------------------------------------


def _falls_back(key: Any, cache: Any, db: Any) -> Any:
    try:
        return through(key, cache, db)
    except CacheDown:
        return db.read(key)


def _aside_with_add(key: Any, cache: Any, db: Any) -> Any:
    try:
        value = cache.get(key)
    except CacheDown:
        return db.read(key)
    if value is None and (value := db.read(key)) is not None:
        with suppress(CacheDown):
            cache.add(key, value)
    return value


def _nothing_without_the_cache(key: Any, cache: Any, db: Any) -> Any:
    try:
        return through(key, cache, db)
    except CacheDown:
        return None


def _no_refusal(key: Any, cache: Any, db: Any) -> Any:
    try:
        return through(key, cache, db)
    except DatabaseDown:
        return None


# ---- the order, and what is kept -------------------------------------------------------------------------------------


def _database_first(key: Any, cache: Any, db: Any) -> Any:
    value = db.read(key)
    if value is not None:
        cache.add(key, value)
    return value


def _database_first_then_cache(key: Any, cache: Any, db: Any) -> Any:
    value = db.read(key)
    if value is not None:
        cache.add(key, value)
    return cache.get(key)


def _database_each_time(key: Any, cache: Any, db: Any) -> Any:
    if cache.get(key) is not None:
        return cache.get(key)
    if db.read(key) is not None:
        cache.add(key, db.read(key))
    return db.read(key)


def _or(key: Any, cache: Any, db: Any) -> Any:
    value = cache.get(key) or db.read(key)
    if value is not None:
        cache.add(key, value)
    return value


def _always_a(key: Any, cache: Any, db: Any) -> Any:
    return through("a", cache, db)


def _load(**step: Any) -> Callable[..., Any]:
    return partial(through, **step)


ASIDE = (
    "That is cache aside. Here the cache may hold writes that the database does not have yet, and a read that "
    "bypasses it gets old values: let `CacheDown` go through."
)
AGAIN = (
    "Your function looks once more and then sets. Between the look and the set there is room for a writer. "
    "`add` does both in one step."
)
OVER = (
    "Your function puts the row in although something is there. What is there is newer, and may be the only copy: when "
    "`add` says no, leave it."
)
FIRST = "Your function asks the database even on a hit. The cache comes first, or it saves nothing."

WRONG = (  # the narrower mistakes first: of two that explain as much, the first is named
    Mistake(AGAIN, _load(put=_look_and_set)),
    Mistake(
        "Your function fills with `set`. "
        "While it was at the database, write back may have put a newer value into the cache, and nowhere else: "
        "`set` overwrites it, and an acknowledged write is lost. `add` leaves alone what is there.",
        _load(put=_set),
    ),
    Mistake(OVER, _load(put=_set_if_refused)),
    Mistake(
        "Your function deletes the entry before it adds its own. What is there may be newer, and the only copy: "
        "a read has nothing to delete.",
        _load(put=_delete_and_add),
    ),
    Mistake(
        "Your function marks its copy as dirty. Dirty means that the database does not have the value yet; this one "
        "has just come from there. Leave `dirty` out.",
        _load(put=lambda key, value, cache, db: cache.set(key, value, dirty=True)),
    ),
    Mistake(
        "Your function writes to the database when `add` says no. A read has nothing to write: write back's own flush "
        "will bring the newer value.",
        _load(put=_write_what_is_newer),
    ),
    Mistake(
        "Your function gives `cache.add` its arguments the wrong way round: the key comes first.",
        _load(put=lambda key, value, cache, db: cache.add(value, key)),
    ),
    Mistake(
        "Your function looks into the cache and never puts anything in: every read is a miss. After a miss, "
        "`cache.add(key, value)`.",
        _load(keep=lambda value: False),
    ),
    Mistake(NOT_KEPT, _load(keep=bool)),
    Mistake(FALSY, _load(missed=lambda value: not value)),
    Mistake(FALSY, _load(missed=lambda value: not value, keep=bool)),
    Mistake(OR, _or),
    Mistake(
        "Your function puts `None` into the cache. Here `None` already means a miss, so it buys nothing. "
        "Leave the cache alone.",
        _load(keep=always),
    ),
    Mistake("Your function returns what `cache.add` says, True or False. Return the value.", _what_add_gives),
    Mistake(
        "Your function returns `None` when `add` says no. "
        "The caller wants the value, whoever was the first to put it in.",
        _nothing_if_refused,
    ),
    Mistake(
        "Your function returns what the cache has after the `add`, which may be nothing: somebody may have deleted the "
        "entry again. Return the value that you have.",
        _what_is_there_then,
    ),
    Mistake("After a miss your function returns nothing: return the value from the database.", _nothing_on_a_miss),
    Mistake(NO_RETURN, _no_return),
    Mistake(f"Your function goes to the database when the cache is down. {ASIDE}", _falls_back),
    Mistake(f"Your function goes to the database when the cache is down. {ASIDE}", _aside_with_add),
    Mistake(f"Your function goes to the database when the cache is down. {ASIDE}", aside),
    Mistake("Your function hides `CacheDown`, and returns `None`: let it go through.", _nothing_without_the_cache),
    Mistake("Your function hides `CacheDown`, and returns `None`: let it go through.", _nothing_if_it_goes_down),
    Mistake(HIDES, _no_refusal),
    Mistake(FIRST, _database_first),
    Mistake(FIRST, _database_first_then_cache),
    Mistake(
        "Your function asks the database anew for each use of the value: keep it in a variable.", _database_each_time
    ),
    Mistake(ALWAYS_A, _always_a),
    Mistake(REMEMBERS, lru_cache(through)),
)
