"""A cache that evicts what has not been used for longest (LRU), in a fixed number of steps per call."""

from __future__ import annotations

from typing import Any

from labs.caching.eviction.policies import Key

BEFORE, AFTER, KEY, VALUE = range(4)


class LRU:
    """A dictionary finds an entry; a doubly linked list keeps the entries in the order of their last use.

    The list is a ring: `_ring` stands between its end, the newest entry, and its start, the next to go. An entry is
    [the one before, the one after, key, value].
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._entries: dict[Key, list[Any]] = {}
        self._ring: list[Any] = []
        self._ring[:] = [self._ring, self._ring, None, None]

    def get(self, key: Key) -> Any:
        """The value, or None for a miss; a hit makes the entry the newest."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        ring = self._ring
        newest = ring[BEFORE]
        if entry is not newest:
            before, after = entry[BEFORE], entry[AFTER]
            before[AFTER], after[BEFORE] = after, before
            entry[BEFORE], entry[AFTER] = newest, ring
            newest[AFTER] = ring[BEFORE] = entry
        return entry[VALUE]

    def put(self, key: Key, value: Any) -> Key | None:
        """Store the value as the newest; the key that had to go for it, or None."""
        entries, ring = self._entries, self._ring
        if key in entries:
            self.get(key)
            entries[key][VALUE] = value
            return None
        if len(entries) < self.capacity:
            newest = ring[BEFORE]
            newest[AFTER] = ring[BEFORE] = entries[key] = [newest, ring, key, value]
            return None
        oldest = ring[AFTER]  # full: the ring's old sentinel becomes the new entry, and the oldest the sentinel
        evicted: Key = oldest[KEY]
        del entries[evicted]
        ring[KEY], ring[VALUE] = key, value
        entries[key] = ring
        oldest[KEY] = oldest[VALUE] = None
        self._ring = oldest
        return evicted

    def keys(self) -> list[Key]:
        """What is cached, the next to go first."""
        found, entry = [], self._ring[AFTER]
        while entry is not self._ring:
            found.append(entry[KEY])
            entry = entry[AFTER]
        return found
