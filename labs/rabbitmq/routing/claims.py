"""What the notes claim about exchanges, put to a run."""

from __future__ import annotations

from labs.kit.guessing.ledger import Finding, Ledger
from labs.kit.trace import Fault, Trace
from labs.rabbitmq.delivery.work import share_work
from labs.rabbitmq.routing.exchanges import KINDS
from labs.rabbitmq.routing.orders import MESSAGES, QUEUES, route
from labs.rabbitmq.sources import CONFIRMS, CONSUMERS, EXCHANGES, KAFKA_DESIGN

NOTES = Ledger("11")


@NOTES.says("rabbitmq-all-queues", "An exchange sends the same message to all queues attached to it.", EXCHANGES)
def all_queues() -> Finding:
    """The same messages and bindings, through each kind of exchange."""
    copies = {kind: len(route(kind=kind).of("ready")) for kind in KINDS}
    most = len(MESSAGES) * len(QUEUES)
    return (
        {f"{kind}: copies in three queues of {len(MESSAGES)} messages": str(n) for kind, n in copies.items()},
        {"a fanout exchange": copies["fanout"] == most, "any other": all(copies[k] == most for k in KINDS[2:])},
        "Only a fanout exchange does. The other kinds compare each binding with the routing key or the headers, and a "
        "message that no binding lets through is dropped.",
    )


@NOTES.says("rabbitmq-push-pull", "Kafka is pull-based, and RabbitMQ is push-based.", CONSUMERS, KAFKA_DESIGN)
def push_pull() -> Finding:
    """Who decides that a message goes to a consumer?"""
    pushed, pulled = share_work(prefetch=100), share_work(system="Kafka")
    quick = {name: max(_held(trace, "c2")) for name, trace in (("RabbitMQ", pushed), ("Kafka", pulled))}
    return (
        {
            "RabbitMQ, prefetch 100: most that the slow consumer held": str(quick["RabbitMQ"]),
            "Kafka: most that the slow consumer held": f"{quick['Kafka']}, as many as it asks for at a time",
        },
        quick["RabbitMQ"] > quick["Kafka"],
        "RabbitMQ pushes, but only within each consumer's prefetch; `basic.get`, which pulls, exists and is "
        "discouraged. Kafka's consumer asks, and the broker holds the answer back for a moment, until there is "
        "something to send.",
    )


@NOTES.says(
    "rabbitmq-either", "A message in a queue is consumed either by consumer 1 or by consumer 2.", CONFIRMS, CONSUMERS
)
def either() -> Finding:
    """Twelve messages, two consumers; then the same, and one of them crashes."""
    calm = share_work(prefetch=5)
    crash = share_work(prefetch=5, faults=[Fault(6.0, "crash", "c2")])
    both = {name: _given_to_both(trace) for name, trace in (("nobody crashes", calm), ("c2 crashes", crash))}
    return (
        {f"{name}: messages that both were given": ", ".join(given) or "none" for name, given in both.items()},
        {name: not given for name, given in both.items()},
        "A queue gives each message to one consumer at a time. Until that one has acknowledged it, the message can "
        "come back and go to another: at least once, not exactly once.",
    )


def _given_to_both(trace: Trace) -> list[str]:
    first, second = ({e["message"] for e in trace.of("deliver", who=name)} for name in ("c1", "c2"))
    return [message for message in sorted(first & second, key=lambda name: int(name[1:]))]


def _held(trace: Trace, who: str) -> list[int]:
    held, over_time = 0, [0]
    for event in trace:
        if event.who == who:
            held += {"deliver": 1, "ack": -1}.get(event.kind, 0)
            over_time.append(held)
    return over_time
