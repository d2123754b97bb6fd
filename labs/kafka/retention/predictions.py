"""What lesson 09 asks before it shows."""

from __future__ import annotations

from typing import Any

from labs.kafka.retention.keeping import keep
from labs.kafka.retention.kept import oldest_age
from labs.kit.question import Question
from labs.kit.trace import Fault

THREE_MINUTES: dict[str, Any] = {"retention": 60, "segment_bytes": 1800}  # 18 records of 100 bytes
ASLEEP = (Fault(40, "sleep", "c1"), Fault(190, "wake", "c1"))


def _how_old() -> str:
    age = oldest_age(keep(**THREE_MINUTES, until=180))
    return HOW_OLD.options[0 if age <= 60 else 1 if age <= 66 else 2]


HOW_OLD = Question(
    id="kafka-three-minutes-old",
    question="retention.ms is one minute. A record is written every 10 s, and all go into one segment. "
    "Three minutes have passed. How old is the oldest record that a consumer can still read?",
    options=[
        "A minute: Kafka hides older ones from readers",
        "A minute and a few seconds: until the broker next looks for old records",
        "Three minutes: none of them has gone",
    ],
    answer=_how_old,
    because="A segment goes as a whole, and only when its newest record is too old. "
    "As long as records keep coming into it, none of its old ones can go.",
)


def _wakes() -> str:
    reset = keep(faults=ASLEEP).of("reset", who="c1")[0]
    where = {reset["position"]: 0, reset["log_start"]: 1, reset["log_end"]: 2}
    return WAKES.options[where[reset["to"]]]


WAKES = Question(
    id="kafka-asleep",
    question="c1 has read up to offset 3, sleeps for two and a half minutes, and wakes. By then 0 to 11 have been "
    "deleted. Nobody has touched its configuration. What does it read first?",
    options=[
        "Offset 4: a committed offset keeps its record",
        "Offset 12: the oldest that is still there",
        "Whatever is written next: it skips what is still there, too",
    ],
    answer=_wakes,
    because="Retention does not care who has read what, and the default of auto.offset.reset is latest: "
    "begin at the end.",
)
