"""What outlives a consumer: the topics, the committed offsets, and who has each topic's partition.

An activity is a generator that gives the moment at which it wants to resume; the cluster's clock resumes it when that
has come. One whose member is dead is not resumed: that is a crash.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from labs.kafka.failing.records import DEAD, MAIN
from labs.kafka.failing.settings import FAILING, KEYS, TOPICS, Settings
from labs.kit.trace import Clock, Fault, Trace

Activity = Generator[float, None, None]  # gives the moment, in seconds, at which it wants to resume


@dataclass(frozen=True)
class Entry:
    """A record in a topic, with what its headers tell: how often it was tried and redriven, and when it is due."""

    key: str
    number: int
    place: int  # among all the records that were produced, from 0
    attempt: int = 1  # the try that comes next
    redrives: int = 0
    due: float = 0.0  # not before this moment
    fixed: bool = False

    @property
    def name(self) -> str:
        """bob's second record is b2."""
        return f"{self.key[0]}{self.number}"


@dataclass
class Member:
    """A consumer that lives: of which topic, since when it has not polled, and whether it still does."""

    name: str
    topic: str
    polled: float = 0.0
    dead: bool = False
    begun: bool = False  # whether it runs yet


class Cluster:
    """The brokers' side of a run, and its diary."""

    def __init__(self, settings: Settings, faults: tuple[Fault, ...], seed: int) -> None:
        self.settings, self.faults, self.clock = settings, faults, Clock()
        self.trace = Trace(vars(settings), faults, seed, settings.until)
        self.topics: dict[str, list[Entry]] = {name: [] for name in (MAIN, *TOPICS.values(), DEAD)}
        self.committed = dict.fromkeys(self.topics, 0)
        self.owner: dict[str, Member] = {}
        self.start(0.0, Member("producer", MAIN), self._produce(Random(f"{seed} arrivals")))

    def start(self, t: float, member: Member, activity: Activity) -> None:
        """An activity of this member begins, or resumes, at `t` seconds."""

        def resume() -> None:
            moment = None if member.dead else next(activity, None)
            if moment is not None:
                self.start(moment, member, activity)

        self.clock.at(round(t, 3), resume)

    def tell(self, kind: str, who: str, **data: Any) -> None:
        """Write down what happens now."""
        self.trace.emit(self.clock.now, kind, who, **data)

    def _produce(self, random: Random) -> Activity:
        settings, t = self.settings, 0.0
        for place in range(settings.records):
            yield t
            self.append(MAIN, Entry(KEYS[place % len(KEYS)], place // len(KEYS) + 1, place), "producer")
            t = round(t + random.uniform(0.9, 1.1) / settings.rate, 2)

    def append(self, topic: str, entry: Entry, who: str) -> None:
        """A record is written at the end of a topic. There is no other place."""
        self.topics[topic].append(entry)
        self.tell("append", who, topic=topic, offset=len(self.topics[topic]) - 1, record=entry.name, key=entry.key,
                  number=entry.number, redrives=entry.redrives)  # fmt: skip

    def commit(self, member: Member, topic: str, offset: int) -> None:
        """The next record to read is `offset`; whoever no longer has the partition is refused."""
        if member.topic == topic and self.owner.get(topic) is not member:
            self.tell("refused", member.name, topic=topic, offset=offset)
            return
        self.committed[topic] = offset
        self.tell("commit", member.name, topic=topic, offset=offset)

    def trouble(self, entry: Entry, t: float) -> str:
        """Why a try that ends at `t` fails: "transient" or "permanent"; "" if it does not."""
        settings = self.settings
        if any(f.kind == "outage" and f.t <= t < f.t + settings.outage for f in self.faults):
            return "transient"
        bad = entry.place in FAILING[: settings.failing] and not entry.fixed
        if settings.failure == "transient" and t >= settings.heals:
            return ""
        return settings.failure if bad else ""

    def held(self) -> list[str]:
        """The keys that have a parked record."""
        return sorted({entry.key for entry in self.topics[DEAD][self.committed[DEAD] :]})

    def next_topic(self, entry: Entry, why: str) -> tuple[str, Entry]:
        """Where a record goes that has failed in its topic, and what it looks like there."""
        settings, attempt = self.settings, entry.attempt + 1
        if settings.policy == "topics" and why == "transient" and attempt <= min(settings.tries, 3):
            pause = settings.backoff * 2 ** (attempt - 2)
            return TOPICS[attempt], replace(entry, attempt=attempt, due=round(self.clock.now + pause, 3))
        return DEAD, replace(entry, attempt=1, due=0.0)
