"""JWT: a signed set of claims (RFC 7519). Bytes and signature belong to the layer below, jws.py.

    token = issue({"iss": …, "sub": …, "aud": …, "exp": …}, key)
    claims = accept(token, keys, now=clock(), issuer=…, audience=…)

The time is an argument, so one token can be checked before, during and after its life. Times are seconds
since 1970 (RFC 7519's NumericDate).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labs.kit.limits import Limits, Number, Text, check_settings
from labs.tokens.jws.jwk import Key, Keys
from labs.tokens.jws.jws import CHECKS, Refused, read_object, sign, verify, write_object

REGISTERED = {
    "iss": "issuer: who says so",
    "sub": "subject: about whom",
    "aud": "audience: for whom it is meant",
    "exp": "expiration time: no longer valid from then on",
    "nbf": "not before: not valid until then",
    "iat": "issued at",
    "jti": "the token's own name, used once",
}
"""The claims that RFC 7519 §4.1 registers, with what they are."""
CLAIM_CHECKS = ("typ", "claims", "exp", "nbf", "iat", "iss", "aud")
"""What `accept` looks at once the signature holds, in this order."""
ALL_CHECKS = (*CHECKS, *CLAIM_CHECKS)
EXPECTED: Limits = {
    "now": Number(0, 1e12, "seconds since 1970"),
    "issuer": Text(),
    "audience": Text(),
    "leeway": Number(0, 3600, "seconds"),
    "typ": Text(),
}
"""What may be expected of a token; NaN, beside which every time would do, is no number."""
_TIMES, _TEXTS = ("exp", "nbf", "iat"), ("iss", "sub", "jti")


def issue(claims: Mapping[str, Any], key: Key, *, typ: str = "JWT") -> str:
    """A token that says these claims, signed with the key.

    ValueError for claims that `accept` could not read, such as an `exp` that is not a number.
    """
    check_shape(claims)
    return sign(write_object(claims), key, {"typ": typ})


def accept(
    token: str, keys: Key | Keys, *, now: float, issuer: str, audience: str, leeway: float = 0, typ: str = "JWT"
) -> dict[str, Any]:
    """The claims of the token, if its signature holds and they pass every check; else Refused.

    `now` and `leeway` are in seconds. `exp`, `iss` and `aud` are required; `nbf` and `iat` are checked if present.
    `typ` keeps the kinds of token apart that one issuer signs (RFC 8725 §3.11): "at+jwt" for an access token.
    ValueError where `now`, `issuer` or `audience` is not one.
    """
    check_settings(EXPECTED, dict(now=now, issuer=issuer, audience=audience, leeway=leeway, typ=typ))
    signed = verify(token, keys)
    check_typ(signed.header, typ)
    claims = read_claims(signed.payload)
    check_times(claims, now, leeway)
    check_parties(claims, issuer, audience)
    return claims


def check_typ(header: Mapping[str, Any], typ: str) -> None:
    """`typ` is the one expected, in upper or lower case; without a slash it is short for `application/…` (RFC 7515
    §4.1.9), wherever it is written so.
    """
    said = header.get("typ", "JWT")
    if _media_type(said) != _media_type(typ):
        raise Refused("typ", f"the header says {said!r}, and {typ!r} is expected", "header")


def _media_type(typ: str) -> str:
    """The whole of it, in small letters: at+jwt is application/at+jwt."""
    return (typ if "/" in typ else f"application/{typ}").lower()


def read_claims(payload: bytes) -> dict[str, Any]:
    """The claims as a JSON object, each once, and the registered ones of the right type."""
    try:
        claims = read_object(payload)
        check_shape(claims)
    except ValueError as problem:
        raise Refused("claims", f"the payload {problem}", "payload") from None
    return claims


def check_shape(claims: Mapping[str, Any]) -> None:
    """The registered claims have the types that RFC 7519 §4.1 gives them; ValueError says which has not."""
    for name in _TIMES:
        if name in claims and (type(claims[name]) not in (int, float) or not 0 <= claims[name] < 1e12):
            raise ValueError(f"has an `{name}` that is no number of seconds")
    for name in _TEXTS:
        if name in claims and not isinstance(claims[name], str):
            raise ValueError(f"has an `{name}` that is no text")
    if "aud" in claims and not (isinstance(claims["aud"], str) or _is_texts(claims["aud"])):
        raise ValueError("has an `aud` that is neither a text nor a list of texts")


def check_times(claims: Mapping[str, Any], now: float, leeway: float) -> None:
    """Now is before `exp` and not before `nbf` or `iat`, give or take the leeway."""
    if "exp" not in claims:
        raise Refused("exp", "it does not say when it expires", "payload")
    if now - leeway >= claims["exp"]:
        late = now - claims["exp"]
        raise Refused("exp", f"it expired {late:g} s ago" if late else "it has just expired", "payload")
    for name, what in (("nbf", "is not valid until"), ("iat", "was issued")):
        if name in claims and now + leeway < claims[name]:
            raise Refused(name, f"it {what} {claims[name] - now:g} s from now", "payload")


def check_parties(claims: Mapping[str, Any], issuer: str, audience: str) -> None:
    """It comes from the trusted issuer, and is meant for this audience."""
    if claims.get("iss") != issuer:
        raise Refused("iss", f"it is from {claims.get('iss')!r}, and only {issuer!r} is trusted", "payload")
    said = claims.get("aud", [])
    if audience not in ([said] if isinstance(said, str) else said):
        raise Refused("aud", f"it is meant for {said!r}, and this is {audience!r}", "payload")


def kind_of_claim(name: str) -> str:
    """Whether a claim is registered, public or private (RFC 7519 §4).

    A public name cannot collide, as it is somebody's own: it holds a domain, or is a URI. (Names that IANA lists are
    public, too; of those only RFC 7519's seven are known here, as registered.)
    """
    if name in REGISTERED:
        return "registered"
    return "public" if "://" in name or name.startswith("urn:") else "private"


def _is_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(text, str) for text in value)
