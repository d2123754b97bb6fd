"""Ada is blocked. Four ways to make her tokens worthless, and what each costs.

    revoke("denylist") -> Trace     # "serves", "refuses" per request; "looks up" for every query

Three users call every 10 s. Ada is blocked at 95 s. Tokens live 300 s, the short ones 60 s, and the
one-time ones for a single call. `cache` is how long a verifier keeps the key set and the denylist's answers.
A lookup is what it asks in order to learn which tokens are out: the denylist, the used ones, or which keys are good.
"""

from __future__ import annotations

from collections.abc import Sequence

from labs.kit.limits import SEED, Limits, OneOf, Whole, check_faults, check_settings
from labs.kit.trace import Fault, Trace

WAYS = ("wait for exp", "denylist", "new key", "short life", "one-time")
LIMITS: Limits = {"way": OneOf(WAYS), "cache": Whole(0, 300, "seconds"), "seed": SEED}
USERS, EVERY, END, BLOCKED = ("ada", "bob", "eve"), 10, 600, 95


def revoke(*, way: str = "denylist", cache: int = 0, faults: Sequence[Fault] = (), seed: int = 0) -> Trace:
    """Ten minutes of three users. `cache` is how long a verifier keeps what it has looked up.

    Events: "fetches" (a new token, or a refused one for Ada), "looks up" (the verifier asks somebody), "serves",
    "refuses" (at the verifier). The login server always knows that Ada is blocked.
    """
    check_settings(LIMITS, dict(way=way, cache=cache, seed=seed))
    check_faults(faults, ())
    trace = Trace({"way": way, "cache": cache}, (), seed, end=float(END))
    lifetime = {"short life": 60, "one-time": EVERY}.get(way, 300)
    issued: dict[str, int] = {}
    asked: dict[str, int] = {}  # whoever or whatever was looked up, and when
    for t in range(END):
        if t % EVERY >= len(USERS):
            continue
        user = USERS[t % EVERY]
        if user not in issued or t >= issued[user] + lifetime:
            trace.emit(t, "fetches", user)
            if user == "ada" and t >= BLOCKED:
                trace.emit(t, "refuses", user, why="no new token")
                continue
            issued[user] = t
        what = "key set" if way == "new key" else user
        if way == "one-time" or (way in ("denylist", "new key") and t >= asked.get(what, -END) + cache):
            asked[what] = t
            trace.emit(t, "looks up", user)
        known = asked.get(what, -END) >= BLOCKED
        out = known and (user == "ada" if way == "denylist" else way == "new key" and issued[user] < BLOCKED)
        trace.emit(t, "refuses" if out else "serves", user, why="revoked" if out else "")
        if out and user != "ada":
            del issued[user]  # they log in again
    return trace


def costs(way: str, cache: int = 0) -> dict[str, str]:
    """What a way costs, counted in a run."""
    trace = revoke(way=way, cache=cache)
    requests = len(trace.of("serves", "refuses"))
    late = [event.t for event in trace.of("serves") if event.who == "ada" and event.t >= BLOCKED]
    others = sorted({event.who for event in trace.of("refuses") if event.who != "ada"})
    return {
        "way": way,
        "Ada is served for another": f"{late[-1] - BLOCKED if late else 0:g} s",
        "lookups per request": f"{len(trace.of('looks up')) / requests:.2f}",
        "new tokens fetched": str(len(trace.of("fetches"))),
        "others thrown out": ", ".join(others) or "nobody",
    }
