"""The real thing: SQLite as the database, and Redis as the cache where there is one. The strategies do not notice.

The stores here answer to the words of stores.py. SQLite is in Python's standard library. Redis is used when REDIS_URL
names one that answers (say redis://127.0.0.1:6379/0) and the package `redis` is installed; else the cache is the plain
one of stores.py.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from labs.caching.strategies.five import FIVE, STRATEGIES, Strategy
from labs.caching.strategies.stores import Cache, CacheDown, Database, DatabaseDown, Value
from labs.caching.strategies.workload import FIRST, Request, workload


class SqliteDatabase:
    """A table of keys and values in SQLite, in memory unless `path` names a file."""

    def __init__(self, path: str = ":memory:") -> None:
        # A learner's code runs in a thread of its own, one at a time.
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        with _told_as(DatabaseDown, sqlite3.Error):
            self._connection.execute("CREATE TABLE IF NOT EXISTS rows (key TEXT PRIMARY KEY, value TEXT NOT NULL)")

    def read(self, key: str) -> Value | None:
        """The row's value; None if there is none."""
        with _told_as(DatabaseDown, sqlite3.Error):
            row = self._connection.execute("SELECT value FROM rows WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def write(self, key: str, value: Value) -> None:
        """Write the row, whatever was there before."""
        with _told_as(DatabaseDown, sqlite3.Error):
            self._connection.execute("INSERT OR REPLACE INTO rows VALUES (?, ?)", (key, json.dumps(value)))

    @property
    def rows(self) -> dict[str, Value]:
        """All rows."""
        with _told_as(DatabaseDown, sqlite3.Error):
            return {
                key: json.loads(value)
                for key, value in self._connection.execute("SELECT key, value FROM rows ORDER BY key")
            }

    def close(self) -> None:
        """Let go of the file; from then on everything is DatabaseDown."""
        self._connection.close()


# Scripts run in Redis as one step each, as the lease and compare-and-set of a cache must.
_LEASE = """
local value = redis.call('GET', KEYS[1])
if value then return {value, false} end
if redis.call('EXISTS', KEYS[2]) == 1 then return {false, false} end
local token = redis.call('INCR', KEYS[3])
redis.call('SET', KEYS[2], token, 'PX', ARGV[1])
return {false, token}
"""
_FILL = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
if ARGV[3] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
redis.call('DEL', KEYS[2])
redis.call('ZREM', KEYS[3], ARGV[4])
return 1
"""
_CLEAN = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('ZREM', KEYS[2], ARGV[2])
return 1
"""


class RedisCache:
    """A cache in Redis by `client` (redis.Redis); keys begin with `prefix`; `ttl`, `lease_ttl`: seconds."""

    def __init__(
        self, client: Any, prefix: str = "course:", ttl: float = float("inf"), lease_ttl: float = 10.0
    ) -> None:
        self._redis, self._prefix = client, prefix
        self._px = None if ttl == float("inf") else round(ttl * 1000)
        self._lease_px = round(lease_ttl * 1000)
        self._scripts = {
            name: client.register_script(text) for name, text in (("lease", _LEASE), ("fill", _FILL), ("clean", _CLEAN))
        }

    def _value(self, key: str) -> str:
        return f"{self._prefix}value:{key}"

    def _lease(self, key: str) -> str:
        return f"{self._prefix}lease:{key}"

    @property
    def _dirty(self) -> str:
        return f"{self._prefix}dirty"

    def get(self, key: str) -> Value | None:
        """The value; None on a miss."""
        with _redis_errors():
            return _read(self._redis.get(self._value(key)))

    def set(self, key: str, value: Value, dirty: bool = False) -> None:
        """Put a value in; a plain set says that the database has it, a dirty one that it has not."""
        with _redis_errors(), self._redis.pipeline(transaction=True) as together:
            together.set(self._value(key), json.dumps(value), px=self._px)
            together.delete(self._lease(key))
            if dirty:
                together.zadd(self._dirty, {key: self._redis.incr(f"{self._prefix}turn")})
            else:
                together.zrem(self._dirty, key)
            together.execute()

    def add(self, key: str, value: Value) -> bool:
        """Set, but never in the place of something that is there."""
        with _redis_errors():
            done = bool(self._redis.set(self._value(key), json.dumps(value), px=self._px, nx=True))
            if done:
                self._redis.delete(self._lease(key))
                self._redis.zrem(self._dirty, key)
            return done

    def delete(self, key: str) -> None:
        """Take it out, and make a lease on it worthless."""
        with _redis_errors(), self._redis.pipeline(transaction=True) as together:
            together.delete(self._value(key), self._lease(key))
            together.zrem(self._dirty, key)
            together.execute()

    def dirty(self) -> dict[str, Value]:
        """The entries that the database has not got yet."""
        with _redis_errors():
            keys = [key.decode() for key in self._redis.zrange(self._dirty, 0, -1)]
            found = {key: _read(self._redis.get(self._value(key))) for key in keys}
        return {key: value for key, value in found.items() if value is not None}

    def clean(self, key: str, value: Value) -> bool:
        """The database has `value` now. If something newer was written meanwhile, the entry stays dirty."""
        with _redis_errors():
            return bool(self._scripts["clean"]([self._value(key), self._dirty], [json.dumps(value), key]))

    def lease(self, key: str) -> tuple[Value | None, int | None]:
        """Get, and on a miss the right to fill the key, unless someone has it already."""
        with _redis_errors():
            value, token = self._scripts["lease"](
                [self._value(key), self._lease(key), f"{self._prefix}token"], [self._lease_px]
            )
        return _read(value), token

    def fill(self, key: str, value: Value, token: int | None) -> bool:
        """Set, if `token` is the key's lease and still good."""
        if token is None:
            return False
        keys = [self._value(key), self._lease(key), self._dirty]
        with _redis_errors():
            return bool(self._scripts["fill"](keys, [token, json.dumps(value), self._px or "", key]))

    def clear(self) -> None:
        """Take everything out that begins with the prefix, and nothing else."""
        with _redis_errors():
            for key in list(self._redis.scan_iter(match=f"{self._prefix}*")):
                self._redis.delete(key)


def _read(data: Any) -> Value | None:
    return None if data is None else json.loads(data)


@contextmanager
def _redis_errors() -> Iterator[None]:
    """What redis-py calls a connection error or a timeout is CacheDown to us."""
    import redis

    with _told_as(CacheDown, (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError)):
        yield


@contextmanager
def _told_as(ours: type[Exception], theirs: type[Exception] | tuple[type[Exception], ...]) -> Iterator[None]:
    try:
        yield
    except theirs as error:
        raise ours(str(error)) from error


def find_redis(url: str | None = None) -> Any:
    """A redis-py client for `url` (or REDIS_URL) if one answers there within a second; else None."""
    url = url or os.environ.get("REDIS_URL")
    if not url:
        return None
    try:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        once = Retry(NoBackoff(), 0)  # the client's own patience would take seconds
        client = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1, retry=once)
        client.ping()
        return client
    except Exception:  # not installed, not an address, nobody there, a password …: then without it
        return None


def which_cache() -> str:
    """The cache that `on_the_real_thing` uses here, in words."""
    return "the course's own" if find_redis() is None else "Redis"


# ---- the same strategies on both -----------------------------------------------------------------------------------


class _Counted:
    """A store that counts what it is asked."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.asked: dict[str, int] = {}

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        def ask(*args: Any) -> Any:
            self.asked[verb] = self.asked.get(verb, 0) + 1
            return getattr(self._store, verb)(*args)

        return ask


def one_by_one(
    strategy: Strategy, requests: Sequence[Request], cache: Any, db: Any, flush_after: int = 10
) -> dict[str, Any]:
    """Answer requests one after the other, on any two stores: what came out.

    "answers" to the reads, "reads" and "writes" that the database did, and at the end its "rows". A strategy that
    flushes does so after every `flush_after` requests and at the end.
    """
    for key in sorted({request.key for request in requests}):
        db.write(key, FIRST)
    counted, answers = _Counted(db), []
    for number, request in enumerate(requests, 1):
        if request.op == "read":
            answers.append(strategy.read(request.key, cache, counted))
        else:
            strategy.write(request.key, request.value, cache, counted)
        if strategy.flush is not None and (number % flush_after == 0 or number == len(requests)):
            strategy.flush(cache, counted)
    return {
        "answers": answers,
        "reads": counted.asked.get("read", 0),
        "writes": counted.asked.get("write", 0),
        "rows": dict(db.rows),
    }


def on_the_real_thing(
    names: Iterable[str] = FIVE, requests: Sequence[Request] | None = None, client: Any = None
) -> list[dict[str, Any]]:
    """Rows for a table: each strategy on SQLite and Redis (`client`; find_redis if None), against the model's stores.

    Where there is no Redis the cache is the plain one; the rows are the same.
    """
    asked = workload(rate=5, read_share=0.7, seed=1) if requests is None else requests
    client = find_redis() if client is None else client
    rows = []
    for name in names:
        strategy = STRATEGIES[name]
        model = one_by_one(strategy, asked, Cache(), Database())
        db = SqliteDatabase()
        cache: Any = Cache() if client is None else RedisCache(client, prefix=f"course:{os.getpid()}:{name}:")
        try:
            real = one_by_one(strategy, asked, cache, db)
        finally:
            db.close()
            if client is not None:
                cache.clear()
        rows.append(
            {
                "strategy": name,
                "reads answered": len(real["answers"]),
                "database reads": real["reads"],
                "database writes": real["writes"],
                "answers as in the model": real["answers"] == model["answers"],
                "all else as in the model": {**real, "answers": 0} == {**model, "answers": 0},
            }
        )
    return rows
