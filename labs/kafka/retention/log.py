"""A partition on disk: a row of segments, of which only the last is open, and the two ways to grow and to forget.

    record      offset, timestamp, key, value; a value of None is a tombstone: "this key is deleted"
    segment     a file of consecutive records, named after the offset at which it begins (its base)
    open        the last segment, to which records are appended; all others are closed and never written to again
    log start   the first offset that can be read; retention moves it, compaction does not

Times are seconds, sizes are bytes. Source: Kafka's UnifiedLog, LogSegment and LogCleaner (4.3), and the topic
configuration that each setting is named after.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

POLICIES = ("delete", "compact", "compact,delete")


@dataclass(frozen=True)
class Record:
    """One record. `horizon` is for tombstones: when it may go, None as long as no cleaning has met it."""

    offset: int
    time: float
    key: str
    value: str | None
    size: int = 100
    horizon: float | None = None


@dataclass(frozen=True)
class Segment:
    """A file of the log: the records from offset `base` on, in order."""

    base: int
    records: tuple[Record, ...] = ()

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(record.size for record in self.records)


Retain = Callable[[Sequence[Segment], float, float | None, int | None], Sequence[int]]  # see retention.retain
Compact = Callable[[Sequence[Segment], float, float], Sequence[Record]]  # see compaction.compact


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The settings of a topic; None is "no limit"."""

    cleanup: str = "delete"  # cleanup.policy
    segment_bytes: int = 600
    segment_time: float = 7 * 86400.0  # segment.ms
    retention: float | None = None  # retention.ms
    retention_bytes: int | None = None
    lag: float = 0.0  # min.compaction.lag.ms
    dirty_ratio: float = 0.0  # min.cleanable.dirty.ratio (0.5 in Kafka)
    tombstones_for: float = 86400.0  # delete.retention.ms


@dataclass
class Log:
    """One partition. `clean_to` is the offset up to which it has been cleaned: what follows is *dirty*."""

    policy: Policy
    segments: list[Segment] = field(default_factory=lambda: [Segment(0)])
    log_start: int = 0
    log_end: int = 0
    clean_to: int = 0

    @property
    def size(self) -> int:
        """In bytes, the open segment included."""
        return sum(segment.size for segment in self.segments)

    def records(self) -> list[Record]:
        """All that a reader can still get, in order."""
        return [r for segment in self.segments for r in segment.records if r.offset >= self.log_start]

    def append(self, time: float, key: str, value: str | None, size: int = 100) -> str:
        """Write a record at the end. Why a new segment was begun for it: "size", "time", or "" if none was."""
        why = must_roll(self.segments[-1], time, size, self.policy)
        if why:
            self.segments.append(Segment(self.log_end))
        last = self.segments[-1]
        record = Record(self.log_end, time, key, value, size)
        self.segments[-1] = replace(last, records=(*last.records, record))
        self.log_end += 1
        return why

    def forget(self, now: float, retain: Retain) -> list[Segment]:
        """Delete the segments that `retain` names, and move the log start. If all go, a new one is begun first."""
        if self.policy.cleanup == "compact":
            return []
        going = retain(list(self.segments), now, self.policy.retention, self.policy.retention_bytes)
        if not isinstance(going, list | tuple | set) or not all(isinstance(base, int) for base in going):
            raise ValueError(f"which segments go is a list of base offsets, and not {going!r:.60}")
        gone = [segment for segment in self.segments if segment.base in going]
        self.segments = [segment for segment in self.segments if segment.base not in going] or [Segment(self.log_end)]
        if gone:
            self.log_start = max(self.log_start, self.segments[0].base)
            self.clean_to = max(self.clean_to, self.log_start)
        return gone

    def clean(self, now: float, compact: Compact) -> tuple[list[Record], list[Record]] | None:
        """Compact what may be compacted: (what it held, what it holds now), or None if there was too little to do."""
        upto = self.cleanable(now)
        closed = [segment for segment in self.segments if segment.base < upto]
        dirty = sum(segment.size for segment in closed if segment.base >= self.clean_to)
        total = sum(segment.size for segment in closed)
        if self.policy.cleanup == "delete" or not dirty or dirty / total <= self.policy.dirty_ratio:
            return None
        rest = self.segments[len(closed) :]
        before = [record for segment in closed for record in segment.records]
        left = list(compact([*closed, rest[0]], now, self.policy.tombstones_for))
        if not all(isinstance(record, Record) for record in left):
            raise ValueError(f"what a compaction leaves is a list of records, and not {left!r:.60}")
        self.segments = [*merged(closed, left, self.policy.segment_bytes), *rest]
        self.clean_to = upto
        return before, left

    def cleanable(self, now: float) -> int:
        """The offset before which segments may be compacted: never the open one, and none from the first dirty one on
        that holds a record younger than the lag.
        """
        for segment in self.segments[:-1]:
            young = any(record.time > now - self.policy.lag for record in segment.records)
            if self.policy.lag > 0 and segment.base >= self.clean_to and young:
                return segment.base
        return self.segments[-1].base


def must_roll(segment: Segment, time: float, size: int, policy: Policy) -> str:
    """Why a record of this time and size needs a new segment: "size", "time" or "".

    By time it is the records that count, not the clock: the new one's timestamp against that of the segment's first.
    """
    if segment.size + size > policy.segment_bytes:
        return "size"
    if segment.records and time - segment.records[0].time > policy.segment_time:
        return "time"
    return ""


def merged(closed: Sequence[Segment], left: Sequence[Record], most: int) -> list[Segment]:
    """Put what is left back into files: neighbours that fitted into one segment together, as they were, become one."""
    groups: list[list[Segment]] = []
    for segment in closed:
        if groups and sum(one.size for one in groups[-1]) + segment.size <= most:
            groups[-1].append(segment)
        else:
            groups.append([segment])
    ends = [group[0].base for group in groups[1:]] + [float("inf")]
    return [
        Segment(group[0].base, tuple(r for r in left if group[0].base <= r.offset < end))
        for group, end in zip(groups, ends, strict=True)
    ]
