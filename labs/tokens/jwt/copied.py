"""A token is copied on its way to the shop: what can a stranger do with it who does not have the key?

    copy_token(minutes=1) -> Trace

The stranger reads the copy, tries a changed one, and then uses the copy as it is. No network is needed for that: the
shop's answers are those of `accept`. No time passes between the steps; `minutes` is when the copy is used.
"""

from __future__ import annotations

from collections.abc import Sequence

from labs.kit.limits import SEED, Limits, Whole, check_faults, check_settings
from labs.kit.trace import Fault, Trace
from labs.tokens.examples import AUDIENCE, ISSUER, NOW, example_claims, example_key
from labs.tokens.jws import base64url
from labs.tokens.jws.jws import Refused
from labs.tokens.jwt.jwt import accept, issue
from labs.tokens.jwt.life import tampered

LIMITS: Limits = {"minutes": Whole(0, 60, "minutes after the token was issued"), "seed": SEED}


def copy_token(*, minutes: int = 1, faults: Sequence[Fault] = (), seed: int = 0) -> Trace:
    """What the shop says to Ada, to a changed copy, and to the copy as it is, `minutes` after the token was issued.

    Events: "shows" (`which`: "token", "changed" or "copy"; `token`), then the shop's "serves" (`sub`: as whom) or
    "refuses" (`check`, `why`); the stranger's "copies", "reads" (`text`) and "changes" (`text`: what it says now). The
    clock counts steps. Nothing is random: `seed` is taken, as by every run, and not used.

    ValueError, in a sentence, for a setting that cannot be.
    """
    check_settings(LIMITS, dict(minutes=minutes, seed=seed))
    faults = check_faults(faults, ())
    trace = Trace({"minutes": minutes}, faults, seed, end=10.0)
    token = issue(example_claims(), example_key())
    forged = tampered(token)
    _show(trace, 0, "ada", "token", token, NOW)
    trace.emit(2, "copies", "stranger", token=token)
    trace.emit(3, "reads", "stranger", text=payload_of(token))
    trace.emit(4, "changes", "stranger", text=payload_of(forged))
    _show(trace, 5, "stranger", "changed", forged, NOW)
    _show(trace, 7, "stranger", "copy", token, NOW + 60 * minutes)
    return trace


def payload_of(token: str) -> str:
    """What the payload says. No key is needed to read it."""
    return base64url.decode(token.split(".")[1]).decode()


def _show(trace: Trace, t: float, who: str, which: str, token: str, now: float) -> None:
    """Somebody shows a token to the shop, and the shop answers one step later."""
    trace.emit(t, "shows", who, which=which, token=token)
    try:
        claims = accept(token, example_key(), now=now, issuer=ISSUER, audience=AUDIENCE)
    except Refused as problem:
        trace.emit(t + 1, "refuses", "shop", to=who, which=which, check=problem.check, why=problem.why)
    else:
        trace.emit(t + 1, "serves", "shop", to=who, which=which, sub=claims["sub"])
