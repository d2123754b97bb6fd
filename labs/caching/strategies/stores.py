"""The two stores: a cache that forgets, and a database that does not.

They are called in the same words whether they are these small models, Redis or SQLite (real.py), so a caching strategy
does not know what it runs on:

    cache.get(key) → value, None if it is not there      db.read(key) → value, None if there is none
    cache.set(key, value, dirty=False)                   db.write(key, value)
    cache.add(key, value) → True if the key was not there, and is now
    cache.delete(key)

What a write-back cache needs as well: an entry is *dirty* while it is newer than the database's.

    cache.dirty() → {key: value} of the dirty entries, the oldest first
    cache.clean(key, value) → True if the entry still held `value`; it is dirty no longer

And leases (Nishtala et al., Scaling Memcache at Facebook, NSDI 2013, §3.2.1): whoever misses may get a token, the right
to fill that key. A delete makes the token worthless, so that what was read before the delete cannot be put in after it.

    cache.lease(key) → (value, None) on a hit; (None, token) on a miss; (None, None) if another holds the lease
    cache.fill(key, value, token) → True if the token was still good and the value is in

A store that cannot be reached raises CacheDown or DatabaseDown, whatever was asked of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from typing import Any, Protocol

from labs.kit.limits import Limits, Number, Whole, check_settings

Value = Any  # anything but None, which means "not there"


class StoreDown(Exception):
    """A store did not answer. Whether it did what it was asked is not known."""


class CacheDown(StoreDown):
    """The cache did not answer."""


class DatabaseDown(StoreDown):
    """The database did not answer."""


@contextmanager
def told_as(ours: type[Exception], theirs: type[Exception] | tuple[type[Exception], ...]) -> Iterator[None]:
    """In this block, the errors of a real store are told as ours."""
    try:
        yield
    except theirs as error:
        raise ours(str(error)) from error


class CacheLike(Protocol):
    """What a strategy may ask of a cache; see the module's text."""

    def get(self, key: str) -> Value | None: ...  # noqa: D102
    def set(self, key: str, value: Value, dirty: bool = False) -> None: ...  # noqa: D102
    def add(self, key: str, value: Value) -> bool: ...  # noqa: D102
    def delete(self, key: str) -> None: ...  # noqa: D102
    def dirty(self) -> dict[str, Value]: ...  # noqa: D102
    def clean(self, key: str, value: Value) -> bool: ...  # noqa: D102
    def lease(self, key: str) -> tuple[Value | None, int | None]: ...  # noqa: D102
    def fill(self, key: str, value: Value, token: int | None) -> bool: ...  # noqa: D102


class DatabaseLike(Protocol):
    """What a strategy may ask of a database; see the module's text."""

    def read(self, key: str) -> Value | None: ...  # noqa: D102
    def write(self, key: str, value: Value) -> None: ...  # noqa: D102


@dataclass
class Entry:
    """One value in the cache; `expires` is the moment (s) from which it is no longer there."""

    value: Value
    dirty: bool
    expires: float


LIFE = Number(0.001, inf, "seconds")
LIMITS: Limits = {"capacity": Whole(1), "ttl": LIFE, "lease_ttl": LIFE}


@dataclass
class Cache:
    """A cache in memory: at most `capacity` entries, the least recently used goes first; each lives `ttl` seconds.

    `now()` tells the time. `gone(key, entry, why)` hears of every entry that leaves other than by `delete`, with why
    "expired", "evicted" or "down": what was dirty then is nowhere any more. A lease lasts `lease_ttl` seconds (10 in
    the paper), so that a client that dies with one blocks nobody for good. ValueError for what is outside LIMITS: a
    cache that holds nothing, or for no time, is no cache (and 0 seconds mean "for ever" to memcached, "gone" to Redis).
    """

    capacity: int = 1000
    ttl: float = inf
    now: Callable[[], float] = lambda: 0.0
    gone: Callable[[str, Entry, str], None] = lambda key, entry, why: None
    lease_ttl: float = 10.0
    entries: dict[str, Entry] = field(default_factory=dict)  # the least recently used first
    leases: dict[str, tuple[int, float]] = field(default_factory=dict)  # key → token, and until when it is good
    tokens: int = 0

    def __post_init__(self) -> None:
        check_settings(LIMITS, dict(capacity=self.capacity, ttl=self.ttl, lease_ttl=self.lease_ttl))

    def get(self, key: str) -> Value | None:
        """The value, which becomes the most recently used; None on a miss."""
        self.expire()
        if key not in self.entries:
            return None
        entry = self.entries[key] = self.entries.pop(key)
        return entry.value

    def set(self, key: str, value: Value, dirty: bool = False) -> None:
        """Put a value in, for `ttl` seconds; a plain set says that the database has it, a dirty one that it has not."""
        self.expire()
        self.entries.pop(key, None)
        self.leases.pop(key, None)
        while self.entries and len(self.entries) >= self.capacity:
            self.evict()
        self.entries[key] = Entry(value, dirty, self.now() + self.ttl)

    def add(self, key: str, value: Value) -> bool:
        """Set, but never in the place of something that is there (memcached's `add`, Redis' `SET … NX`)."""
        self.expire()
        if key in self.entries:
            return False
        self.set(key, value)
        return True

    def delete(self, key: str) -> None:
        """Take it out, and make a lease on it worthless."""
        self.entries.pop(key, None)
        self.leases.pop(key, None)

    def dirty(self) -> dict[str, Value]:
        """The entries that the database has not got yet."""
        self.expire()
        return {key: entry.value for key, entry in self.entries.items() if entry.dirty}

    def clean(self, key: str, value: Value) -> bool:
        """The database has `value` now. If something newer was written meanwhile, the entry stays dirty."""
        entry = self.entries.get(key)
        if entry is None or entry.value != value:
            return False
        entry.dirty = False
        return True

    def lease(self, key: str) -> tuple[Value | None, int | None]:
        """Get, and on a miss the right to fill the key, unless someone has it already."""
        if (value := self.get(key)) is not None:
            return value, None
        if key in self.leases and self.leases[key][1] > self.now():
            return None, None
        self.tokens += 1
        self.leases[key] = (self.tokens, self.now() + self.lease_ttl)
        return None, self.tokens

    def fill(self, key: str, value: Value, token: int | None) -> bool:
        """Set, if `token` is the key's lease and still good."""
        if token is None or self.leases.get(key, (None, 0.0))[0] != token or self.leases[key][1] <= self.now():
            return False
        self.set(key, value)
        return True

    def expire(self) -> None:
        """Let go of what has reached its time."""
        for key in [key for key, entry in self.entries.items() if entry.expires <= self.now()]:
            self.gone(key, self.entries.pop(key), "expired")

    def evict(self) -> None:
        """Throw out the least recently used entry, dirty or not; nothing happens where there is none."""
        for key in list(self.entries)[:1]:
            self.gone(key, self.entries.pop(key), "evicted")

    def forget(self) -> None:
        """Lose all that is in memory, as a cache does that goes down."""
        for key in list(self.entries):
            self.gone(key, self.entries.pop(key), "down")
        self.leases.clear()


@dataclass
class Database:
    """Rows by key. What is written stays written, also when it has been down meanwhile."""

    rows: dict[str, Value] = field(default_factory=dict)

    def read(self, key: str) -> Value | None:
        """The row's value; None if there is none."""
        return self.rows.get(key)

    def write(self, key: str, value: Value) -> None:
        """Write the row, whatever was there before."""
        self.rows[key] = value


def preheat(keys: Iterable[str], cache: CacheLike, db: DatabaseLike) -> None:
    """Fill the cache before the first request comes: each of `keys` costs one read of the database."""
    for key in keys:
        if (value := db.read(key)) is not None:
            cache.set(key, value)


def differing(cache: Mapping[str, Value], db: Mapping[str, Value]) -> list[str]:
    """The keys whose cached value is not the database's."""
    return sorted(key for key, value in cache.items() if db.get(key) != value)
