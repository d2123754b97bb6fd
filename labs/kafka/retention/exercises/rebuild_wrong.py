"""Rebuilding a table as people get it wrong: each of these is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labs.kafka.retention.log import Record
from labs.kafka.retention.replay import Fetch, put

Table = dict[str, Any]


def _build(fetch: Fetch, start: int, put: Callable[[Table, Record], None]) -> Table:
    table: Table = {}
    position = start
    while records := fetch(position):
        for record in records:
            put(table, record)
        position = records[-1].offset + 1
    return table


def empty_is_none(fetch: Fetch, start: int) -> Table:
    """`if not record.value`."""

    def one(table: Table, record: Record) -> None:
        if record.value:
            table[record.key] = record.value
        else:
            table.pop(record.key, None)

    return _build(fetch, start, one)


def del_alone(fetch: Fetch, start: int) -> Table:
    """`del table[key]`."""

    def one(table: Table, record: Record) -> None:
        if record.value is None:
            del table[record.key]
        else:
            table[record.key] = record.value

    return _build(fetch, start, one)


def keeps_none(fetch: Fetch, start: int) -> Table:
    """`table[key] = None`."""
    return _build(fetch, start, lambda table, record: table.update({record.key: record.value}))


def skips_none(fetch: Fetch, start: int) -> Table:
    """Tombstones are passed over."""
    return _build(fetch, start, lambda t, r: None if r.value is None else t.update({r.key: r.value}))


def first_wins(fetch: Fetch, start: int) -> Table:
    """`setdefault`."""

    def one(table: Table, record: Record) -> None:
        if record.value is None:
            table.pop(record.key, None)
        else:
            table.setdefault(record.key, record.value)

    return _build(fetch, start, one)


def stops_at_gap(fetch: Fetch, start: int) -> Table:
    """`if record.offset != position: break`."""
    table: Table = {}
    position = start
    while records := fetch(position):
        for record in records:
            if record.offset != position:
                return table
            put(table, record)
            position += 1
    return table


def counted(fetch: Fetch, start: int) -> Table:
    """`position += len(records)`."""
    table: Table = {}
    position = start
    while records := fetch(position):
        for record in records:
            put(table, record)
        position += len(records)
    return table


def tombstones_last(fetch: Fetch, start: int) -> Table:
    """All values of a batch, then all of its tombstones."""
    table: Table = {}
    position = start
    while records := fetch(position):
        table.update({record.key: record.value for record in records if record.value is not None})
        for record in records:
            if record.value is None:
                table.pop(record.key, None)
        position = records[-1].offset + 1
    return table


def once(fetch: Fetch, start: int) -> Table:
    """One fetch."""
    table: Table = {}
    for record in fetch(start):
        put(table, record)
    return table


def at_the_last(fetch: Fetch, start: int) -> Table:
    """`position = records[-1].offset`."""
    table: Table = {}
    position = start
    while records := fetch(position):
        for record in records:
            put(table, record)
        position = records[-1].offset
    return table


def forgets(fetch: Fetch, start: int) -> Table:
    """A new table each time."""
    table: Table = {}
    position = start
    while records := fetch(position):
        table = {}
        for record in records:
            put(table, record)
        position = records[-1].offset + 1
    return table


def one_too_far(fetch: Fetch, start: int) -> Table:
    """`records[-1].offset + 2`."""
    table: Table = {}
    position = start
    while records := fetch(position):
        for record in records:
            put(table, record)
        position = records[-1].offset + 2
    return table


def from_zero(fetch: Fetch, start: int) -> Table:
    """`start` is forgotten."""
    return _build(fetch, 0, put)


def asks_twice(fetch: Fetch, start: int) -> Table:
    """`while fetch(position): records = fetch(position)`."""
    table: Table = {}
    position = start
    while fetch(position):
        records = fetch(position)
        for record in records:
            put(table, record)
        position = records[-1].offset + 1
    return table


def whole_records(fetch: Fetch, start: int) -> Table:
    """`table[key] = record`."""

    def one(table: Table, record: Record) -> None:
        if record.value is None:
            table.pop(record.key, None)
        else:
            table[record.key] = record

    return _build(fetch, start, one)
