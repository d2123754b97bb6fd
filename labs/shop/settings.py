"""What an operator can set in the shop, within which limits, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from labs.kit.limits import Limits, Number, OneOf, Whole, YesNo
from labs.patterns.saga.world import SAFETY
from labs.queues.buffer.overflow import POLICIES

LEASED, ASIDE = "with a lease", "plain cache aside"
BUDGET = 6.0  # seconds: p95 of the answers has to stay within it


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Times in seconds. The defaults keep every promise in every round with the course's own pieces."""

    servers: int = 4
    bound: int = 20  # requests that may wait in the backlog
    policy: str = "reject"  # what becomes of a request when the backlog is full
    connections: int = 4  # to the database
    collapsing: bool = True  # one load of the catalogue for all who wait for it
    reading: str = LEASED
    lifetime: int = 20  # of a cache entry
    safety: str = SAFETY[0]  # of the orchestrator, as in lesson 02
    standby: bool = True  # a second process is ready to take over from one that dies
    batch: int = 4  # records that the consumer processes before it commits
    tries: int = 3  # of a record
    pause: float = 1.0  # before the second try, then twice as long each time
    overlap: int = 0  # for so long a withdrawn key stays in the key set
    denylist: bool = False
    acks: str = "all"
    min_insync: int = 2


LIMITS: Limits = {
    "servers": Whole(1, 8),
    "bound": Whole(1, 60, "requests"),
    "policy": OneOf(POLICIES),
    "connections": Whole(1, 8),
    "collapsing": YesNo(),
    "reading": OneOf((LEASED, ASIDE)),
    "lifetime": Whole(1, 60, "seconds"),
    "safety": OneOf(SAFETY),
    "standby": YesNo(),
    "batch": Whole(1, 10, "records"),
    "tries": Whole(1, 6),
    "pause": Number(0.5, 4, "seconds"),
    "overlap": Whole(0, 60, "seconds"),
    "denylist": YesNo(),
    "acks": OneOf(("1", "all")),
    "min_insync": Whole(1, 3, "brokers"),
}

# Coins for a setting, made up so that safety and speed have their price.
PRICES: dict[str, Callable[[Any], float]] = {
    "servers": lambda n: 10 * n,
    "connections": lambda n: 4 * n,
    "standby": lambda on: 8 * on,
    "batch": lambda n: round(12 / n),  # commits
    "denylist": lambda on: 16 * on,  # looked up for every order
    "bound": lambda n: n / 10,  # memory for requests that wait
}
# Coins for each database read, login and key fetch, for each record that an operator mends, for each that the log
# acknowledges while only one broker has it, and for each late answer.
PER = {"read": 0.2, "login": 1.0, "fetch": 1.0, "mended": 2.0, "alone": 0.5, "late": 0.5}


def standing(settings: Settings) -> float:
    """What the settings cost, whatever happens."""
    return sum(price(getattr(settings, name)) for name, price in PRICES.items())
