"""How a token takes shape, and how it is taken apart again: both as traces, in the steps that really happen.

    take_shape(claims, key)  -> Trace   header, payload and signature appear, a base64url group at a time
    take_apart(token, keys)  -> Trace   every check of jws.py and jwt.py, in order, until one does not hold

No time passes in either: the clock of these traces counts steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from labs.kit.limits import check_settings
from labs.kit.trace import Trace
from labs.tokens.examples import AUDIENCE, ISSUER, NOW
from labs.tokens.jws import base64url, jws
from labs.tokens.jws.jwk import Key, Keys
from labs.tokens.jwt import jwt

NOT_GIVEN = "it does not say"
"""What a check sees of something optional that is not there."""


def take_shape(claims: Mapping[str, Any], key: Key, *, encode: Callable[[bytes], str] = base64url.encode) -> Trace:
    """Put a token together step by step. `encode` takes the place of base64url (a learner's own).

    Events, with `who` the part they belong to: "json" (its `text`), "group" (`number`, `data`, `text`), "done" (its
    whole `text`, of how many `bytes`), and for the signature "input", "sign" and "done"; last "token". A signature that
    differs every time is not spelt out here: its `text` is made of `•`.
    """
    trace = Trace({"alg": key.alg, "claims": dict(claims)})
    header = {"alg": key.alg, "typ": "JWT", **({"kid": key.kid} if key.kid else {})}
    parts = []
    t = 0.0
    for part, written in (("header", jws.write_object(header)), ("payload", jws.write_object(claims))):
        trace.emit(t, "json", part, text=written.decode(), bytes=len(written))
        t += 2
        text = ""
        for number, group in enumerate(base64url.groups(written)):
            after = encode(written[: group.start + 3])  # a learner's own may write what it likes
            trace.emit(
                t, "group", part, number=number, start=group.start, data=list(group.data), text=after[len(text) :]
            )
            text = after
            t += 2 if number < 2 else 1  # the first ones, slowly
        parts.append(text)
        trace.emit(t, "done", part, text=text, bytes=len(written))
        t += 1
    signing_input = ".".join(parts)
    trace.emit(t, "input", "signature", text=signing_input)
    t += 3
    trace.emit(t, "sign", "signature", alg=key.alg, how=key.algorithm.says)
    t += 3
    signature = key.algorithm.sign(key.signs_with, signing_input.encode())
    text = encode(signature)
    if not key.algorithm.repeats:
        text = "•" * len(text)
    trace.emit(t, "done", "signature", text=text, bytes=len(signature), repeats=key.algorithm.repeats)
    t += 3
    trace.emit(t, "token", "token", text=f"{signing_input}.{text}")
    trace.end = t + 3
    return trace


def take_apart(
    token: str,
    keys: Key | Keys,
    *,
    now: float = NOW,
    issuer: str = ISSUER,
    audience: str = AUDIENCE,
    leeway: float = 0,
    typ: str = "JWT",
) -> Trace:
    """Verify a token step by step: the same checks in the same order as `jwt.accept`, with what each of them saw.

    Events: "holds" or "fails" with `who` the check and `seen` what it looked at; last "accepted" (`claims`) or
    "refused" (`check`, `why`). ValueError where what is expected is no expectation, as for `jwt.accept`.
    """
    check_settings(jwt.EXPECTED, dict(now=now, issuer=issuer, audience=audience, leeway=leeway, typ=typ))
    trace = Trace({"now": now, "issuer": issuer, "audience": audience, "leeway": leeway, "token": token})
    check, t = "", 0.0

    def holds(name: str, seen: str) -> None:
        nonlocal t
        trace.emit(t, "holds", name, seen=seen)
        t += 1

    try:
        parts = jws.split(token)
        holds("three parts", " + ".join(str(len(part)) for part in parts) + " characters")
        header_bytes, payload, signature = (
            jws.decode_part(name, text) for name, text in zip(jws.PARTS, parts, strict=True)
        )
        holds("base64url", f"{len(header_bytes)} + {len(payload)} + {len(signature)} bytes")
        header = jws.read_header(header_bytes)
        holds("header", "has " + ", ".join(header))
        jws.check_crit(header, ())
        holds("crit", "nothing is critical")
        key = jws.choose_key(header, keys)
        holds("key", f"kid {header['kid']}" if "kid" in header else "the only one")
        jws.check_algorithm(header, key)
        holds("algorithm", f"{header['alg']}, the key's own")
        jws.check_signature(key, ".".join(parts[:2]).encode(), signature)
        holds("signature", f"{len(signature)} bytes, correct")
        jwt.check_typ(header, typ)
        holds("typ", str(header.get("typ", NOT_GIVEN)))
        claims = jwt.read_claims(payload)
        holds("claims", ", ".join(claims))
        jwt.check_times(claims, now, leeway)
        holds("exp", f"expires in {claims['exp'] - now:g} s")
        holds("nbf", f"since {now - claims['nbf']:g} s ago" if "nbf" in claims else NOT_GIVEN)
        holds("iat", f"{now - claims['iat']:g} s ago" if "iat" in claims else NOT_GIVEN)
        jwt.check_parties(claims, issuer, audience)
        holds("iss", str(claims["iss"]))
        holds("aud", str(claims["aud"]))
    except jws.Refused as problem:
        for check in jwt.ALL_CHECKS[jwt.ALL_CHECKS.index(_last(trace)) + 1 if trace.events else 0 :]:
            if check == problem.check:
                break
            holds(check, "")  # one function looks at several claims: those before the one that failed did hold
        trace.emit(t, "fails", problem.check, seen=problem.why, part=problem.part)
        trace.emit(t + 1, "refused", "token", check=problem.check, why=problem.why)
    else:
        trace.emit(t, "accepted", "token", claims=claims)
    trace.end = len(jwt.ALL_CHECKS) + 2
    return trace


def _last(trace: Trace) -> str:
    return trace.events[-1].who


def changed(token: str, position: int, to: str) -> str:
    """The token with the character at `position` (from 0) changed: to the "next" of the 64, or to `to` itself.

    "" leaves it as it is. ValueError for a position outside the token.
    """
    if not 0 <= position < len(token):
        raise ValueError(f"the token has {len(token)} characters, 0 to {len(token) - 1}; there is none at {position}")
    was = token[position]
    if to == "next":
        alphabet = base64url.ALPHABET
        to = alphabet[(alphabet.find(was) + 1) % len(alphabet)]
    return token[:position] + (to or was) + token[position + 1 :]
