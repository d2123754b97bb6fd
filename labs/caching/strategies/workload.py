"""Who asks for what, and when: the same requests for every strategy, so that two of them can be laid side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

from labs.kit.trace import Fault

KEYS = "abcdefghijklmnopqrstuvwxyz"
FIRST = 10  # what every row holds at the start; each write of a key writes the next number


@dataclass(frozen=True)
class Request:
    """A client's request, at `t` seconds: "read" a key or "write" a value to it. `app`: the server it comes to."""

    t: float
    op: str
    key: str
    value: int | None = None
    app: int | None = None


def workload(
    rate: float = 3.0, read_share: float = 0.8, keys: int = 6, skew: float = 1.0, until: float = 12.0, seed: int = 0
) -> list[Request]:
    """`rate` requests a second on average, at random moments; the i-th key is asked for in proportion to 1/i^skew.

    What is drawn for a request does not depend on the other settings: with another `read_share` the same keys are asked
    for at the same moments.
    """
    random, names = Random(seed), KEYS[:keys]
    weights = [1 / (i + 1) ** skew for i in range(keys)]
    written = {key: count(FIRST + 1) for key in names}
    requests: list[Request] = []
    t = 0.0
    while True:
        t += random.expovariate(1.0) / rate
        place, kind = random.random(), random.random()
        if t >= until:
            return requests
        key = _pick(names, weights, place)
        if kind < read_share:
            requests.append(Request(round(t, 2), "read", key))
        else:
            requests.append(Request(round(t, 2), "write", key, next(written[key])))


def _pick(names: str, weights: Sequence[float], place: float) -> str:
    """The name at `place` (0 to 1) on a line on which each has its weight as length."""
    place *= sum(weights)
    for name, weight in zip(names, weights, strict=True):
        place -= weight
        if place < 0:
            return name
    return names[-1]


# ---- a few requests, for pictures that tell each of them -------------------------------------------------------------

ONE_PRICE = (Request(0, "read", "a"), Request(1, "write", "a", FIRST + 1), Request(2, "read", "a"))
"""Somebody reads a price, it changes, somebody else reads it."""

WRITER_DIES = (
    Request(0, "read", "a", app=2),
    Request(1, "write", "a", FIRST + 1, app=1),
    *(Request(t, "read", "a", app=2) for t in (2, 3, 4.5)),
)
"""App 1 writes what is cached, and may crash; app 2 reads it before and after."""

SLOW_READER = (
    Request(0, "read", "a", app=1),
    Request(0.4, "write", "a", FIRST + 1, app=2),
    *(Request(t, "read", "a", app=2) for t in (2, 3)),
)
"""App 1 reads; should it stall, app 2 writes meanwhile."""

RESTART: dict[str, Any] = {
    "requests": (Request(1, "write", "a", FIRST + 1), Request(4, "read", "a")),
    "keys": 1,
    "until": 6.0,
    "flush_interval": 5.0,
    "ttl": 2 * 24 * 3600.0,
    "faults": (Fault(2, "down", "cache"), Fault(3, "up", "cache")),
}
"""A write, then the cache restarts, before the flush."""
