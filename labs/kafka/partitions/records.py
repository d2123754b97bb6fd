"""A record, and the two hashes by which clients place a key."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from labs.kafka.partitions.murmur2 import masked, murmur2


@dataclass(frozen=True)
class Record:
    """What a producer is given to write: all that Kafka keeps of a message, and the topic to write it to.

    The key may be None, and so may the value (a tombstone). `partition` names one explicitly; `timestamp` is in
    milliseconds, and the client fills in the time of sending where it is None.
    """

    topic: str
    value: bytes | None
    key: bytes | None = None
    partition: int | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp: int | None = None


def java_partition(key: bytes, partitions: int) -> int:
    """Where Kafka's Java client puts a key, and librdkafka's partitioners murmur2 and murmur2_random."""
    return masked(murmur2(key)) % partitions


def librdkafka_partition(key: bytes, partitions: int) -> int:
    """Where librdkafka puts a key unless told otherwise (consistent_random): by CRC32, which has no sign.

    An empty key is placed at random there, like none; the Java client hashes it.
    """
    return crc32(key) % partitions


CLIENTS = {"Java": java_partition, "librdkafka": librdkafka_partition}
