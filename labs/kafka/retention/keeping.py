"""One partition that is written, kept, compacted and read: what is still there when somebody comes back to read it.

    keep(retention=60, faults=[Fault(40, "sleep", "c1"), Fault(150, "wake", "c1")]) -> Trace

| kind   | who      | particulars |
|--------|----------|-------------|
| append | producer | offset, key, value (None: a tombstone) |
| roll   | broker   | base of the new segment, why: "size", "time" or "expired" (all go, so a new one is begun) |
| forget | broker   | bases of the segments that go, first and last offset, ages oldest and newest, log_start |
| clean  | broker   | gone: offsets; dropped: tombstones among them past their horizon; bases now |
|        |          | met: {offset: horizon} of new tombstones; older: offsets that were not the newest of their key |
| start  | consumer | position |
| poll   | consumer | offsets that it got, position, its table |
| reset  | consumer | position that it wanted, to, log_start, log_end, lost (deleted unread), skipped (still there) |
| stuck  | consumer | position, log_start: there is no such offset, and auto.offset.reset is none |
| sleep, wake, stop, resume | consumer or producer | the faults, as they strike |
| note   | any      | text: why a fault struck nobody |

The producer writes every `every` seconds; a record takes `size` bytes. The broker looks for what to delete every
`check` seconds (log.retention.check.interval.ms, 5 minutes by default) and for what to compact every `clean_every`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from labs.kafka.retention.compaction import compact
from labs.kafka.retention.log import POLICIES, Compact, Log, Policy, Record, Retain
from labs.kafka.retention.replay import put
from labs.kafka.retention.retention import retain
from labs.kit.limits import Function, Limits, Maybe, Number, OneOf, Whole, check_faults, settle, takes
from labs.kit.trace import Clock, Fault, Trace

FAULTS = ("sleep", "wake", "stop", "resume", "delete", "begin")
RESETS = ("earliest", "latest", "none")
KEYS = "ABCDEF"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What can be set in a run of `keep`. Times are in seconds, sizes in bytes."""

    policy: str = "delete"  # cleanup.policy
    every: float = 10.0  # the producer writes a record
    keys: int = 3
    size: int = 100  # of a record
    segment_bytes: int = 600
    segment_time: float = 7 * 86400.0  # segment.ms
    retention: float | None = 60.0  # retention.ms
    retention_bytes: int | None = None
    check: float = 5.0  # log.retention.check.interval.ms
    clean_every: float = 20.0  # the cleaner looks whether there is something to do
    lag: float = 0.0  # min.compaction.lag.ms
    tombstones_for: float = 60.0  # delete.retention.ms
    reset: str = "latest"  # auto.offset.reset
    poll: float = 10.0  # a consumer polls
    batch: int = 5  # max.poll.records
    retain: Retain | None = None  # in place of the course's own
    compact: Compact | None = None
    until: float = 240.0


LIMITS: Limits = {
    "policy": OneOf(POLICIES),
    "every": Number(1, 600, "seconds"),
    "keys": Whole(1, len(KEYS)),
    "size": Whole(1, 10**6),
    "segment_bytes": Whole(100, 10**9),
    "segment_time": Number(1, 10**9, "seconds"),
    "retention": Maybe(Number(0, 10**9, "seconds")),
    "retention_bytes": Maybe(Whole(0, 10**12)),
    "check": Number(1, 600, "seconds"),
    "clean_every": Number(1, 600, "seconds"),
    "lag": Number(0, 10**9, "seconds"),
    "tombstones_for": Number(0, 10**9, "seconds"),
    "reset": OneOf(RESETS),
    "poll": Number(1, 600, "seconds"),
    "batch": Whole(1, 500),
    "retain": Maybe(Function("segments, now, retention and retention_bytes")),
    "compact": Maybe(Function("segments, now and tombstones_for")),
    "until": Number(10, 3600, "seconds"),
}


@dataclass
class Reader:
    """A consumer: where it will read next, whether it is awake, and the table that it has built."""

    name: str
    position: int
    awake: bool = True
    stuck: bool = False
    table: dict[str, str] = field(default_factory=dict)


@takes(Settings)
def keep(*, faults: Iterable[Fault] = (), seed: int = 0, **settings: Any) -> Trace:
    """Write, keep, compact and read one partition from 0 to `until` seconds, and return what happened.

    c1 reads from the start. Settings: see Settings; limits: LIMITS. `retain` and `compact` take the place of the
    course's own functions. `faults`: Fault(t, kind, who). "sleep", "wake": a consumer stops polling, and polls again
    from where it was. "stop", "resume": the producer. "delete": it writes a tombstone for the key `who`. "begin": one
    consumer more begins at the log start. A fault that finds nobody to strike is a note in the trace.

    ValueError, in one sentence, for what cannot be.
    """
    chosen = settle(Settings, LIMITS, settings, seed)
    if chosen.size > chosen.segment_bytes:
        raise ValueError(f"a record of {chosen.size} bytes does not fit into a segment of {chosen.segment_bytes}")
    struck = check_faults(faults, FAULTS, chosen.until, "consumer, the producer or a key")
    world = _World(chosen, seed)
    world.live(struck)
    told = {name: value for name, value in vars(chosen).items() if name not in ("retain", "compact")}
    return Trace(told, struck, seed, chosen.until, world.trace.events)


class _World:
    """The log, the producer, the readers, and the diary of what happens."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.settings, self.clock, self.trace = settings, Clock(), Trace()
        self.log = Log(
            Policy(
                cleanup=settings.policy, segment_bytes=settings.segment_bytes, segment_time=settings.segment_time,
                retention=settings.retention, retention_bytes=settings.retention_bytes, lag=settings.lag,
                tombstones_for=settings.tombstones_for,
            )
        )  # fmt: skip
        self.random = Random(f"{seed} keys")
        self.readers = {"c1": Reader("c1", 0)}
        self.writes = True
        self.deleted: set[str] = set()

    def tell(self, kind: str, who: str, **data: Any) -> None:
        """Write it down."""
        self.trace.emit(round(self.clock.now, 3), kind, who, **data)

    def live(self, faults: Iterable[Fault]) -> None:
        """From 0 to the end. Writing, polling, checking and cleaning take turns within a second, in this order."""
        self.tell("start", "c1", position=0)
        for fault in faults:
            self.clock.at(fault.t, partial(self.strike, fault))
        own = self.settings
        turns = ((own.every, 0.0, self.write), (own.poll, 2.0, self.poll_all), (own.check, 4.0, self.check),
                 (own.clean_every, 6.0, self.clean))  # fmt: skip
        for period, first, action in turns:
            self.clock.at(first, self._again(period, action))
        self.clock.run(own.until)

    def _again(self, period: float, action: Callable[[], None]) -> Callable[[], None]:
        def turn() -> None:
            action()
            self.clock.after(period, turn)

        return turn

    # ---- what happens in it ------------------------------------------------------------------------------------------

    def write(self) -> None:
        """The producer writes the next record, unless it has stopped; never of a key that was deleted."""
        key = KEYS[self.random.randrange(self.settings.keys)]
        alive = [key for key in KEYS[: self.settings.keys] if key not in self.deleted]
        if self.writes and alive:
            self.append(key if key in alive else alive[self.log.log_end % len(alive)], str(self.log.log_end))

    def append(self, key: str, value: str | None) -> None:
        """A record, or a tombstone."""
        why = self.log.append(self.clock.now, key, value, self.settings.size)
        if why:
            self.tell("roll", "broker", base=self.log.segments[-1].base, why=why)
        self.tell("append", "producer", offset=self.log.log_end - 1, key=key, value=value)

    def check(self) -> None:
        """Retention."""
        gone = self.log.forget(self.clock.now, self.settings.retain or retain)
        if not gone:
            return
        records = [record for segment in gone for record in segment.records]
        if not self.log.segments[0].records:
            self.tell("roll", "broker", base=self.log.segments[0].base, why="expired")
        ages = [self.clock.now - record.time for record in records] or [0.0]
        self.tell("forget", "broker", bases=[segment.base for segment in gone], first=gone[0].base,
                  last=self.log.log_start - 1, oldest=max(ages), newest=min(ages), log_start=self.log.log_start,
                  size=self.log.size)  # fmt: skip

    def clean(self) -> None:
        """Compaction."""
        done = self.log.clean(self.clock.now, self.settings.compact or compact)
        if done is None:
            return
        before, after = done
        left = {record.offset: record for record in after}
        gone = [record.offset for record in before if record.offset not in left]
        met = {r.offset: left[r.offset].horizon for r in before if r.horizon is None and _marked(left.get(r.offset))}
        newest = {record.key: record.offset for record in before}
        dropped = [
            r.offset for r in before
            if r.offset in gone and r.value is None and newest[r.key] == r.offset and _due(r, self.clock.now)
        ]  # fmt: skip
        older = [record.offset for record in before if newest[record.key] != record.offset]
        self.tell("clean", "broker", gone=gone, met=met, dropped=dropped, older=older, clean_to=self.log.clean_to,
                  bases=[segment.base for segment in self.log.segments])  # fmt: skip

    def poll_all(self) -> None:
        """Each consumer that is awake polls."""
        for reader in self.readers.values():
            if reader.awake and not reader.stuck:
                self.poll(reader)

    def poll(self, reader: Reader) -> None:
        """Hand it the next records; if its position is no longer in the log, auto.offset.reset decides."""
        log = self.log
        if reader.position < log.log_start:
            if self.settings.reset == "none":
                reader.stuck = True
                self.tell("stuck", reader.name, position=reader.position, log_start=log.log_start)
                return
            to = log.log_start if self.settings.reset == "earliest" else log.log_end
            self.tell("reset", reader.name, position=reader.position, to=to, lost=log.log_start - reader.position,
                      skipped=to - log.log_start, log_start=log.log_start, log_end=log.log_end)  # fmt: skip
            reader.position = to
        records = [record for record in log.records() if record.offset >= reader.position][: self.settings.batch]
        if records:
            for record in records:
                put(reader.table, record)
            reader.position = records[-1].offset + 1
            self.tell("poll", reader.name, offsets=[record.offset for record in records], position=reader.position,
                      table=dict(sorted(reader.table.items())))  # fmt: skip

    def strike(self, fault: Fault) -> None:
        """A fault strikes, or finds nobody."""
        kind, who = fault.kind, fault.who
        if why := self.nothing(kind, who):
            self.tell("note", who, text=why)
        elif kind == "begin":
            name = f"c{len(self.readers) + 1}"
            self.readers[name] = Reader(name, self.log.log_start)
            self.tell("start", name, position=self.log.log_start)
        elif kind == "delete" and who in KEYS[: self.settings.keys]:
            self.deleted.add(who)
            self.append(who, None)
        elif kind in ("stop", "resume") and who == "producer":
            self.writes = kind == "resume"
            self.tell(kind, who)
        elif kind in ("sleep", "wake") and who in self.readers:
            self.readers[who].awake = kind == "wake"
            self.tell(kind, who)
        else:
            there = {"delete": f"the keys are {', '.join(KEYS[: self.settings.keys])}", "stop": "there is one producer",
                     "resume": "there is one producer"}.get(kind, f"there is {', '.join(self.readers)}")  # fmt: skip
            self.tell("note", who, text=f"{kind!r} finds no {who!r}; {there}")

    def nothing(self, kind: str, who: str) -> str:
        """Why a fault changes nothing, in words; empty if it does."""
        reader = self.readers.get(who)
        if who == "producer" and kind in ("stop", "resume"):
            return "" if self.writes is (kind == "stop") else "the producer has " + (
                "stopped already" if kind == "stop" else "not stopped")  # fmt: skip
        if kind == "delete" and who in self.deleted:
            return f"{who} has been deleted already"
        if reader is None or kind not in ("sleep", "wake"):
            return ""
        if reader.stuck:
            return f"{who} has stopped with an error"
        asleep = f"{who} is asleep already" if kind == "sleep" else ""
        return asleep if not reader.awake else f"{who} is awake" if kind == "wake" else ""


def _due(record: Record, now: float) -> bool:
    return record.horizon is not None and record.horizon <= now


def _marked(record: Record | None) -> bool:
    return record is not None and record.value is None and record.horizon is not None
