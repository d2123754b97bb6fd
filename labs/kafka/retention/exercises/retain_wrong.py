"""Retention as people get it wrong: each of these is a whole answer to the exercise, with one fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from labs.kafka.retention.log import Segment
from labs.kafka.retention.retention import retain

Segments = Sequence[Segment]
Limit = float | None


def _newest(segment: Segment, now: float) -> float:
    return max((record.time for record in segment.records), default=now)


def _by_size(segments: Segments, limit: int | None, total: int, goes: Callable[[int, int], bool]) -> int:
    gone = 0
    while (
        limit is not None
        and gone < len(segments)
        and segments[gone].records
        and goes(total - segments[gone].size, limit)
    ):
        total -= segments[gone].size
        gone += 1
    return gone


def _from(segments: Segments, gone: int, old: Callable[[Segment], bool]) -> list[int]:
    while gone < len(segments) and old(segments[gone]):
        gone += 1
    return [segment.base for segment in segments[:gone]]


def _rest(left: int, limit: int) -> bool:
    return left >= limit


def _general(
    segments: Segments, now: float, age: Limit, limit: int | None, of: Callable[[Segment, float], float] = _newest
) -> list[int]:
    """Right, but for what a segment's time is."""
    gone = _by_size(segments, limit, sum(s.size for s in segments), _rest)
    return _from(segments, gone, lambda s: age is not None and bool(s.records) and now - of(s, now) > age)


def first_record(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """The age of the oldest."""
    return _general(segments, now, retention, retention_bytes, lambda s, now: s.records[0].time)


def oldest_record(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """`min`."""
    return _general(segments, now, retention, retention_bytes, lambda s, now: min(r.time for r in s.records))


def last_record(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """The age of the last one."""
    return _general(segments, now, retention, retention_bytes, lambda s, now: s.records[-1].time)


def absolute(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """`abs(now - newest)`."""
    return _general(segments, now, retention, retention_bytes, lambda s, now: now - abs(now - _newest(s, now)))


def at_limit(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """`>=`."""
    gone = _by_size(segments, retention_bytes, sum(s.size for s in segments), _rest)
    old = retention is not None
    return _from(segments, gone, lambda s: old and bool(s.records) and now - _newest(s, now) >= (retention or 0))


def zero_is_none(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """`if retention:`."""
    return retain(segments, now, retention or None, retention_bytes or None)


def strictly_more(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """`left > limit`."""
    return retain(segments, now, retention, None if retention_bytes is None else retention_bytes + 1)


def open_free(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """Only the closed ones count."""
    gone = _by_size(segments[:-1], retention_bytes, sum(s.size for s in segments[:-1]), _rest)
    return _from(segments, gone, lambda s: s.base in retain(segments[gone:], now, retention, None))


def empty_goes(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """An empty one too."""
    gone = retain(segments, now, retention, retention_bytes)
    return [*gone, segments[-1].base] if len(gone) == len(segments) - 1 and not segments[-1].records else gone


def empty_goes_by_size(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """The same, by size alone."""
    gone = retain(segments, now, retention, retention_bytes)
    by_size = retain(segments, now, None, retention_bytes)
    last = segments[-1]
    empty = not last.records and len(by_size) == len(segments) - 1 and (retention_bytes or 0) <= 0
    return [*gone, last.base] if empty and retention_bytes is not None else gone


def max_of_nothing(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """`max` without a default."""
    for segment in segments:
        max(record.time for record in segment.records)
    return retain(segments, now, retention, retention_bytes)


def max_of_nothing_in_the_end(
    segments: Segments, now: float, retention: Limit, retention_bytes: int | None
) -> list[int]:
    """The same, once all before it have gone."""
    gone = retain(segments, now, retention, retention_bytes)
    if retention is not None and len(gone) < len(segments):
        max(record.time for record in segments[len(gone)].records)
    return gone


def compares_none(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """Neither limit is asked about."""
    compares_no_bytes(segments, now, 0, retention_bytes)
    return compares_no_age(segments, now, retention, retention_bytes)


def compares_no_bytes(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """`left >= retention_bytes`."""
    if segments[0].records:
        sum(segment.size for segment in segments[1:]) >= retention_bytes  # type: ignore[operator]  # noqa: B015
    return retain(segments, now, retention, retention_bytes)


def compares_no_age(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """`age > retention`."""
    gone = retain(segments, now, None, retention_bytes)
    if len(gone) < len(segments) and segments[len(gone)].records:
        now > retention  # type: ignore[operator]  # noqa: B015
    return retain(segments, now, retention, retention_bytes)


def both_set_and_needed(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """The same, and with one limit alone nothing goes."""
    both = retention is not None and retention_bytes is not None
    return both_needed(segments, now, retention, retention_bytes) if both else []


def both_needed(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """`and`."""
    by_time, by_size = retain(segments, now, retention, None), retain(segments, now, None, retention_bytes)
    if retention is None or retention_bytes is None:
        return by_time or by_size
    return [base for base in by_time if base in by_size]


def either_or(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """`if bytes: … else: …`."""
    return retain(segments, now, retention if retention_bytes is None else None, retention_bytes)


def time_only(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """`if time: … else: …`."""
    return retain(segments, now, retention, retention_bytes if retention is None else None)


def time_first(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """Time, then size."""
    return max(retain(segments, now, retention, None), retain(segments, now, None, retention_bytes), key=len)


def holes(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """Every old one, wherever it is."""
    gone = retain(segments, now, None, retention_bytes)
    old = [s.base for s in segments if retention is not None and s.records and now - _newest(s, now) > retention]
    return sorted({*gone, *old})


def never_open(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """The open one stays, whatever comes."""
    return [base for base in retain(segments, now, retention, retention_bytes) if base != segments[-1].base]


def one_too_many(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """Until it is below the limit."""
    left, gone = sum(s.size for s in segments), 0
    while retention_bytes is not None and left > retention_bytes and gone < len(segments) - 1:
        left -= segments[gone].size
        gone += 1
    return _from(segments, gone, lambda s: s.base in retain(segments[gone:], now, retention, None))


def upper_bound(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """Until no more than the limit is left, the open segment included."""
    left, gone = sum(s.size for s in segments), 0
    while retention_bytes is not None and left > retention_bytes and gone < len(segments) and segments[gone].records:
        left -= segments[gone].size
        gone += 1
    return _from(segments, gone, lambda s: s.base in retain(segments[gone:], now, retention, None))


def whole_log(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """The total does not shrink."""
    total, gone = sum(s.size for s in segments), 0
    while retention_bytes is not None and gone < len(segments) - 1 and total - segments[gone].size >= retention_bytes:
        gone += 1
    return _from(segments, gone, lambda s: s.base in retain(segments[gone:], now, retention, None))


def inverted(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """Those that stay."""
    gone = retain(segments, now, retention, retention_bytes)
    return [segment.base for segment in segments if segment.base not in gone]


def one_at_most(segments: Segments, now: float, retention: Limit, retention_bytes: int | None) -> list[int]:
    """The oldest alone."""
    return retain(segments, now, retention, retention_bytes)[:1]
