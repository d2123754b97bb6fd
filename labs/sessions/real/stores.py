"""Real stores for sessions: SQLite, always there, and Redis where REDIS_URL names one that answers."""

from __future__ import annotations

import os
import sqlite3
import threading
from typing import Any, Protocol


class Store(Protocol):
    """Who owns a session? `asked` counts the questions."""

    name: str
    asked: int

    def put(self, id: str, user: str) -> None: ...  # noqa: D102
    def find(self, id: str) -> str | None: ...  # noqa: D102
    def close(self, user: str) -> None: ...  # noqa: D102
    def end(self) -> None: ...  # noqa: D102


class SqliteSessions:
    """A table of sessions, in the memory of this process; one question at a time."""

    name = "SQLite"

    def __init__(self) -> None:
        self.asked, self._lock = 0, threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.execute("CREATE TABLE sessions (id TEXT PRIMARY KEY, user TEXT NOT NULL)")

    def put(self, id: str, user: str) -> None:
        """A new session."""
        with self._lock:
            self._database.execute("INSERT INTO sessions VALUES (?, ?)", (id, user))

    def find(self, id: str) -> str | None:
        """The user of a session, or None."""
        with self._lock:
            self.asked += 1
            row = self._database.execute("SELECT user FROM sessions WHERE id = ?", (id,)).fetchone()
        return row[0] if row else None

    def close(self, user: str) -> None:
        """End all sessions of this user."""
        with self._lock:
            self._database.execute("DELETE FROM sessions WHERE user = ?", (user,))

    def end(self) -> None:
        """Nothing is left of it."""
        self._database.close()


class RedisSessions:
    """A key for each session, and a set of the user's sessions, so that they can all be ended."""

    name = "Redis"

    def __init__(self, client: Any) -> None:
        self.asked, self._redis, self._prefix = 0, client, f"course-{os.getpid()}:"

    def put(self, id: str, user: str) -> None:
        """A new session; Redis itself forgets it after an hour."""
        self._redis.set(f"{self._prefix}{id}", user, ex=3600)
        self._redis.sadd(f"{self._prefix}of:{user}", id)
        self._redis.expire(f"{self._prefix}of:{user}", 3600)

    def find(self, id: str) -> str | None:
        """The user of a session, or None."""
        self.asked += 1
        found = self._redis.get(f"{self._prefix}{id}")
        return found.decode() if found else None

    def close(self, user: str) -> None:
        """End all sessions of this user."""
        ids = self._redis.smembers(f"{self._prefix}of:{user}")
        for id in ids:
            self._redis.delete(f"{self._prefix}{id.decode()}")
        self._redis.delete(f"{self._prefix}of:{user}")

    def end(self) -> None:
        """Delete what is ours."""
        for key in self._redis.scan_iter(f"{self._prefix}*"):
            self._redis.delete(key)


def open_store() -> Store:
    """Redis where REDIS_URL names one that answers within a second; else SQLite."""
    url = os.environ.get("REDIS_URL")
    if url:
        try:
            import redis
            from redis.backoff import NoBackoff
            from redis.retry import Retry

            client = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0))
            client.ping()
            return RedisSessions(client)
        except Exception:  # not installed, or nobody there: then without it
            pass
    return SqliteSessions()
