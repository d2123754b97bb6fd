"""Our LRU cache beside cachetools', and its time at 64 times the size.

    python -m tests.bench.lru

Figures are microseconds per request of a run of drawn requests; a request is a get and, after a miss, a put. The sides
take turns. The peer comes with the dependency groups `dev` and `bench`.
"""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

from labs.caching.eviction.lru import LRU
from labs.caching.eviction.worth import draw
from tests.bench.tokens import microseconds

SIZES = (8, 512, 32_768)
REQUESTS = 4000  # at least


def _ours(cache: LRU, requests: list[int]) -> None:
    for key in requests:
        if cache.get(key) is None:
            cache.put(key, True)


def _theirs(cache: Any, requests: list[int]) -> None:
    for key in requests:
        try:
            cache[key]
        except KeyError:
            cache[key] = True


def measure(sizes: Iterable[int] = SIZES) -> Iterator[tuple[int, dict[str, float]]]:
    """Rows of the table: the capacity, microseconds per request of each side."""
    from cachetools import LRUCache

    for capacity in sizes:
        number = max(REQUESTS, 4 * capacity)  # fewer would all be in a large cache after the first round
        requests = draw(4 * capacity, 0.8, number, Random("bench"))
        ours, theirs = LRU(capacity), LRUCache(maxsize=capacity)
        for key in range(4 * capacity, 5 * capacity):  # full, so that every miss evicts
            ours.put(key, True)
            theirs[key] = True
        times = microseconds({"ours": lambda c=ours, r=requests: _ours(c, r),
                              "cachetools": lambda c=theirs, r=requests: _theirs(c, r)})  # fmt: skip
        yield capacity, {name: time / number for name, time in times.items()}


def table(rows: Iterable[tuple[int, dict[str, float]]]) -> Iterator[str]:
    layout = "{:>10}{:>12}{:>18}"
    yield layout.format("entries", "ours, µs", "cachetools, µs")
    for capacity, times in rows:
        yield layout.format(capacity, f"{times['ours']:.2f}", f"{times['cachetools']:.2f}")


if __name__ == "__main__":
    for line in table(measure()):
        print(line, flush=True)
