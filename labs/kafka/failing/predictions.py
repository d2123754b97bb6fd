"""What lesson 10 asks before it shows."""

from __future__ import annotations

from labs.kafka.failing.handling import handle
from labs.kafka.failing.outcome import done
from labs.kit.guessing.question import Question


def _next_order() -> str:
    orders = [done(handle(policy=policy, records=6, heals=4.0, until=8.0))["bob"] for policy in ("block", "topics")]
    answers = [[[1, 2], [1, 2]], [[1, 2], [2, 1]], [[2, 1], [2, 1]]]
    return NEXT_ORDER.options[answers.index(orders)]


NEXT_ORDER = Question(
    id="kafka-next-order",
    question="Bob's first order, b1, fails until second 4. A: retry in place. B: retry topics. "
    "In which order are Bob's two orders done?",
    options=[
        "b1 before b2, in both: a partition keeps its order",
        "A: b1 before b2. B: b2 before b1",
        "b2 before b1, in both: what fails comes later",
    ],
    answer=_next_order,
    because="A partition keeps the order in which records are read. In place, everything behind b1 waits for it. "
    "A record that has left for another topic holds nobody up, b2 included.",
)


def _sleeps_through() -> str:
    trace = handle(tries=5, backoff=1.0, heals=600, max_poll=10, until=60)
    moved = any(e["topic"] == "orders" and e["offset"] > 1 for e in trace.of("commit"))
    return SLEEPS_THROUGH.options[0 if moved and not trace.of("removed") else 2 if moved else 1]


SLEEPS_THROUGH = Question(
    id="kafka-sleeps-through",
    question="Five tries with pauses of 1, 2, 4 and 8 s; max.poll.interval.ms is 10 s. b1 never succeeds. "
    "What becomes of the partition?",
    options=[
        "After the fifth try b1 is a dead letter, and the partition flows on",
        "One consumer after the other begins with try 1, and the partition never moves",
        "The group waits: a consumer that retries is alive, since it sends heartbeats",
    ],
    answer=_sleeps_through,
    because="Heartbeats come from a thread in the background, and do not help: whoever does not poll in time "
    "loses the partition. The count of tries was in its memory, so its successor begins with try 1. "
    "When the first one is through with its tries at last, its commit is refused.",
)
