"""The percentiles that a run is judged by."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, inf
from typing import NamedTuple


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
