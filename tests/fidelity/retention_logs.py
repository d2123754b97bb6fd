"""Twenty logs for a real broker and for the model of lesson 09: what is written, under which settings, and what is left.

Nothing is left to luck: each log is written in two parts, with deletion and compaction held back until a part is
written, so it does not matter when the broker's threads wake up. Ages keep well clear of the limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from labs.kafka.retention.compaction import compact
from labs.kafka.retention.log import Log, Policy
from labs.kafka.retention.retention import retain

HOUR = 3600.0
AGES = (0, 600, 1200, 1800, 2400, 3000, 4200, 5400, 7200, 10800)  # seconds before now; none near an hour

Written = tuple[float, str, str | None]  # time (0 is now), key, value


@dataclass(frozen=True)
class Story:
    """One log: its settings, and the two parts in which it is written."""

    name: str
    policy: Policy
    parts: tuple[tuple[Written, ...], tuple[Written, ...]]

    def config(self) -> dict[str, Any]:
        """The topic's configuration while it is written: nothing is deleted or compacted."""
        return {
            "cleanup.policy": self.policy.cleanup,
            "internal.segment.bytes": self.policy.segment_bytes,
            "segment.ms": ms(self.policy.segment_time),
            "min.compaction.lag.ms": ms(self.policy.lag),
            "delete.retention.ms": ms(self.policy.tombstones_for),
            "retention.ms": -1,
            "retention.bytes": -1,
            "min.cleanable.dirty.ratio": 1.0,
        }

    def limits(self) -> dict[str, Any]:
        """The limits, which come last."""
        age, size = self.policy.retention, self.policy.retention_bytes
        return {"retention.ms": -1 if age is None else ms(age), "retention.bytes": -1 if size is None else size}

    def write(self, log: Log, part: int) -> None:
        """Write a part into the model."""
        for time, key, value in self.parts[part]:
            log.append(time, key, value, batch_size(key, value))

    def left(self, parts: int = 2, limits: bool = True) -> Log:
        """The model's log when so many parts have been written and cleaned, and then the `limits` have come."""
        log = Log(self.policy)
        for part in range(parts):
            self.write(log, part)
            log.clean(0.0, compact)
        while limits and log.forget(0.0, retain):
            pass
        return log


def ms(seconds: float) -> int:
    return round(seconds * 1000)


def batch_size(key: str, value: str | None) -> int:
    """The bytes of a batch that holds this record alone (message format 2): 61 for its head, then the record."""
    body = 4 + _varint(len(key)) + len(key) + (1 if value is None else _varint(len(value)) + len(value))
    return 61 + _varint(body) + body


def _varint(number: int) -> int:
    return 1 if number < 64 else 2


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
