"""The vocabulary of failing records: what a consumer is handed, where it may go instead, and why it failed.

An ordinary consumer group gets no help from the broker here: whatever is retried, delayed or set aside, the
application does it, by producing to another topic. (Kafka Connect and Kafka Streams bring code for it; share groups
count deliveries.)
"""

from __future__ import annotations

from dataclasses import dataclass

MAIN, DEAD = "orders", "orders.DLT"


@dataclass(frozen=True)
class Record:
    """A record of a topic; `number` counts the records of one key, which no broker does: it is there to be watched."""

    key: str | None
    number: int = 0
    offset: int = 0
    value: str = ""
    headers: tuple[tuple[str, str], ...] = ()  # (name, value); a name may come twice


class Permanent(Exception):
    """It will never succeed: a field is missing, the customer does not exist. To try again is useless.

    Any other exception is taken to be *transient*: a service is down, a time limit has passed. Later it may work.
    """


class NotDecodable(Permanent):
    """The bytes are no order at all."""


class CommitFailed(Exception):
    """The group has given the partition to another consumer meanwhile: the offset is not stored."""


class NotAcknowledged(Exception):
    """A produced record was not accepted: it is not in the topic."""
