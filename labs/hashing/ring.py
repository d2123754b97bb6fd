"""A hash ring: servers have points round a circle, and a key belongs to the first point at or after its own place.

What the points of a server are, and where a key stands, is decided by whoever makes the ring: nginx takes CRC-32
(labs/proxies/balancing/hashing.py), ketama takes MD5 (labs/caching/sharding/ketama.py). The lookup is the same.

Source: Karger et al., Consistent Hashing and Random Trees, STOC 1997.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence

ROUND = 2**32  # the places on the ring are the whole numbers below this


class Ring:
    """Points in order round a ring, and for each of them its owner: the place of a server in `names`.

    `points` has the points of each server in turn, and `place` is where a key stands, from 0 to ROUND - 1. Where two
    servers have the same point, it belongs to the one that is named first. ValueError for a ring without any point.
    """

    def __init__(self, names: Sequence[str], points: Iterable[Iterable[int]], place: Callable[[str], int]) -> None:
        owners: dict[int, int] = {}
        for owner, its_points in enumerate(points):
            for point in its_points:
                owners.setdefault(point, owner)
        if not owners:
            raise ValueError("a ring needs at least one point")
        self.names, self.place = tuple(names), place
        self.points = sorted(owners)
        once = [owners[point] for point in self.points]
        self.owners = once + once[:1]  # after the last point comes the first again
        self._named = [self.names[owner] for owner in self.owners]

    def at(self, key: str) -> int:
        """The number of the first point at or after the key's; one more than there are means the first again."""
        return bisect_left(self.points, self.place(key))

    def owner(self, key: str) -> str:
        """The name of the server to which the key belongs."""
        return self._named[bisect_left(self.points, self.place(key))]

    def onwards(self, key: str) -> Iterator[str]:
        """The servers as one meets them from the key's place once round the ring, each once."""
        first, many, seen = self.at(key), len(self.points), set[int]()
        for number in range(first, first + many):
            owner = self.owners[number % many]
            if owner not in seen:
                seen.add(owner)
                yield self.names[owner]

    def shares(self) -> dict[str, float]:
        """How much of the ring each server owns, from 0 to 1."""
        owned = dict.fromkeys(self.names, 0)
        before = self.points[-1] - ROUND
        for point, owner in zip(self.points, self.owners, strict=False):
            owned[self.names[owner]] += point - before
            before = point
        return {name: length / ROUND for name, length in owned.items()}
