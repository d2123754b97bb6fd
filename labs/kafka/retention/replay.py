"""Reading again: where a moment in time is in the log, and how a table is rebuilt from it.

Source: KafkaConsumer.offsetsForTimes; LogSegment.findOffsetByTimestamp (Kafka 4.3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from labs.kafka.retention.log import Record

Fetch = Callable[[int], Sequence[Record]]  # the next records at or after an offset; [] at the end of the log


def offset_for_time(records: Iterable[Record], log_start: int, time: float) -> int | None:
    """The first offset in the log whose record has this timestamp or a later one; None if there is no such record.

    "First" goes by offset: timestamps come from the producers, and need not be in order. What lies before the log start
    is not there, even if its file still is.
    """
    return next((r.offset for r in records if r.offset >= log_start and r.time >= time), None)


def put(table: dict[str, str], record: Record) -> None:
    """What one record does to a table: it sets its key, or a tombstone removes it."""
    if record.value is None:
        table.pop(record.key, None)
    else:
        table[record.key] = record.value


def table_of(records: Iterable[Record]) -> Mapping[str, str]:
    """The table that these records, in order, lead to."""
    table: dict[str, str] = {}
    for record in records:
        put(table, record)
    return table


def rebuild(fetch: Fetch, start: int) -> dict[str, str]:
    """Read from `start` to the end of the log, and return the table.

    The next position is one after the last record that came: offsets have gaps, so counting records will not do.
    """
    table: dict[str, str] = {}
    position = start
    while records := fetch(position):
        for record in records:
            put(table, record)
            position = record.offset + 1
    return table
