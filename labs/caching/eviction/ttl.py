"""Entries that expire, and jitter that keeps them from all expiring at once."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from typing import Any

from labs.caching.eviction.policies import Key


def lifetimes(keys: Iterable[Key], ttl: float, spread: float, random: Callable[[], float]) -> dict[Key, float]:
    """How long each entry may live, in seconds: the TTL less a random part of at most the share `spread` of it."""
    return {key: ttl * (1 - spread * random()) for key in keys}


def reloads(lives: Iterable[float], until: float) -> Counter[int]:
    """If each entry is loaded at 0 s and again whenever it expires: how many loads fall into each second."""
    loads = Counter[int]()
    for life in lives:
        t = 0.0
        while t < until:
            loads[int(t)] += 1
            t += life
    return loads


class Expiring:
    """An LRU cache whose entries live for `ttl` seconds from their last put; `now` tells the time.

    What has expired is removed before anything else has to go for a new entry.
    """

    def __init__(self, capacity: int, ttl: float, now: Callable[[], float]) -> None:
        self.capacity, self.ttl, self.now = capacity, ttl, now
        self._entries: OrderedDict[Key, tuple[Any, float]] = OrderedDict()  # a key → value, when it expires
        self._expiring: list[tuple[float, int, Key]] = []
        self._puts = 0

    def get(self, key: Key) -> Any:
        """The value, or None for a miss; a hit makes the entry the newest, and does not let it live longer."""
        value, expires = self._entries.get(key, (None, 0.0))
        if value is None or self.now() >= expires:
            return None
        self._entries.move_to_end(key)
        return value

    def put(self, key: Key, value: Any, ttl: float | None = None) -> Key | None:
        """Store the value for `ttl` seconds (the cache's own if None); a key that had to go while still good."""
        now, evicted = self.now(), None
        while self._expiring and self._expiring[0][0] <= now:
            expires, _, old = heappop(self._expiring)
            if self._entries.get(old, (None, None))[1] == expires:
                del self._entries[old]
        if key not in self._entries and len(self._entries) == self.capacity:
            evicted, _ = self._entries.popitem(last=False)
        expires = now + (self.ttl if ttl is None else ttl)
        self._entries[key] = value, expires
        self._entries.move_to_end(key)
        self._puts += 1
        heappush(self._expiring, (expires, self._puts, key))
        return evicted
