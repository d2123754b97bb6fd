"""Pieces of sentences that many a caption and message is put together from."""

from __future__ import annotations

from collections.abc import Iterable


def listed(things: Iterable[object], last: str = "and") -> str:
    """Things in a row: "a", "a and b", "a, b and c"; empty for none. `last` stands before the last one."""
    *before, end = [str(thing) for thing in things] or [""]
    return f"{', '.join(before)} {last} {end}" if before else end
