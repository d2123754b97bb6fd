"""The real thing: outboxes in databases, a relay into two Kafka topics, a projector that keeps its own offsets.

The cluster is the mock in this process or, where KAFKA_BOOTSTRAP names a broker, that one (labs/kafka/real.py).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from labs.kafka.real import RealCluster, real_cluster
from labs.kit.not_here import NotHere
from labs.patterns.cqrs import parts
from labs.patterns.cqrs.exhaustive import history
from labs.patterns.cqrs.reading import empty
from labs.patterns.cqrs.triggers import by_triggers
from labs.patterns.cqrs.world import SCRIPT
from labs.patterns.stores import Memory, Store


class Crash(Exception):
    """The relay dies."""


def through_kafka(project: Callable[..., Any] = parts.project) -> tuple[dict[str, Any], dict[str, int]]:
    """(the read model, how many records there are in each topic); the relay dies once before it marks an event."""
    stores = {name: Memory(parts.empty_store()) for name in parts.SERVICES}
    view = Memory(empty())
    with real_cluster(dict.fromkeys(parts.SERVICES, 1), join_delay=0.1, round_trip=0) as cluster:
        publish = _publisher(cluster)
        for place, (_, service, id, row) in enumerate(SCRIPT):
            with stores[service].transaction() as store:
                parts.write(store, service, id, row)
            for crash in (place == 2, False):
                _relay_round(stores[service], publish, service, crash)
        records = _follow(cluster, view, project)
    with view.transaction() as rows:
        return rows["view"]["orders"], records


def _publisher(cluster: RealCluster) -> Callable[[str, parts.Event], bool]:
    """Publish an event to the topic of a service, under its key; True once the broker has acknowledged it."""
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": cluster.bootstrap, "acks": "all", "linger.ms": 0, "log_level": 0})

    def publish(service: str, event: parts.Event) -> bool:
        failed: list[Any] = []
        producer.produce(
            cluster.named(service), json.dumps(event), event["key"], on_delivery=lambda e, _: failed.append(e)
        )
        return producer.flush(60) == 0 and failed == [None]

    return publish


def _relay_round(store: Store, publish: Callable[[str, parts.Event], bool], service: str, crash: bool) -> None:
    with store.transaction() as rows:
        waiting = rows["outbox"]

    def mark(number: int) -> None:
        if crash:
            raise Crash
        with store.transaction() as rows:
            parts.mark_sent(rows, number)

    with suppress(Crash):  # it is started again, and finds the event in the outbox
        parts.relay(waiting, lambda event: publish(service, event), mark)


def _follow(cluster: RealCluster, view: Store, project: Callable[..., Any]) -> dict[str, int]:
    """Read both topics to their ends; each record is one transaction of the view and its next offset."""
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer({"bootstrap.servers": cluster.bootstrap, "group.id": cluster.named("projector"),
                         "enable.auto.commit": False, "log_level": 0})  # fmt: skip
    try:
        with view.transaction() as rows:
            start = rows["positions"]
        places = {name: TopicPartition(cluster.named(name), 0, start[name]) for name in parts.SERVICES}
        ends = {name: consumer.get_watermark_offsets(place, timeout=60)[1] for name, place in places.items()}
        consumer.assign(list(places.values()))  # no group: the offsets are in the projector's own database
        left, deadline = sum(ends.values()), time.monotonic() + 60
        while left and time.monotonic() < deadline:
            record: Any = consumer.poll(1)
            if record is None or record.error():
                continue
            with view.transaction() as rows:
                project(rows["view"], json.loads(record.value()))
                rows["positions"][cluster.plain(record.topic())] = record.offset() + 1
            left -= 1
    finally:
        consumer.close()
    if left:
        raise NotHere(f"{left} records were not delivered within 60 s; run it again.")
    return ends


def compare() -> Any:
    """A table (pandas DataFrame): the orders by triggers, by outbox and Kafka, and by the join of the stores."""
    import pandas

    real, records = through_kafka()
    _, join = history()
    columns = {"SQLite triggers": by_triggers()[0], "outbox, relay, Kafka": real, "the join": join}
    ids = sorted({id for rows in columns.values() for id in rows})
    told = ", ".join(f"{name} {many}" for name, many in records.items())
    print(f"{len(SCRIPT)} writes; records in the topics: {told}")
    return pandas.DataFrame(
        {name: [_cell(rows.get(id)) for id in ids] for name, rows in columns.items()}, index=ids
    )  # fmt: skip


def _cell(row: Any) -> str:
    return f"{row['item']}, for {row['name']}" if row else "–"
