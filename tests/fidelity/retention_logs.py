"""Twenty logs for a real broker and for the model of lesson 09: what is written, and under which settings.

Nothing is left to luck: each log is written in two parts, with deletion and compaction held back until a part is
written, so it does not matter when the broker's threads wake up. Ages keep well clear of the limits.
"""

from __future__ import annotations

from random import Random
from typing import Any

from labs.kafka.retention.log import Policy
from labs.kafka.retention.real import Story

HOUR = 3600.0
AGES = (0, 600, 1200, 1800, 2400, 3000, 4200, 5400, 7200, 10800)  # seconds before now; none near an hour


def config(policy: Policy) -> dict[str, Any]:
    """A topic's configuration while it is written: nothing is deleted or compacted."""
    return {
        "cleanup.policy": policy.cleanup,
        "internal.segment.bytes": policy.segment_bytes,
        "segment.ms": ms(policy.segment_time),
        "min.compaction.lag.ms": ms(policy.lag),
        "delete.retention.ms": ms(policy.tombstones_for),
        "retention.ms": -1,
        "retention.bytes": -1,
        "min.cleanable.dirty.ratio": 1.0,
    }


def limits(policy: Policy) -> dict[str, Any]:
    """The limits, which come last."""
    age, size = policy.retention, policy.retention_bytes
    return {"retention.ms": -1 if age is None else ms(age), "retention.bytes": -1 if size is None else size}


def ms(seconds: float) -> int:
    return round(seconds * 1000)


def stories(count: int = 20) -> list[Story]:
    return [_story(number, Random(f"log {number}")) for number in range(count)]


def _story(number: int, random: Random) -> Story:
    cleanup = ("delete", "compact", "delete", "compact", "compact,delete")[number % 5]
    policy = Policy(
        cleanup=cleanup,
        segment_bytes=random.choice([300, 500, 900]),
        segment_time=random.choice([7 * 86400.0, 1800.0]),
        retention=random.choice([HOUR, HOUR, None]) if "delete" in cleanup else None,
        retention_bytes=random.choice([None, 0, 400, 1200]) if "delete" in cleanup else None,
        lag=random.choice([0.0, 0.0, HOUR]) if "compact" in cleanup else 0.0,
        tombstones_for=random.choice([0.0, 86400.0]),
    )
    ordered = random.random() < 0.6
    parts = []
    for size in (random.randint(6, 30), random.choice([0, 3, 12, 25])):
        ages = [random.choice(AGES) for _ in range(size)]
        ages = sorted(ages, reverse=True) if ordered else ages
        parts.append(tuple((-float(age), *_pair(random, cleanup)) for age in ages))
    return Story(f"log-{number:02d}", policy, (parts[0], parts[1]))


def _pair(random: Random, cleanup: str) -> tuple[str, str | None]:
    if "compact" in cleanup and random.random() < 0.3:
        return random.choice("ABCDE"), None
    return random.choice("ABCDE"), "x" * random.choice([0, 1, 5, 40, 70])
