"""What runs in the process of one submission: its cells, and the child side of a check (labs/kit/checking/child.py)."""

from __future__ import annotations

import json
import linecache
import os
import sys
from contextlib import suppress
from dataclasses import replace
from typing import Any

from labs.kit.checking import catalogue
from labs.kit.checking.child import Frames, serve, shut_off
from labs.kit.checking.examine import Limits
from labs.kit.checking.exercise import Exercise

SECONDS = 5  # of processor time that the cells before the function's may take


def main() -> None:
    """Read the task, run the cells, and answer."""
    frames = Frames(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"))
    shut_off()
    task = json.loads(frames.receive() or b"{}")
    exercise = catalogue.find(task["exercise"])
    assert exercise is not None
    exercise = _without_solution(exercise)
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    names: dict[str, Any] = {"__name__": "__main__"}
    for number, source in enumerate(task["before"]):
        with suppress(Exception):  # a cell that shows something may need what is not here
            _run(source, f"cell {number}", names)
    _run(task["cell"], "the cell", names)
    serve(exercise, names[task["function"]], frames, Limits(**task["limits"]))
    os._exit(0)


def _run(source: str, name: str, names: dict[str, Any]) -> None:
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec"), names)


def _without_solution(exercise: Exercise) -> Exercise:
    """The exercise, with the code of the course's own solution taken out of this process, under whatever name."""

    def not_here(*args: Any, **named: Any) -> Any:
        raise RuntimeError("this calls the course's own solution, which is not there while work is graded")

    with suppress(AttributeError, ValueError):  # a class, or a function with a closure: only this name goes
        exercise.reference.__code__ = not_here.__code__
    return replace(exercise, reference=not_here)


if __name__ == "__main__":
    sys.exit("This is run by the grader, and not by hand.")
