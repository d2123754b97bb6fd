"""A question with its answer, kept in the `predictions.py` of a lesson's room, where nobody who runs a cell sees it.

    NEXT = Question(
        id="kafka-first-partition", question="Where does …?", options=["p0", "p1"],
        answer=lambda: run(…).of("read")[0]["partition"],   # one of the options, or what works it out from a run
        because="The range assignor …",
    )

The lesson says `predict("kafka-first-partition")`. It is found as an exercise is: the id's first word names the family,
and of the files there only the one that spells the id out is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

LABS = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked, between which options, which of them is right, and why."""

    id: str
    question: str
    options: Sequence[str]
    answer: str | Callable[[], str]
    because: str | Callable[[], str] = ""


def files(family: str = "*", labs: Path = LABS) -> list[Path]:
    """The files that hold the questions of a family (of all, if none is named), in order of name."""
    return sorted([*labs.glob(f"{family}/predictions.py"), *labs.glob(f"{family}/*/predictions.py")])


def find(question_id: str, labs: Path = LABS) -> Question | None:
    """The question of this id, or None where there is no such question."""
    family = question_id.partition("-")[0]
    for path in files(family, labs) if family.isidentifier() and family != "kit" else []:
        if f'"{question_id}"' in path.read_text("utf-8"):
            module = import_module(".".join((labs.name, *path.relative_to(labs).with_suffix("").parts)))
            for thing in vars(module).values():
                if isinstance(thing, Question) and thing.id == question_id:
                    return thing
    return None
