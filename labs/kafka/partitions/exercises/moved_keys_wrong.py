"""Which keys move, as people get it wrong: each of these is a whole answer to the exercise, with one fault."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from labs.kafka.partitions.moving import moved_keys
from labs.kafka.partitions.murmur2 import murmur2
from labs.kafka.partitions.records import java_partition, librdkafka_partition

Place = Callable[[bytes, int], int]


def _moved(place: Place, keys: list[bytes], before: int, after: int) -> list[bytes]:
    return [key for key in keys if place(key, before) != place(key, after)]


unmasked = partial(_moved, lambda key, n: murmur2(key) % n)
absolute = partial(_moved, lambda key, n: abs(murmur2(key)) % n)
crc = partial(_moved, librdkafka_partition)


def no_empty(keys: list[bytes], before: int, after: int) -> list[bytes]:
    """`if key and …`."""
    return [key for key in moved_keys(keys, before, after) if key]


def into_new(keys: list[bytes], before: int, after: int) -> list[bytes]:
    """As a ring of hashes would have it."""
    return [key for key in keys if java_partition(key, after) >= before]


def stay(keys: list[bytes], before: int, after: int) -> list[bytes]:
    """`==` for `!=`."""
    moved = moved_keys(keys, before, after)
    return [key for key in keys if key not in moved]


def in_order_of_bytes(keys: list[bytes], before: int, after: int) -> list[bytes]:
    """Sorted."""
    return sorted(moved_keys(keys, before, after))


def backwards(keys: list[bytes], before: int, after: int) -> list[bytes]:
    """The last key first."""
    return moved_keys(keys, before, after)[::-1]


def removes_while_looping(keys: list[bytes], before: int, after: int) -> list[bytes]:
    """`keys.remove(key)` inside `for key in keys`."""
    left = list(keys)
    for key in left:
        if java_partition(key, before) == java_partition(key, after):
            left.remove(key)
    return left


def first_only(keys: list[bytes], before: int, after: int) -> list[bytes]:
    """A `return` inside the loop."""
    return moved_keys(keys, before, after)[:1]


def everything(keys: list[bytes], before: int, after: int) -> list[bytes]:
    """Wherever partitions are added."""
    return list(keys) if before != after else []


def a_share(keys: list[bytes], before: int, after: int) -> list[bytes]:
    """As many as a ring of hashes would move."""
    return keys[: len(keys) * (after - before) // after]
