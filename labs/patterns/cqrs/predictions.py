"""What lesson 03 asks before its runs."""

from __future__ import annotations

from labs.kit.guessing.question import Question
from labs.patterns.cqrs.controls import UNMARKED, UNPUBLISHED
from labs.patterns.cqrs.run import differences, run_cqrs


def _unpublished() -> str:
    trace = run_cqrs(publish="no outbox", writes=3, faults=UNPUBLISHED)
    return LOST.options[2] if differences(trace) else LOST.options[0]


LOST = Question(
    id="patterns-unpublished",
    question="The orders service commits order o2. Before it can publish the event, its process dies. Three seconds "
    "later it is back, and o2 is not changed any more. What becomes of o2 in the read model?",
    options=[
        "It appears as soon as the service is back: a restart repeats what was cut off",
        "It appears nowhere: the crash rolls the order back",
        "It never appears, though the order exists",
        "It appears late: the broker notices that the event is missing and asks for it",
    ],
    answer=_unpublished,
    because="The commit stays. The event existed only in the memory of the process, and nobody else knows that there "
    "should be one. Nothing fails and nothing is logged: the read model is simply wrong.",
)


def _exactly() -> str:
    trace = run_cqrs(writes=3, faults=UNMARKED)
    numbers = [e["event"]["number"] for e in trace.of("published", who="orders")]
    return ONCE.options[3] if len(numbers) > len(set(numbers)) else ONCE.options[2]


ONCE = Question(
    id="patterns-exactly-once",
    question="The relay publishes an event, then marks it as sent in its database. It may crash in between. "
    "Somebody asks you to make sure that each event gets into the feed exactly once. Can the relay do that?",
    options=[
        "Yes: mark it first, then publish it",
        "Yes: publish it inside the transaction that marks it",
        "Yes: after a restart the outbox says what was published",
        "No: a crash can leave an event either lost or published twice",
    ],
    answer=_exactly,
    because="The outbox and the feed are two systems, so there is a gap between publishing and marking, whatever comes "
    "first. Mark first, and a crash loses the event. Publish first (inside a transaction or not), and a crash takes "
    "the mark away, but not the event in the feed.",
)
