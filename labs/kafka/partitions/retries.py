"""A retry that overtakes: batches of one producer to one partition, some of which, or their answers, get lost.

| event     | who      | what happened                                                                           |
|-----------|----------|-----------------------------------------------------------------------------------------|
| send      | producer | `batch` leaves, for the `attempt`-th time; `lost` says whether it arrives               |
| append    | broker   | `batch` is written, at `offset`                                                         |
| duplicate | broker   | `batch` is in the log already, by its sequence number: it is not written again          |
| refuse    | broker   | `batch` comes too early: the one before it, by sequence number, is missing              |
| answer    | broker   | the producer is told; `lost` says whether it hears of it                                |
| acked     | producer | it knows that `batch` is written                                                        |
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from labs.kit.limits import SEED, Limit, Limits, Whole, YesNo, check_faults, check_settings
from labs.kit.trace import Clock, Fault, Trace

WAY, TIMEOUT, BACKOFF, APART = 1.0, 3.0, 1.0, 0.4  # s: one way, until a retry, after a refusal, from batch to batch
FAULTS = ("lose", "lose the answer to")
LIMITS: Limits = dict[str, Limit](batches=Whole(1, 6), in_flight=Whole(1, 5), idempotent=YesNo(), seed=SEED)


class Broker:
    """One partition's log, which begins with batch 0. With sequence numbers it takes each batch once, and in order."""

    def __init__(self, idempotent: bool) -> None:
        self.idempotent = idempotent
        self.log = [0]

    def receive(self, batch: int) -> str:
        """What it does with a batch: "append", "duplicate" or "refuse"; a batch's number is its sequence number."""
        if self.idempotent:
            last = max(self.log)
            if batch <= last:
                return "duplicate"
            if batch > last + 1:
                return "refuse"
        self.log.append(batch)
        return "append"


def overtake(
    *, batches: int = 4, in_flight: int = 5, idempotent: bool = False, faults: Iterable[Fault] = (), seed: int = 0
) -> Trace:
    """Batches 1, 2 … of one producer: up to `in_flight` are under way at once, and one without an answer is sent again.

    A fault on "b2" strikes the first sending of batch 2 at or after its moment: it is lost, or the answer to it is.
    ValueError, in one sentence, for settings or faults that cannot be.
    """
    given = dict(batches=batches, in_flight=in_flight, idempotent=idempotent)
    check_settings(LIMITS, {**given, "seed": seed})
    struck = list(check_faults(faults, FAULTS, 60, "batch"))
    for fault in struck:
        if fault.who not in names(batches):
            raise ValueError(f"there is no batch {fault.who!r}; there are {', '.join(names(batches))}")
    trace, clock, broker = Trace(given, tuple(struck), seed), Clock(), Broker(idempotent)
    acked: set[int] = set()
    tries = dict.fromkeys(range(1, batches + 1), 0)

    def send(batch: int) -> None:
        due = next((f for f in struck if f.who == f"b{batch}" and f.t <= clock.now), None)
        if due:
            struck.remove(due)
        tries[batch] += 1
        lost = due is not None and due.kind == "lose"
        trace.emit(clock.now, "send", "producer", batch=batch, attempt=tries[batch], lost=lost)
        clock.after(TIMEOUT, partial(again, batch, tries[batch]))
        if not lost:
            clock.after(WAY, partial(arrive, batch, tries[batch], due is not None))

    def arrive(batch: int, attempt: int, lost: bool) -> None:
        done = broker.receive(batch)
        offset = broker.log.index(batch) if done == "duplicate" else len(broker.log) - 1
        trace.emit(clock.now, done, "broker", batch=batch, offset=offset, attempt=attempt)
        trace.emit(clock.now, "answer", "broker", batch=batch, lost=lost, well=done != "refuse")
        if not lost:
            clock.after(WAY, partial(hear, batch, done))

    def hear(batch: int, done: str) -> None:
        if done == "refuse":
            clock.after(BACKOFF, partial(again, batch, tries[batch]))
        elif batch not in acked:
            acked.add(batch)
            trace.emit(clock.now, "acked", "producer", batch=batch)
            fill()

    def again(batch: int, attempt: int) -> None:
        if batch not in acked and attempt == tries[batch]:
            send(batch)

    def fill() -> None:
        under_way = sum(tries[batch] > 0 for batch in tries) - len(acked)
        for batch in [batch for batch in tries if not tries[batch]][: max(0, in_flight - under_way)]:
            if acked:
                send(batch)
            else:  # at the start, one shortly after the other
                clock.after(APART * (batch - 1), partial(send, batch))

    fill()
    clock.run(60)
    trace.end = trace.events[-1].t + 1
    return trace


def names(batches: int) -> list[str]:
    """b1, b2 …"""
    return [f"b{batch}" for batch in range(1, batches + 1)]


def log_of(trace: Trace) -> list[int]:
    """The batches in the partition's log, in order."""
    return [0] + [event["batch"] for event in trace.of("append")]
