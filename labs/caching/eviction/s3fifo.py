"""S3-FIFO, a cache of three queues: Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023.

A new key enters the *small* queue, a tenth of the cache. If it is hit more than once there, it moves to the *main*
queue; if not, it is evicted, and only its name is kept, in the *ghost* queue. A key that comes back while its name is
there enters the main queue at once. At the head of the main queue an entry that has been hit gets another round.

Where the paper leaves room: a queue is full when it is over its share; the ghost has as many names as the main queue
has entries, and forgets a name that comes back.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from labs.caching.eviction.policies import Key

MOST = 3  # uses are counted in two bits


class S3FIFO:
    """See above. The queues are dictionaries in the order of arrival, a key → [value, uses]."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.small_room = max(1, capacity // 10)
        self.main_room = max(1, capacity - self.small_room)
        self.small: OrderedDict[Key, list[Any]] = OrderedDict()
        self.main: OrderedDict[Key, list[Any]] = OrderedDict()
        self.ghost: OrderedDict[Key, None] = OrderedDict()
        self._evicted: list[Key] = []

    def get(self, key: Key) -> Any:
        """The value, or None for a miss. A hit is counted, and nothing moves."""
        entry = self.small.get(key) or self.main.get(key)
        if entry is None:
            return None
        entry[1] = min(entry[1] + 1, MOST)
        return entry[0]

    def put(self, key: Key, value: Any) -> Key | None:
        """Store the value; a key that had to go for it (with a promotion it may be two: the first), or None."""
        known = self.small.get(key) or self.main.get(key)
        if known is not None:
            known[0] = value
            return None
        self._evicted = []
        while len(self.small) + len(self.main) >= self.capacity:
            self._evict_small() if len(self.small) >= self.small_room else self._evict_main()
        if key in self.ghost:
            del self.ghost[key]
            self.main[key] = [value, 0]
        else:
            self.small[key] = [value, 0]
        return self._evicted[0] if self._evicted else None

    def keys(self) -> list[Key]:
        """What is cached: the small queue, then the main one, each the oldest first."""
        return [*self.small, *self.main]

    def _evict_small(self) -> None:
        """Promote what was used more than once, until there is one to evict."""
        while self.small:
            key, (value, uses) = self.small.popitem(last=False)
            if uses > 1:
                self.main[key] = [value, 0]
                if len(self.main) > self.main_room:
                    self._evict_main()
            else:
                self._evicted.append(key)
                self.ghost[key] = None
                if len(self.ghost) > self.main_room:
                    self.ghost.popitem(last=False)
                return

    def _evict_main(self) -> None:
        """Give what was used another round, with one use less, until there is one to evict."""
        while self.main:
            key, (value, uses) = self.main.popitem(last=False)
            if uses == 0:
                self._evicted.append(key)
                return
            self.main[key] = [value, uses - 1]
