"""Compaction: of each key the newest record stays. Offsets and order stay as they are, so gaps appear.

A tombstone (a record whose value is None) is kept for a while, so that readers that are behind learn of the deletion.
Its clock starts with the *first cleaning that meets it*, not when it is written: that cleaning sets its horizon, and
the first cleaning at or after the horizon drops it (KIP-534). Source: Cleaner.shouldRetainRecord (Kafka 4.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from labs.kafka.retention.log import Record, Segment


def compact(segments: Sequence[Segment], now: float, tombstones_for: float) -> list[Record]:
    """What is left of the closed segments. The last segment is the open one: it is neither cleaned nor looked at."""
    records = [record for segment in segments[:-1] for record in segment.records]
    newest = {record.key: record.offset for record in records}
    left = []
    for record in records:
        if record.offset < newest[record.key]:
            continue
        if record.value is None:
            if record.horizon is None:
                record = replace(record, horizon=now + tombstones_for)
            elif record.horizon <= now:
                continue
        left.append(record)
    return left
