"""A real RabbitMQ routes as the model does: topic patterns, headers of every kind, what no binding lets through."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel

from labs.rabbitmq.delivery.broker import Broker
from labs.rabbitmq.delivery.messages import Message
from labs.rabbitmq.routing.matching import X_MATCH, headers_match, topic_matches
from tests.fidelity.real_rabbitmq import RabbitMQ


def _drain(channel: BlockingChannel, queue: str) -> list[str]:
    """All bodies that wait in a queue."""
    found = []
    while (got := channel.basic_get(queue, auto_ack=True))[0]:
        found.append(got[2].decode())
    return found


def test_topic_patterns(rabbitmq: RabbitMQ) -> None:
    lot = Random(11)
    some = ["a", "b", "ab", "", "*", "é", "A", "a*"]
    keys = {
        "",
        ".",
        "a.b",
        "a",
        "b",
        "a.x.b",
        "a.a",
        *(".".join(lot.choices(some, k=lot.randint(1, 4))) for _ in range(70)),
    }
    parts = ["a", "b", "*", "#", "#", "ab", "", "a*", "#b", "[ab]"]
    patterns = {
        "",
        "#",
        "#.b",
        "a.#.b",
        "a.#.a",
        "#.#",
        "a*",
        "a#.b",
        "*.#",
        *(".".join(lot.choices(parts, k=lot.randint(1, 5))) for _ in range(70)),
    }
    cases = list(product(sorted(patterns), sorted(keys)))
    assert len(cases) > 500
    channel = rabbitmq.connect().channel()
    channel.exchange_declare("topic-cases", "topic", auto_delete=True)
    queues = {pattern: channel.queue_declare("", exclusive=True).method.queue for pattern in sorted(patterns)}
    for pattern, queue in queues.items():
        channel.queue_bind(queue, "topic-cases", pattern)
    channel.confirm_delivery()
    for key in sorted(keys):
        channel.basic_publish("topic-cases", key, key.encode())
    got = {pattern: set(_drain(channel, queue)) for pattern, queue in queues.items()}
    differ = [case for case in cases if (case[1] in got[case[0]]) != topic_matches(*case)]
    assert not differ, differ[:10]


VALUES: list[Any] = [None, True, False, 0, 1, Decimal(1), 2, "", "1", "a"]  # pika cannot send a float


def test_headers_of_every_kind(rabbitmq: RabbitMQ) -> None:
    lot = Random(12)
    names = ["a", "b", "x-a", "X-a", "max-a", "x-match"]

    def table(most: int, own: list[str]) -> dict[str, Any]:
        return {name: lot.choice(VALUES) for name in lot.sample(own, lot.randint(0, most))}

    wanted: list[dict[str, Any]] = [{}, {"x-match": "any"}, {"x-match": "all"}, {"x-match": "any-with-x"}, {"a": None}]
    for _ in range(70):
        how = lot.choice([None, *X_MATCH])
        wanted.append(table(3, names[:5]) | ({"x-match": how} if how else {}))
    given: list[dict[str, Any]] = [{}, *(table(4, names) for _ in range(60))]
    channel = rabbitmq.connect().channel()
    channel.exchange_declare("headers-cases", "headers", auto_delete=True)
    queues = [channel.queue_declare("", exclusive=True).method.queue for _ in wanted]
    for queue, arguments in zip(queues, wanted, strict=True):
        channel.queue_bind(queue, "headers-cases", arguments=arguments)
    channel.confirm_delivery()
    channel.basic_publish("headers-cases", "", b"none")  # no table of headers at all
    for number, headers in enumerate(given):
        channel.basic_publish("headers-cases", "", str(number).encode(), pika.BasicProperties(headers=headers))
    differ = []
    for queue, arguments in zip(queues, wanted, strict=True):
        got = _drain(channel, queue)
        assert ("none" in got) == headers_match(arguments, {}), arguments
        differ += [
            (arguments, headers)
            for number, headers in enumerate(given)
            if (str(number) in got) != headers_match(arguments, headers)
        ]
    assert len(wanted) * len(given) > 500
    assert not differ, differ[:10]


def test_direct_fanout_and_one_copy_per_queue(rabbitmq: RabbitMQ) -> None:
    channel, model = rabbitmq.connect().channel(), Broker()
    channel.confirm_delivery()
    queues = ["r-one", "r-two"]
    for broker in (channel, model):
        for name, kind in (("r-direct", "direct"), ("r-fanout", "fanout"), ("r-topic", "topic")):
            broker.exchange_declare(name, kind)
        for queue in queues:
            broker.queue_declare(queue)
        for exchange, queue, key in [
            ("r-direct", "r-one", "x"), ("r-direct", "r-two", "x"), ("r-direct", "r-two", "*"),
            ("r-fanout", "r-one", "ignored"), ("r-topic", "r-one", "a.*"), ("r-topic", "r-one", "#"),
        ]:  # fmt: skip
            broker.queue_bind(queue, exchange, key)
    for exchange, key in product(["", "r-direct", "r-fanout", "r-topic"], ["x", "a.b", "r-one", "*", ""]):
        channel.basic_publish(exchange, key, f"{exchange}/{key}".encode())
        model.publish(0, Message(f"{exchange}/{key}", exchange, key))
    for queue in queues:
        assert _drain(channel, queue) == [entry.message.id for entry in model.queues[queue].ready]
        channel.queue_delete(queue)


def test_what_no_binding_lets_through(rabbitmq: RabbitMQ) -> None:
    channel, model = rabbitmq.connect().channel(), Broker()
    for broker in (channel, model):
        broker.exchange_declare("r-spare", "fanout")
        broker.exchange_declare("r-main", "direct", arguments={"alternate-exchange": "r-spare"})
        broker.exchange_declare("r-plain", "direct")
        broker.queue_declare("r-left")
        broker.queue_bind("r-left", "r-spare")
    channel.confirm_delivery()
    told = []
    for exchange in ("r-main", "r-plain"):
        for mandatory in (False, True):
            try:
                channel.basic_publish(exchange, "nobody", exchange.encode(), mandatory=mandatory)
                told.append("ack")
            except pika.exceptions.UnroutableError:  # returned; pika raises once the ack has followed
                told.append("returned")
    expected = [
        model.publish(0, Message(exchange, exchange, "nobody"), mandatory=mandatory)
        for exchange in ("r-main", "r-plain")
        for mandatory in (False, True)
    ]
    assert told == expected == ["ack", "ack", "ack", "returned"]
    assert _drain(channel, "r-left") == [e.message.id for e in model.queues["r-left"].ready] == ["r-main"] * 2


def test_which_exchanges_a_broker_has_from_the_start_and_which_outlive_a_restart(rabbitmq: RabbitMQ) -> None:
    """One of each kind is there, names like theirs are the broker's own, and one that is not durable goes."""

    def told(call: Callable[[BlockingChannel], Any]) -> int:
        """The number of the error with which the broker closes the channel; 0 if it does not."""
        try:
            call(rabbitmq.connect().channel())
        except pika.exceptions.ChannelClosedByBroker as refused:
            return int(refused.reply_code)
        return 0

    for name, exchange in Broker().exchanges.items():
        assert not name or told(lambda c, n=name: c.exchange_declare(n, passive=True)) == 0  # type: ignore[misc]
        assert exchange.durable
    assert told(lambda c: c.exchange_declare("amq.orders", "fanout")) == 403
    assert told(lambda c: c.exchange_declare("r-stays", "fanout", durable=True)) == 0
    assert told(lambda c: c.exchange_declare("r-goes", "fanout")) == 0
    assert told(lambda c: c.exchange_declare("r-stays", "fanout")) == 406
    rabbitmq.restart()
    assert told(lambda c: c.exchange_declare("r-stays", passive=True)) == 0
    assert told(lambda c: c.exchange_declare("r-goes", passive=True)) == 404
