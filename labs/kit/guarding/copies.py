"""Copies of what a learner's function is given, so that it can be seen whether it changed anything."""

from __future__ import annotations

import copy as copying
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

_ATOMS = (int, str, float, bool, type(None), bytes, complex, range, type, type(len), type(lambda: 0))


def own(value: Any) -> Any:
    """A copy that shares nothing changeable; what cannot change (numbers, text, frozen records …) is not copied."""
    kind = type(value)
    if kind in _ATOMS:
        return value
    if kind is list:
        return [own(v) for v in value]
    if kind is dict:
        return {own(k): own(v) for k, v in value.items()}
    frozen = getattr(kind, "__dataclass_params__", None)
    if kind is tuple or (frozen is not None and frozen.frozen):
        try:
            hash(value)  # a tuple or frozen record is as unchangeable as what it holds
            return value
        except TypeError:
            return tuple(own(v) for v in value) if kind is tuple else copying.deepcopy(value)
    return copying.deepcopy(value)


def changed(
    function: Callable[..., Any],
    before: Iterable[Any],
    after: Iterable[Any],
    named_before: Mapping[str, Any] | None = None,
    named_after: Mapping[str, Any] | None = None,
) -> str:
    """Which of its arguments a function has changed: "`members`", or "number 2" where it has no name; empty if none."""
    for number, (was, now) in enumerate(zip(before, after, strict=True)):
        if _differs(was, now):
            try:
                return f"`{list(inspect.signature(function).parameters)[number]}`"
            except (ValueError, TypeError, IndexError):
                return f"number {number + 1}"
    after_by_name = named_after or {}
    return next((f"`{n}`" for n, was in (named_before or {}).items() if _differs(was, after_by_name[n])), "")


def _differs(was: Any, now: Any) -> bool:
    try:
        return was is not now and bool(was != now)
    except Exception:  # what cannot be compared is not held against anybody
        return False


def told_of(argument: str) -> str:
    """The sentence for the learner."""
    return f"It changed its argument {argument}: work on a copy, since whoever called may still need it."
