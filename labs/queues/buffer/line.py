"""A queue in five lines: one worker, and messages in the order in which they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random


def line(arrivals: Iterable[float], work: Iterable[float]) -> Iterator[float]:
    """How long each message waits, given when it arrives and how long the work on it takes (all in seconds)."""
    free = 0.0  # when the worker will be done with everything that came earlier
    for arrives, takes in zip(arrivals, work, strict=False):
        starts = max(arrives, free)
        free = starts + takes
        yield starts - arrives


def at_random(rate: float, count: int, luck: Random) -> Iterator[float]:
    """So many moments, `rate` per second on average, each independent of the others (a Poisson process)."""
    t = 0.0
    for _ in range(count):
        t += luck.expovariate(rate)
        yield t


def average_wait(load: float, per_worker: float, count: int, seed: int) -> float:
    """The mean wait (s) of so many messages at random, whose work takes a random time, too: M/M/1, one run."""
    arrivals = at_random(load * per_worker, count, Random(f"{seed} arrivals"))
    luck = Random(f"{seed} work")
    return sum(line(arrivals, (luck.expovariate(per_worker) for _ in range(count)))) / count
