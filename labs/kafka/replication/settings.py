"""What a run of `replicate` may be told, and what may go wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from labs.kit.limits import Function, Limits, Maybe, Number, OneOf, Whole, YesNo

Rule = Callable[..., Any]
ACKS = ("0", "1", "all")
TICK = 0.5  # seconds: a round, in which every follower fetches once
REQUEST_TIMEOUT = 3.0  # seconds that a producer waits for an answer before it sends again
FAULTS = {
    "kill": "it stops at once, its disk is kept",
    "wipe": "it stops at once, and comes back without its disk",
    "stop": "it is shut down cleanly",
    "start": "it comes back",
    "cut": "it is cut off from the other brokers and the controllers",
    "slow": "it stops fetching",
    "heal": "the network is whole again, or it fetches again",
    "prefer": "an operator asks for the preferred leader",
    "controller": "a controller is lost",
}


@dataclass(frozen=True)
class Settings:
    """Times in seconds. `nearest`: the consumer reads from broker 2 and not from the leader (KIP-392)."""

    acks: str = "all"
    min_insync: int = 1
    unclean: bool = False
    elr: bool = True
    idempotent: bool = True
    nearest: bool = False
    records: int = 6
    gap: float = 2.0  # from one record to the next
    lag_time: float = 3.0  # replica.lag.time.max.ms, 30 s by default
    session: float = 2.0  # broker.session.timeout.ms, 9 s by default
    until: float = 30.0
    watermark: Rule | None = None  # in place of the course's own rules
    elect: Rule | None = None


LIMITS: Limits = {
    "acks": OneOf(ACKS),
    "min_insync": Whole(1, 3, "brokers"),
    "unclean": YesNo(),
    "elr": YesNo(),
    "idempotent": YesNo(),
    "nearest": YesNo(),
    "records": Whole(0, 30),
    "gap": Number(0.5, 60, "seconds"),
    "lag_time": Number(0.5, 60, "seconds"),
    "session": Number(0.5, 60, "seconds"),
    "until": Number(1, 300, "seconds"),
    "watermark": Maybe(Function()),
    "elect": Maybe(Function()),
}
