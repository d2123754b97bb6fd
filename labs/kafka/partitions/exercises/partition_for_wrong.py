"""Which partition, as people get it wrong: each of these is a whole answer to the exercise, with one fault."""

from __future__ import annotations

from collections.abc import Callable
from math import fmod
from zlib import crc32

from labs.kafka.partitions.murmur2 import LOW_31, LOW_32, murmur2
from labs.kafka.partitions.partitioners import partition_for
from labs.kafka.partitions.records import Record, java_partition


def zero_is_none(record: Record, partitions: int, sticky: int) -> int:
    """`if record.partition:`."""
    if record.partition:
        return record.partition
    return sticky if record.key is None else java_partition(record.key, partitions)


def empty_is_none(record: Record, partitions: int, sticky: int) -> int:
    """`if record.key:`."""
    if record.partition is not None:
        return record.partition
    return java_partition(record.key, partitions) if record.key else sticky


def both_falsy(record: Record, partitions: int, sticky: int) -> int:
    """Both of them."""
    if record.partition:
        return record.partition
    return java_partition(record.key, partitions) if record.key else sticky


def _with(hash_of: Callable[[bytes, int], int], record: Record, partitions: int, sticky: int) -> int:
    """Right but for the way from key to partition."""
    if record.partition is not None:
        return record.partition
    return sticky if record.key is None else hash_of(record.key, partitions)


def absolute(record: Record, partitions: int, sticky: int) -> int:
    """`abs(hash) % partitions`."""
    return _with(lambda key, n: abs(murmur2(key)) % n, record, partitions, sticky)


def unmasked(record: Record, partitions: int, sticky: int) -> int:
    """`hash % partitions`."""
    return _with(lambda key, n: murmur2(key) % n, record, partitions, sticky)


def masked_late(record: Record, partitions: int, sticky: int) -> int:
    """Java's remainder, which keeps the minus, and then the mask."""
    return _with(lambda key, n: int(fmod(murmur2(key), n)) & LOW_31, record, partitions, sticky)


def no_brackets(record: Record, partitions: int, sticky: int) -> int:
    """`hash & 0x7fffffff % partitions`."""
    return _with(lambda key, n: murmur2(key) & LOW_31 % n, record, partitions, sticky)


def all_bits(record: Record, partitions: int, sticky: int) -> int:
    """The unsigned hash."""
    return _with(lambda key, n: (murmur2(key) & LOW_32) % n, record, partitions, sticky)


def crc(record: Record, partitions: int, sticky: int) -> int:
    """Another hash."""
    return _with(lambda key, n: crc32(key) % n, record, partitions, sticky)


def one_too_few(record: Record, partitions: int, sticky: int) -> int:
    """`% (partitions - 1)`, with a thought for a single one."""
    return _with(lambda key, n: java_partition(key, max(1, n - 1)), record, partitions, sticky)


def key_first(record: Record, partitions: int, sticky: int) -> int:
    """As the notes have it."""
    if record.key is not None:
        return java_partition(record.key, partitions)
    return sticky if record.partition is None else record.partition


def never_explicit(record: Record, partitions: int, sticky: int) -> int:
    """Key or sticky."""
    return sticky if record.key is None else java_partition(record.key, partitions)


def none_is_empty(record: Record, partitions: int, sticky: int) -> int:
    """`record.key or b""`."""
    return java_partition(record.key or b"", partitions) if record.partition is None else record.partition


def hashes_the_value(record: Record, partitions: int, sticky: int) -> int:
    """What is not a key."""
    if record.partition is None and record.key is None and record.value is not None:
        return java_partition(record.value, partitions)
    return partition_for(record, partitions, sticky)


def moves_on(record: Record, partitions: int, sticky: int) -> int:
    """Round robin."""
    return partition_for(record, partitions, (sticky + 1) % partitions)


def to_zero(record: Record, partitions: int, sticky: int) -> int:
    """Always the first."""
    return partition_for(record, partitions, 0)


def tombstone_is_keyless(record: Record, partitions: int, sticky: int) -> int:
    """No value, no key."""
    if record.partition is None and record.value is None:
        return sticky
    return partition_for(record, partitions, sticky)
