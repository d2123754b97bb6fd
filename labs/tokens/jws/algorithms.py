"""The algorithms that sign a token (RFC 7518 §3, RFC 8037, RFC 9864), each with the one kind of key that fits it.

An HMAC is made and checked with the same secret: whoever can check a token can also make one. The others sign with a
private key and check with its public one. All are `cryptography`'s, but for HMAC, which Python has itself.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any


@dataclass(frozen=True)
class Algorithm:
    """What `alg` in a token's header stands for.

    `sign(private, message) -> signature` and `check(public, message, signature) -> bool` take the key's own object (for
    HMAC the secret's bytes, both times). `length` is the signature's, in bytes; None where it is that of the RSA key.
    """

    name: str
    kty: str  # the kind of key, as a JWK writes it: oct, RSA, EC, OKP
    sign: Callable[[Any, bytes], bytes]
    check: Callable[[Any, bytes, bytes], bool]
    length: int | None
    says: str
    repeats: bool = True  # the same message gives the same signature every time
    curve: str = ""


def _hmac(name: str, digest: str, length: int) -> Algorithm:
    def sign(secret: bytes, message: bytes) -> bytes:
        return hmac.digest(secret, message, digest)

    def check(secret: bytes, message: bytes, signature: bytes) -> bool:
        return hmac.compare_digest(sign(secret, message), signature)  # takes as long for a near miss as for a far one

    return Algorithm(name, "oct", sign, check, length, f"HMAC with {digest.upper()[:3]}-{digest[3:]}, a shared secret")


def _rs_sign(private: Any, message: bytes) -> bytes:
    c = _cryptography()
    return bytes(private.sign(message, c.pkcs1, c.sha256))


def _rs_check(public: Any, message: bytes, signature: bytes) -> bool:
    c = _cryptography()
    return _holds(public.verify, signature, message, c.pkcs1, c.sha256)


def _ps_sign(private: Any, message: bytes) -> bytes:
    c = _cryptography()
    return bytes(private.sign(message, c.pss, c.sha256))


def _ps_check(public: Any, message: bytes, signature: bytes) -> bool:
    c = _cryptography()
    return _holds(public.verify, signature, message, c.pss, c.sha256)


def _es_sign(private: Any, message: bytes) -> bytes:
    """r and s, 32 bytes each, one after the other (P1363), and not the ASN.1 that most libraries give."""
    c = _cryptography()
    r, s = c.split(private.sign(message, c.ecdsa))
    return bytes(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def _es_check(public: Any, message: bytes, signature: bytes) -> bool:
    c = _cryptography()
    asn1 = c.join(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    return _holds(public.verify, asn1, message, c.ecdsa)


def _ed_sign(private: Any, message: bytes) -> bytes:
    return bytes(private.sign(message))


def _ed_check(public: Any, message: bytes, signature: bytes) -> bool:
    return _holds(public.verify, signature, message)


def _holds(verify: Callable[..., None], *what: Any) -> bool:
    try:
        verify(*what)
    except _cryptography().InvalidSignature:
        return False
    return True


@cache
def _cryptography() -> SimpleNamespace:
    """What is needed of `cryptography`, imported when the first signature asks for it."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, utils

    sha256 = hashes.SHA256()
    return SimpleNamespace(
        InvalidSignature=InvalidSignature,
        sha256=sha256,
        pkcs1=padding.PKCS1v15(),
        ecdsa=ec.ECDSA(sha256),
        pss=padding.PSS(padding.MGF1(sha256), salt_length=32),  # the salt is as long as the hash (RFC 7518 §3.5)
        split=utils.decode_dss_signature,
        join=utils.encode_dss_signature,
    )


ALGORITHMS = {
    a.name: a
    for a in (
        _hmac("HS256", "sha256", 32),
        _hmac("HS384", "sha384", 48),
        _hmac("HS512", "sha512", 64),
        Algorithm("RS256", "RSA", _rs_sign, _rs_check, None, "RSA (PKCS #1 v1.5) with SHA-256"),
        Algorithm("PS256", "RSA", _ps_sign, _ps_check, None, "RSA (PSS) with SHA-256", repeats=False),
        Algorithm("ES256", "EC", _es_sign, _es_check, 64, "ECDSA on P-256 with SHA-256", False, "P-256"),
        Algorithm("Ed25519", "OKP", _ed_sign, _ed_check, 64, "the Edwards curve signature", True, "Ed25519"),
    )
}
OTHER_NAMES = {"EdDSA": "Ed25519"}  # what a header written before RFC 9864 calls it (RFC 8037)


def algorithm_named(name: Any) -> Algorithm:
    """The algorithm of this name, as `alg` has it; ValueError, in a sentence, for every other."""
    name = OTHER_NAMES.get(name, name) if isinstance(name, str) else None
    if name not in ALGORITHMS:
        raise ValueError(f"there is no algorithm of that name here; choose one of {', '.join(ALGORITHMS)}")
    return ALGORITHMS[name]
