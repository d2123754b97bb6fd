"""The door that is attacked: what the shop trusts, the good tokens, and the course's own verifier.

    guard(token, KEYS, used=set(), now=NOW) -> the claims, or None

Each token opens the door once: its `jti` is noted in `used`. The keys are EXAMPLES, printed in the RFCs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from labs.tokens.examples import AUDIENCE, ISSUER, NOW, example_claims, example_jwk, example_key
from labs.tokens.jws import Key, base64url, public_jwk, read_key, sign
from labs.tokens.jws.jws import read_object, write_object

Claims = dict[str, Any]
TYP = "at+jwt"  # an access token (RFC 9068)
WEAK = b"sunshine"  # a secret from any list of common passwords


@dataclass(frozen=True)
class TrustedKey:
    """A key that the shop trusts: `fits(signing_input, signature)` is for this one `alg` only."""

    alg: str
    fits: Callable[[bytes, bytes], bool]
    material: Any = None  # the secret or the public key itself: a good verifier need not look at it


Verifier = Callable[[str, Mapping[str, TrustedKey], set[str], float], Claims | None]


def trusted(key: Key) -> TrustedKey:
    """A key of lesson 19 as the door has it: a signature of another length never fits."""

    def fits(signing_input: bytes, signature: bytes) -> bool:
        right_length = len(signature) == key.signature_length
        return right_length and key.algorithm.check(key.checks_with, signing_input, signature)

    return TrustedKey(key.alg, fits, key.checks_with)


ALGS = {"winter": "RS256", "spring": "ES256", "office": "HS256"}


def _as_the_shop_has_it(kid: str) -> Key:
    """The public half of a key; of an HMAC key, which has no such half, the secret."""
    jwk = example_jwk(ALGS[kid], kid)
    return read_key(jwk if jwk["kty"] == "oct" else public_jwk(jwk))


KEYS = {kid: trusted(_as_the_shop_has_it(kid)) for kid in ALGS}
"""What the shop trusts. `read_keys` of lesson 19 has left out the secret that was too short."""


def _says(**more: object) -> Claims:
    said: Claims = {**example_claims(), "role": "buyer", "jti": "a-1", **more}
    return {name: value for name, value in said.items() if value is not None}


def signed_by(kid: str, header: Mapping[str, Any] | None = None, **claims: object) -> str:
    """A token that the issuer really signed; a claim that is None is left out."""
    key = example_key(ALGS[kid], kid)
    return sign(write_object(_says(**claims)), key, {"typ": TYP, **(header or {})})


class Signed(Mapping[str, str]):
    """Tokens by name, each signed when it is first asked for: to read the RSA key that signs takes 30 ms."""

    def __init__(self, sign: Mapping[str, Callable[[], str]]) -> None:
        self._sign = {name: cache(sign[name]) for name in sign}

    def __getitem__(self, name: str) -> str:
        return self._sign[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._sign)

    def __len__(self) -> int:
        return len(self._sign)

    def __repr__(self) -> str:
        return repr(dict(self))


GOOD = Signed(
    {
        "RS256": lambda: signed_by("winter"),
        "ES256": lambda: signed_by("spring"),
        "HS256": lambda: signed_by("office"),
        "aud is a list": lambda: signed_by("winter", aud=["bank.example", AUDIENCE]),
        "one second left": lambda: signed_by("winter", exp=NOW + 1),
        "valid from now on": lambda: signed_by("winter", nbf=NOW),
        "a claim of our own": lambda: signed_by("office", name="Zoë", visits=0),
        "an extra header": lambda: signed_by("office", {"cty": "JSON"}),
        "an empty jti": lambda: signed_by("winter", jti=""),
        "no sub": lambda: signed_by("spring", sub=None),
        "times with fractions": lambda: signed_by("office", exp=NOW + 0.5, nbf=NOW - 0.5),
    }
)
"""Tokens that have to pass, whatever else is refused."""


def guard(token: str, keys: Mapping[str, TrustedKey], used: set[str], now: float) -> Claims | None:
    """The claims if everything is in order, else None. A `jti` is noted only when all the rest has passed."""
    try:
        parts = token.split(".")
        header_bytes, payload, signature = map(base64url.decode, parts)
        header = read_object(header_bytes)
        kid = header.get("kid")
        key = keys.get(kid) if isinstance(kid, str) else None
        if key is None or header.get("alg") != key.alg or header.get("typ") != TYP:
            return None
        if "crit" in header or "b64" in header:
            return None
        if not key.fits(f"{parts[0]}.{parts[1]}".encode(), signature):
            return None
        claims = read_object(payload)
    except ValueError:
        return None
    if not is_for_us(claims, now) or not isinstance(claims.get("jti"), str) or claims["jti"] in used:
        return None
    used.add(claims["jti"])
    return claims


def is_for_us(claims: Claims, now: float) -> bool:
    """Whether `exp`, `nbf`, `iss` and `aud` hold."""
    exp: Any
    nbf: Any
    exp, nbf, aud = claims.get("exp"), claims.get("nbf", now), claims.get("aud")
    return (
        is_number(exp)
        and is_number(nbf)
        and nbf <= now < exp
        and claims.get("iss") == ISSUER
        and AUDIENCE in (aud if isinstance(aud, list) else [aud])
    )


def is_number(value: Any) -> bool:
    """A number of seconds; True does not count."""
    return isinstance(value, int | float) and not isinstance(value, bool)
