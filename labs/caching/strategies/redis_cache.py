"""A cache in a real Redis, in the words of stores.py: a strategy does not notice.

It needs the package `redis` and a server; `find_redis` gives a client for the one that REDIS_URL names.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from typing import Any

from labs.caching.strategies.stores import LIMITS, CacheDown, Value, told_as
from labs.kit.limits import Text, check_settings

# Scripts run in Redis as one step each. What looks first and then acts must be one, or another client comes in between:
# an entry that is set by one and marked clean by another would never reach the database.
_SET = """
if ARGV[4] == 'nx' and redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
if ARGV[2] == '' then redis.call('SET', KEYS[1], ARGV[1]) else redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
redis.call('DEL', KEYS[2])
if ARGV[4] == 'dirty' then
  redis.call('ZADD', KEYS[3], redis.call('INCR', KEYS[4]), ARGV[3])
else
  redis.call('ZREM', KEYS[3], ARGV[3])
end
return 1
"""
_DIRTY = """
local found = {}
for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local value = redis.call('GET', ARGV[1] .. key)
  if value then
    table.insert(found, key)
    table.insert(found, value)
  else
    redis.call('ZREM', KEYS[1], key)
  end
end
return found
"""
_LEASE = """
local value = redis.call('GET', KEYS[1])
if value then return {value, false} end
if redis.call('EXISTS', KEYS[2]) == 1 then return {false, false} end
local token = redis.call('INCR', KEYS[3])
if ARGV[1] == '' then redis.call('SET', KEYS[2], token) else redis.call('SET', KEYS[2], token, 'PX', ARGV[1]) end
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


_SCRIPTS = {"set": _SET, "dirty": _DIRTY, "lease": _LEASE, "fill": _FILL, "clean": _CLEAN}
FOR_EVER = 1e9  # seconds (32 years) that Redis need not count


class RedisCache:
    """A cache in Redis by `client` (redis.Redis), in the words of stores.py.

    Keys begin with `prefix`, which is to be nobody else's: `clear` takes out all that begins with it. `ttl`,
    `lease_ttl`: seconds. ValueError for what is outside of stores.LIMITS, or a prefix that is empty.
    """

    def __init__(self, client: Any, prefix: str = "course:", ttl: float = inf, lease_ttl: float = 10.0) -> None:
        check_settings({**LIMITS, "prefix": Text()}, dict(prefix=prefix, ttl=ttl, lease_ttl=lease_ttl))
        self._redis, self._prefix = client, prefix
        self._px, self._lease_px = _milliseconds(ttl), _milliseconds(lease_ttl)
        self._scripts = {name: client.register_script(text) for name, text in _SCRIPTS.items()}

    def _value(self, key: str) -> str:
        return f"{self._prefix}value:{key}"

    def _lease(self, key: str) -> str:
        return f"{self._prefix}lease:{key}"

    @property
    def _dirty(self) -> str:
        return f"{self._prefix}dirty"

    def _set(self, key: str, value: Value, how: str) -> bool:
        keys = [self._value(key), self._lease(key), self._dirty, f"{self._prefix}turn"]
        with _redis_errors():
            return bool(self._scripts["set"](keys, [json.dumps(value), self._px, key, how]))

    def get(self, key: str) -> Value | None:
        """The value; None on a miss."""
        with _redis_errors():
            return _read(self._redis.get(self._value(key)))

    def set(self, key: str, value: Value, dirty: bool = False) -> None:
        """Put a value in; a plain set says that the database has it, a dirty one that it has not."""
        self._set(key, value, "dirty" if dirty else "clean")

    def add(self, key: str, value: Value) -> bool:
        """Set, but never in the place of something that is there."""
        return self._set(key, value, "nx")

    def delete(self, key: str) -> None:
        """Take it out, and make a lease on it worthless."""
        with _redis_errors(), self._redis.pipeline(transaction=True) as together:
            together.delete(self._value(key), self._lease(key))
            together.zrem(self._dirty, key)
            together.execute()

    def dirty(self) -> dict[str, Value]:
        """The entries that the database has not got yet."""
        with _redis_errors():
            found = [_text(part) for part in self._scripts["dirty"]([self._dirty], [self._value("")])]
        return {key: json.loads(value) for key, value in zip(found[::2], found[1::2], strict=True)}

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
            return bool(self._scripts["fill"](keys, [token, json.dumps(value), self._px, key]))

    def clear(self) -> None:
        """Take everything out that begins with the prefix, and nothing else."""
        with _redis_errors():
            for key in list(self._redis.scan_iter(match=_escaped(self._prefix) + "*")):
                self._redis.delete(key)


def _read(data: Any) -> Value | None:
    return None if data is None else json.loads(data)


def _text(data: Any) -> str:
    """A reply as text, whether or not the client decodes replies."""
    return data if isinstance(data, str) else str(data, "utf-8")


def _milliseconds(seconds: float) -> int | str:
    """A time to live as a script gets it; empty for an entry that stays for ever."""
    return "" if seconds >= FOR_EVER else max(1, round(seconds * 1000))


def _escaped(text: str) -> str:
    """The text as a pattern that fits it alone: in `MATCH`, *, ? and [ have a meaning of their own."""
    return re.sub(r"([*?\[\]\\^-])", r"\\\1", text)


@contextmanager
def _redis_errors() -> Iterator[None]:
    """No answer, or an error for an answer, is CacheDown to us: the cache has not done what it was asked.

    A replica refuses to write (READONLY), a full Redis to store (OOM), one that loads its data to do anything.
    """
    from redis import exceptions

    with told_as(CacheDown, (exceptions.ConnectionError, exceptions.TimeoutError, exceptions.ResponseError)):
        yield


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
