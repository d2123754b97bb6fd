"""What a cache of this size is worth: the hit ratio that LRU will have, and the one that nobody can beat.

`popularity` is Zipf's law. `che` is the approximation of Che, Tung and Wang ("Hierarchical Web caching systems", 2002)
for LRU, where requests are independent of each other. `best_hits` is Belady's rule (1966): evict what will not be
asked for again for the longest time. It has to know the future, so it is a bound and no policy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from itertools import accumulate
from math import exp, inf
from random import Random

from labs.caching.eviction.policies import Key, Policy


def popularity(keys: int, skew: float) -> list[float]:
    """The share of requests that each key gets, the most popular first: the n-th is asked 1/n**skew as often."""
    weights = [1 / n**skew for n in range(1, keys + 1)]
    whole = sum(weights)
    return [weight / whole for weight in weights]


def draw(keys: int, skew: float, requests: int, random: Random) -> list[int]:
    """Requests for keys 1 to `keys`, each drawn independently of the others."""
    return random.choices(range(1, keys + 1), cum_weights=list(accumulate(popularity(keys, skew))), k=requests)


def che(keys: int, capacity: int, skew: float) -> float:
    """The hit ratio of LRU, from 0 to 1.

    An entry leaves when it has not been asked for during some time T, about the same for all. A key with the share p
    is then cached with the probability 1 - exp(-p T), and T is such that `capacity` entries are cached on average.
    """
    if capacity >= keys:
        return 1.0
    shares = popularity(keys, skew)
    low, high = 0.0, 1.0
    while sum(1 - exp(-p * high) for p in shares) < capacity:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        if sum(1 - exp(-p * middle) for p in shares) < capacity:
            low = middle
        else:
            high = middle
    return sum(p * (1 - exp(-p * high)) for p in shares)


def hits(cache: Policy, requests: Sequence[Key]) -> int:
    """How many of the requests hit; what misses is put into the cache."""
    found = 0
    for key in requests:
        if cache.get(key) is None:
            cache.put(key, True)
        else:
            found += 1
    return found


def hit_ratio(policy: Callable[[int], Policy], capacity: int, requests: Sequence[Key], warm: int = 0) -> float:
    """The share of hits, not counting the first `warm` requests."""
    cache = policy(capacity)
    hits(cache, requests[:warm])
    return hits(cache, requests[warm:]) / (len(requests) - warm)


def best_hits(capacity: int, requests: Sequence[Key]) -> int:
    """How many requests can hit at most, if each miss is put into the cache."""
    coming, last = [inf] * len(requests), dict[Key, int]()
    for i in range(len(requests) - 1, -1, -1):
        coming[i] = last.get(requests[i], inf)
        last[requests[i]] = i
    cached: dict[Key, float] = {}  # a key → when it is asked for next
    farthest: list[tuple[float, int, Key]] = []
    found = 0
    for i, key in enumerate(requests):
        if key in cached:
            found += 1
        elif len(cached) == capacity:
            while True:
                when, _, victim = heappop(farthest)
                if cached.get(victim) == -when:  # what it said of an entry may be out of date
                    del cached[victim]
                    break
        cached[key] = coming[i]
        heappush(farthest, (-coming[i], i, key))
    return found
