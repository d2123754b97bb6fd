"""ECDSA on P-256 by hand, with one line missing. NEVER use it: it is here to be broken.

A signature is two numbers, r and s, and both must be from 1 to n - 1. Without that check r = s = 0 fits every message
(CVE-2022-21449, in Java 15 to 18 until April 2022). The arithmetic is the textbook's.
"""

from __future__ import annotations

import hashlib

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
Point = tuple[int, int] | None  # None is the point at infinity


def add(a: Point, b: Point) -> Point:
    """The sum of two points of the curve."""
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    over, under = (3 * a[0] * a[0] - 3, 2 * a[1]) if a == b else (b[1] - a[1], b[0] - a[0])
    slope = over * pow(under, -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(k: int, point: Point) -> Point:
    """The point, added k times."""
    total: Point = None
    while k:
        if k & 1:
            total = add(total, point)
        point, k = add(point, point), k >> 1
    return total


def careless_fits(public: tuple[int, int], message: bytes, signature: bytes) -> bool:
    """Whether r and s fit. What is missing: 0 < r < n and 0 < s < n, and the signature's length."""
    r, s = int.from_bytes(signature[:-32], "big"), int.from_bytes(signature[-32:], "big")
    hashed = int.from_bytes(hashlib.sha256(message).digest(), "big")
    inverse = pow(s, N - 2, N)  # Fermat's: of 0 it makes 0, where there is no inverse
    point = add(times(hashed * inverse % N, G), times(r * inverse % N, public))
    return (point[0] if point else 0) % N == r
