"""ketama: the ring that clients of memcached in many languages can be configured to use.

A server's points come out of MD5, four to a digest: the digest of "name-0" gives the first four, that of "name-1" the
next four. A key stands where the first four bytes of its own MD5 say. (Here MD5 only spreads; it protects nothing.)

Source: libmemcached 1.1.4, src/libmemcached/hosts.cc, update_continuum; held to it in tests/fidelity.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import md5

from labs.hashing.ring import Ring

POINTS = 160  # points of a server of average weight


def place(key: str) -> int:
    """Where a key stands on the ring, from 0 to 2**32 - 1."""
    return int.from_bytes(md5(key.encode(), usedforsecurity=False).digest()[:4], "little")


def points_of(name: str, many: int) -> list[int]:
    """The first so many points of a server."""
    points: list[int] = []
    for number in range(math.ceil(many / 4)):
        points += struct.unpack("<4I", md5(f"{name}-{number}".encode(), usedforsecurity=False).digest())
    return points[:many]


@lru_cache(maxsize=256)
def _ring(names: tuple[str, ...], points: tuple[int, ...]) -> Ring:
    return Ring(names, [points_of(name, many) for name, many in zip(names, points, strict=True)], place)


def ring(names: Sequence[str], points: int = POINTS) -> Ring:
    """The ring of these servers, each with so many points."""
    return _ring(tuple(names), (points,) * len(names))


def weighted_ring(weights: Mapping[str, int]) -> Ring:
    """The ring of servers of unequal size: on average they have POINTS points, each according to its weight."""
    total = sum(weights.values())
    points = tuple(_points_for(weight, total, len(weights)) for weight in weights.values())
    return _ring(tuple(weights), points)


def _points_for(weight: int, total: int, servers: int) -> int:
    """As many as libmemcached gives: it works in single precision, and in fours."""
    share = _single(weight / total)
    fours = _single(_single(_single(share * POINTS) / 4) * servers)
    return math.floor(_single(fours + 1e-10)) * 4


def _single(number: float) -> float:
    """The nearest number in single precision, C's `float`."""
    return float(struct.unpack("f", struct.pack("f", number))[0])
