"""The exercises of the course, each found by its id (rooms.py says where)."""

from __future__ import annotations

import re
from pathlib import Path

from labs.kit import rooms
from labs.kit.checking.exercise import Exercise


def files(family: str = "*", labs: Path = rooms.LABS) -> list[Path]:
    """The files that hold the exercises of a family (of all, if none is named), in order of name."""
    return rooms.files("exercises", family, labs)


def ids() -> list[str]:
    """The ids of all exercises of the course, in order of name; nothing is imported for it."""
    return sorted(name for path in files() for name in re.findall(r'\bid="([a-z0-9-]+)"', path.read_text("utf-8")))


def find(exercise_id: str) -> Exercise | None:
    """The exercise of this id, or None where there is no such exercise."""
    return rooms.find("exercises", Exercise, exercise_id)
