"""What becomes of a message in its queue. (test_real_rabbitmq_delivery.py in tests/fidelity asks a real broker.)"""

from __future__ import annotations

import pytest

from labs.rabbitmq.delivery.broker import Broker
from labs.rabbitmq.delivery.messages import Death, Message


def _with(queue: str = "q", messages: int = 0, **arguments: object) -> Broker:
    broker = Broker()
    broker.queue_declare(queue, arguments={f"x-{name.replace('_', '-')}": v for name, v in arguments.items()})
    for n in range(1, messages + 1):
        broker.publish(0, Message(f"m{n}", "", queue))
    return broker


def _given(broker: Broker, who: str) -> list[str]:
    return [e["message"] for e in broker.trace.of("deliver", who=who)]


def _ready(broker: Broker, queue: str = "q") -> list[str]:
    return [entry.message.id for entry in broker.queues[queue].ready]


def test_automatic_acks_know_no_prefetch_and_bring_nothing_back() -> None:
    broker = _with(messages=5)
    broker.consume(1, "q", "c1", prefetch=1, auto_ack=True)
    assert _given(broker, "c1") == ["m1", "m2", "m3", "m4", "m5"]
    broker.close(2, "c1")
    assert _ready(broker) == []


def test_a_message_comes_back_to_its_old_place_and_is_marked() -> None:
    broker = _with(messages=4)
    broker.consume(1, "q", "c1", prefetch=2)
    broker.ack(2, "c1", 1)
    broker.close(3, "c1")
    assert _ready(broker) == ["m2", "m3", "m4"]
    broker.consume(4, "q", "c2")
    flags = [e["redelivered"] for e in broker.trace.of("deliver", who="c2")]
    assert flags == [True, True, False]


def test_an_unknown_tag_is_refused_and_changes_nothing() -> None:
    broker = _with(messages=2)
    broker.consume(1, "q", "c1", prefetch=1)
    with pytest.raises(ValueError, match="delivery tag 2"):
        broker.ack(2, "c1", 2)
    broker.ack(2, "c1", 1)
    with pytest.raises(ValueError, match="delivery tag 1"):
        broker.ack(2, "c1", 1)


def test_time_does_not_run_backwards() -> None:
    broker = _with()
    broker.advance(5)
    with pytest.raises(ValueError, match="has passed"):
        broker.publish(4, Message("m", "", "q"))


def test_the_shorter_time_to_live_counts_and_only_at_the_head() -> None:
    broker = _with(message_ttl=5000)
    broker.publish(0, Message("m1", "", "q"))
    broker.publish(0, Message("m2", "", "q", expiration=1))
    broker.publish(0, Message("m3", "", "q", expiration=60))
    broker.advance(4.9)
    assert _ready(broker) == ["m1", "m2", "m3"]
    broker.advance(5)
    assert _ready(broker) == []


def test_a_time_to_live_of_zero_reaches_a_consumer_that_is_free() -> None:
    broker = _with(message_ttl=0)
    broker.publish(0, Message("m1", "", "q"))
    broker.consume(1, "q", "c1", prefetch=1)
    broker.publish(1, Message("m2", "", "q"))
    broker.publish(1, Message("m3", "", "q"))
    assert _given(broker, "c1") == ["m2"] and _ready(broker) == []


def test_a_death_is_counted_per_queue_and_reason_the_latest_first() -> None:
    message = Message("m", "x", "k", expiration=2).died("a", "expired").died("b", "rejected").died("a", "expired")
    assert message.deaths == (Death("a", "expired", "x", ("k",), 2, 2), Death("b", "rejected", "x", ("k",)))
    assert message.expiration is None
    assert message.times("b") == 1 and message.times("a") == 0
    assert not message.goes_round("b") and message.goes_round("a") and not message.goes_round("c")


@pytest.mark.parametrize(("overflow", "left"), [("drop-head", ["m3", "m4"]), ("reject-publish", ["m1", "m2"])])
def test_a_full_queue(overflow: str, left: list[str]) -> None:
    broker = _with(messages=4, max_length=2, overflow=overflow)
    assert _ready(broker) == left
    assert len(broker.trace.of("refuse")) == (2 if overflow == "reject-publish" else 0)


def test_what_is_out_does_not_count_as_full() -> None:
    broker = _with(max_length=1)
    broker.consume(0, "q", "c1", prefetch=2)
    for n in range(1, 4):
        broker.publish(1, Message(f"m{n}", "", "q"))
    assert _ready(broker) == ["m3"] and not broker.trace.of("dead")


def test_a_consumer_without_room_takes_its_turn_behind_the_others_once_it_has() -> None:
    broker = _with()
    for name in ("a", "b"):
        broker.consume(0, "q", name, prefetch=1)
    for n in range(1, 6):
        broker.publish(1, Message(f"m{n}", "", "q"))
    broker.ack(2, "b", 1)
    broker.ack(3, "a", 1)
    broker.ack(4, "b", 2)
    assert (_given(broker, "a"), _given(broker, "b")) == (["m1", "m4"], ["m2", "m3", "m5"])
