"""A question with its answer, kept in the `predictions.py` of a lesson's room, where nobody who runs a cell sees it.

    NEXT = Question(
        id="kafka-first-partition", question="Where does …?", options=["p0", "p1"],
        answer=lambda: run(…).of("read")[0]["partition"],   # one of the options, or what works it out from a run
        because="The range assignor …",
    )

The lesson says `predict("kafka-first-partition")`; rooms.py says where it is looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from labs.kit import rooms


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked, between which options, which of them is right, and why."""

    id: str
    question: str
    options: Sequence[str]
    answer: str | Callable[[], str]
    because: str | Callable[[], str] = ""


def find(question_id: str, labs: Path = rooms.LABS) -> Question | None:
    """The question of this id, or None where there is no such question."""
    return rooms.find("predictions", Question, question_id, labs)
