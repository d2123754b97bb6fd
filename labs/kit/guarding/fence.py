"""A fence around the learner's own code, wherever a picture, a run or a real server calls it.

    pick = fenced(pick)                  # each call of the learner's function is in the guard's hands
    run = fenced(balance, pick, judge)   # the whole run is, since one of these is the learner's own

A mistake in it is then a LearnerError with one sentence, and not a dead picture. Code of the course itself is called as
it is. A whole run is fenced where the function is called often, for a fence costs more to enter than most functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["fenced", "written"]

Answer = TypeVar("Answer")


def fenced(
    function: Callable[..., Answer],
    *learners: Callable[..., Any] | None,
    seconds: float = 5.0,
    total: float | None = None,
) -> Callable[..., Answer]:
    """The same function, with `seconds` per call, or `total` seconds for all its calls together.

    `learners` are the functions in it that may be the learner's own (None: there is none); the first that is one is
    the code that a sentence shows. Without any, `function` itself is meant, and gets copies of its arguments.
    """
    from labs.kit.guarding.guard import guarded

    if not learners:
        return guarded(function, seconds, total=total) if _is_theirs(function) else function
    theirs = [learner for learner in learners if learner is not None and _is_theirs(learner)]
    if not theirs:
        return function
    fence = guarded(function, seconds, copy=False, total=total)
    fence.learner = theirs[0]
    return fence


def written(theirs: Callable[..., Any], ours: Callable[..., Any], *example: Any) -> Callable[..., Any]:
    """The learner's function; if it is still to be written, the course's own in its place, and a line that says so.

    `example` are arguments to try it with.
    """
    from labs.kit.guarding.telling import LearnerError

    try:
        fenced(theirs, seconds=1)(*example)
    except LearnerError as error:
        if error.kind == "unfinished":
            print(f"{theirs.__name__} is still to be written: the course's own stands in for it.")
            return ours
    return theirs


def _is_theirs(function: Any) -> bool:
    """Whether it was written in a notebook (or a library), and not in `labs`."""
    module = getattr(function, "__module__", None) or ""
    return module.partition(".")[0] != "labs"
