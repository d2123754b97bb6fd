"""What can be set in a run of `balance` and what can go wrong in it, with the limits of both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labs.kit.limits import Each, Function, Limits, Maybe, Number, OneOf, Whole, YesNo, check_faults, settle
from labs.kit.trace import Fault
from labs.proxies.balancing.algorithms import ALGORITHMS, Pick

COSTS = ("exponential", "equal", "heavy")
# A fault, the states in which it can find a server, and the state in which it leaves it.
FAULTS = {"crash": (("well", "slow"), "crashed"), "slow": (("well",), "slow"), "return": (("crashed", "slow"), "well")}
CANNOT = {"crash": "crash", "slow": "slow down", "return": "recover"}
Judge = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What can be set in a run of `balance` (which explains it). Times are in seconds."""

    algorithm: str = "round robin"  # one of ALGORITHMS
    pick: Pick | None = None  # another one in its place
    speeds: Sequence[float] = (1, 1, 1)  # one per server
    weights: Sequence[int] | None = None  # one per server; None: all 1
    workers: int = 1  # per server
    load: float = 0.7  # share of the time for which the servers would be busy
    work: float = 0.5  # mean cost of a request, for a worker of speed 1
    cost: str = "exponential"  # how that is spread: one of COSTS
    requests: int = 45
    clients: int = 8
    pages: int = 20
    retries: int = 0  # per request, at most
    budget: float | None = None  # share of the requests that may be retried; None: no limit
    timeout: float | None = None  # per try
    checks: bool = True  # are there health checks?
    probe_every: float = 0.5
    rise: int = 2  # good probes in a row that readmit a server
    fall: int = 3  # bad ones in a row that eject it
    judged_by: Judge | None = None  # in place of health.judge
    passive: bool = False  # does a failed request eject a server, too?
    cache: float = 0.0  # how long the proxy keeps an answer

    @property
    def names(self) -> list[str]:
        """The servers: a, b, c …"""
        return [chr(ord("a") + i) for i in range(len(self.speeds))]


LIMITS: Limits = {
    "algorithm": OneOf(ALGORITHMS),
    "pick": Maybe(Function("servers, memory and request")),
    "speeds": Each(Number(0.01, 100), 1, 8),
    "weights": Maybe(Each(Whole(1, 100), 1, 8)),
    "workers": Whole(1, 100),
    "load": Number(0.01, 3),
    "work": Number(0.001, 10, "seconds"),
    "cost": OneOf(COSTS),
    "requests": Whole(1, 100_000),
    "clients": Whole(1, 200),
    "pages": Whole(1, 1000),
    "retries": Whole(0, 10),
    "budget": Maybe(Number(0, 1)),
    "timeout": Maybe(Number(0.05, 600, "seconds")),
    "checks": YesNo(),
    "probe_every": Number(0.05, 60, "seconds"),
    "rise": Whole(1, 100),
    "fall": Whole(1, 100),
    "judged_by": Maybe(Function("health, ok, rise and fall")),
    "passive": YesNo(),
    "cache": Number(0, 3600, "seconds"),
}


def settled(given: Mapping[str, Any], seed: int) -> Settings:
    """The settings of a run, with a weight for every server. ValueError, in one sentence, for what cannot be."""
    chosen = settle(Settings, LIMITS, given, seed)
    speeds = tuple(chosen.speeds)
    weights = (1,) * len(speeds) if chosen.weights is None else tuple(chosen.weights)
    if len(weights) != len(speeds):
        raise ValueError(f"weights must be as many as speeds, one per server: {len(speeds)}, and not {len(weights)}")
    return Settings(**{**vars(chosen), "speeds": speeds, "weights": weights})


def possible(faults: Iterable[Fault], names: Sequence[str]) -> tuple[Fault, ...]:
    """The faults in order of time, if each can strike the server that it names at its moment; else ValueError."""
    faults = check_faults(faults, FAULTS, whom="server")
    now = dict.fromkeys(names, "well")
    for fault in faults:
        if fault.who not in now:
            raise ValueError(
                f"{fault.kind!r} at {fault.t:g} s: there is no server {fault.who!r}, only {', '.join(names)}"
            )
        states, after = FAULTS[fault.kind]
        if now[fault.who] not in states:
            has = "has already" if now[fault.who] == "crashed" else "is already"
            cannot = f"so it cannot {CANNOT[fault.kind]} at {fault.t:g} s"
            raise ValueError(f"{fault.who} {has} {now[fault.who]}, {cannot}")
        now[fault.who] = after
    return faults
