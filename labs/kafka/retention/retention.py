"""Retention: which segments go. A segment goes as a whole or not at all.

Source: UnifiedLog.deleteOldSegments (Kafka 4.3), and the topic configurations retention.ms and retention.bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

from labs.kafka.retention.log import Segment


def retain(segments: Sequence[Segment], now: float, retention: float | None, retention_bytes: int | None) -> list[int]:
    """The base offsets of the segments that go now, the oldest first; the last segment is the open one.

    By size first: the oldest goes as long as what would be left is still at least `retention_bytes`; the open one
    counts. Then by time: the oldest goes if its newest record is more than `retention` seconds old; the open one too,
    unless it is empty (a new one is begun for it). Either stops at the first segment that stays. None: no limit.
    """
    gone, most = 0, len(segments) - (not segments[-1].records)  # an open segment that is empty stays
    if retention_bytes is not None:
        left = sum(segment.size for segment in segments)
        while gone < most and left - segments[gone].size >= retention_bytes:
            left -= segments[gone].size
            gone += 1
    if retention is not None:
        while gone < most and expired(segments[gone], now, retention):
            gone += 1
    return [segment.base for segment in segments[:gone]]


def expired(segment: Segment, now: float, retention: float) -> bool:
    """Whether even the newest record of the segment is too old. Timestamps need not be in order."""
    newest = max((record.time for record in segment.records), default=now)
    return now - newest > retention
