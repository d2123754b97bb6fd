"""The exercise `tokens-verify`: the signature, then every claim that matters."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from labs.kit.checking.exercise import Exercise, Wrong
from labs.kit.guarding.telling import show
from labs.tokens.jwt.exercises.verify_cases import Case, cases, larger
from labs.tokens.jwt.exercises.verify_steps import (
    BadBytes,
    begun,
    for_audience,
    from_issuer,
    hs256,
    not_over,
    open_token,
    read_bytes,
    verify,
)
from labs.tokens.jwt.exercises.verify_wrong_bytes import WRONG_BYTES
from labs.tokens.jwt.exercises.verify_wrong_parties import WRONG_PARTIES
from labs.tokens.jwt.exercises.verify_wrong_signature import WITH_EQUALS, WRONG_SIGNATURES
from labs.tokens.jwt.exercises.verify_wrong_times import WRONG_TIMES

REASONS = ("signature", "exp", "nbf", "iss", "aud")
LEAKS = "signature, compared byte by byte"
"""What a near miss comes to where it is refused, but not by a comparison that takes the same time for all."""
CONSTANT_TIME = {"compare_digest", "_compare_digest", "verify"}  # hmac's, by any name, and that of `cryptography`


def verify_token(token: str, secret: bytes, now: float, issuer: str, audience: str, leeway: float) -> Any:
    """The claims, or the name of the check that failed: exp, nbf, iss, aud, or signature for all that comes before."""
    return verify(token, secret, now, issuer, audience, leeway)


# ── what is right and wrong with a case ───────────────────────────────────────────────────────────────────────────────


@lru_cache(1000)
def trouble(case: Case) -> str:
    """What is wrong with the bytes, in words that fit behind "although"; empty if nothing is."""
    try:
        open_token(*case[:2])
    except BadBytes as problem:
        return str(problem)
    return ""


@lru_cache(1000)
def failing(case: Case) -> frozenset[str]:
    """The checks that this token fails, all of them; while the bytes are wrong only that: nothing else may be seen."""
    if trouble(case):
        return frozenset({"signature"})
    claims, (_, _, now, issuer, audience, leeway) = open_token(*case[:2]), case
    holds = {
        "exp": not_over(claims, now, leeway),
        "nbf": begun(claims, now, leeway),
        "iss": from_issuer(claims, issuer),
        "aud": for_audience(claims, audience),
    }
    return frozenset(name for name, held in holds.items() if not held)


def told(check: str, case: Case) -> str:
    """How it is with one check, right or wrong, in words that fit behind "although"."""
    if check == "signature":
        return trouble(case) or "its bytes and its signature are in order"
    claims, (_, _, now, issuer, audience, leeway) = open_token(*case[:2]), case
    if check not in claims:
        return f"it has no `{check}`"
    said = f"its `{check}` is {show(claims[check], 80)}"
    if check in ("exp", "nbf") and (isinstance(claims[check], bool) or not isinstance(claims[check], int | float)):
        return f"{said}, which is not a number"
    beside = {
        "exp": f"now, less the leeway, is {now - leeway}",
        "nbf": f"now, plus the leeway, is {now + leeway}",
        "iss": f"the issuer is {issuer!r}",
        "aud": f"the audience is {audience!r}",
    }
    return f"{said} and {beside[check]}"


# ── how it is called ──────────────────────────────────────────────────────────────────────────────────────────────────


def near_miss(case: Case) -> bool:
    """Whether all that is wrong with the token is the last byte of its signature."""
    if not trouble(case).startswith("its signature does not fit"):
        return False
    parts = case[0].split(".")
    made, right = read_bytes(parts, 2), hs256(case[1], parts[0], parts[1])
    return len(made) == len(right) and made[:-1] == right[:-1]


def _call(function: Callable[..., Any], case: Case) -> Any:
    """The usual call. At a near miss Python tells us which built-ins it uses, however they are called there."""
    if not near_miss(case):
        return function(*case)
    called, before = set(), sys.getprofile()
    sys.setprofile(lambda frame, event, what: called.add(getattr(what, "__name__", "")) if event == "c_call" else None)
    try:
        answer = function(*case)
    finally:
        sys.setprofile(before)
    return LEAKS if isinstance(answer, str) and answer == "signature" and not called & CONSTANT_TIME else answer


# ── what is asked ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(case: Case, answer: Any) -> Any:
    if isinstance(answer, dict) or (isinstance(answer, str) and answer in (*REASONS, LEAKS)):
        return answer
    if isinstance(answer, bool):
        raise Wrong("Yes or no is not enough: return the claims, or the name of the check that failed.")
    if isinstance(answer, str):
        raise Wrong(f"{show(answer, 60)} is not one of the checks: {', '.join(REASONS)}.")
    raise Wrong(f"Return the claims (a dict), or the name of the check that failed, not {show(answer, 60)}.")


def _good(case: Case, answer: Any) -> None:
    if failing(case):
        return
    right = verify_token(*case)
    if isinstance(answer, str):
        raise Wrong(f"This token is good, but it is refused for `{answer}`, although {told(answer, case)}.", right)
    if answer != right or show(answer, 9999) != show(right, 9999):  # 1, 1.0 and True are equal, but not the same
        raise Wrong("This token is good, but what you return is not what it says.", right)


def _bytes(case: Case, answer: Any) -> None:
    wrong = failing(case)
    if "signature" in wrong and isinstance(answer, dict):
        raise Wrong(f"It is accepted, although {trouble(case)}.", "signature")
    if "signature" in wrong and answer not in ("signature", LEAKS):
        first = f"{trouble(case)}: no claim may be checked before that"
        raise Wrong(f"It is refused for `{answer}`, although {first}.", "signature")
    if wrong and "signature" not in wrong and answer == "signature":
        others = ", and ".join(told(name, case) for name in sorted(wrong))
        raise Wrong(f"It is refused for `signature`, although {told('signature', case)}. But {others}.")


def _constant_time(case: Case, answer: Any) -> None:
    if answer == LEAKS:
        raise Wrong(
            "It is refused, as it should be, but not by `hmac.compare_digest`. Here all but the last byte of the "
            "signature is right, and the time that the answer takes must not tell that."
        )


def _asks(check: str) -> Callable[[Case, Any], None]:
    def holds(case: Case, answer: Any) -> None:
        wrong = failing(case)
        if check in wrong and isinstance(answer, dict):
            raise Wrong(f"It is accepted, although {told(check, case)}.", check)
        if answer == check and wrong and check not in wrong and "signature" not in wrong:
            others = ", and ".join(told(name, case) for name in sorted(wrong))
            raise Wrong(f"It is refused for `{check}`, although {told(check, case)}. But {others}.")

    return holds


# ── how it is shown ───────────────────────────────────────────────────────────────────────────────────────────────────


def _show(case: Case) -> str:
    token, secret, now, issuer, audience, leeway = case
    lines = [
        f"verify_token(token, secret, now={now}, issuer={issuer!r}, audience={audience!r}, leeway={leeway})",
        f"  token = {token!r}",
        f"  secret = {secret!r}",
    ]
    for place, name in enumerate(("header", "payload")):
        try:
            written = read_bytes([*token.split("."), "", ""], place)
        except BadBytes:
            continue
        lines.append(f"  its {name} says {written.decode('utf-8', 'backslashreplace')}")
    return "\n".join([*lines, f"  {told('signature', case)}"])


def _show_answer(answer: Any) -> str:
    return "'signature', without `hmac.compare_digest`" if answer == LEAKS else show(answer)


def _beware(case: Case) -> str | None:
    """What is unusual about a case in which the learner's code breaks off."""
    if trouble(case):
        return f"In this case {trouble(case)}."
    odd = [name for name in REASONS[1:] if name in failing(case)]
    return f"In this case {told(odd[0], case)}." if odd else None


VERIFY = Exercise(
    id="tokens-verify",
    lesson="19",
    title="Verify: the signature, then the claims",
    points=3,
    reference=verify_token,
    cases=cases,
    strategy=larger,
    shape="Returns the claims, or the name of a check",
    read=_read,
    call=_call,
    properties=(
        ("A good token gives its claims", _good),
        ("Nothing is believed before the signature holds", _bytes),
        ("Compares signatures in constant time", _constant_time),
        ("`exp` is present, and now is before it", _asks("exp")),
        ("`nbf`, if present, is not in the future", _asks("nbf")),
        ("`iss` is the issuer that is trusted", _asks("iss")),
        ("`aud` is this audience, or a list with it", _asks("aud")),
    ),
    wrong=(WITH_EQUALS, *WRONG_BYTES, *WRONG_TIMES, *WRONG_PARTIES, *WRONG_SIGNATURES),  # the narrower ones first
    hints=(
        "Split at the dots; if there are not three parts, that is `signature`. Compute the signature yourself, with "
        "HS256 and nothing else, and compare it with the one in the token by `hmac.compare_digest`.",
        "Before that, decode the header only to see that its `alg` is HS256. After that, and no sooner, decode the "
        "payload. What a stranger wrote may be anything: make sure that it is a dict before you look inside.",
        "It has expired when `now - leeway >= exp`, and is not valid yet when `now + leeway < nbf`.",
        "`aud` is text or a list: `audience in (aud if isinstance(aud, list) else [aud])`.",
    ),
    show_case=_show,
    show_answer=_show_answer,
    beware=_beware,
    examples=60,
)
