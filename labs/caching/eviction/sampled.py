"""Redis's approximated LRU: it looks at a few entries picked at random, and evicts the one that was idle for longest.

What Redis keeps of an entry is the moment of its last use, on a clock that ticks once in a second. It samples
`maxmemory-samples` entries (5) at each eviction and remembers the best candidates in a pool of 16. See
https://redis.io/docs/latest/develop/reference/eviction/ and evict.c.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from labs.caching.eviction.lru import LRU
from labs.caching.eviction.policies import Key, Policy
from labs.caching.eviction.worth import draw, hit_ratio

POOL = 16


class SampledLRU:
    """See above. `tick` is how many calls of get make a second of Redis's clock."""

    def __init__(self, capacity: int, samples: int = 5, tick: int = 1, seed: int = 0) -> None:
        self.capacity, self.samples, self.tick = capacity, samples, tick
        self._values: dict[Key, Any] = {}
        self._used: dict[Key, int] = {}
        self._all: list[Key] = []  # so that one can be picked at random
        self._place: dict[Key, int] = {}
        self._pool: list[tuple[int, Key]] = []  # candidates, the best first
        self._random, self._calls = Random(f"{seed} samples"), 0

    def get(self, key: Key) -> Any:
        """The value, or None for a miss."""
        self._calls += 1
        if key in self._values:
            self._used[key] = self._calls // self.tick
        return self._values.get(key)

    def put(self, key: Key, value: Any) -> Key | None:
        """Store the value; the key that had to go for it, or None."""
        evicted = None
        if key not in self._values:
            if len(self._values) == self.capacity:
                evicted = self._evict()
            self._place[key] = len(self._all)
            self._all.append(key)
        self._values[key], self._used[key] = value, self._calls // self.tick
        return evicted

    def _evict(self) -> Key:
        picked = [self._random.choice(self._all) for _ in range(self.samples)]
        candidates = {key: self._used[key] for key in [*(key for _, key in self._pool), *picked] if key in self._used}
        self._pool = sorted(((used, key) for key, used in candidates.items()), key=lambda one: one[0])[:POOL]
        _, victim = self._pool.pop(0)
        last, place = self._all.pop(), self._place.pop(victim)
        if last != victim:
            self._all[place], self._place[last] = last, place
        del self._values[victim], self._used[victim]
        return victim


def compare_sampled(keys: int = 1000, capacity: int = 100, skew: float = 1.0) -> list[dict[str, object]]:
    """Rows for a table: exact LRU, and sampled with 1, 5 and 10 samples, on the same 30,000 requests."""
    requests = draw(keys, skew, 30_000, Random("sampled"))
    rows: list[dict[str, object]] = []
    policies: dict[str, Callable[[int], Policy]] = {
        "exact": LRU,
        "10 samples": lambda room: SampledLRU(room, 10),
        "5 samples (Redis's default)": SampledLRU,
        "5 samples, a clock of 1,000 requests per tick": lambda room: SampledLRU(room, 5, tick=1000),
    }
    for name, make in policies.items():
        rows.append({"LRU": name, "hit ratio": f"{100 * hit_ratio(make, capacity, requests, 5000):.1f} %"})
    return rows
