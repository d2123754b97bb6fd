"""The five strategies, as plain functions of a key and two stores (stores.py says what those can do).

Two of the five are ways to read (cache aside, read through), three are ways to write (write around, through and back),
and in use they come in pairs:

| strategy      | reads        | writes                                                          |
|---------------|--------------|-----------------------------------------------------------------|
| cache aside   | cache aside  | around: the database, then the entry is deleted from the cache  |
| read through  | read through | around                                                          |
| write through | read through | through: the cache, then at once the database                   |
| write back    | read through | back: the cache; the database later, in the background          |
| leases        | with a lease | around; cache aside with a cure for its race                    |
| TTL only      | cache aside  | the database only: the old entry stays until it expires         |

The field's cache aside includes the delete (look-aside, in the paper below). The notes of this course describe only its
read, and list the write separately, as write around; so what their cache aside does after a write is TTL only.

Sources: N. Jouppi, Cache Write Policies and Performance, ISCA 1993; R. Nishtala et al., Scaling Memcache at Facebook,
NSDI 2013 (demand-filled look-aside cache, §2; leases, §3.2.1).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from labs.caching.strategies.stores import CacheDown, CacheLike, DatabaseDown, DatabaseLike, Value

# ---- ways to read --------------------------------------------------------------------------------------------------


def read_aside(key: str, cache: CacheLike, db: DatabaseLike) -> Value | None:
    """The application looks into the cache, and on a miss reads the database and leaves a copy in the cache.

    A cache that does not answer is a miss like any other: the database has everything.
    """
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


@dataclass
class ReadThrough:
    """What a caching library does inside: the application calls `get`, and `loader` fetches what is missing."""

    cache: CacheLike
    loader: Callable[[str], Value | None]

    def get(self, key: str) -> Value | None:
        """The value, loaded if necessary. Without the cache there is no way to the data: CacheDown goes through.

        What was loaded is added, not set: a value written in the meantime is newer, and may be the only copy.
        """
        value = self.cache.get(key)
        if value is None:
            value = self.loader(key)
            if value is not None:
                self.cache.add(key, value)
        return value


def read_through(key: str, cache: CacheLike, db: DatabaseLike) -> Value | None:
    """The application asks the library, and never the database itself."""
    return ReadThrough(cache, loader=db.read).get(key)


def read_leased(key: str, cache: CacheLike, db: DatabaseLike) -> Value | None:
    """Cache aside with a lease: only the client that was given the token may fill, and only until the next delete."""
    try:
        value, token = cache.lease(key)
    except CacheDown:
        return db.read(key)
    if value is None:
        value = db.read(key)
        if value is not None and token is not None:
            with suppress(CacheDown):
                cache.fill(key, value, token)
    return value


def read_database(key: str, cache: CacheLike, db: DatabaseLike) -> Value | None:
    """No cache on the way: what the others are measured against."""
    return db.read(key)


# ---- ways to write -------------------------------------------------------------------------------------------------


def write_database(key: str, value: Value, cache: CacheLike, db: DatabaseLike) -> None:
    """Write the database and leave the cache as it is: what is cached is old from now on."""
    db.write(key, value)


def write_around(key: str, value: Value, cache: CacheLike, db: DatabaseLike) -> None:
    """Write the database, then delete the entry, so that the next read fetches the new value.

    In this order: deleted first, it could be filled with the old value before the new one is written.
    """
    db.write(key, value)
    with suppress(CacheDown):
        cache.delete(key)


def write_through(key: str, value: Value, cache: CacheLike, db: DatabaseLike) -> None:
    """Write the cache, then the database, and only then say that it is done."""
    cache.set(key, value)
    db.write(key, value)


def write_through_database_first(key: str, value: Value, cache: CacheLike, db: DatabaseLike) -> None:
    """The other order: the database is the truth, and the cache follows it."""
    db.write(key, value)
    cache.set(key, value)


def write_back(key: str, value: Value, cache: CacheLike, db: DatabaseLike) -> None:
    """Write the cache and say that it is done; `flush` brings it to the database later."""
    cache.set(key, value, dirty=True)


def flush(cache: CacheLike, db: DatabaseLike) -> int:
    """Bring the dirty entries to the database; how many were brought.

    Database first, clean after: a crash in between writes the same value twice, the other order would lose it. What
    the database refuses stays dirty for the next time.
    """
    brought = 0
    for key, value in cache.dirty().items():
        try:
            db.write(key, value)
        except DatabaseDown:
            return brought
        cache.clean(key, value)
        brought += 1
    return brought


# ---- the pairs -----------------------------------------------------------------------------------------------------

Read = Callable[[str, CacheLike, DatabaseLike], Value | None]
Write = Callable[[str, Value, CacheLike, DatabaseLike], None]
Flush = Callable[[CacheLike, DatabaseLike], object]


@dataclass(frozen=True)
class Strategy:
    """A way to read and a way to write; `flush` is called every so often where writes wait in the cache.

    `inline`: whatever is asked of the cache first, the cache (or its library) takes to the database itself.
    """

    name: str
    read: Read
    write: Write
    flush: Flush | None = None
    inline: bool = False


STRATEGIES = {
    strategy.name: strategy
    for strategy in (
        Strategy("cache aside", read_aside, write_around),
        Strategy("read through", read_through, write_around, inline=True),
        Strategy("write through", read_through, write_through, inline=True),
        Strategy("write back", read_through, write_back, flush, inline=True),
        Strategy("leases", read_leased, write_around),
        Strategy("TTL only", read_aside, write_database),
    )
}
NO_CACHE = Strategy("no cache", read_database, write_database)
