"""What the notes claim about queues, as far as lesson 00 goes; lesson 04 has the rest."""

from __future__ import annotations

from math import ceil

from labs.kit.guessing.ledger import Finding, Ledger
from labs.queues.pace.pace import pace

QUEUES = (
    "Google, Site Reliability Engineering, chapter 22: queue management",
    "https://sre.google/sre-book/addressing-cascading-failures/",
)
NOTES = Ledger("00")


@NOTES.says(
    "queues-pace-matching",
    "Three services send 10, 20 and 30 messages per second to one that can take 15. A queue in between solves this.",
    QUEUES,
)
def pace_matching() -> Finding:
    """The notes' own numbers, for a minute and for a burst of ten seconds."""
    waiting = [e["waiting"] for e in pace(arrivals=10 + 20 + 30, workers=1, per_worker=15, until=60).of("second")]
    burst = waiting[10 - 1]
    return (
        {
            "60 per second for a minute": f"{waiting[0]} wait after 1 s, {waiting[-1]} after 60 s",
            "60 per second for 10 s, then none": f"{burst} wait at worst; all are done {ceil(burst / 15)} s later",
        },
        {"for a burst": burst / 15 < 60, "for an overload that lasts": waiting[-1] <= waiting[0]},
        "A queue absorbs bursts. It does not cure a lasting overload: that takes more workers, or less work.",
    )
