"""Keys to try a function with, the smallest first."""

from __future__ import annotations

from typing import Any

EVERY_LENGTH = [b"customer-1234567890"[:n] for n in range(20)]
HIGH = [
    b"\x80",
    b"\xff",
    b"a\xff",
    b"ab\x80",
    b"\xffab",
    b"\x80\x81\x82\x83",
    b"abcd\xff",
    b"abcd\xfe\xff",
    b"\0",
    b"\0" * 5,
]
NAMES = [
    name.encode()
    for name in ("ada", "ben", "hana", "lea", "21", "foobar", "abc", "Zoë", "größe", "日本", "🙂", "naïve")
]
LONG = [b"a-little-bit-long-string", b"a-little-bit-longer-string", b"order-" * 9 + b"7", bytes(range(256))]
NUMBERED = [f"customer-{n}".encode() for n in range(30)]
KEYS = list(dict.fromkeys(sorted(EVERY_LENGTH[:9] + HIGH, key=len) + NAMES + EVERY_LENGTH + LONG + NUMBERED))
COUNTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 24, 100)


def some_key() -> Any:
    """A Hypothesis strategy: bytes of any kind, texts, and names that differ in one character."""
    from hypothesis import strategies as st

    texts = st.text(max_size=12).map(lambda text: text.encode("utf-8", "surrogatepass"))
    numbered = st.integers(0, 9999).map(lambda n: f"customer-{n}".encode())
    return st.one_of(st.binary(max_size=40), texts, numbered)
