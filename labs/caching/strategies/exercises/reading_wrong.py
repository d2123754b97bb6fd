"""What the wrong answers to the exercises on reading have in common: small steps, and what is said of them."""

from __future__ import annotations

from typing import Any

from labs.caching.strategies.stores import CacheDown


def is_none(value: Any) -> bool:
    """Whether there is no value."""
    return value is None


def is_some(value: Any) -> bool:
    """Whether there is a value."""
    return value is not None


def always(value: Any) -> bool:
    """Yes."""
    return True


FALSY = "Your function takes 0, False or an empty text for a miss. Only `None` means “not there”: ask `value is None`."
OR = (
    "Your function takes 0, False or an empty text for a miss, and after a hit it fills all the same. "
    "Ask `value is None`, and do both only then: read the database, and fill."
)
NOT_KEPT = "Your function does not cache 0, False or an empty text. They are values like any other: ask `is not None`."
NO_RETURN = "Your function never returns anything: `return` the value."
ALWAYS_A = "Your function asks for “a”, whatever key it is given. Ask for `key`."
REMEMBERS = (
    "Your function remembers what it has returned, in a place that no writer knows of and that no TTL clears. What is "
    "cached has to be in `cache`."
)
HIDES = (
    "Your function hides `DatabaseDown`, and returns `None`: the caller believes that there is no such row. "
    "Let it go through."
)
HIDES_BOTH = (
    "Your function returns `None` when a store is down. Without the cache, read the database; without the database, "
    "let `DatabaseDown` go through."
)


TWICE = (
    "Your function reads the database a second time when the cache goes down after the first. "
    "By then it has the value: put a `try` of its own around the call that stores it."
)


def one_try(key: Any, cache: Any, db: Any) -> Any:
    """Cache aside with one `try` around everything."""
    try:
        value = cache.get(key)
        if value is None and (value := db.read(key)) is not None:
            cache.set(key, value)
        return value
    except CacheDown:
        return db.read(key)


def one_try_with_a_lease(key: Any, cache: Any, db: Any) -> Any:
    """The same with a lease."""
    try:
        value, token = cache.lease(key)
        if value is None and (value := db.read(key)) is not None and token is not None:
            cache.fill(key, value, token)
        return value
    except CacheDown:
        return db.read(key)
