"""Compaction as people get it wrong: each of these is a whole answer to the exercise, with one fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from labs.kafka.retention.compaction import compact
from labs.kafka.retention.log import Record, Segment

Segments = Sequence[Segment]


def _closed(segments: Segments) -> list[Record]:
    return [record for segment in segments[:-1] for record in segment.records]


def _newest(records: Sequence[Record]) -> list[Record]:
    newest = {record.key: record.offset for record in records}
    return [record for record in records if newest[record.key] == record.offset]


def _aged(records: Sequence[Record], now: float, tombstones_for: float) -> list[Record]:
    """Tombstones as they should be."""
    left = []
    for record in records:
        if record.value is None and record.horizon is None:
            left.append(replace(record, horizon=now + tombstones_for))
        elif record.value is not None or (record.horizon or 0) > now:
            left.append(record)
    return left


def empty_is_none(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """`if not record.value`."""
    left = []
    for record in _newest(_closed(segments)):
        if record.value or (record.horizon is not None and record.horizon > now):
            left.append(record)
        elif record.horizon is None:
            left.append(replace(record, horizon=now + tombstones_for))
    return left


def empty_key_is_none(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """`if record.key and …`: records of the key "" all stay."""
    closed = _closed(segments)
    newest = {record.key: record.offset for record in closed}
    return _aged([r for r in closed if not r.key or newest[r.key] == r.offset], now, tombstones_for)


def zero_is_none(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """`if not record.horizon`."""
    left = []
    for record in _newest(_closed(segments)):
        if record.value is None and not record.horizon:
            left.append(replace(record, horizon=now + tombstones_for))
        elif record.value is not None or (record.horizon or 0) > now:
            left.append(record)
    return left


def after_horizon(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """`horizon < now`."""
    left = []
    for record in _newest(_closed(segments)):
        if record.value is None and record.horizon is None:
            left.append(replace(record, horizon=now + tombstones_for))
        elif record.value is not None or (record.horizon or 0) >= now:
            left.append(record)
    return left


def risen(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """Tombstones first, then the newest of what is left."""
    return _newest(_aged(_closed(segments), now, tombstones_for))


def set_and_asked(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """The horizon is set, and then asked for."""
    left = []
    for record in _newest(_closed(segments)):
        if record.value is None and record.horizon is None:
            record = replace(record, horizon=now + tombstones_for)
        if record.value is not None or (record.horizon or 0) > now:
            left.append(record)
    return left


def by_time(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """The latest timestamp."""
    newest: dict[str, Record] = {}
    for record in _closed(segments):
        if record.key not in newest or record.time >= newest[record.key].time:
            newest[record.key] = record
    return _aged([r for r in _closed(segments) if newest[r.key].offset == r.offset], now, tombstones_for)


def from_writing(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """`record.time + tombstones_for`."""
    left = []
    for record in _newest(_closed(segments)):
        horizon = record.time + tombstones_for if record.horizon is None else record.horizon
        if record.value is not None:
            left.append(record)
        elif horizon > now:
            left.append(replace(record, horizon=horizon))
    return left


def marked_from_writing(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """The same, but the first cleaning drops none."""
    left = []
    for record in _newest(_closed(segments)):
        if record.value is None and record.horizon is None:
            left.append(replace(record, horizon=record.time + tombstones_for))
        elif record.value is not None or (record.horizon or 0) > now:
            left.append(record)
    return left


def anew(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """The horizon is set each time."""
    newest = _newest(_closed(segments))
    return [r if r.value is not None else replace(r, horizon=now + tombstones_for) for r in newest]


def anew_until_due(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """The same, but what is due goes."""
    left = compact(segments, now, tombstones_for)
    return [r if r.value is not None else replace(r, horizon=now + tombstones_for) for r in left]


def old_tombstones_stay(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """Each tombstone until its horizon, whatever came after it."""
    newest = {record.offset for record in _newest(_closed(segments))}
    return _aged([r for r in _closed(segments) if r.value is None or r.offset in newest], now, tombstones_for)


def assigned(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """`record.horizon = …`."""
    left = []
    for record in _newest(_closed(segments)):
        if record.value is None and record.horizon is None:
            record.horizon = now + tombstones_for  # type: ignore[misc]
        if record.value is not None or (record.horizon or 0) > now:
            left.append(record)
    return left


def at_once(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """No tombstone stays."""
    return [record for record in _newest(_closed(segments)) if record.value is not None]


def for_ever(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """Every tombstone stays."""
    newest = _newest(_closed(segments))
    return [
        r if r.value is not None or r.horizon is not None else replace(r, horizon=now + tombstones_for) for r in newest
    ]


def no_horizon(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """Nobody sets it."""
    newest = _newest(_closed(segments))
    return [r for r in newest if r.value is not None or r.horizon is None or r.horizon > now]


def all_marked(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """Every record gets one."""
    left = compact(segments, now, tombstones_for)
    return [r if r.horizon is not None else replace(r, horizon=now + tombstones_for) for r in left]


def open_counts(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """The newest of all, of which the closed ones are returned."""
    opened = {record.offset for record in segments[-1].records}
    everything = [*_closed(segments), *segments[-1].records]
    return _aged([r for r in _newest(everything) if r.offset not in opened], now, tombstones_for)


def open_cleaned(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """The open one like any other."""
    return compact([*segments, Segment(10**9)], now, tombstones_for)


def open_added(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """The open one behind what is left."""
    return [*compact(segments, now, tombstones_for), *segments[-1].records]


def apart(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """Segment by segment."""
    return [r for one in segments[:-1] for r in compact([one, Segment(10**9)], now, tombstones_for)]


def in_key_order(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """`{record.key: record}.values()`."""
    return _aged(list({record.key: record for record in _closed(segments)}.values()), now, tombstones_for)


def renumbered(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """`enumerate`."""
    first = segments[0].base
    return [replace(r, offset=first + i) for i, r in enumerate(compact(segments, now, tombstones_for))]


def oldest(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """The first of each key."""
    first: dict[str, Record] = {}
    for record in _closed(segments):
        first.setdefault(record.key, record)
    return _aged(list(first.values()), now, tombstones_for)


def oldest_as_it_was(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """The same, and tombstones are not looked at."""
    first: dict[str, Record] = {}
    for record in _closed(segments):
        first.setdefault(record.key, record)
    return list(first.values())


def all_of_them(segments: Segments, now: float, tombstones_for: float) -> list[Record]:
    """Only the tombstones are looked at."""
    return _aged(_closed(segments), now, tombstones_for)
