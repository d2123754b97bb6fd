"""What lesson 09 asks before it shows."""

from __future__ import annotations

from typing import Any

from labs.kafka.retention.keeping import keep
from labs.kafka.retention.kept import oldest_age
from labs.kit.guessing.question import Question
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
        "A minute: readers are not given anything older",
        "A minute and a few seconds: until the broker next checks for old records",
        "Three minutes: all of them are still there",
    ],
    answer=_how_old,
    because="A segment goes as a whole, and only when its newest record is too old. "
    "As long as new records keep arriving in it, none of its old ones can go.",
)


def _wakes() -> str:
    reset = keep(faults=ASLEEP).of("reset", who="c1")[0]
    where = {reset["position"]: 0, reset["log_start"]: 1, reset["log_end"]: 2}
    return WAKES.options[where[reset["to"]]]


WAKES = Question(
    id="kafka-asleep",
    question="c1 has read up to offset 3, and its group has committed 4. It sleeps for two and a half minutes, while "
    "the producer writes up to offset 19. Nobody has touched c1's configuration. What does it read first on waking?",
    options=[
        "Offset 4, which its group has committed",
        "The oldest record that is still there",
        "Offset 20, the next one to be written",
    ],
    answer=_wakes,
    because="Retention does not care who has read what: offset 4 has been deleted. Then auto.offset.reset decides, "
    "and its default is latest: the end of the log.",
)
