"""A fence around the learner's own balancer or health check, where a model or the real proxy calls it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def fenced(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function under the guard of the checks, unless it is the course's own."""
    if getattr(function, "__module__", "").startswith("labs."):
        return function  # and so the models need no part of the kit but the trace
    from labs.kit.guard import guarded

    return guarded(function)
