"""Small logs for the cases of the exercises, and how they are told in a report."""

from __future__ import annotations

from collections.abc import Sequence

from labs.kafka.retention.log import Record, Segment
from labs.kit.guarding.telling import show


def aged(base: int, *times: float, size: int = 100) -> Segment:
    """A segment whose records have these timestamps."""
    return Segment(base, tuple(Record(base + i, time, "k", "v", size) for i, time in enumerate(times)))


def in_segments(records: Sequence[Record], *bases: int) -> list[Segment]:
    """The records in segments that begin at these offsets; the last is the open one."""
    ends = [*bases[1:], float("inf")]
    return [
        Segment(base, tuple(r for r in records if base <= r.offset < end))
        for base, end in zip(bases, ends, strict=True)
    ]


def rec(offset: int, key: str, value: str | None = "v", horizon: float | None = None, time: float = 0.0) -> Record:
    """A record, short to write."""
    return Record(offset, time, key, value, 100, horizon)


def told(record: Record) -> str:
    """One record in a few words: 3 A=x, or for a tombstone 4 A=None, horizon 60."""
    horizon = "" if record.horizon is None else f" (horizon {record.horizon:g})"
    key = record.key or "''"
    return f"{record.offset} {key}={show(record.value)}{horizon}"
