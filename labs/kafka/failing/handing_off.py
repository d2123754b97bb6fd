"""The hand-off of a record that failed: to the dead-letter topic, and not into the gap between produce and commit.

The code under test is ordinary code, handed three things, and returns when `poll` gives None:

    consumer.poll()                              the next record; None means: stop
    consumer.commit(offset)                      store the group's offset, and wait until it is stored, or CommitFailed
    process(record)                              do its work; raises if that has failed for good
    producer.produce(topic, key, value, headers) put a record into the producer's buffer; comes back at once
    producer.flush()                             wait until all that was produced is acknowledged, or NotAcknowledged

`every_crash` runs it once undisturbed, and again for each call after which it can die. What was produced and not yet
acknowledged may have arrived or not when its sender dies: that is luck, so both are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from labs.kafka.failing.records import DEAD, CommitFailed, NotAcknowledged, Record
from labs.kafka.offsets.process import Crash

HandOff = Callable[[Any, Any, Any], None]  # (consumer, process, producer)
Headers = tuple[tuple[str, str], ...]
LIVES = 6  # so often is a consumer that died by itself started again


def hand_off(consumer: Any, process: Any, producer: Any) -> None:
    """Each record is processed or a dead letter before its offset is committed."""
    while (record := consumer.poll()) is not None:
        try:
            process(record)
        except Exception as problem:
            producer.produce(DEAD, record.key, record.value, [*record.headers, ("error", str(problem))])
            producer.flush()
        consumer.commit(record.offset + 1)


@dataclass(frozen=True)
class Letter:
    """What was written to a topic."""

    topic: str
    key: str | None
    value: str
    headers: Headers


@dataclass(frozen=True)
class Try:
    """One run: after what it crashed ("": nowhere), what was done, what was written, what is committed."""

    after: str
    done: tuple[int, ...]  # offsets, in their order
    letters: tuple[Letter, ...]
    committed: int | None
    alive: bool = True  # False: it died again and again, by itself
    called: tuple[int, ...] = ()  # the offsets of the records that `process` was called with, in their order

    def times(self, record: Record) -> tuple[int, int]:
        """(how often it was done, how often it is in the dead-letter topic)."""
        return self.done.count(record.offset), sum(x.topic == DEAD and x.value == record.value for x in self.letters)

    def neither(self, records: Sequence[Record]) -> list[int]:
        """The offsets of those that are neither done nor in the dead-letter topic."""
        return [record.offset for record in records if self.times(record) == (0, 0)]

    def again(self, records: Sequence[Record]) -> list[int]:
        """The offsets of those that are there more than once."""
        return [record.offset for record in records if sum(self.times(record)) > 1]


class World:
    """What outlives the process: the log, what it has done, the topics that it writes to, the committed offset."""

    def __init__(self, records: Sequence[Record], fails: dict[int, str], refuse: int = 0, removed: int = 0) -> None:
        self.records, self.fails, self.refuse, self.removed = records, fails, refuse, removed
        self.called: list[int] = []
        self.done: list[int] = []
        self.letters: list[Letter] = []
        self.committed: int | None = None
        self.flushes = 0  # that had something to wait for: number `refuse` is refused
        self.commits = 0  # number `removed` finds the consumer removed from its group
        self.points: list[str] = []  # what the process has just done, after each of its calls


class Process:
    """One life: the calls that the code may make. It dies after call number `dies`, and what is in the buffer then
    has arrived or not."""

    def __init__(self, world: World, dies: int, arrives: bool) -> None:
        self.world, self.dies, self.arrives = world, dies, arrives
        first = world.records[0].offset if world.records else 0
        self.at = first if world.committed is None else world.committed
        self.buffer: list[Letter] = []
        self.failed: list[Exception] = []
        self.dead, self.nothing = False, 0

    def step(self, after: str) -> None:
        """A call comes back, or does not."""
        self.world.points.append(after)
        if len(self.world.points) - 1 == self.dies:
            self.dead = True
            self.world.letters += self.buffer if self.arrives else []
            raise Crash

    def alive(self) -> None:
        """Dead code calls nothing, whatever it has caught."""
        if self.dead:
            raise Crash

    # ---- what the code sees ------------------------------------------------------------------------------------

    def poll(self) -> Record | None:
        """The next record."""
        self.alive()
        found = next((record for record in self.world.records if record.offset == self.at), None)
        if found is None:
            self.nothing += 1
            if self.nothing > 20:
                raise GoesOn
            return None
        self.at += 1
        self.step(f"reading {found.offset}")
        return found

    def process(self, record: Record) -> None:
        """Do the work."""
        self.alive()
        offset = getattr(record, "offset", None)
        if isinstance(offset, int):
            self.world.called.append(offset)
        if offset in self.world.fails:
            kind = RuntimeError if self.world.fails[offset].startswith("time") else ValueError
            self.failed.append(kind(self.world.fails[offset]))
            self.step(f"failing on {offset}")
            raise self.failed[-1]
        if not isinstance(offset, int):
            raise TypeError(f"process takes one record, and was given {record!r:.60}")
        self.world.done.append(offset)
        self.step(f"processing {offset}")

    def produce(self, topic: str, key: str | None = None, value: str = "", headers: Any = ()) -> None:
        """Into the buffer."""
        self.alive()
        if not isinstance(topic, str):
            raise TypeError(f"the topic is a text, and not {topic!r:.60}")
        pairs = list(headers.items() if isinstance(headers, dict) else headers or ())
        if any(not isinstance(pair, tuple | list) or len(pair) != 2 for pair in pairs):
            raise TypeError(f"headers are a list of pairs (name, value), and not {headers!r:.60}")
        self.buffer.append(Letter(topic, key, value, tuple((str(n), str(v)) for n, v in pairs)))
        self.step(f"producing the dead letter of {self.at - 1}")

    def flush(self, timeout: float | None = None) -> int:
        """Wait for every acknowledgement."""
        self.alive()
        if self.buffer:
            self.world.flushes += 1
            if self.world.flushes == self.world.refuse:
                self.buffer = []
                self.failed.append(NotAcknowledged("the broker did not acknowledge the record"))
                raise self.failed[-1]
            self.world.letters += self.buffer
            self.buffer = []
            self.step(f"the acknowledgement of {self.at - 1}")
        return 0

    def commit(self, offset: int | None = None) -> None:
        """Store the offset; without one, the position."""
        self.alive()
        offset = self.at if offset is None else offset
        if isinstance(offset, bool) or not isinstance(offset, int):
            raise TypeError(f"an offset is a whole number, and not {offset!r:.60}")
        self.world.commits += 1
        if self.world.commits == self.world.removed:
            self.failed.append(CommitFailed("the group has given the partition to another consumer"))
            raise self.failed[-1]
        self.world.committed = offset
        self.step(f"committing {offset}")


class GoesOn(Exception):
    """`poll` gave None again and again, and the code goes on."""


def _live(code: HandOff, world: World, dies: int, arrives: bool) -> tuple[bool, bool]:
    """(did it come to its end, was it a crash of ours)."""
    process = Process(world, dies, arrives)
    try:
        code(process, process.process, process)
    except Crash:
        return False, True
    except Exception as problem:
        if process.dead:
            return False, True
        if problem not in process.failed and problem.__cause__ not in process.failed:
            raise
        world.letters += process.buffer if arrives else []
        return False, False  # what had failed went through: the process is gone, somebody starts it again
    if process.dead:  # it has swallowed its own death
        return False, True
    world.letters += process.buffer if arrives else []
    return True, False


def run(
    code: HandOff, records: Sequence[Record], fails: dict[int, str], dies: int = -1, arrives: bool = False,
    refuse: int = 0, removed: int = 0,
) -> tuple[Try, list[str]]:  # fmt: skip
    """One run with its restarts, and the calls that it made."""
    world, alive = World(records, fails, refuse, removed), False
    for _ in range(LIVES):
        alive, _ = _live(code, world, dies, arrives)
        if alive:
            break
    after = world.points[dies] if 0 <= dies < len(world.points) else ""
    if after.startswith("producing"):
        after += ", which arrives" if arrives else ", which is lost with it"
    seen = Try(after, tuple(world.done), tuple(world.letters), world.committed, alive, tuple(world.called))
    return seen, world.points


def every_crash(code: HandOff, records: Sequence[Record], fails: dict[int, str]) -> list[Try]:
    """The undisturbed run, then one for each call after which the process can die; both fates of what is in flight."""
    calm, points = run(code, records, fails)
    return [calm, *_crashes(code, records, fails, points)] if calm.alive else [calm]


def _crashes(code: HandOff, records: Sequence[Record], fails: dict[int, str], points: list[str]) -> Iterator[Try]:
    for number, words in enumerate(points):
        both = (False, True) if words.startswith("producing") else (False,)
        for arrives in both:
            yield run(code, records, fails, number, arrives)[0]


def every_refusal(code: HandOff, records: Sequence[Record], fails: dict[int, str]) -> list[Try]:
    """One run for each dead letter that the broker does not accept at first."""
    tries = []
    for number in range(1, len(fails) + 1):
        with suppress(GoesOn):
            tries.append(run(code, records, fails, refuse=number)[0])
    return tries


def every_removal(code: HandOff, records: Sequence[Record], fails: dict[int, str]) -> list[Try]:
    """One run for each commit that fails, since the group has removed the consumer meanwhile."""
    tries = []
    for number in range(1, len(records) + 1):
        with suppress(GoesOn):
            tries.append(run(code, records, fails, removed=number)[0])
    return tries


def every_way(code: HandOff, records: Sequence[Record], fails: dict[int, str]) -> tuple[tuple[Try, ...], ...]:
    """All runs: with every crash, with every refusal, and with every removal."""
    return tuple(tuple(runs(code, records, fails)) for runs in (every_crash, every_refusal, every_removal))
