"""What lesson 06 asks before it shows."""

from __future__ import annotations

from labs.kafka.groups.pauses import unconsumed
from labs.kafka.groups.rebalance import rebalance
from labs.kit.guessing.question import Question
from labs.kit.trace import Fault


def _a_fifth_joins() -> str:
    """Run it, and say which of the answers came true."""
    trace = rebalance(consumers=4, partitions=4, faults=[Fault(20, "join", "c5")], until=45)
    if trace.of("own", who="c5"):
        return FIFTH.options[3]
    return FIFTH.options[2] if len(trace.of("pause")) == 4 else FIFTH.options[1]


FIFTH = Question(
    id="kafka-fifth-consumer",
    question="Four partitions, four consumers. A fifth consumer joins. What happens?",
    options=[
        "The five share the work: each gets four fifths of a partition",
        "c5 gets nothing to read; the other four carry on undisturbed",
        "c5 gets nothing to read, and the other four stop for a moment all the same",
        "c5 takes over the partition that is furthest behind",
    ],
    answer=_a_fifth_joins,
    because="A partition cannot be cut, so four partitions can have at most four readers. But to find that out, the "
    "group rebalanced, and in this (eager) protocol every member gives up everything first.",
)


def _wait(kind: str) -> float:
    """How long c2's partition has no reader, in seconds, when c2 crashes or leaves."""
    faults = [Fault(15, kind, "c2")]
    return unconsumed(rebalance(protocol="cooperative", session_timeout=20, faults=faults, until=80))


def _crash() -> str:
    return CRASH.options[0 if _wait("crash") < 0.5 else 1 if _wait("crash") < 6 else 2]


CRASH = Question(
    id="kafka-crash",
    question="c2 is killed, without a goodbye. How long does its partition wait for a new reader?",
    options=[
        "Not at all: cooperative rebalancing does not stop anything",
        "Some three seconds: one heartbeat interval",
        "Some twenty seconds: the session timeout",
    ],
    answer=_crash,
    because="Nobody tells the coordinator. All it sees is that no heartbeat comes, and it has to wait for the session "
    "timeout before it may call a silent member dead: 20 s here, 45 s by default. No rebalance protocol changes that.",
)
