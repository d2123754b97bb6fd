"""RSA signatures in plain Python, RFC 8017 step by step: for signatures.py, which stands in for cryptography in a page.

EXAMPLE KEYS ONLY: plain Python takes longer for one key than for another, and so tells whoever can time it about a
private key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from typing import Any, NamedTuple


class InvalidSignature(Exception):
    """The signature is not one of this message by this key."""


SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")  # the hash's name in DER, before the hash (§9.2)
RSA_NAME = bytes.fromhex("300d06092a864886f70d0101010500")  # rsaEncryption, in DER


class PKCS1v15:
    """RSASSA-PKCS1-v1_5, RFC 8017 §8.2."""

    def encode(self, message: bytes, bits: int) -> bytes:
        """What is signed: the hash, filled up to the length of the key (§9.2)."""
        told = SHA256_INFO + hashlib.sha256(message).digest()
        return b"\x00\x01" + b"\xff" * ((bits + 7) // 8 - len(told) - 3) + b"\x00" + told

    def fits(self, encoded: bytes, message: bytes, bits: int) -> bool:
        """Whether this is what is signed for the message."""
        return hmac.compare_digest(encoded, self.encode(message, bits))


class MGF1(NamedTuple):
    """How the mask of PSS is made, by its hash."""

    algorithm: Any

    def mask(self, seed: bytes, length: int) -> bytes:
        """So many bytes that only who has the seed can name (§B.2.1)."""
        blocks = (hashlib.sha256(seed + i.to_bytes(4, "big")).digest() for i in range(-(-length // 32)))
        return b"".join(blocks)[:length]


class PSS(NamedTuple):
    """RSASSA-PSS, RFC 8017 §8.1."""

    mgf: MGF1
    salt_length: int

    def encode(self, message: bytes, bits: int, salt: bytes | None = None) -> bytes:
        """The hash of a salted hash, and the salt under a mask (§9.1.1)."""
        salt = os.urandom(self.salt_length) if salt is None else salt
        length = (bits + 6) // 8
        digest = hashlib.sha256(bytes(8) + hashlib.sha256(message).digest() + salt).digest()
        plain = bytes(length - len(salt) - 34) + b"\x01" + salt
        masked = bytearray(_xor(plain, self.mgf.mask(digest, len(plain))))
        masked[0] &= 0xFF >> (8 * length - bits + 1)
        return (bytes(masked) + digest + b"\xbc").rjust((bits + 7) // 8, b"\0")

    def fits(self, encoded: bytes, message: bytes, bits: int) -> bool:
        """Whether this is what is signed for the message, with the salt that is in it (§9.1.2)."""
        length = (bits + 6) // 8
        encoded = encoded[-length:]
        masked, digest = encoded[: length - 33], encoded[length - 33 : -1]
        salt = _xor(masked, self.mgf.mask(digest, len(masked)))[-self.salt_length :]
        return hmac.compare_digest(encoded, self.encode(message, bits, salt)[-length:])


def _xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


class RSAPublicNumbers(NamedTuple):
    """The public half of a key, by its numbers."""

    e: int
    n: int

    def public_key(self) -> RSAPublicKey:
        """The key; ValueError where the numbers cannot be one."""
        if self.e < 3 or self.e % 2 == 0 or self.e >= self.n:
            raise ValueError("e must be odd, at least 3, and less than n")
        return RSAPublicKey(self)


class RSAPublicKey:
    """A key to verify with."""

    def __init__(self, numbers: RSAPublicNumbers) -> None:
        self._numbers = numbers

    def public_numbers(self) -> RSAPublicNumbers:
        """Its numbers."""
        return self._numbers

    def verify(self, signature: bytes, message: bytes, padding: Any, _: Any) -> None:
        """InvalidSignature where it is not one (§8.1.2, §8.2.2)."""
        e, n = self._numbers
        value = int.from_bytes(signature, "big")
        size = (n.bit_length() + 7) // 8
        if len(signature) != size or value >= n:
            raise InvalidSignature
        if not padding.fits(pow(value, e, n).to_bytes(size, "big"), message, n.bit_length()):
            raise InvalidSignature

    def public_bytes(self, *_: Any) -> bytes:
        """A SubjectPublicKeyInfo as PEM."""
        e, n = self._numbers
        key = der(0x30, der_number(n) + der_number(e))
        return pem(der(0x30, RSA_NAME + der(0x03, b"\0" + key)))


class RSAPrivateNumbers(NamedTuple):
    """Both halves of a key, by their numbers."""

    p: int
    q: int
    d: int
    dmp1: int
    dmq1: int
    iqmp: int
    public_numbers: RSAPublicNumbers

    def private_key(self) -> RSAPrivateKey:
        """The key; ValueError where the numbers do not belong together."""
        e, n = self.public_numbers
        whole = self.p * self.q == n and self.dmp1 == self.d % (self.p - 1) and self.dmq1 == self.d % (self.q - 1)
        if not whole or self.iqmp * self.q % self.p != 1 or e * self.d % (self.p - 1) != 1:
            raise ValueError("these numbers are not those of one key")
        return RSAPrivateKey(self)


class RSAPrivateKey:
    """A key to sign with."""

    def __init__(self, numbers: RSAPrivateNumbers) -> None:
        self._numbers = numbers

    def public_key(self) -> RSAPublicKey:
        """Its public half."""
        return self._numbers.public_numbers.public_key()

    def sign(self, message: bytes, padding: Any, _: Any) -> bytes:
        """A signature, by the two primes, which is four times as quick (§5.1.2)."""
        p, q, _d, dp, dq, inverse, (_e, n) = self._numbers
        value = int.from_bytes(padding.encode(message, n.bit_length()), "big")
        a, b = pow(value, dp, p), pow(value, dq, q)
        return (b + (a - b) * inverse % p * q).to_bytes((n.bit_length() + 7) // 8, "big")


# ── DER ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def der(tag: int, content: bytes) -> bytes:
    """A value with its tag and its length before it."""
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def der_number(value: int) -> bytes:
    """A positive number."""
    return der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def pem(key: bytes) -> bytes:
    """A public key's DER as text."""
    text = base64.b64encode(key)
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    return b"\n".join([b"-----BEGIN PUBLIC KEY-----", *lines, b"-----END PUBLIC KEY-----", b""])
