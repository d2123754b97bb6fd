"""What the exercises share: reading an answer that must be a whole number."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from labs.kit.checking.exercise import Wrong
from labs.kit.guarding.telling import show


def whole(answer: Any, what: str) -> int:
    """The number, or Wrong."""
    if answer is None:
        raise Wrong(f"Nothing came back: expected {what}. Does every path end in a `return`?")
    if isinstance(answer, bool) or not isinstance(answer, Integral):
        raise Wrong(f"It returned {show(answer, 60)}: expected {what}, a whole number.")
    return int(answer)
