"""The keys of JWE, from JWKs: shared secrets, RSA keys, points on a curve.

A key of numbers is made once for its JWK and kept a while: to look whether an RSA key's numbers belong together takes a
hundred decryptions' time.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from labs.tokens.jws import base64url
from labs.tokens.jws.jwk import RSA_PRIVATE

CURVES = {"P-256": 32, "P-384": 48, "P-521": 66}
"""With the length of a coordinate in bytes."""
KEPT = 16  # keys of each kind


class Unreadable(ValueError):
    """A token that is not decrypted; says why in one sentence."""


def number(jwk: Mapping[str, Any], name: str) -> int:
    """A member of a key that is a number."""
    try:
        return int.from_bytes(base64url.decode(jwk[name]), "big")
    except (KeyError, ValueError, AttributeError, TypeError):
        raise Unreadable(f"the key has no `{name}` that could be read") from None


def secret_of(jwk: Mapping[str, Any], size: int) -> bytes:
    """The bytes of a shared secret, exactly so many."""
    number(jwk, "k")
    secret = base64url.decode(jwk["k"])
    if len(secret) != size:
        raise Unreadable(f"a secret of {size} bytes is needed, and this one has {len(secret)}")
    return secret


def rsa_key(jwk: Mapping[str, Any], *, private: bool) -> Any:
    """An RSA key of 2048 bits or more."""
    return _rsa_key(*(number(jwk, name) for name in ("e", "n", *(RSA_PRIVATE if private else ()))))


@lru_cache(KEPT)
def _rsa_key(e: int, n: int, *private: int) -> Any:
    from cryptography.hazmat.primitives.asymmetric import rsa

    if n.bit_length() < 2048:
        raise Unreadable("an RSA key of at least 2048 bits is needed")
    public = rsa.RSAPublicNumbers(e, n)
    if not private:
        return public.public_key()
    d, p, q, dp, dq, qi = private
    return rsa.RSAPrivateNumbers(p, q, d, dp, dq, qi, public).private_key()


def oaep(alg: str) -> Any:
    """The padding of RSA-OAEP (with SHA-1, which is sound here) or RSA-OAEP-256."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    digest = hashes.SHA256() if alg == "RSA-OAEP-256" else hashes.SHA1()
    return padding.OAEP(padding.MGF1(digest), digest, None)


def curve(crv: str) -> Any:
    """A curve by its name in a JWK."""
    from cryptography.hazmat.primitives.asymmetric import ec

    curves: dict[str, Any] = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}
    return curves[crv]()


def new_key(crv: str) -> Any:
    """A key pair for one message."""
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(curve(crv))


def ec_public(jwk: Mapping[str, Any], crv: str) -> Any:
    """A public key, if the point is on the curve."""
    return _ec_public(number(jwk, "x"), number(jwk, "y"), crv)


@lru_cache(KEPT)
def _ec_public(x: int, y: int, crv: str) -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        return ec.EllipticCurvePublicNumbers(x, y, curve(crv)).public_key()
    except ValueError:
        raise Unreadable("the point of the public key is not on the curve") from None


def ec_private(jwk: Mapping[str, Any]) -> Any:
    """Our own key."""
    return _ec_private(number(jwk, "d"), jwk["crv"])


@lru_cache(KEPT)
def _ec_private(d: int, crv: str) -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.derive_private_key(d, curve(crv))


def public_of(private: Any, crv: str) -> dict[str, str]:
    """Its public half, as `epk` has it."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)  # 4, then x, then y
    x, y = base64url.encode(point[1 : 1 + CURVES[crv]]), base64url.encode(point[1 + CURVES[crv] :])
    return {"kty": "EC", "crv": crv, "x": x, "y": y}
