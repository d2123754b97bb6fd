"""A cache and the requests that it gets, one a step: `replay(...) → Trace`.

Two faults strike between two requests. A *scan* reads SCAN times as many other entries as fit into the cache, each
once: a nightly export, say, or a crawler. A *restart* empties the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from random import Random
from typing import Any

from labs.caching.eviction.policies import Policy
from labs.caching.eviction.table import POLICIES
from labs.caching.eviction.worth import draw
from labs.kit.limits import (
    SEED,
    Each,
    Either,
    Function,
    Limit,
    Maybe,
    Number,
    OneOf,
    Text,
    Whole,
    check_faults,
    check_settings,
)
from labs.kit.trace import Fault, Trace

SCAN = 2
LOOK = 25
PATTERNS = ("favourites", "a loop, one too large")
LIMITS: dict[str, Limit] = {
    "policy": Either(OneOf(tuple(POLICIES)), Function("the capacity")),
    "capacity": Whole(1, 1000, "entries"),
    "keys": Whole(1, 10_000),
    "skew": Number(0, 3),
    "requests": Whole(1, 5000),
    "pattern": OneOf(PATTERNS),
    "asked": Maybe(Each(Text(), 1, 200)),
    "seed": SEED,
}


def replay(
    *, policy: str | Callable[[int], Policy] = "LRU", capacity: int = 100, keys: int = 1000, skew: float = 1.0,
    requests: int = 2000, pattern: str = "favourites", asked: Sequence[str] | None = None, faults: Iterable[Fault] = (),
    seed: int = 0,
) -> Trace:  # fmt: skip
    """Each request looks into the cache, and what is not there is loaded and put in.

    `asked` names the requests one by one; else `requests` are drawn from `keys` by their `pattern`. A policy is one of
    POLICIES, or a class like them. Events: "hit" and "miss" (with what was evicted), "scan" and "restart"; each says
    which keys are cached then ("cached"), in the policy's own order where it tells
    one (`keys()`), else in the order of their last use. In a run of drawn requests only
    every LOOKth request says so; the others say None.
    """
    given: dict[str, Any] = dict(policy=policy, capacity=capacity, keys=keys, skew=skew, requests=requests,
                                 pattern=pattern, asked=asked)  # fmt: skip
    check_settings(LIMITS, {**given, "seed": seed})
    coming: Sequence[Any] = asked if asked is not None else _requests(pattern, capacity, keys, skew, requests, seed)
    faults = check_faults(faults, ("scan", "restart"), len(coming), "cache")
    make = POLICIES[policy] if isinstance(policy, str) else policy
    trace = Trace({**given, "policy": policy if isinstance(policy, str) else "yours"}, faults, seed, len(coming) + 1)
    run, waiting = _Run(make, capacity, trace), list(faults)
    for t, key in enumerate(coming, 1):
        while waiting and waiting[0].t < t:
            run.strike(waiting.pop(0))
        run.ask(float(t), key)
    for fault in waiting:
        run.strike(fault)
    return trace


def _requests(pattern: str, capacity: int, keys: int, skew: float, requests: int, seed: int) -> list[int]:
    if pattern == PATTERNS[0]:
        return draw(keys, skew, requests, Random(f"{seed} requests"))
    return [n % (capacity + 1) + 1 for n in range(requests)]


class _Run:
    """The cache of one run, and what is in it."""

    def __init__(self, make: Callable[[int], Policy], capacity: int, trace: Trace) -> None:
        self._make, self._capacity, self._trace = make, capacity, trace
        self._cache = make(capacity)
        self._cached: dict[Any, None] = {}
        self._scanned = 0

    def ask(self, t: float, key: Any) -> None:
        """One request."""
        hit = self._cache.get(key) is not None
        if hit:
            self._cached[key] = self._cached.pop(key, None)
        evicted = None if hit else self._put(key)
        cached = self._order() if self._trace.settings["asked"] or t % LOOK == 0 else None
        self._trace.emit(t, "hit" if hit else "miss", str(key), key=key, evicted=evicted, cached=cached)

    def strike(self, fault: Fault) -> None:
        """A scan, or a restart."""
        t = max(fault.t, self._trace.events[-1].t if self._trace.events else 0.0)
        if fault.kind == "restart":
            self._cache, self._cached = self._make(self._capacity), {}
            self._trace.emit(t, "restart", "cache", cached=())
            return
        for _ in range(SCAN * self._capacity):
            self._scanned += 1
            name = f"s{self._scanned}"
            if self._cache.get(name) is None:
                self._put(name)
        self._trace.emit(t, "scan", "cache", entries=SCAN * self._capacity, cached=self._order())

    def _put(self, key: Any) -> Any:
        evicted = self._cache.put(key, True)
        if isinstance(evicted, Hashable):  # a learner's cache may return anything
            self._cached.pop(evicted, None)
        self._cached[key] = None
        return evicted

    def _order(self) -> tuple[Any, ...]:
        keys = getattr(self._cache, "keys", None)
        return tuple(keys()) if callable(keys) else tuple(self._cached)


# ── what a run was worth ──────────────────────────────────────────────────────────────────────────────────────────────


def hit_ratio(trace: Trace, since: float = 0) -> float:
    """The share of the requests after `since` that hit; 0 if there are none."""
    answers = [e.kind == "hit" for e in trace.of("hit", "miss") if e.t > since]
    return sum(answers) / len(answers) if answers else 0.0


def recent(trace: Trace, window: int = 50, every: int = 10) -> list[tuple[float, float]]:
    """After every so many requests, the percentage of hits among the last `window` of them."""
    answers = trace.of("hit", "miss")
    points = [(0.0, 0.0)]
    for i in range(every, len(answers) + 1, every):
        last = answers[max(0, i - window) : i]
        points.append((answers[i - 1].t, 100 * sum(e.kind == "hit" for e in last) / len(last)))
    return points


def after_strike(trace: Trace, requests: int = 100) -> float | None:
    """The share of hits among the first requests after the last fault; None where nothing went wrong."""
    if not trace.faults:
        return None
    struck = trace.faults[-1].t
    answers = [e.kind == "hit" for e in trace.of("hit", "miss") if e.t > struck][:requests]
    return sum(answers) / len(answers) if answers else 0.0
