"""What can be asked of a ring that is written as a list: [(point, server), …], in order of the points.

The exercises of lesson 17 are about these three; labs/hashing/ring.py is the same ring, made to be quick.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from labs.caching.sharding import ketama

Points = Sequence[tuple[int, str]]


def listed(servers: Sequence[str], points: int = ketama.POINTS) -> list[tuple[int, str]]:
    """The points of these servers' ring, in order, each with its server."""
    here = ketama.ring(servers, points)
    return [(point, here.names[owner]) for point, owner in zip(here.points, here.owners, strict=False)]


def owner(points: Points, place: int) -> str:
    """The server of the first point at or after this place; beyond the last point, that of the first."""
    number = bisect_left(points, place, key=lambda point: point[0])
    return points[number % len(points)][1]


def onwards(points: Points, place: int) -> Iterator[str]:
    """The servers in the order in which one meets them from this place on, each once."""
    first = bisect_left(points, place, key=lambda point: point[0])
    yield from dict.fromkeys(server for _, server in [*points[first:], *points[:first]])


def replicas(points: Points, place: int, copies: int) -> list[str]:
    """The first `copies` different servers from this place on; fewer where there are fewer."""
    return list(onwards(points, place))[:copies]


def limit(loads: Mapping[str, int], spare: float) -> int:
    """How many keys a server may have once one more key is placed: the mean, times 1 + `spare`, rounded up."""
    return math.ceil((1 + spare) * (sum(loads.values()) + 1) / len(loads))


def bounded(points: Points, place: int, loads: Mapping[str, int], spare: float) -> str:
    """The first server from this place on that has less than the limit.

    Source: Mirrokni, Thorup and Zadimoghaddam, Consistent Hashing with Bounded Loads, SODA 2018.
    """
    full = limit(loads, spare)
    return next(server for server in onwards(points, place) if loads[server] < full)
