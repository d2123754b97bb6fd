"""What lesson 07 asks before it shows."""

from __future__ import annotations

from labs.kafka.offsets.delivered import duplicated, lost
from labs.kafka.offsets.delivery import deliver
from labs.kit.guessing.question import Question
from labs.kit.trace import Fault


def next_begins_at(committed: int) -> int:
    """Where another consumer of a group begins that has committed this much."""
    return int(deliver(committed=committed).of("resume")[0]["position"])


def _three_or_four() -> str:
    return THREE_OR_FOUR.options[1 if next_begins_at(4) == 4 and next_begins_at(3) == 3 else 0]


THREE_OR_FOUR = Question(
    id="kafka-commit-3-or-4",
    question="Records 0 to 3 are done, and the next consumer is to resume with 4. What does c1 commit?",
    options=["3: the last record that is done", "4: the next record to read", "Either: the broker adds one to a 3"],
    answer=_three_or_four,
    because="Whoever takes over begins to read at the committed offset itself. "
    "Committing 3 says: read 3 next. Nobody adds anything.",
)


def _fate(commit: str) -> str:
    trace = deliver(commit=commit, faults=[Fault(3.5, "crash", "c1")])
    return "lost" if lost(trace) else "twice" if duplicated(trace) else "once"


def _which_first() -> str:
    return WHICH_FIRST.options[{("lost", "twice"): 0, ("twice", "lost"): 1}.get((_fate("after"), _fate("before")), 2)]


WHICH_FIRST = Question(
    id="kafka-which-first",
    question="A crash in the middle of a batch. What becomes of its records?",
    options=[
        "Process first: records are lost. Commit first: records are done twice",
        "Process first: records are done twice. Commit first: records are lost",
        "Both do each record once, as long as the group takes over",
    ],
    answer=_which_first,
    because="What is done and not committed is done again; what is committed and not done is never done. "
    "The next consumer knows nothing but the committed offset.",
)
