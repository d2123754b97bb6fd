"""Lesson 05 on a real broker: where keys go, partitions that are added, and sequence numbers out of order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewPartitions

from labs.kafka.partitions import java_partition, librdkafka_partition, partition_for
from labs.kafka.partitions.moving import moved_keys
from labs.kafka.partitions.real import compare_clients, written
from labs.kafka.partitions.retries import Broker
from labs.kafka.partitions.spread import spread_leaders
from labs.kafka.real import RealCluster
from tests.fidelity.real_kafka import Kafka, jars, until
from tests.fidelity.test_partitions_librdkafka import KEYS

pytestmark = pytest.mark.filterwarnings("error::UserWarning")  # the mock in place of the broker would prove nothing


@pytest.fixture(scope="module")
def grown(kafka: Kafka) -> tuple[RealCluster, list[int], list[int]]:
    """A topic that grows from 6 to 8 partitions: 2,000 keys before and after, and where each was acknowledged."""
    cluster = RealCluster(kafka.bootstrap, "grown-")
    kafka.create_topic("grown-keys", 6)
    before = written(cluster, KEYS, "murmur2_random")
    add_partitions(kafka, "grown-keys", 8)
    return cluster, before, written(cluster, KEYS, "murmur2_random")


def add_partitions(kafka: Kafka, topic: str, total: int) -> None:
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap, "log_level": 0})
    admin.create_partitions([NewPartitions(topic, total)])[topic].result(timeout=60)
    until(lambda: [p.leader for p in kafka.describe(topic)] == [1] * total, 60, "the new partitions have no leaders")


def stored(cluster: RealCluster, topic: str, partitions: int) -> list[list[bytes]]:
    """The keys that each partition holds, in order, as a consumer reads them."""
    settings = {"bootstrap.servers": cluster.bootstrap, "group.id": "reader", "enable.auto.commit": False}
    reader = Consumer({**settings, "auto.offset.reset": "earliest", "log_level": 0})
    try:
        places = [TopicPartition(cluster.named(topic), n) for n in range(partitions)]
        ends = [reader.get_watermark_offsets(place, timeout=60)[1] for place in places]
        reader.assign([TopicPartition(cluster.named(topic), n, 0) for n in range(partitions)])
        found: list[list[bytes]] = [[] for _ in places]
        while sum(map(len, found)) < sum(ends):
            for message in reader.consume(1000, timeout=1):
                assert message.error() is None and message.offset() == len(found[message.partition()])
                found[message.partition()].append(message.key())
        return found
    finally:
        reader.close()


def test_2000_keys_before_and_after_partitions_are_added(grown: tuple[RealCluster, list[int], list[int]]) -> None:
    _, before, after = grown
    assert before == [java_partition(key, 6) for key in KEYS]
    assert after == [java_partition(key, 8) for key in KEYS]
    assert [key for key, a, b in zip(KEYS, before, after, strict=True) if a != b] == moved_keys(KEYS, 6, 8)


def test_what_was_written_stays_and_a_key_that_moved_is_in_two_partitions(
    grown: tuple[RealCluster, list[int], list[int]],
) -> None:
    logs = stored(grown[0], "keys", 8)
    for partition, log in enumerate(logs):
        first = [key for key in KEYS if java_partition(key, 6) == partition]
        assert log == first + [key for key in KEYS if java_partition(key, 8) == partition]
    apart = [key for key in KEYS if sum(key in set(log) for log in logs) == 2]
    assert apart == moved_keys(KEYS, 6, 8) and len(apart) > 1400


def test_partitions_cannot_be_removed(kafka: Kafka, grown: tuple[RealCluster, list[int], list[int]]) -> None:
    with pytest.raises(KafkaException, match="INVALID_PARTITIONS"):
        add_partitions(kafka, "grown-keys", 6)
    assert len(kafka.describe("grown-keys")) == 8


def test_a_producer_that_has_not_refreshed_still_divides_by_the_old_number(kafka: Kafka) -> None:
    kafka.create_topic("late", 6)
    places: dict[bytes, list[int]] = {}
    old, new = (
        Producer({"bootstrap.servers": kafka.bootstrap, "partitioner": "murmur2_random", "log_level": 0})
        for _ in range(2)
    )

    def write(producer: Producer) -> None:
        for key in KEYS[:50]:
            producer.produce(
                "late", b"", key, on_delivery=lambda _, m: places.setdefault(m.key(), []).append(m.partition())
            )
        assert producer.flush(60) == 0

    write(old)
    add_partitions(kafka, "late", 8)
    write(new)
    write(old)
    for key in KEYS[:50]:
        assert places[key] == [java_partition(key, 6), java_partition(key, 8), java_partition(key, 6)]


def test_librdkafkas_default_puts_keys_elsewhere(kafka: Kafka) -> None:
    kafka.create_topic("other-keys", 6)
    keys = [key for key in KEYS if key]
    places = written(RealCluster(kafka.bootstrap, "other-"), keys, "consistent_random")
    assert places == [librdkafka_partition(key, 6) for key in keys]
    assert sum(place != java_partition(key, 6) for place, key in zip(places, keys, strict=True)) > 1500


def test_the_lessons_table_says_the_same_on_the_learners_own_broker(
    kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP", raising=False)
    mock = compare_clients(partition_for, many=200)
    monkeypatch.setenv("KAFKA_BOOTSTRAP", kafka.bootstrap)
    assert compare_clients(partition_for, many=200).to_dict() == mock.to_dict()


def test_the_partitions_of_one_topic_are_spread_over_brokers(kafka_cluster: Kafka) -> None:
    """As many on each as in the model; which comes first is shuffled in each round."""
    kafka_cluster.create_topic("spread", 6)
    leaders = [partition.leader for partition in kafka_cluster.describe("spread")]
    assert sorted(leaders) == sorted(spread_leaders(6, 3)) == [1, 1, 2, 2, 3, 3]


def test_there_is_no_zookeeper_in_a_kafka_of_today(kafka: Kafka) -> None:
    assert kafka.alive() == [1] and not [jar.name for jar in jars().glob("*.jar") if "zookeeper" in jar.name.lower()]


# ── sequence numbers, with batches of our own making: no client would send them out of order ──────────────────────────

ANSWERS = {0: "append", 45: "refuse"}  # OUT_OF_ORDER_SEQUENCE_NUMBER


def send(kafka: Kafka, topic: str, producer: int, sequence: int) -> tuple[str, int]:
    """What the broker does with it, as the model calls it, and the offset that it names."""
    code, offset = kafka.produce(topic, b"x", producer=producer, epoch=0, sequence=sequence)
    return ANSWERS.get(code, str(code)), offset


def model(sequences: Sequence[int]) -> list[tuple[str, int]]:
    broker, answers = Broker(idempotent=True), []
    for sequence in sequences:
        done = broker.receive(sequence)
        offset = broker.log.index(sequence) if sequence in broker.log else -1
        answers.append(("append" if done == "duplicate" else done, -1 if done == "refuse" else offset))
    return answers


def test_batches_early_twice_and_in_order_are_treated_as_in_the_model(kafka: Kafka) -> None:
    """Kafka remembers a producer's last five batches, so that is how old a duplicate is here at most."""
    kafka.create_topic("numbered")
    rng, refused, repeated = random.Random(3), 0, 0
    for producer in range(1000, 1030):
        start = kafka_end(kafka)
        sequences: list[int] = []
        last = 0
        for _ in range(8):
            sequence = rng.choice([last + 1, last + 1, last + 2, max(1, last), max(1, last - 3)])
            sequences.append(sequence)
            last = max(last, sequence if sequence == last + 1 else last)
        assert send(kafka, "numbered", producer, 0) == ("append", start)
        real = [send(kafka, "numbered", producer, sequence) for sequence in sequences]
        expected = [(done, offset + start if offset >= 0 else -1) for done, offset in model(sequences)]
        assert real == expected, sequences
        refused += sum(done == "refuse" for done, _ in real)
        repeated += len(sequences) - len(set(sequences))
        assert kafka_end(kafka) == start + last + 1
    assert refused > 20 and repeated > 20


def kafka_end(kafka: Kafka) -> int:
    partition: dict[str, Any] = {"PartitionIndex": 0, "Timestamp": -1}
    told = kafka.ask("ListOffsets", None, ReplicaId=-1, Topics=[{"Name": "numbered", "Partitions": [partition]}])
    return int(told["Topics"][0]["Partitions"][0]["Offset"])
