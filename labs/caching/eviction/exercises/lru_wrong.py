"""What people get wrong in an LRU cache: each a whole class."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from labs.kit.checking.exercise import Mistake


class _Right:
    """What the mistakes are made of: an LRU cache on Python's OrderedDict."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.entries: OrderedDict[Any, Any] = OrderedDict()

    def get(self, key: Any) -> Any:
        if key not in self.entries:
            return None
        self.entries.move_to_end(key)
        return self.entries[key]

    def put(self, key: Any, value: Any) -> Any:
        evicted = None
        if key not in self.entries and self.is_full():
            evicted = self.evict()
        self.entries[key] = value
        self.entries.move_to_end(key)
        return evicted

    def is_full(self) -> bool:
        return len(self.entries) >= self.capacity

    def evict(self) -> Any:
        return self.entries.popitem(last=False)[0]


class _Fifo(_Right):
    def get(self, key: Any) -> Any:
        return self.entries.get(key)


class _FifoThroughout(_Fifo):
    def put(self, key: Any, value: Any) -> Any:
        evicted = self.evict() if key not in self.entries and self.is_full() else None
        self.entries[key] = value
        return evicted


class _UpdateDoesNotRefresh(_Right):
    def put(self, key: Any, value: Any) -> Any:
        evicted = self.evict() if key not in self.entries and self.is_full() else None
        self.entries[key] = value
        return evicted


class _KeysAsText(_Right):
    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.keys: dict[str, Any] = {}

    def get(self, key: Any) -> Any:
        return super().get(str(key))

    def put(self, key: Any, value: Any) -> Any:
        self.keys[str(key)] = key
        evicted = super().put(str(key), value)
        return None if evicted is None else self.keys[evicted]


class _OneTooMany(_Right):
    def is_full(self) -> bool:
        return len(self.entries) > self.capacity


class _OneTooFew(_Right):
    def is_full(self) -> bool:
        return len(self.entries) >= max(1, self.capacity - 1)


class _UpdateEvicts(_Right):
    def put(self, key: Any, value: Any) -> Any:
        evicted = self.evict() if self.is_full() else None
        self.entries[key] = value
        self.entries.move_to_end(key)
        return evicted


class _FalsyIsAMiss(_Right):
    def get(self, key: Any) -> Any:
        return super().get(key) if self.entries.get(key) else None


class _FalsyIsNotRefreshed(_Right):
    def get(self, key: Any) -> Any:
        value = self.entries.get(key)
        return super().get(key) if value else value


class _Newest(_Right):
    def evict(self) -> Any:
        return self.entries.popitem()[0]


class _KeepsTheOldValue(_Right):
    def put(self, key: Any, value: Any) -> Any:
        if key in self.entries:
            self.entries.move_to_end(key)
            return None
        return super().put(key, value)


class _ReadTakesItOut(_Right):
    def get(self, key: Any) -> Any:
        return self.entries.pop(key, None)


class _MissIsStored(_Right):
    def get(self, key: Any) -> Any:
        if key not in self.entries:
            self.put(key, None)
        return super().get(key)


class _GivesTheValue(_Right):
    def evict(self) -> Any:
        return self.entries.popitem(last=False)[1]


class _GivesThePair(_Right):
    def evict(self) -> Any:
        return self.entries.popitem(last=False)


class _MissTakesASlot(_Right):
    """As `setdefault` does: what is not there is put in, and nothing goes for it."""

    def get(self, key: Any) -> Any:
        self.entries.setdefault(key, None)
        return super().get(key)


class _StaysInTheDictionary(_Right):
    """An evicted entry leaves the list only."""

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.found: dict[Any, Any] = {}

    def get(self, key: Any) -> Any:
        super().get(key)
        return self.found.get(key)

    def put(self, key: Any, value: Any) -> Any:
        self.found[key] = value
        return super().put(key, value)


class _StaysAndIsLinkedAgain(_StaysInTheDictionary):
    """Likewise, and a use links it into the list again, beside the others."""

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.many = 0

    def get(self, key: Any) -> Any:
        if key not in self.found:
            return None
        self.entries.pop(key, None)
        self.entries[key] = True
        return self.found[key]

    def put(self, key: Any, value: Any) -> Any:
        if key in self.found:
            self.found[key] = value
            self.get(key)
            return None
        evicted = None
        if self.many >= self.capacity:
            evicted = self.evict()
        else:
            self.many += 1
        self.found[key] = value
        self.entries[key] = True
        return evicted


class _MinusOne(_Right):
    def get(self, key: Any) -> Any:
        return super().get(key) if key in self.entries else -1


class _SaysNothing(_Right):
    def put(self, key: Any, value: Any) -> Any:
        super().put(key, value)


class _Lfu(_Right):
    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.uses: dict[Any, int] = {}

    def get(self, key: Any) -> Any:
        self.uses[key] = self.uses.get(key, 0) + 1
        return super().get(key)

    def put(self, key: Any, value: Any) -> Any:
        evicted = super().put(key, value)
        self.uses.pop(evicted, None)
        self.uses[key] = self.uses.get(key, 0) + 1
        return evicted

    def evict(self) -> Any:
        victim = min(self.entries, key=lambda key: self.uses.get(key, 0))
        del self.entries[victim]
        return victim


class _FalsyKeys(_Right):
    def put(self, key: Any, value: Any) -> Any:
        return super().put(key, value) or None


class _Minimum(_Right):
    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.used: dict[Any, int] = {}
        self.time = 0

    def _touch(self, key: Any) -> None:
        self.time += 1
        self.used[key] = self.time

    def get(self, key: Any) -> Any:
        if key in self.entries:
            self._touch(key)
        return self.entries.get(key)

    def put(self, key: Any, value: Any) -> Any:
        evicted = super().put(key, value)
        self._touch(key)
        return evicted

    def evict(self) -> Any:
        victim = min(self.used, key=lambda key: self.used[key])
        del self.used[victim], self.entries[victim]
        return victim


class _ListOfKeys(_Right):
    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.order: list[Any] = []

    def get(self, key: Any) -> Any:
        if key in self.order:
            self.order.remove(key)
            self.order.append(key)
        return self.entries.get(key)

    def put(self, key: Any, value: Any) -> Any:
        evicted = super().put(key, value)
        if key in self.order:
            self.order.remove(key)
        self.order.append(key)
        return evicted

    def evict(self) -> Any:
        victim = self.order.pop(0)
        del self.entries[victim]
        return victim


FIFO = "A get that hits has to make its entry the newest: else the cache evicts in the order of arrival (FIFO)."
GROWS = (
    "The order is right, but calls take longer the more there is: you look through all entries to find or move one. "
    "Let the dictionary lead you to it, and keep the oldest at one end."
)
STAYS = "An evicted entry is still found: take it out of the dictionary, too, not only out of the list."
STORED = "A get that misses must not store anything."
FALSY = "0, '' and False are values: ask whether the key is there, not whether the value is true."

WRONG = (
    Mistake(FIFO, _Fifo),
    Mistake(FIFO, _FifoThroughout),
    Mistake("A put of a key that is cached is a use, too: it makes the entry the newest.", _UpdateDoesNotRefresh),
    Mistake(
        "The cache holds one entry more than its capacity. Evict as soon as a new key finds `capacity` entries.",
        _OneTooMany,
    ),
    Mistake(
        "The cache evicts while there is still room for one entry. Evict only if it holds `capacity` entries.",
        _OneTooFew,
    ),
    Mistake("A put of a key that is cached needs no room: nothing has to be evicted.", _UpdateEvicts),
    Mistake(FALSY, _FalsyIsAMiss),
    Mistake(FALSY, _FalsyIsNotRefreshed),
    Mistake("You evict from the wrong end: the entry that was used last. Evict the one unused for longest.", _Newest),
    Mistake("A put of a key that is cached replaces its value: you keep the old one.", _KeepsTheOldValue),
    Mistake("A get takes the entry out of the cache: it has to stay.", _ReadTakesItOut),
    Mistake(STORED, _MissIsStored),
    Mistake(STORED, _MissTakesASlot),
    Mistake(STAYS, _StaysInTheDictionary),
    Mistake(STAYS, _StaysAndIsLinkedAgain),
    Mistake("A get that misses returns None, not -1.", _MinusOne),
    Mistake("put returns the key of the evicted entry, not its value.", _GivesTheValue),
    Mistake("put returns the key of the evicted entry alone, not the pair of key and value.", _GivesThePair),
    Mistake("put has to return the key that it evicted.", _SaysNothing),
    Mistake("You turn keys into text: 1 and '1' are two keys. Use them as they come.", _KeysAsText),
    Mistake("You evict the entry that was used least often (LFU), not the one unused for longest.", _Lfu),
    Mistake("0 and '' are keys, too: return them when they are evicted.", _FalsyKeys),
    Mistake(GROWS, _Minimum),
    Mistake(GROWS, _ListOfKeys),
)
