"""Keys as JSON: a JWK is one key, a JWKS a set of them, and `kid` the name by which a token says which (RFC 7517).

    keys = read_keys({"keys": [{"kty": "oct", "kid": "2026-01", "alg": "HS256", "k": "…"}]})
    keys.named("2026-01") -> Key

A `Key` belongs to one algorithm and keeps it: what a token says its algorithm is can only agree with that or be wrong
(RFC 8725 §3.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from labs.tokens.jws import base64url
from labs.tokens.jws.algorithms import ALGORITHMS, Algorithm, algorithm_named

RSA_PRIVATE = ("d", "p", "q", "dp", "dq", "qi")


class BadKey(ValueError):
    """A key that cannot be used; says why in one sentence, without a byte of it."""


@dataclass(frozen=True)
class Key:
    """A key for one algorithm. `checks_with` is its public half; `signs_with` its private one, or None.

    Of an HMAC key both are the secret: that is what "symmetric" means.
    """

    algorithm: Algorithm
    kid: str | None
    checks_with: Any = field(repr=False)
    signs_with: Any = field(repr=False)
    signature_length: int  # bytes

    @property
    def alg(self) -> str:
        """The algorithm's name."""
        return self.algorithm.name


@dataclass(frozen=True)
class Keys:
    """The keys that a service trusts, each with a name of its own.

    `ignored` says of every other key in the set why it cannot be used.
    """

    keys: tuple[Key, ...]
    ignored: tuple[str, ...] = ()

    def named(self, kid: str) -> Key | None:
        """The key of exactly this name, or None: a `kid` comes from a stranger, and is no path, address or query."""
        return next((key for key in self.keys if key.kid == kid), None)

    def __iter__(self) -> Iterator[Key]:
        return iter(self.keys)

    def __len__(self) -> int:
        return len(self.keys)


def read_keys(jwks: Mapping[str, Any]) -> Keys:
    """The keys of a JWKS that can be used; the others are ignored, as RFC 7517 §5 says.

    A key that names no algorithm is one of these, and so is one without a `kid` in a set of several. BadKey if no key
    is left of a set that has some, or if two keys share a `kid`.
    """
    if not isinstance(jwks, Mapping) or not isinstance(jwks.get("keys"), list):
        raise BadKey('a JWKS is written {"keys": [ … ]}')
    several, keys, ignored = len(jwks["keys"]) > 1, list[Key](), list[str]()
    for place, jwk in enumerate(jwks["keys"], 1):
        try:
            key = read_key(jwk)
            if several and key.kid is None:
                raise BadKey("a key in a set of several needs a `kid`, or no token can say that it means this one")
            keys.append(key)
        except BadKey as problem:
            ignored.append(f"key {place}: {problem}")
    if ignored and not keys:
        raise BadKey(f"no key of this set can be used; {'; '.join(ignored)}")
    names = [key.kid for key in keys]
    for name in names:
        if names.count(name) > 1:
            raise BadKey(f"two keys are called {name!r}: a token could not say which of them it means")
    return Keys(tuple(keys), tuple(ignored))


def read_key(jwk: Mapping[str, Any], alg: str | None = None) -> Key:
    """The key of a JWK, public or private, for the algorithm it names (or `alg`, where it names none).

    BadKey where the two disagree, the key is of another kind or curve, is meant for something else (`use`, `key_ops`),
    is too short (RFC 7518 §3.2 and §3.3), or its numbers do not belong together.
    """
    if not isinstance(jwk, Mapping):
        raise BadKey("a JWK is a JSON object, with `kty` for the kind of key")
    if "alg" in jwk and alg is not None and algorithm_or_bad(jwk["alg"]) is not algorithm_or_bad(alg):
        raise BadKey(f"this key is for {jwk['alg']} and not for {alg}: one key, one algorithm")
    if "alg" not in jwk and alg is None:
        raise BadKey(f"say which algorithm the key is for: one of {', '.join(ALGORITHMS)}")
    algorithm = algorithm_or_bad(jwk.get("alg", alg))
    if jwk.get("kty") != algorithm.kty:
        raise BadKey(f"{algorithm.name} needs a key with `kty` {algorithm.kty}, and this one has {jwk.get('kty')!r}")
    if jwk.get("crv", algorithm.curve) != algorithm.curve:
        raise BadKey(f"{algorithm.name} needs the curve {algorithm.curve}, and this key is on {jwk['crv']!r}")
    if jwk.get("use", "sig") != "sig":
        raise BadKey(f"this key's `use` is {jwk['use']!r}, so it is not for signatures")
    kid = jwk.get("kid")
    if kid is not None and (not isinstance(kid, str) or not kid):
        raise BadKey(f"a `kid` is a text, and this one is {kid!r}")
    try:
        public, private, length = _READ[algorithm.kty](jwk, algorithm)
    except BadKey:
        raise
    except ValueError as problem:  # cryptography found that the numbers are not a key
        raise BadKey(f"the numbers of this {algorithm.kty} key do not make a key: {problem}") from None
    operations = jwk.get("key_ops", ["sign", "verify"])
    if not isinstance(operations, list) or not ("sign" in operations or "verify" in operations):
        raise BadKey("this key's `key_ops` has neither sign nor verify")
    return Key(
        algorithm, kid, public if "verify" in operations else None, private if "sign" in operations else None, length
    )


def algorithm_or_bad(name: Any) -> Algorithm:
    """The algorithm of this name, or BadKey."""
    try:
        return algorithm_named(name)
    except ValueError as problem:
        raise BadKey(f"the key's `alg` cannot be used: {problem}") from None


def _secret(jwk: Mapping[str, Any], algorithm: Algorithm) -> tuple[Any, Any, int]:
    secret = _bytes(jwk, "k")
    assert algorithm.length
    if len(secret) < algorithm.length:
        raise BadKey(
            f"{algorithm.name} needs a secret of at least {algorithm.length} bytes (RFC 7518 §3.2), "
            f"and this one has {len(secret)}"
        )
    return secret, secret, algorithm.length


def _rsa(jwk: Mapping[str, Any], algorithm: Algorithm) -> tuple[Any, Any, int]:
    from cryptography.hazmat.primitives.asymmetric import rsa

    n, e = _number(jwk, "n"), _number(jwk, "e")
    if n.bit_length() < 2048:
        raise BadKey(
            f"{algorithm.name} needs an RSA key of at least 2048 bits (RFC 7518 §3.3), "
            f"and this one has {n.bit_length()}"
        )
    public, private = rsa.RSAPublicNumbers(e, n), None
    if "d" in jwk:
        if "oth" in jwk:
            raise BadKey("RSA keys of more than two primes (`oth`) are not used here")
        d, p, q, dp, dq, qi = (_number(jwk, name) for name in RSA_PRIVATE)
        private = rsa.RSAPrivateNumbers(p, q, d, dp, dq, qi, public).private_key()
    return public.public_key(), private, (n.bit_length() + 7) // 8


def _ec(jwk: Mapping[str, Any], algorithm: Algorithm) -> tuple[Any, Any, int]:
    from cryptography.hazmat.primitives.asymmetric import ec

    x, y = (int.from_bytes(_bytes(jwk, name, 32), "big") for name in "xy")
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1())
    private = None
    if "d" in jwk:
        private = ec.EllipticCurvePrivateNumbers(int.from_bytes(_bytes(jwk, "d", 32), "big"), public).private_key()
    return public.public_key(), private, 64


def _okp(jwk: Mapping[str, Any], algorithm: Algorithm) -> tuple[Any, Any, int]:
    from cryptography.hazmat.primitives.asymmetric import ed25519

    x = _bytes(jwk, "x", 32)
    private = None
    if "d" in jwk:
        private = ed25519.Ed25519PrivateKey.from_private_bytes(_bytes(jwk, "d", 32))
        if private.public_key().public_bytes_raw() != x:
            raise BadKey("`d` and `x` are not two halves of one key")
    return ed25519.Ed25519PublicKey.from_public_bytes(x), private, 64


_READ = {"oct": _secret, "RSA": _rsa, "EC": _ec, "OKP": _okp}


def _bytes(jwk: Mapping[str, Any], name: str, length: int | None = None) -> bytes:
    """A member in base64url, of exactly `length` bytes where that is given."""
    if not isinstance(jwk.get(name), str):
        raise BadKey(f"this {jwk['kty']} key has no `{name}`")
    try:
        data = base64url.decode(jwk[name])
    except base64url.BadBase64:  # whose sentence would quote it
        raise BadKey(f"`{name}` is not base64url without padding") from None
    if length is not None and len(data) != length:
        raise BadKey(f"`{name}` must be {length} bytes, and is {len(data)}")
    return data


def _number(jwk: Mapping[str, Any], name: str) -> int:
    """A member that is a number: the shortest bytes that hold it, the highest first (RFC 7518 §2)."""
    data = _bytes(jwk, name)
    if not data or (data[0] == 0 and len(data) > 1):
        raise BadKey(f"`{name}` must be the shortest bytes that hold the number")
    return int.from_bytes(data, "big")


def public_jwk(jwk: Mapping[str, Any]) -> dict[str, Any]:
    """The JWK without its private half, as a JWKS publishes it. BadKey for a shared secret, which has no such half."""
    if jwk.get("kty") == "oct":
        raise BadKey("a shared secret has no public half: publishing it would let everybody sign")
    return {name: value for name, value in jwk.items() if name not in {*RSA_PRIVATE, "oth"}}
