"""What can be set in a run of `serve` and what can go wrong in it, with the limits of both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from labs.caching.strategies.five import NO_CACHE, STRATEGIES, Strategy
from labs.caching.strategies.workload import KEYS, Request, workload
from labs.kit.limits import A, Each, Either, Limits, Maybe, Number, OneOf, Whole, YesNo, check_faults
from labs.kit.trace import Fault

KNOWN = {**STRATEGIES, NO_CACHE.name: NO_CACHE}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What can be set in a run of `serve` (which explains it). Times are in seconds."""

    strategy: str | Strategy = "cache aside"  # one of STRATEGIES, "no cache", or one of your own
    rate: float = 3.0  # requests per second
    read_share: float = 0.8  # of the requests, from 0 to 1
    keys: int = 6
    skew: float = 1.0  # 0: every key is as popular as the next
    cache_latency: float = 0.02
    db_latency: float = 0.2
    connections: int = 2  # that the database has
    timeout: float = 1.0  # for a connection
    ttl: float = 6.0  # of an entry
    capacity: int = 6  # entries that the cache holds
    flush_interval: float = 2.0
    preheated: bool = False
    apps: int = 2  # application servers
    requests: Sequence[Request] | None = None  # in place of those that rate, read_share, keys and skew make
    until: float = 12.0

    @property
    def how(self) -> Strategy:
        """The strategy itself."""
        return KNOWN[self.strategy] if isinstance(self.strategy, str) else self.strategy

    @property
    def servers(self) -> list[str]:
        """The application servers: app 1, app 2 …"""
        return [f"app {i + 1}" for i in range(self.apps)]


LIMITS: Limits = {
    "strategy": Either(OneOf(KNOWN), A(Strategy)),
    "rate": Number(0.1, 50, "requests per second"),
    "read_share": Number(0, 1),
    "keys": Whole(1, len(KEYS)),
    "skew": Number(0, 3),
    "cache_latency": Number(0.001, 5, "seconds"),
    "db_latency": Number(0.001, 5, "seconds"),
    "connections": Whole(1, 100),
    "timeout": Number(0.01, 60, "seconds"),
    "ttl": Number(0.1, 1e6, "seconds"),
    "capacity": Whole(1, 1000),
    "flush_interval": Number(0.1, 600, "seconds"),
    "preheated": YesNo(),
    "apps": Whole(1, 8),
    "requests": Maybe(Each(A(Request))),
    "until": Number(0.5, 600, "seconds"),
}


def asked(settings: Settings, seed: int) -> list[Request]:
    """The requests of a run, in order of time."""
    if settings.requests is None:
        s = settings
        return workload(s.rate, s.read_share, s.keys, s.skew, s.until, seed)
    return sorted(settings.requests, key=lambda request: request.t)


def possible(faults: Iterable[Fault], settings: Settings) -> tuple[Fault, ...]:
    """The faults in order of time, if each can happen to whom it names; else ValueError, in one sentence."""
    servers = settings.servers
    stores = ["cache", "database", *servers]
    able = {"down": stores, "up": stores, "stall": servers, "evict": ["cache"]}
    faults = check_faults(faults, able, settings.until, "store or server")
    for fault in faults:
        if fault.who not in able[fault.kind]:
            raise ValueError(
                f"{fault.kind!r} cannot happen to {fault.who!r}; down and up can to {', '.join(stores)}, "
                f"stall to {', '.join(servers)}, evict to the cache"
            )
    return faults
