"""What a way of placing keys is good for: how many keys move, and how unequal the servers' shares are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from labs.caching.sharding import ketama
from labs.caching.sharding.placing import Place

KEYS = tuple(f"product-{number}" for number in range(1, 2001))


def names(many: int, first: int = 1) -> list[str]:
    """Names of servers: cache-1, cache-2 …"""
    return [f"cache-{number}" for number in range(first, first + many)]


def moved(place: Place, before: Sequence[str], after: Sequence[str], keys: Sequence[str] = KEYS) -> float:
    """The share of the keys, from 0 to 1, that another server has afterwards."""
    return sum(place(before, key) != place(after, key) for key in keys) / len(keys)


def unfairness(place: Place, servers: Sequence[str], keys: Sequence[str] = KEYS) -> float:
    """How many keys the busiest server has, as a multiple of the mean."""
    counts = Counter(place(servers, key) for key in keys)
    return max(counts.values()) * len(servers) / len(keys)


def spread(points: int, servers: int = 10, pools: int = 40) -> float:
    """The standard deviation of the servers' shares of the ring as a part of the mean, over many pools of servers."""
    shares = [
        share * servers
        for pool in range(pools)
        for share in ketama.ring(names(servers, 1 + servers * pool), points).shares().values()
    ]
    return float((sum((share - 1) ** 2 for share in shares) / len(shares)) ** 0.5)


def largest(points: int, servers: int = 10, pools: int = 400) -> float:
    """The largest server's share of the ring, from 0 to 1: the mean over many pools of servers."""
    rings = (ketama.ring(names(servers, 1 + servers * pool), points) for pool in range(pools))
    return sum(max(one.shares().values()) for one in rings) / pools
