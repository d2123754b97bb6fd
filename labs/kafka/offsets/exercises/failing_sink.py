"""A loop before a sink that fails: from its n-th write on, for some writes, for every n.

What a failing write raises is an ordinary exception. A loop that lets it pass ends there, and the next consumer of the
group takes over at the committed offset, as after a crash.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from labs.kafka.offsets.crashes import Try
from labs.kafka.offsets.loops import Loop
from labs.kafka.offsets.process import LoopGoesOn, Record
from labs.kit.guarding.telling import show

FAILS = 5  # so many writes fail, one after the other
TOO_MANY = 50  # polls that gave nothing, in a row: a loop that does not stop then never will
LIVES = FAILS + 2  # consumers that come one after the other, each of which may meet one failing write


class SinkDown(Exception):
    """The work on a record could not be done."""


@dataclass
class Log:
    """The records of a partition, and what has become of them."""

    first: int
    end: int
    batch: int
    committed: int | None = None
    fails_at: int | None = None  # the number of the write from which on it fails
    writes: int = 0

    def __post_init__(self) -> None:
        self.done: list[int] = []


class _Consumer:
    """What the loop sees of its consumer."""

    def __init__(self, log: Log) -> None:
        self._log, self._nothing = log, 0
        begin = log.first if log.committed is None else log.committed
        self._position = min(max(begin, log.first), log.end)

    def poll(self) -> list[Record]:
        """See Consumer.poll of process.py."""
        first, self._position = self._position, min(self._position + self._log.batch, self._log.end)
        self._nothing = 0 if self._position > first else self._nothing + 1
        if self._nothing > TOO_MANY:
            raise LoopGoesOn("poll gave [] again and again, which means that the loop is to stop")
        return [Record(0, offset, f"order {offset}") for offset in range(first, self._position)]

    def positions(self) -> dict[int, int]:
        """{partition: the next offset that poll will hand out}."""
        return {0: self._position}

    def commit_sync(self, offset: int | None = None, partition: int = 0) -> None:
        """Commit an offset, or the position if none is given."""
        self._log.committed = self._position if offset is None else int(offset)

    commit_async = commit_sync


class _Sink:
    """Where results go, if it does not fail."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def write(self, record: Record) -> None:
        """Do a record's work."""
        log = self._log
        log.writes += 1
        if log.fails_at is not None and log.fails_at <= log.writes < log.fails_at + FAILS:
            raise SinkDown("the work on this record could not be done")
        log.done.append(record.offset)


def every_failure(loop: Loop, records: int, batch: int, first: int = 0) -> Iterator[Try]:
    """One run for each write from which on the sink can fail."""
    for number in range(1, records + 1):
        log = Log(first, first + records, batch, fails_at=number)
        for _ in range(LIVES):
            with suppress(SinkDown):
                loop(_Consumer(log), Plain(_Sink(log)))
            if log.committed == log.end:
                break
        yield Try(f"write {number} fails", records, tuple(log.done), log.committed, first)


class Plain:
    """A sink that takes one record at a time, from the loop itself."""

    def __init__(self, sink: Any) -> None:
        self._sink, self._home = sink, threading.get_ident()
        self.elsewhere = False  # whether another thread has come to write

    def write(self, record: Record) -> None:
        """Hand a record on to the sink."""
        if not isinstance(record, Record):
            what = "a list of them" if isinstance(record, list) else show(record, 40)
            raise TypeError(f"sink.write takes one record, and was given {what}")
        if threading.get_ident() == self._home:
            self._sink.write(record)
        else:
            self.elsewhere = True  # what it would do there depends on chance, so it does nothing
