"""A verifier in small steps. `verify` with these is the course's own; with one of them replaced by a flawed one it is a
plausible wrong answer to `tokens-verify`.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from typing import Any

from labs.tokens.jws import base64url

Claims = dict[str, Any]


class BadBytes(ValueError):
    """What is wrong with a token before any claim is looked at: words that fit behind "although"."""


# ── the bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def decode(part: str) -> bytes:
    """The bytes of a part; ValueError if it is not base64url."""
    return base64url.decode(part)


def is_hs256(header: Any) -> bool:
    """Whether the header names the one algorithm that we accept."""
    return bool(header.get("alg") == "HS256")


def hs256(secret: bytes, header: str, payload: str) -> bytes:
    """The right signature over the two parts as the token has them."""
    return hmac.digest(secret, f"{header}.{payload}".encode(), "sha256")


def open_token(
    token: str, secret: bytes, *, split: Callable[[str], list[str]] = lambda token: token.split("."),
    decode: Callable[[str], bytes] = decode, trusted: Callable[[Any], bool] = is_hs256,
    right: Callable[[bytes, str, str], bytes] = hs256, same: Callable[[bytes, bytes], bool] = hmac.compare_digest,
) -> Claims:  # fmt: skip
    """The claims of a token whose bytes and signature are in order; BadBytes says what is not."""
    parts = split(token)
    if len(parts) != 3:
        raise BadBytes(f"it has {len(parts)} part{'s' * (len(parts) != 1)}, not 3")
    header, signature = read_object(parts, 0, decode), read_bytes(parts, 2, decode)
    if not trusted(header):
        said = f"says that `alg` is {header['alg']!r}" if "alg" in header else "has no `alg`"
        raise BadBytes(f"its header {said}")
    if not same(signature, right(secret, parts[0], parts[1])):
        long = "" if len(signature) == 32 else f": it has {len(signature)} bytes, not 32"
        raise BadBytes(f"its signature does not fit{long}" if signature else "it has no signature")
    return read_object(parts, 1, decode)


def read_bytes(parts: list[str], place: int, decode: Callable[[str], bytes] = decode) -> bytes:
    """The bytes of one of the three parts."""
    name = ("header", "payload", "signature")[place]
    try:
        return decode(parts[place])
    except ValueError as problem:
        raise BadBytes(f"its {name} is not base64url ({problem})") from None


def read_object(parts: list[str], place: int, decode: Callable[[str], bytes] = decode) -> Claims:
    """The JSON object in one of the first two parts."""
    name, written = ("header", "payload")[place], read_bytes(parts, place, decode)
    try:
        value = json.loads(written.decode("utf-8"))
    except ValueError:
        raise BadBytes(f"its {name} is not JSON") from None
    if not isinstance(value, dict):
        raise BadBytes(f"its {name} is JSON, but not an object")
    return value


# ── the claims ────────────────────────────────────────────────────────────────────────────────────────────────────────


def not_over(claims: Claims, now: float, leeway: float) -> bool:
    """There is an `exp`, a number, and now, less the leeway, is before it."""
    exp = claims.get("exp")
    return isinstance(exp, int | float) and now - leeway < exp


def begun(claims: Claims, now: float, leeway: float) -> bool:
    """There is no `nbf`, or it is a number, and now, plus the leeway, is not before it."""
    nbf = claims.get("nbf", 0)
    return isinstance(nbf, int | float) and now + leeway >= nbf


def from_issuer(claims: Claims, issuer: str) -> bool:
    """`iss` is the issuer."""
    return bool(claims.get("iss") == issuer)


def for_audience(claims: Claims, audience: str) -> bool:
    """`aud` is the audience, or a list that has it."""
    aud = claims.get("aud")
    return bool(aud == audience or (isinstance(aud, list) and audience in aud))


def verify(
    token: str, secret: bytes, now: float, issuer: str, audience: str, leeway: float, *,
    opened: Callable[[str, bytes], Claims] = open_token,
    ends: Callable[[Claims, float, float], bool] = not_over,
    begins: Callable[[Claims, float, float], bool] = begun,
    whose: Callable[[Claims, str], bool] = from_issuer,
    for_whom: Callable[[Claims, str], bool] = for_audience,
) -> Any:  # fmt: skip
    """The claims, or the name of the first check that fails."""
    try:
        claims = opened(token, secret)
    except BadBytes:
        return "signature"
    if not ends(claims, now, leeway):
        return "exp"
    if not begins(claims, now, leeway):
        return "nbf"
    if not whose(claims, issuer):
        return "iss"
    return claims if for_whom(claims, audience) else "aud"
