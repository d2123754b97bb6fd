"""What lesson 05 asks before it shows."""

from __future__ import annotations

from labs.kafka.partitions.measures import batches, split
from labs.kafka.partitions.producing import produce
from labs.kit.guessing.question import Question
from labs.kit.trace import Fault


def _partitions_added() -> str:
    """Run it, and say which of the answers came true."""
    trace = produce(faults=[Fault(12.5, "add", "partitions")])
    apart = split(trace)
    if not apart:
        return ADDED.options[0]
    into_old = any(e["partition"] < 6 and e["customer"] in apart and e.t > 13 for e in trace.of("append"))
    return ADDED.options[2] if into_old else ADDED.options[1]


ADDED = Question(
    id="kafka-partitions-added",
    question="The topic grows from 6 partitions to 8, and the same four customers order again. "
    "Where do their records go?",
    options=[
        "Where they went before: only new customers use the two new partitions",
        "Some customers go to the two new partitions; the others stay where they were",
        "Most customers go to another partition, new or old; their old records stay behind",
        "Kafka moves the old records along, so that each customer is in one partition again",
    ],
    answer=_partitions_added,
    because="The partition is the remainder of a division, and with 8 in place of 6 most remainders change. What is "
    "written stays where it is. So three of the four customers are now in two partitions. ben's are p1 and p5, "
    "both of them old ones.",
)


def _round_robin_batches() -> str:
    return str(batches(produce(keyed=False, keyless="round robin")))


BATCHES = Question(
    id="kafka-keyless-batches",
    question="24 records without a key are written, one a second, to 6 partitions. A batch holds up to 4 records; "
    "it leaves when it is full, or after 5 s. Sticky needs 6 batches. How many does round robin need?",
    options=["4", "6", "12", "24"],
    answer=_round_robin_batches,
    because="Round robin comes back to a partition only every sixth second. By then its batch has left with one record "
    "in it: 24 batches. Sticky fills 6 batches of 4.",
)
