"""Offsets for a time as people get them wrong: each of these is a whole answer, with one fault."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from labs.kafka.retention.log import Record
from labs.kafka.retention.replay import offset_for_time

Records = Sequence[Record]


def zero_is_nothing(records: Records, log_start: int, time: float) -> int | None:
    """`if not time`."""
    return offset_for_time(records, log_start, time) if time else None


def zero_offset(records: Records, log_start: int, time: float) -> int | None:
    """`found or None`."""
    return offset_for_time(records, log_start, time) or None


def later_only(records: Records, log_start: int, time: float) -> int | None:
    """`>`."""
    return next((r.offset for r in records if r.offset >= log_start and r.time > time), None)


def no_log_start(records: Records, log_start: int, time: float) -> int | None:
    """The log start is not asked for."""
    return offset_for_time(records, 0, time)


def after_log_start(records: Records, log_start: int, time: float) -> int | None:
    """`offset > log_start`."""
    return offset_for_time(records, log_start + 1, time)


def index(records: Records, log_start: int, time: float) -> int | None:
    """The place in the list."""
    return next((i for i, r in enumerate(records) if r.offset >= log_start and r.time >= time), None)


def bisected(records: Records, log_start: int, time: float) -> int | None:
    """A binary search."""
    there = [r for r in records if r.offset >= log_start]
    place = bisect_left(there, time, key=lambda r: r.time)
    return there[place].offset if place < len(there) else None


def earliest(records: Records, log_start: int, time: float) -> int | None:
    """The least timestamp."""
    fit = [r for r in records if r.offset >= log_start and r.time >= time]
    return min(fit, key=lambda r: r.time).offset if fit else None


def last_before(records: Records, log_start: int, time: float) -> int | None:
    """The last one that is not later."""
    fit = [r.offset for r in records if r.offset >= log_start and r.time <= time]
    return fit[-1] if fit else None


def nearest(records: Records, log_start: int, time: float) -> int | None:
    """The nearest."""
    there = [r for r in records if r.offset >= log_start]
    return min(there, key=lambda r: abs(r.time - time)).offset if there else None


def log_end(records: Records, log_start: int, time: float) -> int | None:
    """The log end where there is none."""
    found = offset_for_time(records, log_start, time)
    return (records[-1].offset + 1 if records else log_start) if found is None else found


def minus_one(records: Records, log_start: int, time: float) -> int | None:
    """-1 where there is none."""
    found = offset_for_time(records, log_start, time)
    return -1 if found is None else found


def no_default(records: Records, log_start: int, time: float) -> int | None:
    """`next(…)` alone."""
    return next(r.offset for r in records if r.offset >= log_start and r.time >= time)


def last(records: Records, log_start: int, time: float) -> int | None:
    """The last one."""
    return next((r.offset for r in reversed(records) if r.offset >= log_start and r.time >= time), None)


def moved_up(records: Records, log_start: int, time: float) -> int | None:
    """`max(found, log_start)`."""
    found = offset_for_time(records, 0, time)
    return None if found is None else max(found, log_start)


def sliced(records: Records, log_start: int, time: float) -> int | None:
    """`records[log_start:]`."""
    return next((r.offset for r in records[log_start:] if r.time >= time), None)


def gives_up(records: Records, log_start: int, time: float) -> int | None:
    """`else: return None` in the loop."""
    first = next(iter(records), None)
    return first.offset if first and first.offset >= log_start and first.time >= time else None
