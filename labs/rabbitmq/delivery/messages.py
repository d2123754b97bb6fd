"""A message, and the record of its deaths that travels with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

REASONS = ("rejected", "expired", "maxlen", "delivery_limit")


@dataclass(frozen=True)
class Death:
    """An entry of the header x-death: how often a message has left `queue` for this reason."""

    queue: str
    reason: str
    exchange: str  # the one through which it had come into that queue
    keys: tuple[str, ...]  # and the routing keys that it had
    count: int = 1
    expiration: float | None = None  # of the message itself, in seconds; taken off it, so that it expires only once


@dataclass(frozen=True)
class Message:
    """What is published. `expiration` is its own time to live in seconds; `deaths` has the latest death first."""

    id: str
    exchange: str = ""
    key: str = ""
    headers: Mapping[str, Any] = field(default_factory=dict)
    expiration: float | None = None
    deaths: tuple[Death, ...] = ()

    def died(self, queue: str, reason: str) -> Message:
        """The same message with one more death: a queue and a reason have one entry, which counts and comes first."""
        before = next((d for d in self.deaths if (d.queue, d.reason) == (queue, reason)), None)
        own = self.expiration if reason == "expired" else None
        death = (
            replace(before, count=before.count + 1)
            if before
            else Death(queue, reason, self.exchange, (self.key,), 1, own)
        )
        others = tuple(d for d in self.deaths if d is not before)
        return replace(self, deaths=(death, *others), expiration=None)

    def times(self, queue: str, reason: str = "rejected") -> int:
        """How often it has left this queue for this reason."""
        return sum(d.count for d in self.deaths if (d.queue, d.reason) == (queue, reason))

    def goes_round(self, queue: str) -> bool:
        """Whether coming back to this queue would close a cycle without a rejection in it: then RabbitMQ drops it."""
        for place, death in enumerate(self.deaths):
            if death.queue == queue:
                return all(d.reason != "rejected" for d in self.deaths[: place + 1])
        return False
