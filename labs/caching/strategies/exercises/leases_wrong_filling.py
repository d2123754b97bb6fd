"""Plausible wrong answers to `caching-leases`: a read with a lease that fills in another way, or at another time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from labs.caching.strategies.exercises.aside_wrong import aside
from labs.caching.strategies.exercises.reading_wrong import always, is_none, is_some
from labs.caching.strategies.stores import CacheDown
from labs.kit.checking.exercise import Mistake


def fill(key: Any, value: Any, token: Any, cache: Any) -> None:
    """Leave a copy in the cache, if there is a token and it is good."""
    if token is not None:
        cache.fill(key, value, token)


def leased(
    key: Any, cache: Any, db: Any, *, missed: Callable[[Any], bool] = is_none, keep: Callable[[Any], bool] = is_some,
    fill: Callable[..., Any] = fill, look_anyway: Any = CacheDown, fill_anyway: Any = CacheDown,
) -> Any:  # fmt: skip
    """A read with a lease, in which one step may be replaced; an exception that is not let pass is `()`."""
    try:
        value, token = cache.lease(key)
    except look_anyway:
        return db.read(key)
    if missed(value):
        value = db.read(key)
        if keep(value):
            with suppress(fill_anyway):
                fill(key, value, token, cache)
    return value


# ---- filling ---------------------------------------------------------------------------------------------------------


def _set_with_a_token(key: Any, value: Any, token: Any, cache: Any) -> None:
    if token is not None:
        cache.set(key, value)


def _add_with_a_token(key: Any, value: Any, token: Any, cache: Any) -> None:
    if token is not None:
        cache.add(key, value)


def _set_without_a_token(key: Any, value: Any, token: Any, cache: Any) -> None:
    if token is not None:
        cache.fill(key, value, token)
    else:
        cache.set(key, value)


def _add_without_a_token(key: Any, value: Any, token: Any, cache: Any) -> None:
    if token is not None:
        cache.fill(key, value, token)
    else:
        cache.add(key, value)


def _set_if_refused(key: Any, value: Any, token: Any, cache: Any) -> None:
    if token is not None and not cache.fill(key, value, token):
        cache.set(key, value)


def _set_if_there_is_no_filling(key: Any, value: Any, token: Any, cache: Any) -> None:
    if not cache.fill(key, value, token):
        cache.set(key, value)


def _another_lease_if_refused(key: Any, value: Any, token: Any, cache: Any) -> None:
    if token is not None and not cache.fill(key, value, token):
        fill(key, value, cache.lease(key)[1], cache)


def _reads_again_if_refused(key: Any, cache: Any, db: Any) -> Any:
    try:
        value, token = cache.lease(key)
    except CacheDown:
        return db.read(key)
    if value is None and (value := db.read(key)) is not None and token is not None:
        with suppress(CacheDown):
            return value if cache.fill(key, value, token) else db.read(key)
    return value


def _only_without_a_token(key: Any, value: Any, token: Any, cache: Any) -> None:
    if token is None:
        cache.fill(key, value, token)


def _token_1(key: Any, value: Any, token: Any, cache: Any) -> None:
    cache.fill(key, value, 1)


def _swapped(key: Any, value: Any, token: Any, cache: Any) -> None:
    if token is not None:
        cache.fill(key, token, value)


def _deletes_before(key: Any, value: Any, token: Any, cache: Any) -> None:
    cache.delete(key)
    fill(key, value, token, cache)


def _deletes_after(key: Any, value: Any, token: Any, cache: Any) -> None:
    fill(key, value, token, cache)
    cache.delete(key)


# ---- the order -------------------------------------------------------------------------------------------------------


def _lease_after(key: Any, cache: Any, db: Any) -> Any:
    try:
        value = cache.get(key)
    except CacheDown:
        return db.read(key)
    if value is None and (value := db.read(key)) is not None:
        with suppress(CacheDown):
            fill(key, value, cache.lease(key)[1], cache)
    return value


def _second_lease(key: Any, cache: Any, db: Any) -> Any:
    return leased(key, cache, db, fill=lambda k, v, token, c: fill(k, v, c.lease(k)[1] or token, c))


def _database_first(key: Any, cache: Any, db: Any) -> Any:
    row = db.read(key)
    try:
        value, token = cache.lease(key)
    except CacheDown:
        return row
    if value is None and row is not None:
        with suppress(CacheDown):
            fill(key, row, token, cache)
    return row if value is None else value


def lease(**step: Any) -> Callable[..., Any]:
    """The read with these steps replaced."""
    return partial(leased, **step)


TOKEN = "Your function puts the value in with a call that needs no token. Use `cache.fill(key, value, token)`."
NO_TOKEN = (
    "Without a token your function puts the value in all the same. Only the holder of the lease may fill: return the "
    "value to your caller, and leave the cache alone."
)
INSISTS = (
    "Your function puts the value in after the fill has been refused. The refusal is the point: the value may be old. "
    "Return it to your caller, and leave the cache alone."
)
LATE = (
    "Your function takes a lease after it has read the database. A write in between leaves that token good, and what "
    "you read is old. The lease comes first, and there is only one."
)
REFUSED = (
    "Every fill that your function tries is refused. "
    "`cache.fill(key, value, token)` wants the token that `cache.lease` has "
    "returned, as its third argument."
)
NEVER = (
    "What your function has read never gets into the cache. "
    "After a miss, if there is a token, `cache.fill(key, value, token)`."
)
DELETES = (
    "Your function calls `cache.delete`, which removes what is there and makes every token worthless, its own as "
    "well. A read has nothing to delete."
)

PLAIN = (
    "Your function is plain cache aside, with `get` and `set`: the token is what makes the late fill fail. Use "
    "`cache.lease` and `cache.fill`."
)

FILLING = (  # the narrower mistakes first: of two that explain as much, the first is named
    Mistake(PLAIN, aside),
    Mistake(PLAIN, partial(aside, look_anyway=(), put_anyway=())),
    Mistake(PLAIN, partial(aside, look_anyway=(), put_anyway=(), keep=always)),
    Mistake(TOKEN, lease(fill=_set_with_a_token)),
    Mistake(TOKEN, lease(fill=_add_with_a_token)),
    Mistake(NO_TOKEN, lease(fill=_set_without_a_token)),
    Mistake(NO_TOKEN, lease(fill=_add_without_a_token)),
    Mistake(INSISTS, lease(fill=_set_if_refused)),
    Mistake(INSISTS, lease(fill=_set_if_there_is_no_filling)),
    Mistake(LATE, lease(fill=_another_lease_if_refused)),
    Mistake(LATE, _lease_after),
    Mistake(LATE, _second_lease),
    Mistake(
        "Your function reads the database again when the fill is refused. A miss costs one read: return what you have, "
        "which was right when it was read.",
        _reads_again_if_refused,
    ),
    Mistake("Your function asks the database even on a hit. The lease comes first.", _database_first),
    Mistake(REFUSED, lease(fill=_token_1)),
    Mistake(REFUSED, lease(fill=_swapped)),
    Mistake(NEVER, lease(fill=lambda *_: None)),
    Mistake(NEVER, lease(fill=_only_without_a_token)),
    Mistake(DELETES, lease(fill=_deletes_before)),
    Mistake(DELETES, lease(fill=_deletes_after)),
)
