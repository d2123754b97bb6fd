"""What the matchers let through, where it is easily got wrong, and what an exchange makes of it."""

from itertools import product

import pytest

from labs.rabbitmq.delivery.broker import Broker
from labs.rabbitmq.delivery.messages import Message
from labs.rabbitmq.routing.exchanges import KINDS, Binding
from labs.rabbitmq.routing.exercises.topic_wrong import walk
from labs.rabbitmq.routing.matching import headers_match, topic_matches, words
from labs.rabbitmq.routing.orders import MESSAGES, QUEUES, route


@pytest.mark.parametrize(
    ("pattern", "key", "through"),
    [
        ("#", "", True), ("*", "", False), ("", "", True), ("", "a", False), ("#.b", "b", True), ("a.#.a", "a", False),
        ("a.#.a", "a.a", True), ("a.*.b", "a..b", True), (".", "", False), ("*.*", ".", True), ("a.b", "axb", False),
        ("#.a.b", "a.a.b", True), ("a", "*", False), ("*.#", "a.b.c", True), ("a.#.#.b", "a.b", True),
    ],
)  # fmt: skip
def test_topic(pattern: str, key: str, through: bool) -> None:
    assert topic_matches(pattern, key) is through


def test_topic_equals_a_plain_recursion_on_all_short_cases() -> None:
    patterns = [".".join(p) for n in range(5) for p in product("a*#", repeat=n)]
    keys = [".".join(k) for n in range(5) for k in product("ab", repeat=n)]
    for pattern, key in product(patterns, keys):
        assert topic_matches(pattern, key) == walk(words(pattern), words(key)), (pattern, key)


def test_a_long_pattern_of_hashes_takes_no_time() -> None:
    assert not topic_matches("#." * 60 + "b", ".".join(["a"] * 200))


@pytest.mark.parametrize(
    ("arguments", "headers", "through"),
    [
        ({}, {}, True), ({"x-match": "any"}, {"a": 1}, False), ({"a": None}, {"a": 0}, True), ({"a": None}, {}, False),
        ({"a": 1}, {"a": True}, False), ({"a": 1}, {"a": 1.0}, False), ({"a": 1}, {"a": "1"}, False),
        ({"a": 0}, {"a": None}, False), ({"x-a": 1}, {}, True), ({"x-match": "all-with-x", "x-a": 1}, {}, False),
        ({"x-match": "any-with-x", "x-a": 1, "b": 2}, {"x-a": 1}, True), ({"X-a": 1}, {}, False),
    ],
)  # fmt: skip
def test_headers(arguments: dict, headers: dict, through: bool) -> None:
    assert headers_match(arguments, headers) is through


def test_an_unknown_x_match_is_refused() -> None:
    with pytest.raises(ValueError, match="x-match is one of all, any"):
        Binding("q", arguments={"x-match": "some"})


def test_one_copy_per_queue_and_the_alternate_exchange() -> None:
    broker = Broker()
    broker.exchange_declare("spare", "fanout")
    broker.exchange_declare("main", "topic", arguments={"alternate-exchange": "spare"})
    for queue in ("one", "left"):
        broker.queue_declare(queue)
    for key in ("#", "a.*", "a.*"):
        broker.queue_bind("one", "main", key)
    broker.queue_bind("left", "spare")
    assert broker.publish(0, Message("m1", "main", "a.b")) == "ack"
    assert len(broker.queues["one"].ready) == 1 and not broker.queues["left"].ready
    broker.exchange_declare("bare", "direct")
    assert broker.publish(0, Message("m2", "bare", "x")) == "ack"
    assert broker.publish(0, Message("m3", "bare", "x"), mandatory=True) == "returned"


def test_alternates_that_point_at_each_other_end() -> None:
    broker = Broker()
    broker.exchange_declare("a", arguments={"alternate-exchange": "b"})
    broker.exchange_declare("b", arguments={"alternate-exchange": "a"})
    assert broker.publish(0, Message("m", "a", "x"), mandatory=True) == "returned"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda b: b.exchange_declare("x", "topics"), "an exchange is one of direct"),
        (lambda b: b.exchange_declare(""), "default exchange"),
        (lambda b: b.exchange_declare("amq.orders"), "belong to the broker"),
        (lambda b: b.exchange_declare("amq.direct"), "its properties cannot be changed"),
        (lambda b: b.queue_bind("none", "x"), "no queue 'none'|no exchange 'x'"),
        (lambda b: b.publish(0, Message("m", "none")), "no exchange 'none'"),
        (lambda b: b.queue_declare("q", arguments={"x-message-ttl": "5"}), "a whole number"),
        (lambda b: b.queue_declare("q", arguments={"x-overflow": "block"}), "x-overflow is one of"),
        (lambda b: b.queue_declare("q", arguments={"x-dead-letter-routing-key": "k"}), "no x-dead-letter-exchange"),
        (lambda b: (b.queue_declare("q"), b.queue_declare("q", durable=True)), "cannot be changed"),
        (lambda b: b.ack(0, "nobody", 1), "no consumer 'nobody'"),
    ],
)
def test_bad_input_is_one_sentence(call, told: str) -> None:
    with pytest.raises(ValueError, match=told) as error:
        call(Broker())
    assert "\n" not in str(error.value)


def test_the_lessons_messages() -> None:
    fanout = route(kind="fanout")
    assert len(fanout.of("ready")) == len(MESSAGES) * len(QUEUES)
    assert not route(kind="direct").of("ready")
    assert [e["message"] for e in route().of("unroutable")] == ["m6"]
    both = next(f"m{n}" for n, (key, _) in enumerate(MESSAGES, 1) if key == "order.eu.refund")
    assert [e.who for e in route().of("ready") if e["message"] == both] == list(QUEUES)
    for kind in KINDS:
        assert {e.who for e in route(kind=kind, spare=True).of("ready")} <= {*QUEUES, "unrouted"}
    with pytest.raises(ValueError, match="kind must be one of"):
        route(kind="topics")
