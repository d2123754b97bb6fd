"""murmur2 as people get it wrong: each of these is a whole answer to the exercise, with one fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal
from zlib import crc32

from labs.kafka.partitions.murmur2 import FACTOR, LOW_31, LOW_32, SEED, murmur2


def signed(number: int) -> int:
    """The low 32 bits, read as Java reads them."""
    number &= LOW_32
    return number - 2**32 if number > LOW_31 else number


def variant(
    key: bytes,
    *,
    seed: int = SEED,
    length: Callable[[bytes], int] = len,
    groups: Literal["little", "big"] = "little",
    tail: Callable[[bytes], int] = lambda rest: int.from_bytes(rest, "little"),
    tail_if_none: bool = False,
    cut: int = LOW_32,
    mix: Callable[[int], int] = lambda k: k ^ (k & LOW_32) >> 24,
    join: Callable[[int, int], int] = lambda h, k: h * FACTOR ^ k,
    end: Callable[[int], int] = lambda h: _end(h),
) -> int:
    """murmur2, with the parts that are given in place of the right ones."""
    full = len(key) // 4 * 4
    h = (seed ^ length(key)) & cut
    for i in range(0, full, 4):
        k = int.from_bytes(key[i : i + 4], groups) * FACTOR & cut
        k = mix(k) * FACTOR & cut
        h = join(h, k) & cut
    if full < len(key) or tail_if_none:
        h = (h ^ tail(key[full:])) * FACTOR & cut
    return signed(end(h))


def _end(h: int) -> int:
    h = (h ^ h >> 13) * FACTOR & LOW_32
    return h ^ h >> 15


def unsigned(key: bytes) -> int:
    """32 bits without a sign."""
    return murmur2(key) & LOW_32


def without_sign_bit(key: bytes) -> int:
    """Masked already."""
    return murmur2(key) & LOW_31


def absolute(key: bytes) -> int:
    """Without its minus."""
    return abs(murmur2(key))


def arithmetic_end(h: int) -> int:
    """Shifts that keep the sign, as Java's `>>`."""
    h = signed((h ^ signed(h) >> 13) * FACTOR)
    return h ^ h >> 15


def no_end(h: int) -> int:
    """Without the last three steps."""
    return h


def short_end(h: int) -> int:
    """Without the very last step."""
    return (h ^ h >> 13) * FACTOR


def swapped_end(h: int) -> int:
    """15 and 13 the wrong way round."""
    h = (h ^ h >> 15) * FACTOR & LOW_32
    return h ^ h >> 13


def signed_tail(rest: bytes) -> int:
    """Bytes from 128 on as negative numbers, as Java has them."""
    return sum_of([(byte - 256 if byte > 127 else byte) << 8 * i for i, byte in enumerate(rest)])


def sum_of(numbers: list[int]) -> int:
    """All of them by exclusive or."""
    total = 0
    for number in numbers:
        total ^= number
    return total


def sign_and_size(key: bytes) -> int:
    """The highest bit as a minus before the others."""
    number = murmur2(key)
    return number if number >= 0 else -(number & LOW_31)


def last_group_left(key: bytes) -> int:
    """`while i + 4 < len(key)`."""
    full = max(len(key) - 1, 0) // 4 * 4
    h = SEED ^ len(key)
    for i in range(0, full, 4):
        k = int.from_bytes(key[i : i + 4], "little") * FACTOR & LOW_32
        h = h * FACTOR & LOW_32 ^ (k ^ k >> 24) * FACTOR & LOW_32
    if key:
        h = (h ^ int.from_bytes(key[full:], "little")) * FACTOR & LOW_32
    return signed(_end(h))


def never_cut(key: bytes) -> int:
    """Not at the end either: 2**32 is subtracted once."""
    h = _uncut(key)
    return h - 2**32 if h > LOW_31 else h


def forgets_carry(key: bytes) -> int:
    """Multiplications that are never cut back before the end."""
    return signed(_uncut(key))


def _uncut(key: bytes) -> int:
    full = len(key) // 4 * 4
    h = SEED ^ len(key)
    for i in range(0, full, 4):
        k = int.from_bytes(key[i : i + 4], "little") * FACTOR
        k = (k ^ k >> 24) * FACTOR
        h = h * FACTOR ^ k
    if full < len(key):
        h = (h ^ int.from_bytes(key[full:], "little")) * FACTOR
    h = (h ^ h >> 13) * FACTOR
    return h ^ h >> 15


def no_tail(key: bytes) -> int:
    """Only full groups, though the length counts all bytes."""
    return variant(key[: len(key) // 4 * 4], length=lambda _: len(key))


def crc(key: bytes) -> int:
    """Another hash."""
    return signed(crc32(key))


def all_as_groups(key: bytes) -> int:
    """The rest filled up with zeros, as one more group."""
    h = SEED ^ len(key)
    for i in range(0, len(key), 4):
        k = int.from_bytes(key[i : i + 4], "little") * FACTOR & LOW_32
        h = h * FACTOR & LOW_32 ^ (k ^ k >> 24) * FACTOR & LOW_32
    return signed(_end(h))
