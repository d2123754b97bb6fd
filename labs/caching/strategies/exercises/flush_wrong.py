"""Plausible wrong answers to `caching-flush`: the flush with one step that is not as it should be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any

from labs.caching.strategies.stores import DatabaseDown
from labs.kit.checking.exercise import Mistake


def items(cache: Any) -> Iterable[tuple[Any, Any]]:
    """What is to be brought."""
    entries: dict[Any, Any] = cache.dirty()
    return entries.items()


def bring(key: Any, value: Any, cache: Any, db: Any) -> None:
    """One entry; DatabaseDown where it is refused."""
    db.write(key, value)
    cache.clean(key, value)


def flushed(
    cache: Any,
    db: Any,
    *,
    items: Callable[[Any], Iterable[tuple[Any, Any]]] = items,
    bring: Callable[..., Any] = bring,
    ends: bool = False,
) -> None:
    """The flush, in which one step may be replaced. It ends where `bring` says True, and with a refusal if `ends`."""
    for key, value in items(cache):
        try:
            if bring(key, value, cache, db):
                return
        except DatabaseDown:
            if ends:
                return


# ---- the two steps ---------------------------------------------------------------------------------------------------


def _clean_first(key: Any, value: Any, cache: Any, db: Any) -> None:
    cache.clean(key, value)
    db.write(key, value)


def _clean_first_or_again(key: Any, value: Any, cache: Any, db: Any) -> None:
    cache.clean(key, value)
    try:
        db.write(key, value)
    except DatabaseDown:
        cache.set(key, value, dirty=True)


def _all_clean_first(cache: Any, db: Any) -> None:
    dirty = cache.dirty()
    for key, value in dirty.items():
        cache.clean(key, value)
    for key, value in dirty.items():
        db.write(key, value)


def _only_write(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)


def _delete(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    cache.delete(key)


def _set(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    cache.set(key, value)


def _clean_what_is_there(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    cache.clean(key, cache.get(key))


def _clean_what_is_dirty(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, value)
    cache.clean(key, cache.dirty().get(key))


def _write_and_clean_what_is_there(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(key, cache.get(key))
    cache.clean(key, cache.get(key))


def _clean_in_any_case(key: Any, value: Any, cache: Any, db: Any) -> None:
    try:
        db.write(key, value)
    finally:
        cache.clean(key, value)


def _all_clean_after(cache: Any, db: Any) -> None:
    dirty = cache.dirty()
    for key, value in dirty.items():
        with suppress(DatabaseDown):
            db.write(key, value)
    for key, value in dirty.items():
        cache.clean(key, value)


def _all_clean_after_a_stop(cache: Any, db: Any) -> None:
    dirty = cache.dirty()
    with suppress(DatabaseDown):
        for key, value in dirty.items():
            db.write(key, value)
    for key, value in dirty.items():
        cache.clean(key, value)


def _last_clean(cache: Any, db: Any) -> None:
    key = value = None
    for key, value in cache.dirty().items():
        try:
            db.write(key, value)
        except DatabaseDown:
            return
    if key is not None:
        cache.clean(key, value)


def _delete_refused(key: Any, value: Any, cache: Any, db: Any) -> None:
    try:
        bring(key, value, cache, db)
    except DatabaseDown:
        cache.delete(key)


def _swapped(key: Any, value: Any, cache: Any, db: Any) -> None:
    db.write(value, key)
    cache.clean(key, value)


# ---- which entries ---------------------------------------------------------------------------------------------------


def _only_the_first(cache: Any) -> Iterable[tuple[Any, Any]]:
    return list(items(cache))[:1]


def _only_the_last(cache: Any) -> Iterable[tuple[Any, Any]]:
    return list(items(cache))[-1:]


def _all_but_the_last(cache: Any) -> Iterable[tuple[Any, Any]]:
    return list(items(cache))[:-1]


def _only_a(cache: Any) -> Iterable[tuple[Any, Any]]:
    return [(key, value) for key, value in items(cache) if key == "a"]


def _only_true_ones(cache: Any) -> Iterable[tuple[Any, Any]]:
    return [(key, value) for key, value in items(cache) if value]


def _if_the_row_is_another(key: Any, value: Any, cache: Any, db: Any) -> None:
    if db.read(key) != value:
        bring(key, value, cache, db)


def _if_there_is_a_row(key: Any, value: Any, cache: Any, db: Any) -> None:
    if db.read(key) is not None:
        bring(key, value, cache, db)


def _if_there_is_no_row(key: Any, value: Any, cache: Any, db: Any) -> None:
    if db.read(key) is None:
        db.write(key, value)
    cache.clean(key, value)


def _stops_at_a_newer_one(key: Any, value: Any, cache: Any, db: Any) -> bool:
    db.write(key, value)
    return not cache.clean(key, value)


def _nothing(cache: Any, db: Any) -> None:
    cache.dirty()


def _until_nothing_is_dirty(cache: Any, db: Any) -> None:
    while cache.dirty():
        flushed(cache, db)


def _until_it_is_written(cache: Any, db: Any) -> None:
    for key, value in cache.dirty().items():
        while True:
            with suppress(DatabaseDown):
                db.write(key, value)
                break
        cache.clean(key, value)


def _flush(**step: Any) -> Callable[..., Any]:
    return partial(flushed, **step)


TOO_EARLY = (
    "Your function says “clean” before the database has the value. If the flush dies in between, or the database is "
    "down, the value is lost. Write first, then mark it as clean."
)
REFUSED = (
    "Your function marks the entry as clean even when the database has refused it. "
    "What was refused has to stay dirty, for the next flush."
)
NEWER = (
    "Your function cleans whatever the entry holds now, which may be newer than what it wrote. "
    "Pass `clean` the value that you have written."
)
ENDLESS = "Your function keeps trying while the database is down. Leave the entry dirty for the next flush."

WRONG = (  # the narrower mistakes first: of two that explain as much, the first is named
    Mistake(TOO_EARLY, _flush(bring=_clean_first)),
    Mistake(TOO_EARLY, _flush(bring=_clean_first, ends=True)),
    Mistake(TOO_EARLY, _all_clean_first),
    Mistake(
        "Your function says “clean” before the database has the value, and sets it again when the database refuses it. "
        "If the flush dies in between, the value is lost. Write first, then mark it as clean.",
        _flush(bring=_clean_first_or_again),
    ),
    Mistake(
        "Your function never marks anything as clean, so every flush writes it all again. `cache.clean(key, value)`.",
        _flush(bring=_only_write),
    ),
    Mistake(
        "Your function removes the entries from the cache. They are good copies now, and whatever was written in "
        "between is lost with them. Mark them as clean instead.",
        _flush(bring=_delete),
    ),
    Mistake(
        "Your function marks an entry as clean by setting it again: what a client wrote in between is overwritten with "
        "the older value, and lost. `cache.clean(key, value)` looks before it marks.",
        _flush(bring=_set),
    ),
    Mistake(NEWER, _flush(bring=_clean_what_is_there)),
    Mistake(NEWER, _flush(bring=_clean_what_is_dirty)),
    Mistake(NEWER, _flush(bring=_write_and_clean_what_is_there)),
    Mistake(REFUSED, _flush(bring=_clean_in_any_case)),
    Mistake(REFUSED, _flush(bring=_clean_in_any_case, ends=True)),
    Mistake(REFUSED, _all_clean_after),
    Mistake(REFUSED, _all_clean_after_a_stop),
    Mistake(
        "Your function throws the entry away when the database refuses it, and with it the only copy. Leave it dirty.",
        _flush(bring=_delete_refused),
    ),
    Mistake(
        "Your function marks only the last entry as clean. Every entry that was written has to be marked.", _last_clean
    ),
    Mistake(
        "Your function gives `db.write` its arguments the wrong way round: the key comes first.", _flush(bring=_swapped)
    ),
    Mistake(
        "Your function flushes only the first entry. Is there a `return` inside the loop?",
        _flush(items=_only_the_first),
    ),
    Mistake("Your function flushes only the last entry. Are both steps inside the loop?", _flush(items=_only_the_last)),
    Mistake("Your function leaves out the last entry. Flush every key that is dirty.", _flush(items=_all_but_the_last)),
    Mistake("Your function flushes only “a”. Flush every key that is dirty.", _flush(items=_only_a)),
    Mistake(
        "Your function leaves out 0, False and an empty text. They are values like any other.",
        _flush(items=_only_true_ones),
    ),
    Mistake(
        "Your function leaves an entry dirty when the database has its value already. Mark it as clean.",
        _flush(bring=_if_the_row_is_another),
    ),
    Mistake(
        "Your function writes only rows that exist already. New ones have to be written as well.",
        _flush(bring=_if_there_is_a_row),
    ),
    Mistake(
        "Your function writes only rows that do not exist yet. A row that exists is old: write it, too.",
        _flush(bring=_if_there_is_no_row),
    ),
    Mistake(
        "Your function stops when `clean` says no. That only means that a newer value has come; the other entries "
        "still have to be flushed.",
        _flush(bring=_stops_at_a_newer_one),
    ),
    Mistake("Your function writes nothing to the database. For each entry, `db.write(key, value)`.", _nothing),
    Mistake(ENDLESS, _until_it_is_written),
    Mistake(ENDLESS, _until_nothing_is_dirty),
    Mistake(
        "Your function remembers what it has written, and does not write it again. Write whatever is dirty now.",
        lru_cache(flushed),
    ),
)
