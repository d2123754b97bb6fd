"""Six messages, one exchange, three queues: the same bindings, read by each kind of exchange in its own way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from labs.kit.limits import Limits, OneOf, YesNo, check_faults, check_settings
from labs.kit.trace import Fault, Trace
from labs.rabbitmq.delivery.broker import Broker
from labs.rabbitmq.delivery.messages import Message
from labs.rabbitmq.routing.exchanges import KINDS
from labs.rabbitmq.topology import Topology

QUEUES = ("europe", "refunds", "audit")
# queue → (what a topic or direct exchange compares with the routing key, what a headers exchange looks for)
BINDINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "europe": ("order.eu.#", {"region": "eu"}),
    "refunds": ("order.*.refund", {"x-match": "any", "type": "refund", "urgent": True}),
    "audit": ("order.#", {"region": None}),
}
# routing key, headers
MESSAGES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("order.eu.new", {"region": "eu", "type": "new"}),
    ("order.us.refund", {"region": "us", "type": "refund"}),
    ("order.eu.refund", {"region": "eu", "type": "refund"}),
    ("order.eu", {"region": "eu", "urgent": True}),
    ("order", {"type": "new", "urgent": False}),
    ("stock.low", {}),
)
LIMITS: Limits = {"kind": OneOf(KINDS), "spare": YesNo()}


def _label(kind: str, key: str, arguments: Mapping[str, Any]) -> str:
    if kind == "fanout":
        return ""
    if kind != "headers":
        return key
    how = " or " if arguments.get("x-match") == "any" else " and "
    return how.join(
        name if value is None else f"{name}={value}" for name, value in arguments.items() if name != "x-match"
    )


def route(*, kind: str = "topic", spare: bool = False, faults: Iterable[Fault] = (), seed: int = 0) -> Trace:
    """Publish the messages, one every two seconds. With `spare` an alternate exchange takes what nobody wants."""
    check_settings(LIMITS, {"kind": kind, "spare": spare})
    check_faults(faults, ())
    edges = [("orders", queue, _label(kind, *BINDINGS[queue])) for queue in QUEUES]
    if spare:
        edges.append(("spare", "unrouted", ""))
    queues = (*QUEUES, "unrouted") if spare else QUEUES
    exchanges = ("orders", "spare") if spare else ("orders",)
    topology = Topology(queues, exchanges, tuple(edges), by_headers=kind == "headers")
    trace = Trace({"kind": kind, "spare": spare, "topology": topology}, (), seed, end=2.0 * len(MESSAGES) + 1.5)
    broker = Broker(trace)
    if spare:
        broker.exchange_declare("spare", "fanout")
    broker.exchange_declare("orders", kind, arguments={"alternate-exchange": "spare"} if spare else {})
    for queue in queues:
        broker.queue_declare(queue, durable=True)
    for queue in QUEUES:
        key, arguments = BINDINGS[queue]
        broker.queue_bind(queue, "orders", key, arguments)
    if spare:
        broker.queue_bind("unrouted", "spare")
    for n, (key, headers) in enumerate(MESSAGES):
        broker.publish(1 + 2.0 * n, Message(f"m{n + 1}", "orders", key, headers))
    return trace
