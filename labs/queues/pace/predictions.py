"""What lesson 00 asks before it shows."""

from __future__ import annotations

from labs.kit.guessing.question import Question
from labs.queues.pace.pace import pace


def _waiting(seconds: int) -> int:
    """How many records wait after so many seconds of two workers."""
    return int(pace(workers=2, until=seconds).events[-1]["waiting"])


def _answer() -> str:
    left = _waiting(20)
    return next(option for option in TWO_WORKERS.options if option.startswith(f"{left} "))


TWO_WORKERS = Question(
    id="queues-two-workers",
    question="60 records arrive per second; two workers process 15 per second each. How many are waiting after 20 s?",
    options=[
        "30 records: the queue fills up to that, and stays there",
        "600 records, and the queue goes on growing",
        "0 records: the queue gives the workers time to catch up",
    ],
    answer=_answer,
    because="Every second 30 more arrive than leave. A queue lets them wait; it does not make anybody faster.",
)
