"""Caches that evict by the order of arrival (FIFO) and by how often a key is used (LFU).

Every policy of this room has the same two methods. `get(key)` returns the value, or None for a miss. `put(key, value)`
stores one and returns the key that was evicted for it, or None. `keys()` lists what is cached, the next to go first.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable
from typing import Any, Protocol

Key = Hashable


class Policy(Protocol):
    """See above."""

    def get(self, key: Key) -> Any:
        """The value, or None for a miss."""

    def put(self, key: Key, value: Any) -> Key | None:
        """Store the value; the key that had to go for it, or None."""


class FIFO:
    """First in, first out: the entry that came first goes first, however often it is used."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._values: dict[Key, Any] = {}
        self._queue: deque[Key] = deque()

    def get(self, key: Key) -> Any:
        """See Policy."""
        return self._values.get(key)

    def put(self, key: Key, value: Any) -> Key | None:
        """See Policy; a key that is cached keeps its place."""
        evicted = None
        if key not in self._values:
            if len(self._values) == self.capacity:
                evicted = self._queue.popleft()
                del self._values[evicted]
            self._queue.append(key)
        self._values[key] = value
        return evicted

    def keys(self) -> list[Key]:
        """What is cached, the next to go first."""
        return list(self._queue)


class LFU:
    """Least frequently used: the entry with the fewest uses goes; of equals, the one that has had its count longest.

    A get that hits is a use, and so is a put. The count of an entry is forgotten when it is evicted.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._values: dict[Key, Any] = {}
        self._uses: dict[Key, int] = {}
        self._with: dict[int, OrderedDict[Key, None]] = {}  # a count → the keys that have it, in the order they came
        self._fewest = 1

    def get(self, key: Key) -> Any:
        """See Policy."""
        if key not in self._values:
            return None
        self._use(key)
        return self._values[key]

    def put(self, key: Key, value: Any) -> Key | None:
        """See Policy."""
        evicted = None
        if key not in self._values:
            if len(self._values) == self.capacity:
                evicted, _ = self._with[self._fewest].popitem(last=False)
                del self._values[evicted], self._uses[evicted]
            self._fewest = 0  # its first use makes it 1, the fewest there can be
            self._uses[key] = 0
            self._with.setdefault(0, OrderedDict())[key] = None
        self._values[key] = value
        self._use(key)
        return evicted

    def keys(self) -> list[Key]:
        """What is cached, the next to go first."""
        return [key for uses in sorted(self._with) for key in self._with[uses]]

    def _use(self, key: Key) -> None:
        uses = self._uses[key]
        self._uses[key] = uses + 1
        del self._with[uses][key]
        self._with.setdefault(uses + 1, OrderedDict())[key] = None
        if not self._with[uses]:
            del self._with[uses]
            if uses == self._fewest:
                self._fewest = uses + 1
