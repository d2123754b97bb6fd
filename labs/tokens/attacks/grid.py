"""The grid: every attack put to every verifier, and every good token after that.

try_all() -> Trace      # "tried" (attack, door, opened), then "good" (token, door, opened)
forge("alg none", "trusting") -> Trace      # one attack, step by step
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from labs.kit.limits import SEED, Limits, OneOf, check_faults, check_settings
from labs.kit.trace import Fault, Trace
from labs.tokens.attacks.door import GOOD, KEYS, Verifier
from labs.tokens.attacks.doors import DOORS, opens
from labs.tokens.attacks.tools import ATTACKS, begun_with, made
from labs.tokens.examples import NOW

LIMITS: Limits = {"attack": OneOf(tuple(ATTACKS)), "door": OneOf(tuple(DOORS)), "seed": SEED}


@cache
def result(attack: str, door: str) -> bool:
    """Whether this attack opens this door of the course's: a real token, really verified."""
    tried = ATTACKS[attack]
    return opens(DOORS[door], tried.tokens, tried.now)


@cache
def good_passes(token: str, door: str) -> bool:
    """Whether a good token opens this door."""
    return opens(DOORS[door], (GOOD[token],), NOW)


def try_all(
    *, verify: Verifier | None = None, only: Sequence[str] = (), faults: Sequence[Fault] = (), seed: int = 0
) -> Trace:
    """Every attack on every door, a row a step; `verify` is the learner's own door, with the trusted keys."""
    check_faults(faults, ())
    doors = [*(only or DOORS), *(["yours"] if verify else [])]
    trace = Trace({"doors": doors}, (), seed, end=float(len(ATTACKS) + 1))
    for t, (name, attack) in enumerate(ATTACKS.items(), 1):
        for door in doors:
            opened = (
                opens(verify, attack.tokens, attack.now, KEYS) if door == "yours" and verify else result(name, door)
            )
            trace.emit(t, "tried", door, attack=name, opened=opened)
    for door in doors:
        passed = [
            opens(verify, (GOOD[g],), NOW, KEYS) if door == "yours" and verify else good_passes(g, door) for g in GOOD
        ]
        trace.emit(len(ATTACKS) + 1, "good", door, passed=sum(passed), of=len(passed))
    return trace


def forge(*, attack: str = "alg none", door: str = "trusting", faults: Sequence[Fault] = (), seed: int = 0) -> Trace:
    """One attack on one door: "has" (Ada's token), "forges" (the forger's, and how it was `made`), "shows", "opens" or
    "refuses".
    """
    check_settings(LIMITS, dict(attack=attack, door=door, seed=seed))
    check_faults(faults, ())
    tried = ATTACKS[attack]
    trace = Trace({"attack": attack, "door": door}, (), seed, end=5.0)
    trace.emit(0, "has", "forger", token=begun_with(tried.tokens[-1]))
    trace.emit(1, "forges", "forger", token=tried.tokens[-1], trick=tried.trick, made=made(tried.tokens[-1]))
    trace.emit(2, "shows", "forger", late=tried.now - NOW, times=len(tried.tokens))
    trace.emit(3, "opens" if result(attack, door) else "refuses", door)
    return trace
