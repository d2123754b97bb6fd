"""Plausible wrong answers to `caching-write`: what is done now and then only, and stores that are down."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import Any

from labs.caching.strategies.exercises.write_wrong_steps import around
from labs.caching.strategies.stores import CacheDown, DatabaseDown, StoreDown
from labs.kit.checking.exercise import Mistake

# ---- only now and then -----------------------------------------------------------------------------------------------


def _if_it_is_there(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    with suppress(CacheDown):
        if cache.get(key) is not None:
            cache.delete(key)


def _if_it_is_true(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    with suppress(CacheDown):
        if cache.get(key):
            cache.delete(key)


def _if_it_was_there(key: Any, value: Any, cache: Any, db: Any) -> None:
    seen = False
    with suppress(CacheDown):
        seen = cache.get(key) is not None
    db.write(key, value)
    if seen:
        with suppress(CacheDown):
            cache.delete(key)


def _if_it_is_another(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    with suppress(CacheDown):
        if cache.get(key) != value:
            cache.delete(key)


def _if_the_row_is_another(key: Any, value: Any, cache: Any, db: Any) -> None:
    if db.read(key) != value:
        around(key, value, cache, db)


def _if_there_is_a_row(key: Any, value: Any, cache: Any, db: Any) -> None:
    if db.read(key) is not None:
        around(key, value, cache, db)


def _if_the_value_is_true(key: Any, value: Any, cache: Any, db: Any) -> None:
    if value:
        db.write(key, value)
    with suppress(CacheDown):
        cache.delete(key)


def _nothing_if_the_value_is_false(key: Any, value: Any, cache: Any, db: Any) -> None:
    if value:
        around(key, value, cache, db)


# ---- stores that are down --------------------------------------------------------------------------------------------


def _or_fail(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    cache.delete(key)


def _finally(key: Any, value: Any, cache: Any, db: Any) -> None:
    try:
        db.write(key, value)
    finally:
        cache.delete(key)


def _until_the_cache_is_back(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    deleted = False
    while not deleted:
        with suppress(CacheDown):
            cache.delete(key)
            deleted = True


def _hides_and_deletes(key: Any, value: Any, cache: Any, db: Any) -> None:
    with suppress(DatabaseDown):
        db.write(key, value)
    with suppress(CacheDown):
        cache.delete(key)


def _hides(key: Any, value: Any, cache: Any, db: Any) -> None:
    with suppress(StoreDown):
        db.write(key, value)
        cache.delete(key)


def _takes_it_back(key: Any, value: Any, cache: Any, db: Any) -> None:
    before = db.read(key)
    db.write(key, value)
    try:
        cache.delete(key)
    except CacheDown:
        db.write(key, before)


def _asks_the_cache_first(key: Any, value: Any, cache: Any, db: Any) -> None:
    cache.get(key)
    around(key, value, cache, db)


def _always_a(key: Any, value: Any, cache: Any, db: Any) -> None:
    around("a", value, cache, db)


def _deletes_a(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    with suppress(CacheDown):
        cache.delete("a")


def _swapped(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(value, key)
    with suppress(CacheDown):
        cache.delete(key)


HIDES = (
    "Your function catches `DatabaseDown`: nothing is written, and the caller, who waits for that exception, believes "
    "that it is. Only `CacheDown` may be ignored."
)
OR_FAIL = "Your function fails when the cache is down, although the row is written. Catch `CacheDown` there."

SOMETIMES = (
    Mistake(
        "Your function deletes only what it sees in the cache. A reader may be on its way there with the old row, and "
        "only a delete can tell the cache that it comes too late, as you will see further down. Delete in any case.",
        _if_it_is_there,
    ),
    Mistake(
        "Your function deletes only what it has seen in the cache. A reader may put the old value there just after "
        "that look. Delete in any case.",
        _if_it_was_there,
    ),
    Mistake(
        "Your function does not delete an entry that is 0, False or an empty text. Delete in any case.", _if_it_is_true
    ),
    Mistake(
        "Your function leaves an entry that equals what it has written. "
        "By now another writer may have written something "
        "else and deleted: delete in any case.",
        _if_it_is_another,
    ),
    Mistake(
        "Your function does nothing when the row already has the value. The cache may still have an older one, if a "
        "writer died between its two steps: delete in any case.",
        _if_the_row_is_another,
    ),
    Mistake(
        "Your function writes only rows that exist already. New ones have to be written as well.", _if_there_is_a_row
    ),
    Mistake(
        "Your function does not write 0, False or an empty text. They are values like any other.", _if_the_value_is_true
    ),
    Mistake(
        "Your function does not write 0, False or an empty text. They are values like any other.",
        _nothing_if_the_value_is_false,
    ),
    Mistake(OR_FAIL, _or_fail),
    Mistake(OR_FAIL, _finally),
    Mistake(
        "Your function keeps asking until the cache is back, which may take long. The row is written: carry on.",
        _until_the_cache_is_back,
    ),
    Mistake(
        "Your function undoes the write when the cache is down. Without the cache the write has succeeded, and another "
        "writer's value may be what you undo. Leave the row as it is.",
        _takes_it_back,
    ),
    Mistake(
        "Your function asks the cache before it writes, and writes nothing when the cache is down. Write first.",
        _asks_the_cache_first,
    ),
    Mistake(HIDES, _hides_and_deletes),
    Mistake(HIDES, _hides),
    Mistake("Your function writes “a”, whatever key it is given. Write `key`, and delete `key`.", _always_a),
    Mistake("Your function deletes another key than the one that it is given: `cache.delete(key)`.", _deletes_a),
    Mistake("Your function gives `db.write` its arguments the wrong way round: the key comes first.", _swapped),
    Mistake(
        "Your function remembers what it has written, and does not write it again. Meanwhile somebody else may have "
        "written something else. Write and delete each time.",
        lru_cache(around),
    ),
)
