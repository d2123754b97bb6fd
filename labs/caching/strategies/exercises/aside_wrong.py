"""Plausible wrong answers to `caching-read`: cache aside with one step that is not as it should be."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any

from labs.caching.strategies.exercises.reading_wrong import (
    ALWAYS_A,
    FALSY,
    HIDES,
    HIDES_BOTH,
    NO_RETURN,
    NOT_KEPT,
    OR,
    REMEMBERS,
    TWICE,
    always,
    is_none,
    is_some,
    one_try,
)
from labs.caching.strategies.stores import CacheDown, DatabaseDown, StoreDown
from labs.kit.checking.exercise import Mistake


def look(key: Any, cache: Any) -> Any:
    """What the cache has."""
    return cache.get(key)


def put(key: Any, value: Any, cache: Any, db: Any) -> None:
    """Leave a copy in the cache."""
    cache.set(key, value)


def aside(
    key: Any, cache: Any, db: Any, *, missed: Callable[[Any], bool] = is_none, keep: Callable[[Any], bool] = is_some,
    put: Callable[..., Any] = put, look_anyway: Any = CacheDown, put_anyway: Any = CacheDown,
) -> Any:  # fmt: skip
    """Cache aside, in which one step may be replaced; an exception that is not let pass is `()`."""
    try:
        value = look(key, cache)
    except look_anyway:
        return db.read(key)
    if missed(value):
        value = db.read(key)
        if keep(value):
            with suppress(put_anyway):
                put(key, value, cache, db)
    return value


# ---- what comes back -------------------------------------------------------------------------------------------------


def _no_return(key: Any, cache: Any, db: Any) -> Any:
    try:
        value = cache.get(key)
    except CacheDown:
        return db.read(key)
    if value is not None:
        return value
    if (value := db.read(key)) is not None:
        with suppress(CacheDown):
            cache.set(key, value)
    return None


def _no_return_ever(key: Any, cache: Any, db: Any) -> Any:
    aside(key, cache, db)


def _no_return_from_the_database(key: Any, cache: Any, db: Any) -> Any:
    value = None
    with suppress(CacheDown):
        value = cache.get(key)
    if value is None and (row := db.read(key)) is not None:
        with suppress(CacheDown):
            cache.set(key, row)
    return value


def _nothing_without_the_cache(key: Any, cache: Any, db: Any) -> Any:
    try:
        return aside(key, cache, db, look_anyway=(), put_anyway=())
    except CacheDown:
        return None


def _nothing_if_it_cannot_look(key: Any, cache: Any, db: Any) -> Any:
    try:
        return aside(key, cache, db, look_anyway=())
    except CacheDown:
        return None


def _until_the_cache_is_back(key: Any, cache: Any, db: Any) -> Any:
    while True:
        try:
            return aside(key, cache, db, look_anyway=())
        except CacheDown:
            continue


def _nothing_if_anything_is_down(key: Any, cache: Any, db: Any) -> Any:
    try:
        return aside(key, cache, db, look_anyway=(), put_anyway=())
    except StoreDown:
        return None


def _nothing_if_not_put(key: Any, cache: Any, db: Any) -> Any:
    try:
        value = cache.get(key)
    except CacheDown:
        return db.read(key)
    try:
        return aside(key, cache, db, put_anyway=()) if value is None else value
    except CacheDown:
        return None


def _what_set_gives(key: Any, cache: Any, db: Any) -> Any:
    try:
        value = cache.get(key)
    except CacheDown:
        return db.read(key)
    if value is None and (value := db.read(key)) is not None:
        with suppress(CacheDown):
            return cache.set(key, value)
    return value


def _looks_again(key: Any, cache: Any, db: Any) -> Any:
    try:
        if cache.get(key) is None and (value := db.read(key)) is not None:
            cache.set(key, value)
        return cache.get(key)
    except CacheDown:
        return db.read(key)


def _looks_at_what_it_has_put(key: Any, cache: Any, db: Any) -> Any:
    try:
        value = cache.get(key)
    except CacheDown:
        return db.read(key)
    if value is None and (value := db.read(key)) is not None:
        with suppress(CacheDown):
            cache.set(key, value)
            return cache.get(key)
    return value


def _looks_twice(key: Any, cache: Any, db: Any) -> Any:
    try:
        if cache.get(key) is not None:
            return cache.get(key)
    except CacheDown:
        return db.read(key)
    return aside(key, cache, db)


def _empty_if_no_row(key: Any, cache: Any, db: Any) -> Any:
    value = aside(key, cache, db)
    return "" if value is None else value


# ---- the order, and what is kept -------------------------------------------------------------------------------------


def _database_first(key: Any, cache: Any, db: Any) -> Any:
    value = db.read(key)
    if value is not None:
        with suppress(CacheDown):
            cache.set(key, value)
    return value


def _database_anyway(key: Any, cache: Any, db: Any) -> Any:
    row = db.read(key)
    try:
        value = cache.get(key)
    except CacheDown:
        return row
    if value is None and row is not None:
        with suppress(CacheDown):
            cache.set(key, row)
    return row if value is None else value


def _puts_on_a_hit(key: Any, cache: Any, db: Any) -> Any:
    try:
        value = cache.get(key)
    except CacheDown:
        return db.read(key)
    if value is None:
        value = db.read(key)
    if value is not None:
        with suppress(CacheDown):
            cache.set(key, value)
    return value


def _or(key: Any, cache: Any, db: Any) -> Any:
    try:
        value = cache.get(key) or db.read(key)
    except CacheDown:
        return db.read(key)
    if value is not None:
        with suppress(CacheDown):
            cache.set(key, value)
    return value


def _marks(key: Any, cache: Any, db: Any) -> Any:
    value = aside(key, cache, db, keep=always, put=lambda k, v, c, d: c.set(k, "none" if v is None else v))
    return None if value == "none" else value


def _one_try(key: Any, cache: Any, db: Any) -> Any:
    try:
        return aside(key, cache, db, keep=always, look_anyway=(), put_anyway=())
    except CacheDown:
        return db.read(key)


def _always_a(key: Any, cache: Any, db: Any) -> Any:
    return aside("a", cache, db)


def _no_refusal(key: Any, cache: Any, db: Any) -> Any:
    try:
        return aside(key, cache, db)
    except DatabaseDown:
        return None


def _only_numbers(value: Any) -> bool:
    return isinstance(value, int)


def _read(**step: Any) -> Callable[..., Any]:
    return partial(aside, **step)


CAUGHT = "In cache aside the application knows the way to the database: catch `CacheDown`, and carry on."
NO_VALUE = "After a miss your function returns nothing. (`cache.set` returns nothing, either.) Return the value."
ABSENT = (
    "Your function caches the absence of a row. That can be a good idea, but it needs a mark of its own: here `None` "
    "already means a miss, so it buys nothing. Leave the cache alone."
)
FIRST = "Your function asks the database even on a hit. The cache comes first, or it saves nothing."
VANISHES = (
    "Your function looks into the cache twice, and relies on the entry being there the second time. A writer may "
    "have deleted it in between: return the value that you have."
)

WRONG = (  # the narrower mistakes first: of two that explain as much, the first is named
    Mistake(FALSY, _read(missed=lambda value: not value)),
    Mistake(OR, _or),
    Mistake(FALSY, _read(missed=lambda value: not value, keep=bool)),
    Mistake(NOT_KEPT, _read(keep=bool)),
    Mistake("Your function caches whole numbers only. Whatever is not `None` is a value.", _read(keep=_only_numbers)),
    Mistake(f"Your function cannot do without the cache. {CAUGHT}", _read(look_anyway=(), put_anyway=())),
    Mistake(f"Your function fails when the cache is down at the start. {CAUGHT}", _read(look_anyway=())),
    Mistake(
        "Your function fails when the cache goes down between the look and the `set`. By then it has the value: catch "
        "`CacheDown` there as well.",
        _read(put_anyway=()),
    ),
    Mistake("Your function returns `None` when the cache is down. " + CAUGHT, _nothing_without_the_cache),
    Mistake("Your function returns `None` when the cache is down. " + CAUGHT, _nothing_if_it_cannot_look),
    Mistake(
        f"Your function keeps asking until the cache is back, which may take long. {CAUGHT}", _until_the_cache_is_back
    ),
    Mistake(
        "Your function has the value, cannot put it into the cache, and returns `None`. The caller wants the value.",
        _nothing_if_not_put,
    ),
    Mistake(HIDES_BOTH, _nothing_if_anything_is_down),
    Mistake(ABSENT, _read(keep=always)),
    Mistake(ABSENT, _read(keep=always, put_anyway=())),
    Mistake(ABSENT, _one_try),
    Mistake(TWICE, one_try),
    Mistake(
        "Your function keeps a mark in the cache for a row that is not there. When somebody writes that row, the "
        "cache may never hear of it; and a value that looks like the mark is lost. Leave the cache alone.",
        _marks,
    ),
    Mistake(
        "Your function looks into the cache and never puts anything in: it will stay empty for good. After a miss, "
        "`cache.set(key, value)`.",
        _read(keep=lambda value: False),
    ),
    Mistake(NO_VALUE, _no_return),
    Mistake(NO_VALUE, _what_set_gives),
    Mistake(NO_VALUE, _no_return_from_the_database),
    Mistake(NO_RETURN, _no_return_ever),
    Mistake("Your function returns an empty text where there is no row. Return `None`.", _empty_if_no_row),
    Mistake(FIRST, _database_first),
    Mistake(FIRST, _database_anyway),
    Mistake(
        "Your function sets the entry on a hit, too. If a writer deletes it in between, the old value is back for "
        "good. Fill only after a miss.",
        _puts_on_a_hit,
    ),
    Mistake(VANISHES, _looks_again),
    Mistake(VANISHES, _looks_at_what_it_has_put),
    Mistake(VANISHES, _looks_twice),
    Mistake(
        "Your function marks its copy as dirty. Dirty means that the database does not have the value yet; "
        "this one has just come from there. Leave `dirty` out.",
        _read(put=lambda key, value, cache, db: cache.set(key, value, dirty=True)),
    ),
    Mistake(
        "Your function gives `cache.set` its arguments the wrong way round: the key comes first.",
        _read(put=lambda key, value, cache, db: cache.set(value, key)),
    ),
    Mistake(
        "Your function deletes the entry after a miss. There is none: leave a copy with `cache.set(key, value)`.",
        _read(put=lambda key, value, cache, db: cache.delete(key)),
    ),
    Mistake(ALWAYS_A, _always_a),
    Mistake(REMEMBERS, lru_cache(aside)),
    Mistake(HIDES, _no_refusal),
)
