"""Plausible wrong answers to `tokens-verify`: from when, and until when."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from labs.kit.checking.exercise import Mistake
from labs.tokens.examples import NOW
from labs.tokens.jwt.exercises.verify_steps import Claims, begun, not_over, verify

# ── exp ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _at_the_end(claims: Claims, now: float, leeway: float) -> bool:
    return not_over(claims, now, leeway) or claims.get("exp") == now - leeway


def _end_optional(claims: Claims, now: float, leeway: float) -> bool:
    return "exp" not in claims or not_over(claims, now, leeway)


def _null_is_no_end(claims: Claims, now: float, leeway: float) -> bool:
    return ("exp" in claims and claims["exp"] is None) or not_over(claims, now, leeway)


def _end_may_be_none(claims: Claims, now: float, leeway: float) -> bool:
    return claims.get("exp") is None or not_over(claims, now, leeway)


def _end_may_be_falsy(claims: Claims, now: float, leeway: float) -> bool:
    return not claims.get("exp") or not_over(claims, now, leeway)


def _no_leeway_at_the_end(claims: Claims, now: float, leeway: float) -> bool:
    return not_over(claims, now, 0)


def _shortened(claims: Claims, now: float, leeway: float) -> bool:
    return not_over(claims, now, -leeway)


def _end_of_any_kind(claims: Claims, now: float, leeway: float) -> bool:
    return "exp" in claims and now - leeway < claims["exp"]


def _end_made_a_number(claims: Claims, now: float, leeway: float) -> bool:
    return bool(claims.get("exp")) and now - leeway < float(claims["exp"])


def _whole_seconds(claims: Claims, now: float, leeway: float) -> bool:
    exp = claims.get("exp")
    return isinstance(exp, int | float) and int(now - leeway) < int(exp)


def _by_notebooks_now(claims: Claims, now: float, leeway: float) -> bool:
    return not_over(claims, NOW, leeway)


def _never_ends(claims: Claims, now: float, leeway: float) -> bool:
    return True


# ── nbf ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _after_the_start(claims: Claims, now: float, leeway: float) -> bool:
    return begun(claims, now, leeway) and claims.get("nbf") != now + leeway


def _start_needed(claims: Claims, now: float, leeway: float) -> bool:
    return "nbf" in claims and begun(claims, now, leeway)


def _start_may_be_none(claims: Claims, now: float, leeway: float) -> bool:
    return claims.get("nbf") is None or begun(claims, now, leeway)


def _start_may_be_falsy(claims: Claims, now: float, leeway: float) -> bool:
    return not claims.get("nbf") or begun(claims, now, leeway)


def _no_leeway_at_the_start(claims: Claims, now: float, leeway: float) -> bool:
    return begun(claims, now, 0)


def _postponed(claims: Claims, now: float, leeway: float) -> bool:
    return begun(claims, now, -leeway)


def _start_of_any_kind(claims: Claims, now: float, leeway: float) -> bool:
    return "nbf" not in claims or now + leeway >= claims["nbf"]


def _begun_by_notebooks_now(claims: Claims, now: float, leeway: float) -> bool:
    return begun(claims, NOW, leeway)


def _always_begun(claims: Claims, now: float, leeway: float) -> bool:
    return True


def _caught_as_signature(*case: Any) -> Any:
    """Says `signature` for whatever goes wrong."""
    try:
        return verify(*case, ends=_end_of_any_kind, begins=_start_of_any_kind)
    except TypeError:
        return "signature"


def _ends(step: Callable[..., bool]) -> Callable[..., Any]:
    return partial(verify, ends=step)


def _begins(step: Callable[..., bool]) -> Callable[..., Any]:
    return partial(verify, begins=step)


WRONG_TIMES = (
    Mistake(
        "At the very second of `exp` a token has expired: now, less the leeway, has to be before it (RFC 7519 §4.1.4).",
        _ends(_at_the_end),
    ),
    Mistake("A token without `exp` is accepted: it would be good for ever.", _ends(_end_optional)),
    Mistake("A token whose `exp` is null is accepted: it would be good for ever.", _ends(_null_is_no_end)),
    Mistake(
        "A token without `exp`, or with null in it, is accepted: it would be good for ever.", _ends(_end_may_be_none)
    ),
    Mistake(
        "A token whose `exp` is missing, null, 0 or empty is accepted: it would be good for ever.",
        _ends(_end_may_be_falsy),
    ),
    Mistake("The leeway is left out at the end (`exp`).", _ends(_no_leeway_at_the_end)),
    Mistake(
        "The leeway works the wrong way round at the end: it should let a token live longer, not end it sooner.",
        _ends(_shortened),
    ),
    Mistake(
        "An `exp` that is text, a list or null cannot be compared with a number: check that it is one first.",
        _ends(_end_of_any_kind),
    ),
    Mistake("An `exp` that is text is read as a number. It has to be one (RFC 7519 §2).", _ends(_end_made_a_number)),
    Mistake("Fractions of a second are dropped. Compare the numbers as they are.", _ends(_whole_seconds)),
    Mistake("`exp` is compared with the notebook's `NOW`. Use the argument `now`.", _ends(_by_notebooks_now)),
    Mistake("`exp` is ignored.", _ends(_never_ends)),
    Mistake("`nbf` may be exactly now, plus the leeway: refuse only what begins later.", _begins(_after_the_start)),
    Mistake("A token without `nbf` is refused. The claim is optional.", _begins(_start_needed)),
    Mistake(
        "A token whose `nbf` is null is accepted. Where the claim is there, it has to be a number.",
        _begins(_start_may_be_none),
    ),
    Mistake(
        "A token whose `nbf` is null or empty is accepted. Where the claim is there, it has to be a number.",
        _begins(_start_may_be_falsy),
    ),
    Mistake("The leeway is left out at the start (`nbf`).", _begins(_no_leeway_at_the_start)),
    Mistake(
        "The leeway works the wrong way round at the start: it should let a token be used sooner, not later.",
        _begins(_postponed),
    ),
    Mistake(
        "An `nbf` that is text, a list or null cannot be compared with a number: check that it is one first.",
        _begins(_start_of_any_kind),
    ),
    Mistake("`nbf` is compared with the notebook's `NOW`. Use the argument `now`.", _begins(_begun_by_notebooks_now)),
    Mistake("`nbf` is ignored.", _begins(_always_begun)),
    Mistake(
        "Every error is caught and called `signature`. "
        "Where the bytes are in order and a claim is of the wrong type, name that claim.",
        _caught_as_signature,
    ),
)
