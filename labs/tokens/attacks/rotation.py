"""Replace a signing key while requests keep coming: publish, sign with the new one, retire the old.

    rotate(wait=0, keep=600, refetch=False) -> Trace

At 300 s the issuer publishes the new key. `wait` seconds later it signs with it, and `keep` seconds after that it takes
the old key out of the set. Every verifier keeps the set for `cache` seconds; with `refetch` it also fetches it when it
meets a `kid` that it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from labs.kit.limits import SEED, Limits, Whole, YesNo, check_faults, check_settings
from labs.kit.trace import Fault, Trace

LIMITS: Limits = {
    "wait": Whole(0, 900, "seconds"),
    "keep": Whole(0, 900, "seconds"),
    "cache": Whole(0, 600, "seconds"),
    "lifetime": Whole(60, 600, "seconds"),
    "refetch": YesNo(),
    "seed": SEED,
}
PUBLISHED, END, EVERY = 300, 2100, 20  # seconds
VERIFIERS = {"shop": 0, "bank": 130, "mail": 250}  # when each fetched the set first


def rotate(
    *,
    wait: int = 0,
    keep: int = 300,
    cache: int = 300,
    lifetime: int = 300,
    refetch: bool = False,
    faults: Sequence[Fault] = (),
    seed: int = 0,
) -> Trace:
    """Ada calls every verifier every 20 s, with a token that she renews when it is over.

    Events: "publishes", "signs", "retires" at the issuer; at a verifier "fetches" (`kids`), "serves" and "refuses"
    (`kid`). Nothing is random: `seed` is taken, as by every run, and not used.
    """
    settings = dict(wait=wait, keep=keep, cache=cache, lifetime=lifetime, refetch=refetch)
    check_settings(LIMITS, {**settings, "seed": seed})
    check_faults(faults, ())
    trace = Trace(settings, (), seed, end=float(END))
    signs, retires = PUBLISHED + wait, PUBLISHED + wait + keep
    trace.emit(PUBLISHED, "publishes", "issuer")
    trace.emit(signs, "signs", "issuer")
    if retires < END:
        trace.emit(retires, "retires", "issuer")

    def published(t: int) -> tuple[str, ...]:
        return (*(("old",) if t < retires else ()), *(("new",) if t >= PUBLISHED else ()))

    for number, (verifier, first) in enumerate(VERIFIERS.items()):
        _verify_all(trace, verifier, first - cache if cache else -1, number, signs, published)
    trace.events.sort(key=lambda event: event.t)
    return trace


def _verify_all(
    trace: Trace, who: str, fetched: int, number: int, signs: int, published: Callable[[int], tuple[str, ...]]
) -> None:
    """All calls at one verifier."""
    settings = trace.settings
    known: tuple[str, ...] = ()
    for t in range(number * 5, END, EVERY):
        issued = t - t % settings["lifetime"]  # she has fetched her token at the last full round
        kid = "new" if issued >= signs else "old"
        if not known or t - fetched >= settings["cache"] or (settings["refetch"] and kid not in known):
            if known != published(t):
                trace.emit(t, "fetches", who, kids=published(t))
            known, fetched = published(t), t if known else fetched + settings["cache"]
        trace.emit(t, "serves" if kid in known else "refuses", who, kid=kid)


def failed(trace: Trace) -> int:
    """Requests that were refused although the token was good."""
    return len(trace.of("refuses"))
