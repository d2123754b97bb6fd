"""What a loop sees: the consumer that it polls and the sink that it writes to (loops.py has the loops)."""

from __future__ import annotations

from collections.abc import Mapping

from labs.kafka.offsets.process import Process, Record, listed


class Consumer:
    """What a loop sees of its consumer."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def poll(self) -> list[Record]:
        """The next records of one partition, at least one; [] when the consumer is to stop. Rebalances happen here."""
        return self._process.poll()

    def positions(self) -> dict[int, int]:
        """{partition: the next offset that poll will hand out}."""
        return dict(self._process.at)

    def commit_sync(self, offset: int | None = None, partition: int = 0) -> None:
        """Commit an offset, or all positions if none is given; comes back when it is stored."""
        self._process.commit(self._offsets(offset, partition), wait=True)

    def commit_async(self, offset: int | None = None, partition: int = 0) -> None:
        """The same, but it comes back at once, and nobody says whether it arrived."""
        self._process.commit(self._offsets(offset, partition), wait=False)

    def _offsets(self, offset: int | None, partition: int) -> dict[int, int]:
        if offset is None:
            return self.positions()
        if isinstance(offset, bool) or not isinstance(offset, int) or offset < 0:
            raise ValueError(f"an offset is a whole number from 0 on, and not {offset!r}")
        if partition not in self._process.at:
            raise ValueError(f"partition {partition!r} is not assigned to this consumer")
        return {partition: offset}


class Sink:
    """Where results go: the world outside, which does not forget when a consumer dies."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._offsets: dict[int, int] = {}

    def write(self, record: Record) -> None:
        """Do a record's work; when it is done, its result is out in the world (or part of the open transaction)."""
        process, results = self._process, self._process.world.results
        result, settings = (record.partition, record.offset), self._process.settings
        process.spend(0)
        process.tell("work", partition=record.partition, offset=record.offset)
        process.spend(settings.work)
        if settings.sink == "idempotent" and result in results:
            state = "skipped"
        elif process.transaction is not None:
            state = "pending"
            process.transaction.append(result)
        else:
            state = "done"
            results.add(result)
        process.tell("effect", partition=record.partition, offset=record.offset, state=state)

    def begin_transaction(self) -> None:
        """What is written from now on becomes visible with commit_transaction, or never."""
        self._process.transaction, self._offsets = [], {}

    def send_offsets_to_transaction(self, offsets: Mapping[int, int]) -> None:
        """The group's offsets {partition: offset} are committed with the results."""
        self._offsets = dict(offsets)

    def commit_transaction(self) -> None:
        """All at once: results visible, offsets committed."""
        process = self._process
        there = round(process.settings.round_trip / 2, 3)
        process.tell("send", offsets=listed(self._offsets), waits=True)
        process.spend(there)
        process.stored(process.now, self._offsets, process.transaction or [])
        process.transaction = None
        process.spend(there)
