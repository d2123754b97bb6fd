"""Plausible wrong answers to `caching-write`: write around with its two steps in other ways."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from labs.caching.strategies.five import write_back, write_database, write_through
from labs.caching.strategies.stores import CacheDown
from labs.kit.checking.exercise import Mistake


def around(key: Any, value: Any, cache: Any, db: Any) -> None:
    """Write around, as it should be."""
    db.write(key, value)
    with suppress(CacheDown):
        cache.delete(key)


# ---- the order, and what is done with the entry ----------------------------------------------------------------------


def _delete_first(key: Any, value: Any, cache: Any, db: Any) -> None:
    with suppress(CacheDown):
        cache.delete(key)
    db.write(key, value)


def _delete_first_or_fail(key: Any, value: Any, cache: Any, db: Any) -> None:
    cache.delete(key)
    db.write(key, value)


def _set_after(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    with suppress(CacheDown):
        cache.set(key, value)


def _set_after_or_fail(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    cache.set(key, value)


def _set_first(key: Any, value: Any, cache: Any, db: Any) -> None:
    with suppress(CacheDown):
        cache.set(key, value)
    db.write(key, value)


def _delete_and_set(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    with suppress(CacheDown):
        cache.delete(key)
        cache.set(key, value)


def _delete_and_set_what_is_there(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    with suppress(CacheDown):
        cache.delete(key)
        cache.set(key, db.read(key))


def _delete_and_add(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    with suppress(CacheDown):
        cache.delete(key)
        cache.add(key, value)


def _add_or_delete(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    with suppress(CacheDown):
        if not cache.add(key, value):
            cache.delete(key)


def _delete_write_set(key: Any, value: Any, cache: Any, db: Any) -> None:
    with suppress(CacheDown):
        cache.delete(key)
    db.write(key, value)
    with suppress(CacheDown):
        cache.set(key, value)


def _set_none(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    with suppress(CacheDown):
        cache.set(key, None)


def _clean(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    with suppress(CacheDown):
        cache.clean(key, value)


def _only_delete(key: Any, value: Any, cache: Any, db: Any) -> None:
    with suppress(CacheDown):
        cache.delete(key)


PASS_EACH_OTHER = (
    "Your function puts the new value into the cache. Two writers can pass each other between the two stores: the "
    "database ends with one value, the cache with the other. Delete instead: two deletes do no harm in any order."
)
FIRST = (
    "Your function deletes before it writes. In between, a reader misses, fetches the old row and puts it back, and "
    "nobody will delete it again. Write first, delete after."
)

STEPS = (  # the narrower mistakes first: of two that explain as much, the first is named
    Mistake(
        "Your function leaves the old copy in the cache, and there it stays until it expires: "
        "that is the plan called “TTL only”. Delete it after the write.",
        write_database,
    ),
    Mistake(
        "Your function writes nothing to the database. The next read will fetch the old row. Write, then delete.",
        _only_delete,
    ),
    Mistake(FIRST, _delete_first),
    Mistake(FIRST, _delete_first_or_fail),
    Mistake(
        "Your function is write through: the cache first, then the database. When the second fails, the cache is left "
        "with a value that was refused. In cache aside a write puts nothing into the cache: write, then delete.",
        write_through,
    ),
    Mistake(
        "Your function puts the value into the cache before the database has it: if that write fails, or another "
        "writer comes in between, the cache says what the database never has. Write first, then delete.",
        _set_first,
    ),
    Mistake(PASS_EACH_OTHER, _set_after),
    Mistake(PASS_EACH_OTHER, _set_after_or_fail),
    Mistake(PASS_EACH_OTHER, _delete_and_set),
    Mistake(PASS_EACH_OTHER, _delete_and_set_what_is_there),
    Mistake(PASS_EACH_OTHER, _delete_and_add),
    Mistake(PASS_EACH_OTHER, _delete_write_set),
    Mistake(PASS_EACH_OTHER, _add_or_delete),
    Mistake(
        "Your function is write back: the value is in the cache only, marked as dirty. Write to the database, "
        "then delete.",
        write_back,
    ),
    Mistake(
        "Your function puts `None` into the cache. That is an entry like any other, and differs from the row: "
        "`cache.delete(key)` removes it.",
        _set_none,
    ),
    Mistake("Your function calls `cache.clean`, which only marks an entry. `cache.delete(key)` removes it.", _clean),
)
