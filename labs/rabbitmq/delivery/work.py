"""Two consumers share the work, a quick one and a slow one: pushed by RabbitMQ, or pulled from Kafka.

RabbitMQ has one queue and pushes to both, within the prefetch. Kafka has one partition for each consumer, as lesson
06's assignor has it; a consumer polls, works through what it was given, commits, and polls again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from labs.kafka.groups.assignors import range_assign
from labs.kafka.groups.members import Member
from labs.kit.limits import Function, Limits, Maybe, Number, OneOf, Whole, check_faults, settle, takes
from labs.kit.trace import Clock, Fault, Trace
from labs.kit.wording import listed
from labs.rabbitmq.delivery.broker import Broker
from labs.rabbitmq.delivery.dispatch import dispatch
from labs.rabbitmq.delivery.messages import Message
from labs.rabbitmq.delivery.queue import Dispatch
from labs.rabbitmq.topology import Topology

SYSTEMS = ("RabbitMQ", "Kafka")
CONSUMERS = ("c1", "c2")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`slow` is how many seconds c2 takes for a message, `quick` the same for c1."""

    system: str = "RabbitMQ"
    prefetch: int = 1
    quick: float = 0.5
    slow: float = 3.0
    messages: int = 12
    every: float = 0.25  # seconds between two messages
    poll: int = 4  # max.poll.records
    session: float = 6.0  # Kafka's session timeout in seconds
    until: float = 160.0  # the slowest run that the controls allow is done by then
    give: Dispatch | None = None  # in place of RabbitMQ's own way to hand messages out


LIMITS: Limits = {
    "system": OneOf(SYSTEMS),
    "prefetch": Whole(0, 1000),
    "quick": Number(0.1, 10, "seconds"),
    "slow": Number(0.1, 10, "seconds"),
    "messages": Whole(1, 30),
    "every": Number(0.05, 5, "seconds"),
    "poll": Whole(1, 100),
    "session": Number(1, 60, "seconds"),
    "until": Number(5, 200, "seconds"),
    "give": Maybe(Function("ready and consumers")),
}


class _Worker:
    """A consumer's own side: what it has been given and works through, one message at a time."""

    def __init__(self, name: str, pace: float, run: _Run) -> None:
        self.name, self.pace, self.run = name, pace, run
        self.given: list[tuple[int, str]] = []  # delivery tag or offset, message
        self.busy, self.alive = False, True

    def take(self, tag: int, message: str) -> None:
        self.given.append((tag, message))
        self.next()

    def next(self) -> None:
        if self.given and not self.busy and self.alive:
            self.busy = True
            self.run.trace.emit(self.run.clock.now, "work", self.name, message=self.given[0][1])
            self.run.clock.after(self.pace, self.done)

    def done(self) -> None:
        if self.alive:
            tag, message = self.given.pop(0)
            self.busy = False
            self.run.trace.emit(self.run.clock.now, "done", self.name, message=message)
            self.run.finished(self, tag)
            self.next()


class _Run:
    """What both systems have in common."""

    def __init__(self, chosen: Settings, trace: Trace) -> None:
        self.chosen, self.trace, self.clock = chosen, trace, Clock()
        paces = zip(CONSUMERS, (chosen.quick, chosen.slow), strict=True)
        self.workers = {name: _Worker(name, pace, self) for name, pace in paces}
        for n in range(chosen.messages):
            self.clock.at(0.5 + n * chosen.every, lambda n=n: self.publish(n))  # type: ignore[misc]

    def crash(self, name: str) -> None:
        worker = self.workers[name]
        worker.alive, worker.given = False, []
        self.trace.emit(self.clock.now, "crash", name)
        self.gone(worker)

    def publish(self, n: int) -> None: ...

    def finished(self, worker: _Worker, tag: int) -> None: ...

    def gone(self, worker: _Worker) -> None: ...


class _Pushed(_Run):
    """RabbitMQ: the broker hands out, and this passes on what it has handed out."""

    def __init__(self, chosen: Settings, trace: Trace) -> None:
        super().__init__(chosen, trace)
        self.broker, self.seen = Broker(trace, chosen.give or dispatch), 0
        self.broker.queue_declare("work", durable=True)
        for name in CONSUMERS:
            self.broker.consume(0, "work", name, prefetch=chosen.prefetch)

    def publish(self, n: int) -> None:
        self.broker.publish(self.clock.now, Message(f"m{n + 1}", "", "work"))
        self.pass_on()

    def finished(self, worker: _Worker, tag: int) -> None:
        self.broker.ack(self.clock.now, worker.name, tag)
        self.pass_on()

    def gone(self, worker: _Worker) -> None:
        self.broker.close(self.clock.now, worker.name)
        self.pass_on()

    def pass_on(self) -> None:
        fresh, self.seen = self.trace.events[self.seen :], len(self.trace)
        for event in fresh:
            if event.kind == "deliver":
                self.workers[event.who].take(event["tag"], event["message"])
        if len(self.trace) > self.seen and any(e.kind == "deliver" for e in self.trace.events[self.seen :]):
            self.pass_on()


class _Pulled(_Run):
    """Kafka: a log a partition; a consumer that has nothing left asks for more."""

    def __init__(self, chosen: Settings, trace: Trace) -> None:
        super().__init__(chosen, trace)
        members = [Member(name, ("work",)) for name in CONSUMERS]
        shares = range_assign(members, {"work": len(CONSUMERS)})
        self.reads = {name: [number for _, number in shares[name]] for name in CONSUMERS}
        self.logs: list[list[str]] = [[] for _ in CONSUMERS]
        self.position, self.committed = [0] * len(self.logs), [0] * len(self.logs)
        for name in CONSUMERS:
            self.trace.emit(0, "consume", name, queue=f"work-{self.reads[name][0]}", prefetch=None)

    def publish(self, n: int) -> None:
        number = n % len(self.logs)
        self.logs[number].append(f"m{n + 1}")
        self.trace.emit(self.clock.now, "ready", f"work-{number}", message=f"m{n + 1}", deaths=[])
        for worker in self.workers.values():
            self.poll(worker)

    def poll(self, worker: _Worker) -> None:
        if worker.given or not worker.alive:
            return
        for number in self.reads[worker.name]:
            start = self.position[number]
            records = self.logs[number][start : start + self.chosen.poll - len(worker.given)]
            self.position[number] += len(records)
            for place, message in enumerate(records):
                self.trace.emit(self.clock.now, "deliver", worker.name, queue=f"work-{number}", message=message,
                                tag=start + place, redelivered=False, deaths=[])  # fmt: skip
            worker.given += [(number * 1000 + start + place, message) for place, message in enumerate(records)]
        worker.next()

    def finished(self, worker: _Worker, tag: int) -> None:
        number, offset = divmod(tag, 1000)
        message = self.logs[number][offset]
        self.trace.emit(self.clock.now, "ack", worker.name, queue=f"work-{number}", message=message)
        if not worker.given:  # what was polled is done with: commit, and ask for more
            for place in self.reads[worker.name]:
                self.committed[place] = self.position[place]
            self.poll(worker)

    def gone(self, worker: _Worker) -> None:
        """Its partitions wait for the session timeout; then the other one resumes where the last commit was."""
        self.trace.emit(self.clock.now, "close", worker.name, queue="", held=0)
        self.clock.after(self.chosen.session, lambda: self.hand_over(worker))

    def hand_over(self, worker: _Worker) -> None:
        heirs = [other for other in self.workers.values() if other.alive]
        for number in self.reads[worker.name] if heirs else []:
            again = self.logs[number][self.committed[number] : self.position[number]]
            self.position[number] = self.committed[number]
            for message in again:
                self.trace.emit(self.clock.now, "requeue", f"work-{number}", message=message, consumer=worker.name)
            self.reads[heirs[0].name].append(number)
            self.trace.emit(self.clock.now, "moves", heirs[0].name, queue=f"work-{number}", again=len(again))
        self.reads[worker.name] = []
        for heir in heirs:
            self.poll(heir)


@takes(Settings)
def share_work(*, faults: Iterable[Fault] = (), seed: int = 0, **given: Any) -> Trace:
    """Messages m1, m2 … for two consumers, c1 quick and c2 slow. The fault "crash" kills one of them."""
    chosen = settle(Settings, LIMITS, given, seed)
    faults = check_faults(faults, ("crash",), chosen.until, "consumer")
    crashed: dict[str, float] = {}
    for fault in faults:
        if fault.who not in CONSUMERS:
            raise ValueError(f"there is no consumer {fault.who!r}; there are {listed(CONSUMERS)}")
        if fault.who in crashed:
            first = f"{fault.who} crashes at {crashed[fault.who]:.1f} s"
            raise ValueError(f"{first}, and cannot crash again at {fault.t:.1f} s: undo one of the two")
        crashed[fault.who] = fault.t
    pushed = chosen.system == "RabbitMQ"
    queues = ("work",) if pushed else ("work-0", "work-1")
    pace = {"c1": f"{chosen.quick:g} s each", "c2": f"{chosen.slow:g} s each"}
    consumers = tuple((name, queues[min(n, len(queues) - 1)], pace[name]) for n, name in enumerate(CONSUMERS))
    heads = ("queue: ready", "consumer: given, not yet acknowledged")
    if not pushed:
        heads = ("partition: not yet polled", "consumer: polled, not yet done")
    topology = Topology(
        queues, consumers=consumers, room=6, heads=heads, slots=chosen.prefetch if pushed else chosen.poll
    )
    trace = Trace({**vars(chosen), "topology": topology}, faults, seed, end=chosen.until)
    run = _Pushed(chosen, trace) if pushed else _Pulled(chosen, trace)
    for fault in faults:
        run.clock.at(fault.t, lambda who=fault.who: run.crash(who))  # type: ignore[misc]
    run.clock.run(chosen.until)
    trace.end = max((e.t for e in trace), default=0.0) + 1.5
    return trace


# ---- what came of it -------------------------------------------------------------------------------------------------


def finished(trace: Trace) -> float:
    """When the last message was done, in seconds."""
    return max((e.t for e in trace.of("done")), default=0.0)


def done_by(trace: Trace) -> dict[str, int]:
    """How many messages each consumer has done."""
    return {name: len(trace.of("done", who=name)) for name in CONSUMERS}


def done_twice(trace: Trace) -> list[str]:
    """The messages that were done more than once."""
    done = [e["message"] for e in trace.of("done")]
    return [message for message in dict.fromkeys(done) if done.count(message) > 1]
