"""What lesson 08 asks before it shows."""

from __future__ import annotations

from functools import cache
from typing import Any

from labs.kafka.replication.run import replicate
from labs.kafka.replication.truncation import truncated
from labs.kit.guessing.question import Question
from labs.kit.trace import Fault

ALONE = (
    Fault(5.5, "kill", "b2"), Fault(5.5, "kill", "b3"), Fault(10.5, "wipe", "b1"),
    Fault(14, "start", "b1"), Fault(16, "start", "b2"), Fault(16, "start", "b3"),
)  # fmt: skip
TWO_DOWN = (Fault(9.5, "kill", "b2"), Fault(9.5, "kill", "b3"), Fault(18, "start", "b2"))
TWO_DOWN_RUN: dict[str, Any] = {"min_insync": 2, "records": 4, "gap": 4.0, "until": 26.0}


@cache
def _end(faults: tuple[Fault, ...], **settings: Any) -> Any:
    return replicate(faults=faults, **settings).of("end")[0]


def _gone() -> str:
    lost = _end(ALONE, records=4, until=20)["lost"]
    if not lost:
        return GONE.options[0]
    return GONE.options[3] if lost == [1, 2, 3, 4] else GONE.options[2]


GONE = Question(
    id="kafka-acked-and-gone",
    question="Producers write with acks=all to a topic with three replicas. b2 and b3 die; records 3 and 4 are still "
    "acknowledged. Then b1 dies, and comes back with a new, empty disk; after it b2 and b3 come back with theirs. "
    "Which of the acknowledged records 1 to 4 can still be read?",
    options=[
        "All four: acks=all means that all three replicas have them",
        "None for now: the cluster waits until b1 has its old disk back",
        "1 and 2: b2 and b3 have these, and one of the two takes over",
        "None of them: all four are permanently lost",
    ],
    answer=_gone,
    because="acks=all waits for all in-sync replicas, and with b2 and b3 dead that was b1 alone. "
    "b1 comes back first and leads with an empty log; then b2 and b3 do what followers do: they cut their logs to "
    "match the leader's.",
)


def _refused() -> str:
    trace = replicate(faults=TWO_DOWN, **TWO_DOWN_RUN)
    before = [e["number"] for e in trace.of("acked") if 12 <= e.t < 18]
    return TWO.options[0] if before else TWO.options[1] if trace.of("refused") else TWO.options[2]


TWO = Question(
    id="kafka-two-down",
    question="The same topic with min.insync.replicas=2. b2 and b3 die, and b1 is alone. "
    "What happens to the next record, sent with acks=all?",
    options=[
        "b1 acknowledges it: it is the leader, and alone in sync",
        "It is refused, and so is every further one until a second replica is in sync again",
        "b1 writes it, and acknowledges it as soon as b2 or b3 is back",
    ],
    answer=_refused,
    because="With fewer in sync than min.insync.replicas the leader answers NOT_ENOUGH_REPLICAS, and writes nothing. "
    "The producer may try again. That is the bargain: no writes for a while, but no acknowledged record that "
    "only one broker has.",
)


def _cut() -> str:
    lost = truncated(story="restart", truncation="watermark").of("end")[0]["lost"]
    return CUT.options[1] if lost else CUT.options[0]


CUT = Question(
    id="kafka-cut-to-watermark",
    question="A follower that is restarted may have records that were never committed. Suppose it cuts its "
    "log back to its own high watermark before it fetches. What can that do?",
    options=[
        "Nothing bad: what lies below the watermark is committed, and what lies above it is fetched again",
        "It can lose an acknowledged record: the follower's watermark is a round behind the leader's",
        "It can leave the follower out of the in-sync set permanently",
    ],
    answer=_cut,
    because="The record above its watermark may be committed already: the leader knows, the follower does not yet. "
    "If the leader dies before the follower has fetched it again, nobody has it. Kafka did this until 0.11.",
)
