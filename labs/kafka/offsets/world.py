"""What outlives a consumer: the log, the offsets that its group has committed, and the results of its work.

Processes (process.py) come and go in this world. One that ends says so with `succeed`, and its partitions wait in
`lives` for whoever has them next.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from labs.kafka.offsets.committed import CommitLog, Start, starting_position
from labs.kafka.offsets.loops import LOOPS, Loop
from labs.kit.trace import Event, Fault

TOPIC = "orders"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What can be set in a run of `deliver` (delivery.py explains it, and has the limits). Times are in seconds."""

    commit: str = "after"  # how offsets are committed: the name of a loop in LOOPS
    loop: Loop | None = None  # another loop in its place
    start: Start | None = None  # in place of `starting_position`
    records: int = 14  # that come in all
    backlog: int = 4  # of them, in the log at the start
    rate: float = 1.0  # the others, per second
    partitions: int = 1
    batch: int = 3  # max.poll.records
    work: float = 0.5  # on one record
    round_trip: float = 0.6  # of a commit
    auto_interval: float = 5.0  # auto.commit.interval.ms, for commit="auto"
    reset: str = "earliest"  # auto.offset.reset
    sink: str = "plain"  # "idempotent": writes nothing that it has written already
    committed: int | None = None  # by the group for each partition, before the run
    log_start: int = 0  # the first offset that has not been deleted
    takeover: float = 3.0  # from a crash until another process has the partitions
    group: str = "billing"
    drain: bool = False  # poll gives [] at the end of the log; else it waits
    until: float = 20.0


@dataclass(frozen=True)
class Life:
    """A process to be lived: from `t` on it has these partitions; an empty `name` is yet to be given."""

    t: float
    partitions: tuple[int, ...]
    group: str
    name: str = ""


class World:
    """The log, the group's committed offsets, the results, and the diary of all that happens."""

    def __init__(self, settings: Settings, faults: Sequence[Fault], seed: int) -> None:
        self.settings, self.faults = settings, faults
        self.loop = settings.loop or LOOPS[settings.commit]
        self.auto = settings.commit == "auto" and settings.loop is None
        self.start = settings.start or starting_position
        self.diary: list[Event] = []
        self.store = CommitLog()
        self.results: set[tuple[int, int]] = set()
        self.open: list[tuple[int, int]] = []  # results in transactions that crashed consumers have left open
        self.joins = [fault for fault in faults if fault.kind == "join"]
        self.started = 0
        self.arrivals = self._arrivals(Random(f"{seed} arrivals"))
        self.lives = [Life(0.0, tuple(range(settings.partitions)), settings.group)]
        if settings.committed is not None:
            for partition in range(settings.partitions):
                self.store.append((settings.group, TOPIC, partition), settings.committed)

    def _arrivals(self, random: Random) -> list[list[float]]:
        """When each record of each partition is appended."""
        settings, t = self.settings, 0.0
        logs: list[list[float]] = [[] for _ in range(settings.partitions)]
        for i in range(settings.records):
            if i >= settings.backlog:
                t = round(t + max(0.1, round(random.uniform(0.5, 1.5) / settings.rate, 1)), 1)
            log = logs[i % settings.partitions]
            log.append(t)
            self.tell(
                t, "append", "producer", partition=i % settings.partitions, offset=settings.log_start + len(log) - 1
            )
        return logs

    def log_end(self, partition: int, t: float) -> int:
        """The offset that the next record would get."""
        return self.settings.log_start + bisect_right(self.arrivals[partition], t)

    def name(self) -> str:
        """The name of the next consumer that starts."""
        self.started += 1
        return f"c{self.started}"

    def succeed(self, t: float, partitions: tuple[int, ...], group: str) -> None:
        """Whoever stands by, or else a new process, has these partitions from t on."""
        if t >= self.settings.until:
            return
        standby = next((join for join in self.joins if join.t <= t), None)
        name = ""
        if standby and group == self.settings.group:
            self.joins.remove(standby)
            name = self.name()
            self.stand_by(name, standby.t)
        self.lives.append(Life(t, partitions, group, name))

    def stand_by(self, name: str, t: float) -> None:
        """A consumer has joined, and there is no partition to give it."""
        self.tell(t, "start", name, group=self.settings.group)
        self.tell(t, "idle", name)

    def tell(self, t: float, kind: str, who: str, **data: Any) -> None:
        """Write it down."""
        if t <= self.settings.until:
            self.diary.append(Event(round(t, 3), kind, who, data))

    def told(self) -> list[Event]:
        """The diary in order of time; what happens at one moment stays in the order of cause and effect."""
        return sorted(self.diary, key=lambda event: event.t)
