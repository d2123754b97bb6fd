"""What the notes claim about a record that cannot be processed, each sentence put to a run."""

from __future__ import annotations

from typing import Any

from labs.kafka.failing.handling import handle
from labs.kafka.failing.outcome import breaches, crash_points, dead, done, in_neither
from labs.kafka.failing.records import DEAD
from labs.kafka.sources import (
    CONSUMER_CONFIG,
    DELIVERY,
    ERROR_PATTERNS,
    KAFKA_CONSUMER,
    KIP_298,
    KIP_932,
    KIP_1034,
    KIP_1191,
    REPROCESSING,
)
from labs.kit.guessing.ledger import Finding, Ledger
from labs.kit.trace import Fault

NOTES = Ledger("10")
PERMANENT: dict[str, Any] = {"failure": "permanent", "records": 6}


def crashes_that_lose(**settings: Any) -> tuple[int, int]:
    """(crashes of c1 that leave a record in neither place, all its crashes that make a difference)."""
    points = crash_points(handle(**settings), "c1")
    bad = [t for t in points if in_neither(handle(**settings, faults=[Fault(t, "crash", "c1")]))]
    return len(bad), len(points)


@NOTES.says(
    "kafka-n-retries",
    "When a consumer fails to process a record, a retry mechanism can be added: 2, 3, 4 … n tries.",
    CONSUMER_CONFIG,
    REPROCESSING,
)
def n_retries() -> Finding:
    """Three failures: one that heals, one that never does, one whose pauses are too long."""
    heals = handle(records=6, heals=2.0)
    never = handle(**PERMANENT, policy="block", until=15.0)
    long = handle(records=6, tries=5, heals=600, max_poll=10, until=30.0)
    tries = len(never.of("try")) - 1  # the other one is of a1
    removed = len(long.of("removed"))
    return (
        {
            "the service is back at 2 s": f"bob's orders, as they were done: {done(heals)['bob']}",
            "the customer does not exist, no limit": f"{tries} tries in 15 s, all in vain; nothing else is done",
            "five tries in 15 s, max.poll.interval 10 s": f"removed from the group {removed} times in 30 s",
        },
        {
            "a failure that passes": done(heals)["bob"] == [1, 2],
            "one that never passes": "bob" in done(never),
            "pauses longer than max.poll.interval": not removed,
        },
        "To try again helps against what passes. What never succeeds should not be tried again, and all tries in "
        "place, with their pauses, have to fit into max.poll.interval.ms (5 minutes).",
    )


@NOTES.says(
    "kafka-then-dead-letter",
    "When the retries are used up, the consumer itself pushes the record into another queue, the dead-letter queue.",
    KAFKA_CONSUMER,
    KIP_298,
    KIP_932,
    KIP_1034,
    KIP_1191,
)
def then_dead_letter() -> Finding:
    """Who writes the dead letters, if the consumer hands over and if it does not; and what a crash does to that."""
    hands_over, never_does = handle(**PERMANENT), handle(**PERMANENT, policy="block")
    bad, crashes = crashes_that_lose(**PERMANENT)
    writers = {event.who for event in hands_over.of("append") if event["topic"] == DEAD}
    return (
        {
            "the consumer hands over what failed: dead letters written by": ", ".join(sorted(writers)),
            "it does not: dead letters": len(dead(never_does)),
            "it hands over, and commits last": f"{bad} of {crashes} crashes leave a record in neither place",
        },
        writers == {"c1"} and not dead(never_does),
        "For ordinary groups the broker has no dead-letter queue, and does not know whether processing has worked. "
        "The dead-letter topic is one that your code produces to; Connect and Streams bring such code along.",
    )


@NOTES.says(
    "kafka-pushed-back",
    "Another process takes the record out of the dead-letter queue, fixes it, and pushes it back to partition p0.",
    DELIVERY,
    ERROR_PATTERNS,
)
def pushed_back() -> Finding:
    """A redrive to the main topic: where the record lands, and when it is done."""
    back = handle(**PERMANENT, redrive="back")
    loop = handle(**PERMANENT, redrive="back", fixes=False)
    place = next(e["offset"] for e in back.of("append", who="fixer"))
    return (
        {
            "b1 was at offset 1, and is back at": f"offset {place}, the end",
            "bob's orders, as they were done": str(done(back)["bob"]),
            "sent back without a fix": f"a dead letter {len(dead(loop))} times in {loop.end:g} s",
        },
        {
            "it is processed in the end": 1 in done(back)["bob"],
            "it is where it was": place == 1,
            "the order of its key holds": not breaches(back),
        },
        "A log grows only at its end. What is pushed back comes after everything that followed it, "
        "so the order of its key is lost.",
    )
