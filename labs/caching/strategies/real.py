"""The real thing: SQLite as the database, and Redis as the cache where there is one. The strategies do not notice.

The stores here answer to the words of stores.py. SQLite is in Python's standard library. Redis is used when REDIS_URL
names one that answers (say redis://127.0.0.1:6379/0) and the package `redis` is installed; else the cache is the plain
one of stores.py.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from labs.caching.strategies.five import STRATEGIES, Strategy
from labs.caching.strategies.redis_cache import RedisCache, find_redis
from labs.caching.strategies.stores import Cache, Database, DatabaseDown, Value, told_as
from labs.caching.strategies.workload import FIRST, Request, workload


class SqliteDatabase:
    """A table of keys and values in SQLite, in memory unless `path` names a file."""

    def __init__(self, path: str = ":memory:") -> None:
        # A learner's code runs in a thread of its own, one at a time.
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        with told_as(DatabaseDown, sqlite3.Error):
            self._connection.execute("CREATE TABLE IF NOT EXISTS rows (key TEXT PRIMARY KEY, value TEXT NOT NULL)")

    def read(self, key: str) -> Value | None:
        """The row's value; None if there is none."""
        with told_as(DatabaseDown, sqlite3.Error):
            row = self._connection.execute("SELECT value FROM rows WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def write(self, key: str, value: Value) -> None:
        """Write the row, whatever was there before."""
        with told_as(DatabaseDown, sqlite3.Error):
            self._connection.execute("INSERT OR REPLACE INTO rows VALUES (?, ?)", (key, json.dumps(value)))

    @property
    def rows(self) -> dict[str, Value]:
        """All rows."""
        with told_as(DatabaseDown, sqlite3.Error):
            return {
                key: json.loads(value)
                for key, value in self._connection.execute("SELECT key, value FROM rows ORDER BY key")
            }

    def close(self) -> None:
        """Let go of the file; from then on everything is DatabaseDown."""
        self._connection.close()


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
    names: Iterable[str] = tuple(STRATEGIES), requests: Sequence[Request] | None = None, client: Any = None
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
