"""Plausible wrong answers to `caching-leases`: what a read with a lease returns, and when it fails."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import Any

from labs.caching.strategies.exercises.leases_wrong_filling import fill, lease, leased
from labs.caching.strategies.exercises.reading_wrong import (
    ALWAYS_A,
    FALSY,
    HIDES,
    HIDES_BOTH,
    NO_RETURN,
    NOT_KEPT,
    REMEMBERS,
    TWICE,
    one_try_with_a_lease,
)
from labs.caching.strategies.stores import CacheDown, DatabaseDown, StoreDown
from labs.kit.checking.exercise import Mistake

# ---- what comes back -------------------------------------------------------------------------------------------------


def _nothing_without_a_token(key: Any, cache: Any, db: Any) -> Any:
    try:
        value, token = cache.lease(key)
    except CacheDown:
        return db.read(key)
    if value is None and token is not None and (value := db.read(key)) is not None:
        with suppress(CacheDown):
            cache.fill(key, value, token)
    return value


def _nothing_if_refused(key: Any, cache: Any, db: Any) -> Any:
    try:
        value, token = cache.lease(key)
    except CacheDown:
        return db.read(key)
    if value is None and (value := db.read(key)) is not None and token is not None:
        with suppress(CacheDown):
            return value if cache.fill(key, value, token) else None
    return value


def _looks_again(key: Any, cache: Any, db: Any) -> Any:
    try:
        value, token = cache.lease(key)
    except CacheDown:
        return db.read(key)
    if value is None and (value := db.read(key)) is not None and token is not None:
        with suppress(CacheDown):
            cache.fill(key, value, token)
            return cache.get(key)
    return value


def _what_fill_gives(key: Any, cache: Any, db: Any) -> Any:
    try:
        value, token = cache.lease(key)
    except CacheDown:
        return db.read(key)
    if value is None and (value := db.read(key)) is not None and token is not None:
        with suppress(CacheDown):
            return cache.fill(key, value, token)
    return value


def _waits(key: Any, cache: Any, db: Any) -> Any:
    value = token = None
    while value is None and token is None:
        try:
            value, token = cache.lease(key)
        except CacheDown:
            return db.read(key)
    if value is None and (value := db.read(key)) is not None:
        with suppress(CacheDown):
            cache.fill(key, value, token)
    return value


def _token_first(key: Any, cache: Any, db: Any) -> Any:
    try:
        token, value = cache.lease(key)
    except CacheDown:
        return db.read(key)
    if value is None and (value := db.read(key)) is not None:
        with suppress(CacheDown):
            fill(key, value, token, cache)
    return value


def _gives_back_the_pair(key: Any, cache: Any, db: Any) -> Any:
    try:
        value, token = cache.lease(key)
    except CacheDown:
        return db.read(key)
    if value is None and (value := db.read(key)) is not None:
        with suppress(CacheDown):
            fill(key, value, token, cache)
    return value, token


def _pair(key: Any, cache: Any, db: Any) -> Any:
    try:
        value = cache.lease(key)
    except CacheDown:
        return db.read(key)
    return db.read(key) if value is None else value


def _no_return(key: Any, cache: Any, db: Any) -> Any:
    leased(key, cache, db)


# ---- stores that are down --------------------------------------------------------------------------------------------


def _nothing_without_the_cache(key: Any, cache: Any, db: Any) -> Any:
    try:
        return leased(key, cache, db, look_anyway=(), fill_anyway=())
    except CacheDown:
        return None


def _nothing_if_anything_is_down(key: Any, cache: Any, db: Any) -> Any:
    try:
        return leased(key, cache, db, look_anyway=(), fill_anyway=())
    except StoreDown:
        return None


def _no_refusal(key: Any, cache: Any, db: Any) -> Any:
    try:
        return leased(key, cache, db)
    except DatabaseDown:
        return None


def _always_a(key: Any, cache: Any, db: Any) -> Any:
    return leased("a", cache, db)


DOWN = "Without the cache the database still has the value: catch `CacheDown`, and carry on."
REFUSED = (
    "After the fill your function may return nothing: when it is refused, or when a writer has deleted the entry "
    "again. The value was right when it was read: return it."
)

ANSWERS = (
    Mistake(TWICE, one_try_with_a_lease),
    Mistake(
        "Your function puts `None` into the cache. Here `None` already means a miss, so it buys nothing. "
        "Leave the cache alone.",
        lease(keep=lambda value: True),
    ),
    Mistake(FALSY, lease(missed=lambda value: not value)),
    Mistake(FALSY, lease(missed=lambda value: not value, keep=bool)),
    Mistake(NOT_KEPT, lease(keep=bool)),
    Mistake(
        "Your function returns nothing when it gets no token. It may not fill, but it may read the database.",
        _nothing_without_a_token,
    ),
    Mistake(REFUSED, _nothing_if_refused),
    Mistake(REFUSED, _looks_again),
    Mistake("Your function returns what `cache.fill` says, True or False. Return the value.", _what_fill_gives),
    Mistake(
        "Your function waits until it gets a token. The client that holds the lease may have died: without a token, "
        "read the database and answer.",
        _waits,
    ),
    Mistake("`cache.lease` returns a pair, and your function uses it as the value: `value, token = …`.", _pair),
    Mistake("`cache.lease` returns the value first and the token second; your function swaps them.", _token_first),
    Mistake("Your function returns a pair. The caller wants the value, not the token.", _gives_back_the_pair),
    Mistake(NO_RETURN, _no_return),
    Mistake(f"Your function cannot do without the cache. {DOWN}", lease(look_anyway=(), fill_anyway=())),
    Mistake(f"Your function fails when the cache is down at the start. {DOWN}", lease(look_anyway=())),
    Mistake(
        "Your function fails when the cache goes down between the lease and the fill. By then it has the value: catch "
        "`CacheDown` there as well.",
        lease(fill_anyway=()),
    ),
    Mistake(f"Your function returns `None` when the cache is down. {DOWN}", _nothing_without_the_cache),
    Mistake(HIDES_BOTH, _nothing_if_anything_is_down),
    Mistake(HIDES, _no_refusal),
    Mistake(ALWAYS_A, _always_a),
    Mistake(REMEMBERS, lru_cache(leased)),
)
