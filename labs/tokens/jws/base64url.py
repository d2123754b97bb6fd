"""Base64url: any bytes, written with 64 characters that are safe in URLs, headers and file names (RFC 4648 §5).

Three bytes are 24 bits; cut into four times six bits they give four characters. A JSON Web Token leaves the padding (=)
out (RFC 7515 §2), so one byte left over gives two characters and two bytes give three.

    encode(b"{}") -> "e30"        decode("e30") -> b"{}"
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")


class BadBase64(ValueError):
    """A text that is not base64url; says why in one sentence."""


def encode(data: bytes) -> str:
    """The bytes as base64url without padding."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes again. BadBase64 for every text but the one that `encode` gives for them.

    So two different texts never stand for the same bytes: padding, foreign characters (+, /, spaces) and spare bits
    that are not zero are all refused.
    """
    try:
        raw = text.encode("ascii")
        data = binascii.a2b_base64(raw.translate(_FROM_URL) + b"=" * (-len(raw) % 4))
    except ValueError:  # binascii.Error and UnicodeEncodeError are both of this kind
        raise BadBase64(_why(text)) from None
    if encode(data) != text:
        raise BadBase64(_why(text))
    return data


def _why(text: str) -> str:
    """What is wrong with a text that is not base64url."""
    if text.endswith("="):
        return "it ends in padding (=), which a token leaves out"
    for place, character in enumerate(text):
        if character not in ALPHABET:
            return f"{character!r} at position {place} is not one of its 64 characters"
    if len(text) % 4 == 1:
        return f"it has {len(text)} characters, and no number of bytes gives that many"
    return f"the spare bits in its last character, {text[-1]!r}, are not all zero"


@dataclass(frozen=True)
class Group:
    """Up to three bytes and the characters they become: `data` starts at byte `start` of the whole."""

    start: int
    data: bytes

    @property
    def bits(self) -> str:
        """The bits of the bytes, filled up with zeros to a multiple of six."""
        bits = "".join(f"{byte:08b}" for byte in self.data)
        return bits + "0" * (-len(bits) % 6)

    @property
    def sixes(self) -> list[str]:
        """The same bits in sixes, one for each character."""
        return [self.bits[i : i + 6] for i in range(0, len(self.bits), 6)]

    @property
    def text(self) -> str:
        """The characters."""
        return "".join(ALPHABET[int(six, 2)] for six in self.sixes)


def groups(data: bytes) -> list[Group]:
    """Base64url by hand: three bytes at a time. Their texts together are `encode(data)`."""
    return [Group(i, data[i : i + 3]) for i in range(0, len(data), 3)]
