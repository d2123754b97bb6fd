"""What queueing theory says, to check the model against; and the percentiles that a run is judged by."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, factorial, inf
from typing import NamedTuple


def mm1_time(load: float, work: float) -> float:
    """Mean seconds at an M/M/1 server, waiting and being served: work / (1 - load).

    `work` is the mean service time (s), `load` the share of the time that the server is busy, below 1. Arrivals are
    Poisson, service times exponential. Source: Kleinrock, Queueing Systems I (1975), §3.2.
    """
    return work / (1 - load)


def mmc_time(load: float, work: float, workers: int) -> float:
    """The same for `workers` that share one queue (M/M/c, Erlang's C formula). Source: the same, §3.5."""
    offered = load * workers
    waits = offered**workers / factorial(workers) / (1 - load)
    wait = waits / (sum(offered**k / factorial(k) for k in range(workers)) + waits)
    return work + wait * work / (workers * (1 - load))


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of the values that at least `percent` per cent of them do not exceed (nearest rank)."""
    if not values or not 0 < percent <= 100:
        raise ValueError("a percentile needs one value or more, and a percent above 0 and up to 100")
    return sorted(values)[ceil(len(values) * percent / 100) - 1]


class Summary(NamedTuple):
    """How a run went for those who asked: percentiles of the time of answered requests (s), and how many failed."""

    p50: float
    p95: float
    p99: float
    failed: int


def summary(outcomes: Sequence[tuple[bool, float]]) -> Summary:
    """Sum up what `outcomes` of a run gave. Where none was answered the percentiles are infinite."""
    well = [seconds for ok, seconds in outcomes if ok] or [inf]
    failed = sum(not ok for ok, _ in outcomes)
    return Summary(percentile(well, 50), percentile(well, 95), percentile(well, 99), failed)
