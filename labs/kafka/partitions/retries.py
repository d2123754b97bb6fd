"""A retry that overtakes: batches of one producer to one partition, some of which, or their answers, get lost.

| event     | who      | what happened                                                                           |
|-----------|----------|-----------------------------------------------------------------------------------------|
| send      | producer | `batch` leaves, for the `attempt`-th time; `lost` says whether it arrives               |
| append    | broker   | `batch` is written, at `offset`                                                         |
| duplicate | broker   | `batch` is in the log already, by its sequence number: it is not written again          |
| refuse    | broker   | `batch` comes too early: the one before it, by sequence number, is missing              |
| answer    | broker   | the producer is told; `lost` says whether it hears of it                                |
| acked     | producer | it knows that `batch` is written                                                        |
| late      | producer | a fault came too late for `batch`: it is acknowledged                                   |
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from labs.kit.limits import SEED, Limit, Limits, Whole, YesNo, check_faults, check_settings
from labs.kit.trace import Clock, Fault, Trace

WAY, TIMEOUT, BACKOFF, APART = 1.0, 3.0, 1.0, 0.4  # s: one way, until a retry, after a refusal, from batch to batch
LONGEST = 120.0  # s: until then everything has got through
FAULTS = ("lose", "lose the answer to")
LIMITS: Limits = dict[str, Limit](batches=Whole(1, 6), in_flight=Whole(1, 5), idempotent=YesNo(), seed=SEED)


class Broker:
    """One partition's log, which begins with batch 0. With sequence numbers it takes each batch once, and in order."""

    def __init__(self, idempotent: bool) -> None:
        self.idempotent = idempotent
        self.log = [0]

    def receive(self, batch: int) -> str:
        """What it does with a batch: "append", "duplicate" or "refuse". A batch is one record here, so its number is
        its sequence number; Kafka numbers the records, and a batch carries the number of its first.
        """
        if self.idempotent:
            last = max(self.log)
            if batch <= last:
                return "duplicate"
            if batch > last + 1:
                return "refuse"
        self.log.append(batch)
        return "append"


class Run:
    """What is under way between the producer and the broker."""

    def __init__(self, trace: Trace, faults: Iterable[Fault]) -> None:
        self.trace, self.faults, self.clock = trace, list(faults), Clock()
        self.in_flight = trace.settings["in_flight"]
        self.broker = Broker(trace.settings["idempotent"])
        self.tries = dict.fromkeys(range(1, trace.settings["batches"] + 1), 0)
        self.acked: set[int] = set()
        for fault in faults:
            self.clock.at(fault.t, partial(self.strike, fault))
        for batch in list(self.tries)[: self.in_flight]:
            self.clock.at(APART * (batch - 1), partial(self.send, batch))

    def strike(self, fault: Fault) -> None:
        """A fault's moment has come: for a batch that is acknowledged by now it comes too late."""
        if int(fault.who[1:]) in self.acked:
            self.trace.emit(self.clock.now, "late", "producer", batch=int(fault.who[1:]))

    def is_lost(self, kind: str, batch: int) -> bool:
        """Whether a fault strikes what sets out now: before it arrives, and nothing earlier."""
        hit = [f for f in self.faults if (f.kind, f.who) == (kind, f"b{batch}") and f.t <= self.clock.now + WAY]
        for fault in hit[:1]:
            self.faults.remove(fault)
        return bool(hit)

    def send(self, batch: int) -> None:
        """The batch leaves, for the first time or again."""
        self.tries[batch] += 1
        lost = self.is_lost("lose", batch)
        self.trace.emit(self.clock.now, "send", "producer", batch=batch, attempt=self.tries[batch], lost=lost)
        self.clock.after(TIMEOUT, partial(self.again, batch, self.tries[batch]))
        if not lost:
            self.clock.after(WAY, partial(self.arrive, batch, self.tries[batch]))

    def arrive(self, batch: int, attempt: int) -> None:
        """The broker has it, and answers."""
        done, now = self.broker.receive(batch), self.clock.now
        lost = self.is_lost("lose the answer to", batch)
        offset = len(self.broker.log) - 1 if done == "append" else None
        self.trace.emit(now, done, "broker", batch=batch, offset=offset, attempt=attempt)
        self.trace.emit(now, "answer", "broker", batch=batch, lost=lost, well=done != "refuse")
        if not lost:
            self.clock.after(WAY, partial(self.hear, batch, done))

    def hear(self, batch: int, done: str) -> None:
        """The producer has the answer."""
        if done == "refuse":
            self.clock.after(BACKOFF, partial(self.again, batch, self.tries[batch]))
        elif batch not in self.acked:
            self.acked.add(batch)
            self.trace.emit(self.clock.now, "acked", "producer", batch=batch)
            for fault in [f for f in self.faults if f.who == f"b{batch}" and f.t <= self.clock.now]:
                self.faults.remove(fault)  # it found nothing under way that it could strike
                self.trace.emit(self.clock.now, "late", "producer", batch=batch)
            waiting = [batch for batch in self.tries if not self.tries[batch]]
            room = self.in_flight - (len(self.tries) - len(waiting) - len(self.acked))
            for other in waiting[: max(0, room)]:
                self.send(other)

    def again(self, batch: int, attempt: int) -> None:
        """It is time for another try, unless there has been one since, or none is needed."""
        if batch not in self.acked and attempt == self.tries[batch]:
            self.send(batch)


def overtake(
    *, batches: int = 4, in_flight: int = 5, idempotent: bool = False, faults: Iterable[Fault] = (), seed: int = 0
) -> Trace:
    """Batches 1, 2 … of one producer: up to `in_flight` are under way at once, and one without an answer is sent again.

    A fault on "b2" strikes what of batch 2 is under way at its moment, or is next: itself, or the answer to it.
    ValueError, in one sentence, for settings or faults that cannot be.
    """
    given = dict(batches=batches, in_flight=in_flight, idempotent=idempotent)
    check_settings(LIMITS, {**given, "seed": seed})
    struck = check_faults(faults, FAULTS, LONGEST, "batch")
    for fault in struck:
        if fault.who not in names(batches):
            raise ValueError(f"there is no batch {fault.who!r}; there are {', '.join(names(batches))}")
    run = Run(Trace(given, struck, seed), struck)
    run.clock.run(LONGEST)
    run.trace.end = run.trace.events[-1].t + 1
    return run.trace


def names(batches: int) -> list[str]:
    """b1, b2 …"""
    return [f"b{batch}" for batch in range(1, batches + 1)]


def log_of(trace: Trace) -> list[int]:
    """The batches in the partition's log, in order."""
    return [0] + [event["batch"] for event in trace.of("append")]
