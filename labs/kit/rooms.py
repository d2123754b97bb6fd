"""What belongs to a lesson (exercises, predictions, claims) is found by its id; there is no register to keep.

The id's first word names the family: "kafka-range" is in a room of `labs/kafka/`, in its `exercises.py` or in a file of
its `exercises/`. Of the files there only the one that spells the id out is imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TypeVar

LABS = Path(__file__).resolve().parents[1]
Kind = TypeVar("Kind")


def files(what: str, family: str = "*", labs: Path = LABS) -> list[Path]:
    """The files of this name ("exercises") in a family's rooms (in all, if no family is named), in order of name."""
    places = (f"{family}/{what}.py", f"{family}/*/{what}.py", f"{family}/*/{what}/*.py")
    return sorted(path for place in places for path in labs.glob(place) if path.parts[len(labs.parts)] != "kit")


def load(path: Path, labs: Path = LABS) -> ModuleType:
    """The module that is in this file."""
    return import_module(".".join((labs.name, *path.relative_to(labs).with_suffix("").parts)))


def things(module: ModuleType, kind: type[Kind]) -> Iterator[Kind]:
    """All things of a kind that a module holds under a name of its own."""
    return (thing for thing in vars(module).values() if isinstance(thing, kind))


def find(what: str, kind: type[Kind], id: str, labs: Path = LABS) -> Kind | None:
    """The thing of this kind and `.id` from a file of this name; None where there is none."""
    family = id.partition("-")[0]
    for path in files(what, family, labs) if family.isidentifier() else []:
        if f'"{id}"' in path.read_text("utf-8"):
            for thing in things(load(path, labs), kind):
                if getattr(thing, "id", None) == id:
                    return thing
    return None
