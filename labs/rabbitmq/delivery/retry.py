"""A consumer that rejects what it cannot process, and a topology that lets it try again later."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from labs.kit.limits import Limits, Number, Whole, check_faults, check_settings
from labs.kit.trace import Clock, Fault, Trace
from labs.rabbitmq.delivery.broker import Broker
from labs.rabbitmq.delivery.messages import Message
from labs.rabbitmq.topology import Topology

Declare = Callable[[Any], None]
LIMITS: Limits = {"limit": Whole(1, 5), "pause": Number(1, 10, "seconds")}


def declare_retry(channel: Any, pause: float = 3.0) -> None:
    """What is rejected in `work` waits in `wait`, where nobody consumes, until its time is up, and comes back."""
    channel.queue_declare(
        "work", durable=True, arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "wait"}
    )
    channel.queue_declare(
        "wait",
        durable=True,
        arguments={
            "x-message-ttl": round(pause * 1000),
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": "work",
        },
    )
    channel.queue_declare("failed", durable=True)


def retry(*, limit: int = 3, pause: float = 3.0, faults: Iterable[Fault] = (), seed: int = 0) -> Trace:
    """m2 cannot be processed. c1 rejects it until x-death says `limit` times; then it is parked in `failed`."""
    check_settings(LIMITS, {"limit": limit, "pause": pause})
    check_faults(faults, ())
    topology = Topology(
        ("work", "wait", "failed"),
        edges=(("work", "wait", "rejected"), ("wait", "work", "expired")),
        consumers=(("c1", "work", "prefetch 1"),),
        slots=1,
    )
    until = (limit + 1) * (pause + 1) + 4
    trace = Trace({"limit": limit, "pause": pause, "topology": topology}, (), seed, end=until)
    clock, broker = Clock(), Broker(trace)
    declare_retry(broker, pause)
    broker.consume(0, "work", "c1", prefetch=1)

    def look(seen: int) -> None:
        """Work on what was delivered since: it takes a second."""
        for event in trace.events[seen:]:
            if event.kind == "deliver":
                clock.after(1.0, lambda event=event: settle(event))  # type: ignore[misc]

    def settle(event: Any) -> None:
        seen, now = len(trace), clock.now
        rejected = sum(count for queue, reason, count in event["deaths"] if (queue, reason) == ("work", "rejected"))
        if event["message"] != "m2":
            broker.ack(now, "c1", event["tag"])
        elif rejected < limit:
            broker.nack(now, "c1", event["tag"], requeue=False)
        else:
            broker.publish(now, Message("m2", "", "failed"))
            trace.emit(now, "park", "c1", message="m2", rejected=rejected)
            broker.ack(now, "c1", event["tag"])
        look(seen)

    def publish(n: int) -> None:
        seen = len(trace)
        broker.publish(clock.now, Message(f"m{n}", "", "work"))
        look(seen)

    def tick() -> None:
        seen = len(trace)
        broker.advance(clock.now)
        look(seen)

    for n in (1, 2, 3):
        clock.at(0.5 * n, lambda n=n: publish(n))  # type: ignore[misc]
    for n in range(1, int(until * 10)):
        clock.at(n / 10, tick)
    clock.run(until)
    return trace
