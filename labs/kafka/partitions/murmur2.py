"""murmur2, the hash that Kafka's Java client takes of a record's key, on Python's integers.

Java's integers have 32 bits and a sign, and drop what does not fit. Python's never overflow, so each multiplication is
cut back to 32 bits by hand, and only at the end is the number read as signed. Source: `Utils.murmur2` in kafka-clients.
"""

from __future__ import annotations

from struct import Struct

SEED, FACTOR = 0x9747B28C, 0x5BD1E995
LOW_32, LOW_31 = 0xFFFFFFFF, 0x7FFFFFFF
groups = Struct("<I").iter_unpack  # the numbers that groups of four bytes are, the first byte the lowest


def murmur2(key: bytes) -> int:
    """The hash of these bytes as Java gives it: a signed number of 32 bits, from -2**31 to 2**31 - 1."""
    m, low, size = FACTOR, LOW_32, len(key)
    left = size & 3  # bytes that are left over after the last full group of four
    h = SEED ^ size
    for (k,) in groups(key[: size - left] if left else key):  # four bytes at a time, the lowest first
        k = k * m & low
        h = (h * m ^ (k ^ k >> 24) * m) & low  # one cut does for both products
    if left:  # the lowest first again
        h = (h ^ int.from_bytes(key[size - left :], "little")) * m & low
    h = (h ^ h >> 13) * m & low
    h ^= h >> 15
    return h - 2**32 if h > LOW_31 else h


def masked(number: int) -> int:
    """The number without its sign bit, as Kafka's `toPositive` has it; that is not the number without its minus."""
    return number & LOW_31
