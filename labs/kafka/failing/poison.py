"""A record that cannot even be decoded, on real clients: where the exception comes from decides what can be done.

undecodable()      # rows for a table: three polls of two consumers
"""

from __future__ import annotations

import json
import time
from typing import Any

from labs.kafka.real import RealCluster, real_cluster
from labs.kit.not_here import NotHere

TOPIC = "parcels"
VALUES = (b'{"order": 1}', b"\xff\x00 no JSON", b'{"order": 3}')


def undecodable(time_limit: float = 60.0) -> list[dict[str, str]]:
    """What three polls give: of a client that decodes inside of poll, and of one that leaves it to the loop.

    NotHere if the client library is missing, or nothing was read within `time_limit` seconds.
    """
    with real_cluster({TOPIC: 1}, session_timeout=1500, join_delay=0.1, round_trip=0) as cluster:
        from confluent_kafka import Producer

        producer = Producer({"bootstrap.servers": cluster.bootstrap, "log_level": 0})
        for value in VALUES:
            producer.produce(cluster.named(TOPIC), value, key="bob", partition=0)
        if producer.flush(30):
            raise NotHere("The real cluster did not take the records within 30 s; run it again in a quiet moment.")
        inside = _inside_of_poll(cluster, time_limit)
        outside = _in_the_loop(cluster, time_limit)
    return [
        {"poll": str(i), "decoded inside of poll": a, "decoded in the loop": b}
        for i, (a, b) in enumerate(zip(inside, outside, strict=True), 1)
    ]


def _decode(value: bytes, context: Any = None) -> Any:
    return json.loads(value)


def _settings(cluster: RealCluster, group: str) -> dict[str, Any]:
    return {
        "bootstrap.servers": cluster.bootstrap,
        "log_level": 0,
        "group.id": cluster.named(group),
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    }


def _next(consumer: Any, time_limit: float) -> Any:
    deadline = time.monotonic() + time_limit
    while time.monotonic() < deadline:
        message = consumer.poll(0.1)
        if message is not None and not message.error():
            return message
    raise NotHere(f"The real consumer read nothing in {time_limit:g} s; try it in a quiet moment.")


def _inside_of_poll(cluster: RealCluster, time_limit: float) -> list[str]:
    from confluent_kafka import DeserializingConsumer, TopicPartition
    from confluent_kafka.error import ValueDeserializationError

    told = []
    consumer = DeserializingConsumer(_settings(cluster, "inside") | {"value.deserializer": _decode})
    try:
        consumer.assign([TopicPartition(cluster.named(TOPIC), 0, 0)])
        for _ in VALUES:
            try:
                told.append(f"{_next(consumer, time_limit).value()}")
            except ValueDeserializationError as problem:
                raw: Any = problem.kafka_message
                told.append(f"poll raises {type(problem).__name__}; it carries offset {raw.offset()}, {raw.value()!r}")
    finally:
        consumer.close()
    return told


def _in_the_loop(cluster: RealCluster, time_limit: float) -> list[str]:
    from confluent_kafka import Consumer, TopicPartition

    told = []
    consumer = Consumer(_settings(cluster, "outside"))
    try:
        consumer.assign([TopicPartition(cluster.named(TOPIC), 0, 0)])
        for _ in VALUES:
            message = _next(consumer, time_limit)
            try:
                told.append(f"{_decode(message.value())}")
            except ValueError as problem:  # JSONDecodeError and UnicodeDecodeError are both of this kind
                told.append(f"the loop has the bytes {message.value()!r}, and {type(problem).__name__}")
    finally:
        consumer.close()
    return told
