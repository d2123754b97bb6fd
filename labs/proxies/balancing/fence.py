"""A fence around the learner's own balancer or health check, where a model or the real proxy calls it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def fenced(function: Callable[..., Any], seconds: float = 1.0) -> Callable[..., Any]:
    """The same function under the guard of the checks, with so many seconds a call, unless it is the course's own."""
    if getattr(function, "__module__", "").startswith("labs."):
        return function  # and so the models need no part of the kit but the trace
    from labs.kit.guard import guarded

    return guarded(function, seconds)


def written(theirs: Callable[..., Any], ours: Callable[..., Any], *example: Any) -> Callable[..., Any]:
    """The learner's function; if it is still to be written, the course's own in its place, and a line that says so."""
    from labs.kit.guard import LearnerError

    try:
        fenced(theirs)(*example)
    except LearnerError as error:
        if error.kind == "unfinished":
            print(f"{theirs.__name__} is still to be written: the course's own stands in for it.")
            return ours
    return theirs
