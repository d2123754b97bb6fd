"""A real RabbitMQ, killed or restarted, keeps and loses what the model's matrix says.

What was not confirmed *may* be lost: there the model names a set of outcomes, and the real one has to be in it.
"""

from __future__ import annotations

from itertools import product

import pika
import pytest

from labs.kit.not_here import NotHere
from labs.rabbitmq.delivery.retry import declare_retry
from labs.rabbitmq.routing.real import RECORDED, ask_rabbitmq
from labs.rabbitmq.survival.matrix import outcomes
from tests.fidelity.real_rabbitmq import RabbitMQ

CASES = list(product((True, False), repeat=2))  # durable, persistent
MANY = 20


def _queue(what: str, durable: bool, persistent: bool) -> str:
    return f"s-{what}-{'d' if durable else 't'}{'p' if persistent else 't'}"


def _publish(channel: pika.adapters.blocking_connection.BlockingChannel, queue: str, persistent: bool, n: int) -> None:
    channel.basic_publish("", queue, str(n).encode(), pika.BasicProperties(delivery_mode=2 if persistent else 1))


def _left(rabbitmq: RabbitMQ, queue: str, durable: bool) -> list[tuple[int, bool]]:
    """(message, redelivered) of all that is in the queue, which has to be declared again if it is not durable."""
    channel = rabbitmq.connect().channel()
    channel.queue_declare(queue, durable=durable)
    found = []
    while (got := channel.basic_get(queue, auto_ack=True))[0]:
        found.append((int(got[2]), got[0].redelivered))
    channel.queue_delete(queue)
    return found


def test_killed_between_publish_confirm_delivery_and_ack(rabbitmq: RabbitMQ) -> None:
    sure = rabbitmq.connect().channel()
    sure.confirm_delivery()
    unsure = rabbitmq.connect().channel()  # nobody asks for confirms here
    for what, (durable, persistent) in product(("confirmed", "delivered", "acked", "unconfirmed"), CASES):
        sure.queue_declare(_queue(what, durable, persistent), durable=durable)
    for what, (durable, persistent) in product(("confirmed", "delivered", "acked"), CASES):
        for n in range(3):
            _publish(sure, _queue(what, durable, persistent), persistent, n)  # returns once it is confirmed
    for durable, persistent in CASES:
        sure.basic_get(_queue("delivered", durable, persistent))
        given, *_ = sure.basic_get(_queue("acked", durable, persistent))
        sure.basic_ack(given.delivery_tag)
    for durable, persistent in CASES:
        for n in range(MANY):
            _publish(unsure, _queue("unconfirmed", durable, persistent), persistent, n)
    rabbitmq.kill()
    rabbitmq.restart()
    for durable, persistent in CASES:
        model = outcomes(durable, persistent)
        for what in ("confirmed", "delivered"):
            left = _left(rabbitmq, _queue(what, durable, persistent), durable)
            became = {"there" if n in [m for m, _ in left] else "gone" for n in range(3)}
            assert became <= model["confirmed"], (what, durable, persistent, left)
        left = [n for n, _ in _left(rabbitmq, _queue("acked", durable, persistent), durable)]
        assert left in ([[1, 2], [0, 1, 2]] if durable and persistent else [[]]), left  # an ack may be lost, too
        left = [n for n, _ in _left(rabbitmq, _queue("unconfirmed", durable, persistent), durable)]
        became = {"there" if n in left else "gone" for n in range(MANY)}
        assert became <= model["not confirmed"], (durable, persistent, left)
        assert left == sorted(left)


def test_stopped_cleanly(rabbitmq: RabbitMQ) -> None:
    sure = rabbitmq.connect().channel()
    sure.confirm_delivery()
    for durable, persistent in CASES:
        sure.queue_declare(_queue("stop", durable, persistent), durable=durable)
        _publish(sure, _queue("stop", durable, persistent), persistent, 0)
    sure.basic_get(_queue("stop", True, True))
    rabbitmq.restart()
    for durable, persistent in CASES:
        left = _left(rabbitmq, _queue("stop", durable, persistent), durable)
        became = {"there" if left else "gone"}
        assert became <= outcomes(durable, persistent, "stop")["confirmed"], (durable, persistent, left)
        assert all(redelivered for _, redelivered in left)  # it was with a consumer


def test_the_lessons_topology_is_accepted_by_pika(rabbitmq: RabbitMQ) -> None:
    channel = rabbitmq.connect().channel()
    declare_retry(channel)
    declare_retry(channel)  # declared again as it is: nothing happens
    for queue in ("work", "wait", "failed"):
        channel.queue_delete(queue)


def test_what_the_lesson_has_recorded(rabbitmq: RabbitMQ) -> None:
    assert ask_rabbitmq(list(RECORDED), rabbitmq.url) == RECORDED
    with pytest.raises(NotHere, match="no RabbitMQ answers"):
        ask_rabbitmq(list(RECORDED), "amqp://guest:guest@127.0.0.1:1/")
