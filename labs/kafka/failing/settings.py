"""What can be set in a run of `handle` (handling.py): policies, times, what fails, and the limits of all of them."""

from __future__ import annotations

from dataclasses import dataclass

from labs.kafka.failing.parking import Park
from labs.kit.limits import Function, Limits, Maybe, Number, OneOf, Whole, YesNo

POLICIES = {
    "block": "retry in place, without a limit",
    "limit": "retry in place, then dead-letter",
    "topics": "retry topics, then dead-letter",
    "park": "retry in place, then park the key",
}
FAILURES = {"transient": "fails until it heals", "permanent": "never succeeds as it is"}
REDRIVES = {"none": "none", "back": "to the end of orders"}
HAND_OFFS = {"acknowledged": "produce, wait, commit", "commit first": "commit, then produce"}
FAULTS = ("crash", "outage")
KEYS = ("ann", "bob", "dan")
FAILING = (1, 6, 3, 8, 5, 2)  # which records fail, the first so many of them; record 1 is bob's first
TOPICS = {2: "orders.retry-1", 3: "orders.retry-2"}  # the topic that holds a record before its second, third try


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Times in seconds; the defaults are the story of the lesson. Limits: LIMITS."""

    policy: str = "limit"
    tries: int = 3  # of a record in all, wherever they are made
    backoff: float = 1.0  # before the second try; then twice as long each time
    failing: int = 1  # so many of the records fail
    failure: str = "transient"
    heals: float = 6.0  # from then on a transient failure is over
    records: int = 9
    rate: float = 1.0  # records per second
    work: float = 0.3  # a try takes
    round_trip: float = 0.2  # of a produce, and of a commit
    hand_off: str = "acknowledged"
    redrive: str = "none"
    redrive_at: float = 10.0  # when somebody looks into the dead-letter topic
    fixes: bool = True  # does the redrive repair a record, or only send it back?
    most_redrives: int = 99  # of one record
    park: Park | None = None  # in place of `work_through`
    max_poll: float = 300.0  # max.poll.interval.ms
    takeover: float = 2.0  # from a crash until another consumer has the partition
    outage: float = 5.0  # how long the payment service is down when it is struck
    until: float = 20.0


LIMITS: Limits = {
    "policy": OneOf(POLICIES),
    "tries": Whole(1, 10),
    "backoff": Number(0.1, 600, "seconds"),
    "failing": Whole(0, len(FAILING)),
    "failure": OneOf(FAILURES),
    "heals": Number(0, 3600, "seconds"),
    "records": Whole(1, 60),
    "rate": Number(0.1, 100, "records per second"),
    "work": Number(0.01, 60, "seconds"),
    "round_trip": Number(0.02, 10, "seconds"),
    "hand_off": OneOf(HAND_OFFS),
    "redrive": OneOf(REDRIVES),
    "redrive_at": Number(0, 3600, "seconds"),
    "fixes": YesNo(),
    "most_redrives": Whole(0, 99),
    "park": Maybe(Function("records, held and process")),
    "max_poll": Number(1, 3600, "seconds"),
    "takeover": Number(0.1, 600, "seconds"),
    "outage": Number(0.1, 600, "seconds"),
    "until": Number(1, 600, "seconds"),
}
