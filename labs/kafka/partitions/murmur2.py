"""murmur2, the hash that Kafka's Java client takes of a record's key, on Python's integers.

Java's integers have 32 bits and a sign, and drop what does not fit. Python's never overflow, so each multiplication is
cut back to 32 bits by hand, and only at the end is the number read as signed. Source: `Utils.murmur2` in kafka-clients.
"""

from __future__ import annotations

from struct import iter_unpack

SEED, FACTOR = 0x9747B28C, 0x5BD1E995
LOW_32, LOW_31 = 0xFFFFFFFF, 0x7FFFFFFF


def murmur2(key: bytes) -> int:
    """The hash of these bytes as Java gives it: a signed number of 32 bits, from -2**31 to 2**31 - 1."""
    whole = len(key) & ~3  # the length up to the last full group of four
    h = SEED ^ len(key)
    for (k,) in iter_unpack("<I", key[:whole]):  # four bytes at a time, the lowest first
        k = k * FACTOR & LOW_32
        k = (k ^ k >> 24) * FACTOR & LOW_32
        h = h * FACTOR & LOW_32 ^ k
    if whole != len(key):  # one to three bytes are left over, the lowest first again
        h = (h ^ int.from_bytes(key[whole:], "little")) * FACTOR & LOW_32
    h = (h ^ h >> 13) * FACTOR & LOW_32
    h ^= h >> 15
    return h - 2**32 if h > LOW_31 else h


def masked(number: int) -> int:
    """The number without its sign bit, as Kafka's `toPositive` has it; that is not the number without its minus."""
    return number & LOW_31
