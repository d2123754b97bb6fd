"""Where the exercises are: in a room's `exercises.py`, or in a file of its `exercises/`, found by their ids.

There is no register to keep. The id's first word names the family, so "kafka-range" is somewhere below `labs/kafka/`;
of the files there only the one that spells the id out is imported.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from labs.kit.exercise import Exercise

LABS = Path(__file__).resolve().parents[1]


def files(family: str = "*", labs: Path = LABS) -> list[Path]:
    """The files that hold the exercises of a family (of all, if none is named), in order of name."""
    return sorted([*labs.glob(f"{family}/*/exercises.py"), *labs.glob(f"{family}/*/exercises/*.py")])


def ids() -> list[str]:
    """The ids of all exercises of the course, in order of name; nothing is imported for it."""
    return sorted(name for path in files() for name in re.findall(r'\bid="([a-z0-9-]+)"', path.read_text("utf-8")))


def find(exercise_id: str) -> Exercise | None:
    """The exercise of this id, or None where there is no such exercise."""
    family = exercise_id.partition("-")[0]
    for path in files(family) if family.isidentifier() else []:
        if f'id="{exercise_id}"' in path.read_text("utf-8"):
            module = import_module(".".join(("labs", *path.relative_to(LABS).with_suffix("").parts)))
            for thing in vars(module).values():
                if isinstance(thing, Exercise) and thing.id == exercise_id:
                    return thing
    return None
