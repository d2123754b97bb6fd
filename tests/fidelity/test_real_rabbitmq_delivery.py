"""A real RabbitMQ hands out, takes back and dead-letters as the model does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel

from labs.rabbitmq.delivery.broker import Broker
from labs.rabbitmq.delivery.messages import Message
from tests.fidelity.real_kafka import settled
from tests.fidelity.real_rabbitmq import RabbitMQ

QUIET = 0.15  # seconds in which whatever is on its way arrives
PATIENCE = 60.0  # seconds in which a busy broker does what it has to do


class Both:
    """The same actions on a real broker and on the model; consumers are named, each with a channel of its own."""

    def __init__(self, rabbitmq: RabbitMQ) -> None:
        self.connection = rabbitmq.connect()
        self.channel = self.connection.channel()
        self.channel.confirm_delivery()
        self.model, self.t = Broker(), 0.0
        self.channels: dict[str, BlockingChannel] = {}
        self.real: list[tuple[str, str, int, bool]] = []  # consumer, message, delivery tag, redelivered
        self.deaths: dict[tuple[str, int], list[dict[str, Any]]] = {}

    def queue(self, name: str, **arguments: Any) -> None:
        given = {f"x-{word.replace('_', '-')}": value for word, value in arguments.items()}
        durable = given.get("x-queue-type") == "quorum"
        self.channel.queue_declare(name, durable=durable, arguments=given)
        self.model.queue_declare(name, durable=durable, arguments=given)

    def publish(self, queue: str, *messages: str, expiration: int | None = None) -> list[str]:
        answers = []
        for message in messages:
            own = pika.BasicProperties(expiration=None if expiration is None else str(expiration))
            try:
                self.channel.basic_publish("", queue, message.encode(), own)
                real = "ack"
            except pika.exceptions.NackError:
                real = "nack"
            life = None if expiration is None else expiration / 1000
            assert self.model.publish(self.t, Message(message, "", queue, {}, life)) == real
            answers.append(real)
        return answers

    def consume(self, queue: str, name: str, prefetch: int = 0) -> None:
        channel = self.channels[name] = self.connection.channel()
        channel.basic_qos(prefetch_count=prefetch)

        def take(_channel: Any, method: Any, properties: Any, body: bytes) -> None:
            self.real.append((name, body.decode(), method.delivery_tag, method.redelivered))
            self.deaths[body.decode(), len(self.real)] = (properties.headers or {}).get("x-death", [])

        channel.basic_consume(queue, take, consumer_tag=name)
        self.model.consume(self.t, queue, name, prefetch=prefetch)

    def pass_time(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.connection.process_data_events(time_limit=left)
        self.t += seconds
        self.model.advance(self.t)

    def same(self) -> list[tuple[str, str, int, bool]]:
        """What each consumer was given, which has to be the same. (pika calls one channel back after the other.)"""
        self.pass_time(QUIET)
        model = [(e.who, e["message"], e["tag"], e["redelivered"]) for e in self.model.trace.of("deliver")]
        model.sort(key=lambda given: given[0])
        deadline = time.monotonic() + PATIENCE  # a busy broker takes its time; what comes too much, the next look sees
        while len(self.real) < len(model) and time.monotonic() < deadline:
            self.connection.process_data_events(time_limit=0.1)
        assert sorted(self.real, key=lambda given: given[0]) == model
        return model


@pytest.fixture
def both(rabbitmq: RabbitMQ) -> Iterator[Both]:
    pair = Both(rabbitmq)
    yield pair
    channel = rabbitmq.connect().channel()
    for queue in pair.model.queues:
        channel.queue_delete(queue)


def test_turns_within_each_consumers_prefetch(both: Both) -> None:
    both.queue("d-turns")
    for name, prefetch in (("c1", 1), ("c2", 2), ("c3", 1)):
        both.consume("d-turns", name, prefetch)
    both.publish("d-turns", *(f"m{n}" for n in range(1, 13)))
    both.same()
    for name, tag in (("c3", 1), ("c1", 1), ("c2", 2), ("c2", 1), ("c1", 2), ("c3", 2), ("c2", 3)):
        both.channels[name].basic_ack(tag)
        both.model.ack(both.t, name, tag)
        both.same()


def test_prefetch_counts_per_consumer_and_zero_is_no_limit(both: Both) -> None:
    both.queue("d-two")
    both.queue("d-free")
    both.consume("d-two", "c1", 2)
    both.consume("d-two", "c2", 2)
    both.consume("d-free", "c3", 0)
    both.publish("d-two", *(f"m{n}" for n in range(6)))
    both.publish("d-free", *(f"n{n}" for n in range(6)))
    assert [who for who, *_ in both.same()] == ["c1", "c1", "c2", "c2", *["c3"] * 6]


def test_what_a_closed_channel_held_comes_back_in_its_old_order(both: Both) -> None:
    both.queue("d-close")
    both.consume("d-close", "c1", 3)
    both.publish("d-close", *(f"m{n}" for n in range(1, 7)))
    both.same()
    both.channels["c1"].basic_ack(2)
    both.model.ack(both.t, "c1", 2)
    both.same()
    both.channels["c1"].close()
    both.model.close(both.t, "c1")
    both.consume("d-close", "c2")
    assert [m for who, m, *_ in both.same() if who == "c2"] == ["m1", "m3", "m4", "m5", "m6"]


def test_a_requeued_message_finds_its_old_place(both: Both) -> None:
    both.queue("d-requeue")
    both.consume("d-requeue", "c1", 3)
    both.publish("d-requeue", *(f"m{n}" for n in range(1, 7)))
    both.same()
    for tag in (3, 1):
        both.channels["c1"].basic_nack(tag, requeue=True)
        both.model.nack(both.t, "c1", tag, requeue=True)
        both.same()
    both.channels["c1"].basic_ack(5, multiple=True)
    both.model.ack(both.t, "c1", 5, multiple=True)
    both.same()


def test_a_time_to_live_is_looked_at_only_at_the_head(both: Both) -> None:
    both.queue("d-dead")
    both.queue("d-ttl", dead_letter_exchange="", dead_letter_routing_key="d-dead")
    both.publish("d-ttl", "old", expiration=4000)
    both.publish("d-ttl", "young", expiration=100)
    both.pass_time(0.4)
    waiting = both.channel.queue_declare("d-ttl", passive=True).method.message_count
    assert waiting == len(both.model.queues["d-ttl"].ready) == 2  # the young one has been dead for long
    both.pass_time(3.8)
    both.consume("d-dead", "c1")
    assert [m for _, m, *_ in both.same()] == ["old", "young"]


def _entries(deaths: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (d["queue"], d["reason"], d["count"], d["exchange"], tuple(d["routing-keys"]), d.get("original-expiration"))
        for d in deaths
    ]


@pytest.mark.parametrize("reason", ["rejected", "expired", "maxlen", "delivery_limit"])
def test_every_reason_leaves_its_entry(both: Both, reason: str) -> None:
    name, dead = f"d-{reason}", f"d-{reason}-dead"
    own = {"maxlen": {"max_length": 1}, "delivery_limit": {"queue_type": "quorum", "delivery_limit": 1}}
    both.queue(dead)
    both.queue(name, dead_letter_exchange="", dead_letter_routing_key=dead, **own.get(reason, {}))
    both.publish(name, "m1", expiration=100 if reason == "expired" else None)
    if reason == "maxlen":
        both.publish(name, "m2")
    if reason == "expired":
        both.pass_time(0.3)
    if reason in ("rejected", "delivery_limit"):
        both.consume(name, "c1", 1)
        for tag in (1, 2) if reason == "delivery_limit" else (1,):
            both.same()  # it is there
            requeue = reason == "delivery_limit"
            both.channels["c1"].basic_nack(tag, requeue=requeue)
            both.model.nack(both.t, "c1", tag, requeue=requeue)
    both.pass_time(0.3)
    both.consume(dead, "c9")
    both.pass_time(0.3)
    both.same()
    (real,) = [deaths for (message, _), deaths in both.deaths.items() if deaths]
    (model,) = [e.message for c in both.model.queues[dead].consumers.values() for e in c.unacked.values()]
    expected = [
        (d.queue, d.reason, d.count, d.exchange, d.keys, None if d.expiration is None else f"{d.expiration * 1000:.0f}")
        for d in model.deaths
    ]
    assert _entries(real) == expected
    assert real[0]["reason"] == reason


def test_a_message_that_goes_round_counts_its_deaths(both: Both) -> None:
    both.queue("d-wait", message_ttl=150, dead_letter_exchange="", dead_letter_routing_key="d-work")
    both.queue("d-work", dead_letter_exchange="", dead_letter_routing_key="d-wait")
    both.consume("d-work", "c1", 1)
    both.publish("d-work", "m1")
    for tag in (1, 2, 3):
        both.pass_time(0.4)
        both.same()  # it is there again
        if tag < 3:
            both.channels["c1"].basic_nack(tag, requeue=False)
            both.model.nack(both.t, "c1", tag, requeue=False)
    both.same()
    (entry,) = both.model.queues["d-work"].consumers["c1"].unacked.values()
    real = [(d["queue"], d["reason"], d["count"]) for d in both.deaths["m1", 3]]
    assert real == [(d.queue, d.reason, d.count) for d in entry.message.deaths]
    assert real == [("d-wait", "expired", 2), ("d-work", "rejected", 2)]


def test_a_circle_without_a_rejection_is_dropped(both: Both) -> None:
    both.queue("d-a", message_ttl=50, dead_letter_exchange="", dead_letter_routing_key="d-b")
    both.queue("d-b", message_ttl=50, dead_letter_exchange="", dead_letter_routing_key="d-a")
    both.publish("d-a", "m1")
    both.pass_time(0.6)

    def waiting() -> list[int]:
        return [both.channel.queue_declare(queue, passive=True).method.message_count for queue in ("d-a", "d-b")]

    assert settled(waiting, still=0.5, limit=PATIENCE) == [0, 0]  # also on its way from one to the other it shows
    assert not any(both.model.queues[queue].ready for queue in ("d-a", "d-b"))


@pytest.mark.parametrize("overflow", ["drop-head", "reject-publish", "reject-publish-dlx"])
def test_a_full_queue(both: Both, overflow: str) -> None:
    name, dead = f"d-full-{overflow}", f"d-full-{overflow}-dead"
    both.queue(dead)
    both.queue(name, max_length=2, overflow=overflow, dead_letter_exchange="", dead_letter_routing_key=dead)
    answers = both.publish(name, "m1", "m2", "m3", "m4")
    assert answers[2:] == (["ack"] * 2 if overflow == "drop-head" else ["nack"] * 2)
    both.consume(dead, "c1")
    both.same()
    both.consume(name, "c2")
    both.same()
