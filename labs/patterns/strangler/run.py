"""A rollout of the new basket service: 200 users, one request per second each, and a share that grows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from labs.kit.guarding.telling import show
from labs.kit.limits import OneOf, Whole, check_faults, check_settings
from labs.kit.trace import Fault, Trace
from labs.patterns.strangler import routing
from labs.patterns.strangler.data import WAYS, Baskets

NAMED = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn")  # these have a strip of their own in the picture
USERS = (*NAMED, *(f"user {n}" for n in range(len(NAMED), 200)))
ROLLOUT, PATH = "basket", "/basket"
STEPS = tuple(range(10, 101, 10))  # per cent
WINDOW, LEAST, BUDGET = 3, 30, 5  # seconds; requests; per cent of them
SECONDS = 36
AWAY = 5  # seconds in which the second of two writes fails
CHOICES = ("coin", "bucket")
GATES = ("gate", "no gate")
LIMITS = {"choice": OneOf(CHOICES), "gate": OneOf(GATES), "data": OneOf(WAYS)}
FAULTS = ("bug", "slow", "away", "roll back", "switch")  # "bug" or "slow", struck again, is mended
TROUBLE = {"bug": 4, "slow": 2}  # the new service fails every 4th user (a voucher in the basket), or every 2nd


def run_rollout(
    choice: str = "bucket", gate: str = "gate", data: str = WAYS[0], *, bucket: Any = routing.bucket,
    route: Any = routing.route, ramp: Any = routing.next_share, faults: Sequence[Fault] = (), seed: int = 0,
) -> Trace:  # fmt: skip
    """The whole rollout. `bucket`, `route` and `ramp` may be the learner's own functions."""
    settings = {"choice": choice, "gate": gate, "data": data}
    check_settings(LIMITS, settings)
    run = _Rollout(settings, check_faults(faults, FAULTS, SECONDS), seed, bucket, route, ramp)
    for second in range(SECONDS):
        run.live(second)
    run.strike(SECONDS)
    run.settle()
    run.trace.end = SECONDS + 0.0
    return run.trace


class _Rollout:
    def __init__(
        self, settings: dict[str, Any], faults: Sequence[Fault], seed: int, bucket: Any, route: Any, ramp: Any
    ) -> None:
        self.trace, self.waiting = Trace(settings, tuple(faults), seed), list(faults)
        self.sticky, self.gate = settings["choice"] == "bucket", settings["gate"] == "gate"
        self.coin = random.Random(f"{seed} a coin")
        self.route, self.ramp = route, ramp
        self.buckets = {user: _number(bucket(user, ROLLOUT), "bucket", 9_999) for user in USERS} if self.sticky else {}
        self.baskets = Baskets(settings["data"], NAMED)
        self.own: dict[str, set[int]] = {user: set() for user in NAMED}
        self.last: dict[str, str] = dict.fromkeys(USERS, "old")  # who has served them since the last rollback
        self.side: dict[str, str] = {}  # who served the named users last
        self.share, self.trouble, self.away = 0, "", -1.0
        self.requests = self.errors = 0  # of the new system, in this window

    def live(self, second: int) -> None:
        """One second: what strikes, what the controller decides, and a request from every user."""
        self.strike(second)
        self.baskets.deliver()
        if second and second % WINDOW == 0:
            self._decide(second)
        new = failed = back = 0
        for place, user in enumerate(USERS):
            number = self.buckets[user] if self.sticky else self.coin.randrange(routing.BUCKETS)
            side = self.route({PATH: self.share}, PATH, number)
            if side not in ("old", "new"):
                raise ValueError(f'route must return "old" or "new", and not {show(side, 60)}')
            fails = side == "new" and bool(self.trouble) and place % TROUBLE[self.trouble] == 0
            back += self.last[user] == "new" and side == "old"
            self.last[user] = side
            new, failed = new + (side == "new"), failed + fails
            if user in self.own:
                self._serve(second, user, side, fails)
        self.requests, self.errors = self.requests + new, self.errors + failed
        self.trace.emit(second, "second", "façade", share=self.share, new=new, failed=failed, back=back)

    def strike(self, until: float) -> None:
        """Everything that goes wrong up to this moment."""
        while self.waiting and self.waiting[0].t <= until:
            self._strike(self.waiting.pop(0))

    def _strike(self, fault: Fault) -> None:
        if fault.kind in ("roll back", "switch"):  # a switch starts again what was rolled back
            if self.share or fault.kind == "switch":
                self._set(fault.t, 0 if self.share else STEPS[0])
            return
        mended = fault.kind == self.trouble
        instead = self.trouble if fault.kind in TROUBLE and not mended else ""
        self.trace.emit(fault.t, "mend" if mended else fault.kind, fault.who, instead=instead)
        if fault.kind == "away":
            self.away = fault.t + AWAY
        else:
            self.trouble = "" if mended else fault.kind

    def _decide(self, second: int) -> None:
        if second == WINDOW:
            share = STEPS[0]  # somebody starts the rollout
        elif self.share == 0:
            share = 0  # rolled back: a person has to look at it
        else:
            budget = BUDGET if self.gate else 100
            told = self.ramp(list(STEPS), self.share, self.requests, self.errors, LEAST, budget)
            share = _number(told, "ramp", 100)
        self.requests = self.errors = 0
        if share != self.share:
            self._set(second, share)

    def _set(self, t: float, share: int) -> None:
        self.trace.emit(t, "share", "façade", share=share, before=self.share)
        if share == 0:  # whoever goes back now is meant to
            self.last = dict.fromkeys(USERS, "old")
        self.share = share

    def _serve(self, second: int, user: str, side: str, fails: bool) -> None:
        adds = second % 4 == 1
        if adds and not fails:
            self.baskets.add(side, user, second, other_is_up=second >= self.away)
            self.own[user].add(second)
        self.side[user] = side
        missing = 0 if fails else self._out_of_sight(user, side)
        self.trace.emit(second, "serve", user, side=side, adds=adds, fails=fails, missing=missing,
                        items=len(self.own[user]))  # fmt: skip

    def _out_of_sight(self, user: str, side: str) -> int:
        return len(self.own[user] - self.baskets.sees(side, user))

    def settle(self) -> None:
        """What the named users would not find now, on the side that served them last, or after a rollback on the old.

        That holds also where the new service fails, and where somebody has rolled back since the last request.
        """
        self.baskets.deliver()
        last = self.trace.events[-1].t
        for user, side in self.side.items():
            lost = self._out_of_sight(user, side if self.share else "old")
            self.trace.emit(last, "settled", user, lost=lost)


def _number(told: Any, whose: str, most: int) -> int:
    """What a learner's function returned, if it can be used."""
    limit = Whole(0, most)
    if not limit.allows(told):
        raise ValueError(f"{whose} must return {limit}, and not {show(told, 60)}")
    return int(told)


# ── what became of it ─────────────────────────────────────────────────────────────────────────────────────────────────


def sent_back(trace: Trace) -> int:
    """How often a user went from the new system back to the old one, though nobody had rolled back."""
    return sum(e["back"] for e in trace.of("second"))


def missing(trace: Trace) -> int:
    """How often one of the named users did not see an item of their own."""
    return sum(e["missing"] > 0 for e in trace.of("serve"))


def lost_at_the_end(trace: Trace) -> int:
    """How many items the named users have put in, and would not find at the end."""
    return sum(e["lost"] for e in trace.of("settled"))


def failed(trace: Trace) -> int:
    """How many requests of all 200 users failed."""
    return sum(e["failed"] for e in trace.of("second"))


def final_share(trace: Trace) -> int:
    """The share at the end, in per cent."""
    return int(trace.of("second", "share")[-1]["share"])
