"""Replace a signing key while requests keep coming: publish, sign with the new one, retire the old.

    rotate(wait=0, keep=600, refetch=False) -> Trace

At 300 s the issuer publishes the new key. `wait` seconds later it signs with it, and `keep` seconds after that it takes
the old key out of the set. Every verifier keeps the set for `cache` seconds; with `refetch` it also fetches it when it
meets a `kid` that it does not know.
"""

from __future__ import annotations

from collections.abc import Sequence

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
VERIFIERS = {"shop": (280, 40), "bank": (285, 265), "forum": (270, 290)}
"""When each fetches the set again for the first time, and when Ada fetches a token for it. The unlucky ones are among
them: the bank fetches the set just after she has come with a new token, the forum just before her old one is over.
"""


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
    moments = {"publishes": PUBLISHED, "signs": PUBLISHED + wait, "retires": PUBLISHED + wait + keep}
    known: dict[str, tuple[str, ...]] = {}
    fetched = {who: first - cache for who, (first, _) in VERIFIERS.items()}
    for t in range(0, END, 5):
        for kind, moment in moments.items():
            if t - 5 < moment <= t:
                trace.emit(t, kind, "issuer")
        in_set = (*(["old"] if t < moments["retires"] else []), *(["new"] if t >= PUBLISHED else []))
        for number, (who, (_, renews)) in enumerate(VERIFIERS.items()):
            if t % EVERY != 5 * number:
                continue
            age = (t - renews) % lifetime  # she fetches a token for each of them every `lifetime` seconds
            kid = "new" if t - age >= moments["signs"] else "old"
            if who not in known or t - fetched[who] >= cache or (refetch and kid not in known[who]):
                fetched[who] = t if who in known else fetched[who]
                known[who] = in_set
                trace.emit(t, "fetches", who, kids=in_set)
            trace.emit(t, "serves" if kid in known[who] else "refuses", who, kid=kid)
    return trace


def failed(trace: Trace) -> int:
    """Requests that were refused although the token was good."""
    return len(trace.of("refuses"))
