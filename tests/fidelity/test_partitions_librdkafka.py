"""Where keys go, against librdkafka: its partitioners as functions, and real producers on its mock cluster."""

from __future__ import annotations

import ctypes
import random
from collections.abc import Callable, Iterator

import pytest
from confluent_kafka import Producer

from labs.kafka.mock import mock_cluster
from labs.kafka.partitions import java_partition, librdkafka_partition, masked, murmur2
from labs.kafka.partitions.real import written
from labs.kafka.real import RealCluster

COUNTS = (1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 48, 100, 1000, 2**31 - 1)
VECTORS = {  # of Kafka's own tests
    "21": -973932308,
    "foobar": -790332482,
    "a-little-bit-long-string": -985981536,
    "a-little-bit-longer-string": -1486304829,
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    "abc": 479470107,
}


def generated(many: int) -> list[bytes]:
    """Keys of every tail length: none, short, long, of any bytes, and texts that are not ASCII."""
    rng = random.Random(5)
    sizes = [*range(24), 60, 61, 62, 63, 255, 1000]
    anything = (rng.randbytes(rng.choice(sizes)) for _ in iter(int, 1))
    texts = ("".join(rng.choices("aZ09-éß日本🙂", k=rng.choice(sizes[:20]))).encode() for _ in iter(int, 1))
    keys = {b"": None, **{b"\xff" * n: None for n in range(1, 9)}}
    while len(keys) < many:
        keys[next(anything if len(keys) % 2 else texts)] = None
    return list(keys)


KEYS = generated(2000)


def partitioner(name: str) -> Callable[[bytes, int], int]:
    """One of librdkafka's own partitioners, by way of the library that Python's client brings along."""
    from confluent_kafka import cimpl

    function = getattr(ctypes.CDLL(cimpl.__file__), f"rd_kafka_msg_partitioner_{name}")
    function.restype = ctypes.c_int32
    function.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int32] + [ctypes.c_void_p] * 2
    return lambda key, count: function(None, key, len(key), count, None, None)  # type: ignore[no-any-return]


def test_the_vectors_of_kafkas_own_tests() -> None:
    assert {text: murmur2(text.encode()) for text in VECTORS} == VECTORS


def test_the_keys_are_of_every_kind() -> None:
    assert len(set(KEYS)) == 2000 and b"" in KEYS and {len(key) % 4 for key in KEYS if len(key) > 40} == {0, 1, 2, 3}
    assert sum(not key.isascii() for key in KEYS) > 500 and sum(murmur2(key) < 0 for key in KEYS) > 900


@pytest.mark.parametrize("count", COUNTS)
def test_murmur2_and_crc32_place_2000_keys_as_librdkafka_does(count: int) -> None:
    java, own = partitioner("murmur2"), partitioner("consistent")
    assert [java_partition(key, count) for key in KEYS] == [java(key, count) for key in KEYS]
    assert [librdkafka_partition(key, count) for key in KEYS if key] == [own(key, count) for key in KEYS if key]
    assert all(0 <= masked(murmur2(key)) < 2**31 for key in KEYS)


@pytest.fixture
def cluster() -> Iterator[RealCluster]:
    with mock_cluster({"keys": 12}) as address:
        yield RealCluster(address)


def test_real_producers_place_2000_keys_as_the_models_do(cluster: RealCluster) -> None:
    assert written(cluster, KEYS, "murmur2_random") == [java_partition(key, 12) for key in KEYS]
    keys = [key for key in KEYS if key]
    assert written(cluster, keys, "consistent_random") == [librdkafka_partition(key, 12) for key in keys]


def test_an_empty_key_is_a_key_to_murmur2_random_and_none_to_librdkafkas_default(cluster: RealCluster) -> None:
    empty: list[bytes | None] = [b""] * 60
    at_once = {"sticky.partitioning.linger.ms": 0}
    assert set(written(cluster, empty, "murmur2_random", **at_once)) == {java_partition(b"", 12)}
    assert len(set(written(cluster, empty, "consistent_random", **at_once))) > 3


@pytest.mark.parametrize(("linger", "least", "most"), [(60_000, 1, 1), (0, 4, 12)])
def test_without_a_key_librdkafka_sticks_to_a_partition_for_a_time(
    cluster: RealCluster, linger: int, least: int, most: int
) -> None:
    """By the clock (sticky.partitioning.linger.ms), and not by bytes as the Java client."""
    places: list[int] = []
    settings = {"bootstrap.servers": cluster.bootstrap, "partitioner": "murmur2_random", "log_level": 0}
    producer = Producer({**settings, "sticky.partitioning.linger.ms": linger})
    for partition in range(12):  # until it is connected to a partition's leader, a partition does not count as there
        producer.produce("keys", b"", partition=partition)
    assert producer.flush(60) == 0
    for _ in range(60):
        producer.produce("keys", b"", on_delivery=lambda _, message: places.append(message.partition()))
    assert producer.flush(60) == 0
    assert len(places) == 60 and least <= len(set(places)) <= most
