"""The exercise `tokens-guard`: the verifier on which every row of the grid turns green."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from labs.kit.exercise import Exercise, Mistake, Wrong
from labs.kit.telling import show
from labs.tokens.attacks.door import GOOD, KEYS, TYP, Claims, TrustedKey, guard, is_for_us, signed_by
from labs.tokens.attacks.doors import blocklist, careless, half, helpful
from labs.tokens.attacks.tools import ATTACKS, claims_of, part, twice
from labs.tokens.examples import AUDIENCE, ISSUER, NOW
from labs.tokens.jws import base64url
from labs.tokens.jws.jws import read_object

Case = tuple[tuple[str, ...], float, str]  # tokens, one after the other; now; what the last of them is
HEADER = {"alg": "HS256", "kid": "office", "typ": TYP}


def _office(header: Any, payload: Any) -> str:
    return twice(json.dumps(header).encode(), json.dumps(payload).encode())


def _cases() -> Iterator[Case]:
    for name, token in GOOD.items():
        yield (token,), NOW, f"a good token ({name})"
    for attack in ATTACKS.values():
        yield attack.tokens, attack.now, attack.name
    good = claims_of(GOOD["HS256"])
    late, other = signed_by("winter", exp=NOW - 1), signed_by("winter", aud="bank.example")
    yield (late, GOOD["RS256"]), NOW, "a good token, after a refused one with its jti"
    yield (other, GOOD["RS256"]), NOW, "a good token, after one for the bank with its jti"
    yield (GOOD["RS256"], signed_by("winter", jti="a-11")), NOW, "a good token with another jti"
    yield (GOOD["RS256"], GOOD["ES256"]), NOW, "the same jti in another token"
    yield (signed_by("winter", jti=""), signed_by("winter", jti="")), NOW, "an empty jti, for the second time"
    yield (GOOD["RS256"],), NOW + 299.5, "a good token, half a second before its end"
    yield (GOOD["RS256"],), NOW + 300, "at exp"
    for name, value in (("jti", 7), ("jti", None), ("exp", str(NOW + 9)), ("nbf", "0"), ("nbf", NOW + 0.5),
                        ("exp", True), ("aud", []), ("aud", None), ("aud", {AUDIENCE: 1}), ("aud", [AUDIENCE + "x"]),
                        ("iss", ISSUER.upper()), ("iss", None), ("iss", [ISSUER])):  # fmt: skip
        yield (_office(HEADER, {**good, name: value}),), NOW, f"`{name}` is {value!r}"
    yield (_office(HEADER, {k: v for k, v in good.items() if k != "jti"}),), NOW, "there is no jti"
    for kid in (["office"], None, 7, "OFFICE", "off", {"office": 1}, ""):
        yield (_office({**HEADER, "kid": kid}, good),), NOW, f"`kid` is {kid!r}"
    for alg in ("HS512", "none", "RS256", None, ["HS256"]):
        yield (_office({**HEADER, "alg": alg}, good),), NOW, f"`alg` is {alg!r}, and the key is for HS256"
    for typ in (None, "JWT", "at+jwt ", ["at+jwt"]):
        yield (_office({**HEADER, "typ": typ}, good),), NOW, f"`typ` is {typ!r}"
    header: Any
    for header in ([], 5, None, "alg", {}):
        yield (_office(header, good),), NOW, f"the header is {header!r}"
    for payload in ([], None, "x", [good]):
        yield (_office(HEADER, payload),), NOW, f"the payload is {payload!r}"
    yield (_office({**HEADER, "crit": []}, good),), NOW, "an empty crit"
    for text in ("", ".", "..", "a.b.c", GOOD["HS256"] + ".", GOOD["HS256"] + "=", "é.é.é", part(HEADER)):
        yield (text,), NOW, f"the text {text[:20]!r}"
    yield tuple(signed_by("office", jti=f"n-{i}") for i in range(12)), NOW, "a good token, the twelfth"


def _call(function: Callable[..., Any], case: Case) -> Any:
    used: set[str] = set()
    answer = None
    for token in case[0]:
        answer = function(token, dict(KEYS), used, case[1])
    return answer


def _reference(token: str, keys: Mapping[str, TrustedKey], used: set[str], now: float) -> Claims | None:
    return guard(token, keys, used, now)


_reference.__name__ = "guard"


def _read(case: Case, answer: Any) -> Any:
    if answer is None or isinstance(answer, dict):
        return answer
    raise Wrong(f"Return the claims (a dict) or None, not {show(answer, 60)}.")


def _good(case: Case, answer: Any) -> None:
    right = _call(guard, case)
    if right is not None and answer != right:
        raise Wrong(f"This is {case[2]}, and it has to pass with its claims.", right)


def _bad(case: Case, answer: Any) -> None:
    if answer is not None and _call(guard, case) is None:
        raise Wrong(f"The door opens, although this is the case “{case[2]}”.")


def _show(case: Case) -> str:
    lines = [f"guard(token, keys, used, now={case[1]})   # {case[2]}"]
    return "\n".join(lines + [f"  token = {token[:160]!r}" for token in case[0][-2:]])


# ── as people get it wrong ───────────────────────────────────────────────────────────────────────────────────────────


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
            if "crit" not in left_out and ("crit" in header or "b64" in header):
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
    return (
        claims if claims and set(read_object(base64url.decode(token.split(".")[0]))) == {"alg", "kid", "typ"} else None
    )


GUARD = Exercise(
    id="tokens-guard",
    lesson="20",
    title="The verifier that turns the grid green",
    points=4,
    reference=_reference,
    cases=_cases,
    call=_call,
    shape="Returns the claims, or None",
    read=_read,
    properties=(("Every good token passes", _good), ("No attack opens the door", _bad)),
    wrong=(
        Mistake("It takes no notice of `typ`: an ID token passes for an access token.", _without("typ")),
        Mistake("It takes no notice of `crit` and `b64`.", _without("crit")),
        Mistake("It reads a name that comes twice, and takes the last.", _without("twice")),
        Mistake("It never looks at `used`: a copy opens the door again.", _without("jti")),
        Mistake(
            "It notes the `jti` before the other claims hold: a refused token uses up a good one.", _without("early")
        ),
        Mistake("It takes an empty `jti` for a missing one: '' is a text, too.", _without("empty")),
        Mistake("It checks the signature and no claim.", half),
        Mistake("It does not compare the header’s `alg` with the key’s.", _without("alg")),
        Mistake("It refuses the name `none`, and believes the header otherwise.", blocklist),
        Mistake("It takes the key that the token offers.", helpful),
        Mistake("It compares with `in` where the whole text has to be equal.", careless),
        Mistake("It refuses every token whose header says more than it expects.", _no_extras),
    ),
    hints=(
        "Split at the dots, decode with `base64url.decode`, and read header and payload with `read_object`. All three "
        "raise ValueError for what is not in order: one `try` around them is enough.",
        "The key comes from `keys`, by a `kid` that is a text. Compare `alg` with `key.alg`; `typ` with 'at+jwt'; "
        "refuse `crit` and `b64`. Then `key.fits(signing_input, signature)`.",
        "Look at `jti` last, and note it last: `used.add(jti)`.",
    ),
    show_case=_show,
    shows_right=False,
)
