"""Transactions on a real broker: what read_committed shows, what an aborted one leaves, and lesson 07's loop in it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

from labs.kafka.offsets.delivered import crash_points
from labs.kafka.offsets.delivery import deliver
from labs.kafka.offsets.loops import LOOPS, Loop
from labs.kafka.offsets.process import TOPIC, Crash
from labs.kafka.offsets.real import Outcome, Story, _client, _produce, expected
from labs.kafka.real import RealCluster, real_cluster
from tests.fidelity.real_kafka import Kafka, until

RESULTS = "results"
SHAPE = dict(records=6, backlog=6, batch=3, drain=True, until=100.0)


@pytest.fixture
def topic(kafka: Kafka) -> str:
    name = f"transactions-{uuid.uuid4()}"
    kafka.create_topic(name)
    return name


def transactional(bootstrap: str, name: str) -> Producer:
    producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": name, "linger.ms": 0, "log_level": 0})
    producer.init_transactions(60)
    return producer


def write(producer: Producer, topic: str, *values: str) -> None:
    for value in values:
        producer.produce(topic, value.encode(), partition=0)
    assert producer.flush(60) == 0


def all_ended(kafka: Kafka, topic: str) -> None:
    """Wait until no transaction is open: a commit comes back before its marker is in every partition."""

    def end(level: int) -> int:
        asked = {"Name": topic, "Partitions": [{"PartitionIndex": 0, "CurrentLeaderEpoch": -1, "Timestamp": -1}]}
        answer = kafka.ask("ListOffsets", ReplicaId=-1, IsolationLevel=level, Topics=[asked])
        return int(answer["Topics"][0]["Partitions"][0]["Offset"])

    until(lambda: end(1) == end(0), 60, "a transaction did not end")


def read(bootstrap: str, topic: str, level: str = "read_committed") -> list[tuple[int, str]]:
    """(offset, value) of all that a reader sees from the beginning to what is the end for it."""
    settings = {
        "bootstrap.servers": bootstrap,
        "group.id": "reader",
        "enable.auto.commit": False,
        "log_level": 0,
        "isolation.level": level,
        "enable.partition.eof": True,
    }
    seen = []
    with closing(Consumer(settings)) as consumer:
        consumer.assign([TopicPartition(topic, 0, 0)])
        while (message := consumer.poll(60)) is not None:
            if message.error():
                assert message.error().code() == KafkaError._PARTITION_EOF
                break
            seen.append((message.offset(), message.value().decode()))
    return seen


def test_an_aborted_transaction_is_in_the_log_and_hidden_from_read_committed(kafka: Kafka, topic: str) -> None:
    producer = transactional(kafka.bootstrap, f"{topic}-id")
    producer.begin_transaction()
    write(producer, topic, "a", "b")
    producer.commit_transaction(60)
    all_ended(kafka, topic)
    producer.begin_transaction()
    write(producer, topic, "c", "d")
    producer.abort_transaction(60)
    all_ended(kafka, topic)
    write(Producer({"bootstrap.servers": kafka.bootstrap, "log_level": 0}), topic, "e")
    assert read(kafka.bootstrap, topic) == [(0, "a"), (1, "b"), (6, "e")]
    everything = [(0, "a"), (1, "b"), (3, "c"), (4, "d"), (6, "e")]  # each end of a transaction has an offset, too
    assert read(kafka.bootstrap, topic, "read_uncommitted") == everything
    assert [(batch.first, batch.control) for batch in kafka.log(1, topic) if batch.control] == [(2, True), (5, True)]


def test_behind_an_open_transaction_nothing_is_shown_until_it_ends(kafka: Kafka, topic: str) -> None:
    producer = transactional(kafka.bootstrap, f"{topic}-id")
    producer.begin_transaction()
    write(producer, topic, "a")
    write(Producer({"bootstrap.servers": kafka.bootstrap, "log_level": 0}), topic, "b")
    assert read(kafka.bootstrap, topic) == []
    assert read(kafka.bootstrap, topic, "read_uncommitted") == [(0, "a"), (1, "b")]
    producer.abort_transaction(60)
    all_ended(kafka, topic)
    assert read(kafka.bootstrap, topic) == [(1, "b")]


def test_a_successor_with_the_same_transactional_id_aborts_and_fences(kafka: Kafka, topic: str) -> None:
    old = transactional(kafka.bootstrap, f"{topic}-id")
    old.begin_transaction()
    write(old, topic, "a")
    successor = transactional(kafka.bootstrap, f"{topic}-id")
    with pytest.raises(KafkaException) as refused:
        old.commit_transaction(60)
    assert refused.value.args[0].fatal()
    successor.begin_transaction()
    write(successor, topic, "b")
    successor.commit_transaction(60)
    all_ended(kafka, topic)
    assert [value for _, value in read(kafka.bootstrap, topic)] == ["b"]


# ---- the loop of lesson 07, closed at every moment -------------------------------------------------------------------


class TransactionalSink:
    """The sink of lesson 07 on a real producer: what is written is visible when the transaction is committed."""

    def __init__(self, cluster: RealCluster, consumer: Any, name: str) -> None:
        self.cluster, self.consumer, self.results = cluster, consumer, cluster.named(name)
        self.producer = transactional(cluster.bootstrap, cluster.named(name))
        self.open = False

    def begin_transaction(self) -> None:
        self.producer.begin_transaction()
        self.open = True

    def write(self, record: Any) -> None:
        self.consumer.step()
        if not self.open:
            raise AssertionError("this sink is for loops with transactions")
        write(self.producer, self.results, str(record.offset))

    def send_offsets_to_transaction(self, offsets: dict[int, int]) -> None:
        positions = [TopicPartition(self.cluster.named(TOPIC), p, offset) for p, offset in offsets.items()]
        self.producer.send_offsets_to_transaction(positions, self.consumer.client.consumer_group_metadata(), 60)

    def commit_transaction(self) -> None:
        self.consumer.step()
        self.producer.commit_transaction(60)
        self.open = False


@contextmanager
def worker(cluster: RealCluster, name: str) -> Iterator[tuple[Any, TransactionalSink]]:
    """A process that reads and writes in transactions. (It closes without a commit; its transaction stays open.)"""
    with _client(cluster, name, "earliest", 6, 3, 60.0) as consumer:
        yield consumer, TransactionalSink(cluster, consumer, name)


def observed(kafka: Kafka, cluster: RealCluster, loop: Loop, name: str, step: int) -> Outcome:
    with worker(cluster, name) as (consumer, sink), suppress(Crash):
        consumer.steps = step
        loop(consumer, sink)
    with worker(cluster, name) as (consumer, sink):
        loop(consumer, sink)
        begun = consumer.begun
    all_ended(kafka, cluster.named(name))
    done = tuple(int(value) for _, value in read(cluster.bootstrap, cluster.named(name)))
    return Outcome(begun, done)


def test_the_loop_with_transactions_leaves_each_result_once_wherever_it_is_closed(
    kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP", kafka.bootstrap)
    steps = range(len(crash_points(deliver(commit="transaction", **SHAPE))))  # type: ignore[arg-type]
    names = [f"{RESULTS}-{step}" for step in steps]
    with real_cluster({TOPIC: 1} | dict.fromkeys(names, 1)) as cluster:
        _produce(cluster, 6)
        with ThreadPoolExecutor(4) as pool:
            real = list(pool.map(lambda step: observed(kafka, cluster, LOOPS["transaction"], names[step], step), steps))
    for step, outcome in zip(steps, real, strict=True):
        assert outcome == expected(Story("transaction", step, "earliest"), 6, 3), step
        assert outcome.done == (0, 1, 2, 3, 4, 5)
    assert {outcome.start for outcome in real} == {0, 3, 6}
