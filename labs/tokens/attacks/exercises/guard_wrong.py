"""The exercise `tokens-guard`, as people get it wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from labs.kit.checking.exercise import Mistake
from labs.tokens.attacks.door import TYP, Claims, TrustedKey, guard, is_for_us
from labs.tokens.attacks.doors import blocklist, careless, half, helpful
from labs.tokens.examples import ISSUER
from labs.tokens.jws import base64url
from labs.tokens.jws.jws import read_object


def _without(*left_out: str) -> Callable[..., Any]:
    """The reference with some checks left out."""

    def guard(token: str, keys: Mapping[str, TrustedKey], used: set[str], now: float) -> Any:
        try:
            parts = token.split(".")
            head, payload, signature = map(base64url.decode, parts)
            loose = (lambda written: json.loads(written)) if "twice" in left_out else read_object
            header = loose(head)
            key = keys.get(header["kid"]) if isinstance(header.get("kid"), str) else None
            if key is None or ("alg" not in left_out and header.get("alg") != key.alg):
                return None
            if "typ" not in left_out and header.get("typ") != TYP:
                return None
            if ("crit" not in left_out and "crit" in header) or ("b64" not in left_out and "b64" in header):
                return None
            if not key.fits(f"{parts[0]}.{parts[1]}".encode(), signature):
                return None
            claims = loose(payload)
        except ValueError:
            return None
        if "early" in left_out:
            name = str(claims.get("jti"))
            used_before = name in used
            used.add(name)
            return claims if is_for_us(claims, now) and not used_before else None
        if "claims" not in left_out and not is_for_us(claims, now):
            return None
        jti = claims.get("jti")
        if "jti" in left_out:
            return claims
        if not isinstance(jti, str) or jti in used or ("empty" in left_out and not jti):
            return None
        used.add(jti)
        return claims

    return guard


def _no_extras(token: str, keys: Mapping[str, TrustedKey], used: set[str], now: float) -> Any:
    claims = guard(token, keys, used, now)
    return claims if claims and set(_header(token)) == {"alg", "kid", "typ"} else None


def _header(token: str) -> dict[str, Any]:
    try:
        return read_object(base64url.decode(token.split(".")[0]))
    except ValueError:
        return {}


def _rewritten(alter: Callable[[Claims], Claims]) -> Callable[..., Any]:
    """The reference, on claims that are read more kindly than they should be."""

    def guard(token: str, keys: Mapping[str, TrustedKey], used: set[str], now: float) -> Any:
        claims = _without("claims", "jti")(token, keys, set(), now)
        if claims is None or not is_for_us(alter(claims), now):
            return None
        if not isinstance(claims.get("jti"), str) or claims["jti"] in used:
            return None
        used.add(claims["jti"])
        return claims

    return guard


def _no_falsy_nbf(claims: Claims) -> Claims:
    return claims if claims.get("nbf") else {k: v for k, v in claims.items() if k != "nbf"}


def _whole_exp(claims: Claims) -> Claims:
    return claims if isinstance(claims.get("exp"), int) else {**claims, "exp": None}


def _any_bool(claims: Claims) -> Claims:
    return {k: v + 0 if k in ("exp", "nbf") and isinstance(v, bool) else v for k, v in claims.items()}


def _start_of_iss(claims: Claims) -> Claims:
    return {**claims, "iss": ISSUER} if str(claims.get("iss")).startswith(ISSUER) else claims


def _sub_needed(claims: Claims) -> Claims:
    return claims if isinstance(claims.get("sub"), str) else {}


def _with_header(alter: Callable[[dict[str, Any], Mapping[str, TrustedKey]], bool], *skip: str) -> Callable[..., Any]:
    """The reference with some checks left out, and another in their place."""

    def guard(token: str, keys: Mapping[str, TrustedKey], used: set[str], now: float) -> Any:
        return _without(*skip)(token, keys, used, now) if alter(_header(token), keys) else None

    return guard


def _alg_in_any_case(header: dict[str, Any], keys: Mapping[str, TrustedKey]) -> bool:
    return any(str(header.get("alg")).upper() == key.alg for kid, key in keys.items() if kid == header.get("kid"))


def _typ_in_any_form(header: dict[str, Any], keys: Mapping[str, TrustedKey]) -> bool:
    return str(header.get("typ")).lower().removeprefix("application/") == TYP


def _key_of_alg(token: str, keys: Mapping[str, TrustedKey], used: set[str], now: float) -> Any:
    header = _header(token)
    if "kid" in header or header.get("typ") != TYP or {"crit", "b64"} & set(header):
        return guard(token, keys, used, now)
    try:
        signing_input, _, signature = token.rpartition(".")
        claims = read_object(base64url.decode(signing_input.split(".")[1]))
        fits = any(
            key.alg == header.get("alg") and key.fits(signing_input.encode(), base64url.decode(signature))
            for key in keys.values()
        )
    except (ValueError, IndexError):
        return None
    if not fits or not is_for_us(claims, now) or claims.get("jti") in used:
        return None
    used.add(claims["jti"])
    return claims


def _last_part_of_kid(token: str, keys: Mapping[str, TrustedKey], used: set[str], now: float) -> Any:
    kid = _header(token).get("kid")
    last = kid.rpartition("/")[2] if isinstance(kid, str) else ""
    return guard(token, {**keys, str(kid): keys[last]} if last in keys else keys, used, now)


def _only_the_last(token: str, keys: Mapping[str, TrustedKey], used: set[str], now: float) -> Any:
    claims = guard(token, keys, used, now)
    if claims is not None:
        used.intersection_update({claims["jti"]})
    return claims


def _stripped(token: str, keys: Mapping[str, TrustedKey], used: set[str], now: float) -> Any:
    return guard(token.strip(), keys, used, now)


def _forgets(token: str, keys: Mapping[str, TrustedKey], used: set[str], now: float) -> Any:
    claims = guard(token, keys, used, now)
    if claims is None:
        read = _without("claims", "jti")(token, keys, set(), now) or {}
        used.discard(str(read.get("jti")))
    return claims


WRONG = (
    Mistake("It takes no notice of `typ`: an ID token passes for an access token.", _without("typ")),
    Mistake("It takes no notice of `crit`.", _without("crit")),
    Mistake("It takes no notice of `b64`.", _without("b64")),
    Mistake("It takes no notice of `crit` and `b64`.", _without("crit", "b64")),
    Mistake("It reads a name that comes twice, and takes the last.", _without("twice")),
    Mistake("It never looks at `used`: a copy opens the door again.", _without("jti")),
    Mistake("It notes the `jti` before the other claims hold: a refused token uses up a good one.", _without("early")),
    Mistake("It takes an empty `jti` for a missing one: '' is a string, too.", _without("empty")),
    Mistake("It checks the signature and no claim.", half),
    Mistake("It does not compare the header's `alg` with the key's.", _without("alg")),
    Mistake("It refuses the name `none`, and believes the header otherwise.", blocklist),
    Mistake("It takes the key that the token offers.", helpful),
    Mistake("It compares with `in` where the whole string has to be equal.", careless),
    Mistake(
        "It compares `alg` without regard to case: names in a header are exact.", _with_header(_alg_in_any_case, "alg")
    ),
    Mistake("It takes other spellings of `typ`: this door takes `at+jwt` only.", _with_header(_typ_in_any_form, "typ")),
    Mistake("It tries the keys where there is no `kid`: this door wants the name of one.", _key_of_alg),
    Mistake("It takes the last part of a `kid` that looks like a path: only the whole name counts.", _last_part_of_kid),
    Mistake("It keeps the last `jti` only: after another token, the copy passes.", _only_the_last),
    Mistake("It strips white space off the token: that is a second spelling of it.", _stripped),
    Mistake('It takes an empty `nbf` (null, "", [] …) for a missing one.', _rewritten(_no_falsy_nbf)),
    Mistake("It takes True or False for a number.", _rewritten(_any_bool)),
    Mistake("It refuses an `exp` with a fraction.", _rewritten(_whole_exp)),
    Mistake("It only compares the beginning of `iss`.", _rewritten(_start_of_iss)),
    Mistake("It asks for a `sub`: this door does not need one.", _rewritten(_sub_needed)),
    Mistake("It takes the `jti` of a refused token out of `used`: the third time, the copy passes.", _forgets),
    Mistake("It refuses every token whose header says more than it expects.", _no_extras),
)
