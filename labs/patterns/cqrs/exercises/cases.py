"""Events and rows that the exercises of lesson 03 share."""

from __future__ import annotations

from typing import Any

from labs.patterns.cqrs.parts import Event

TEA = {"customer": "c1", "item": "tea"}


def event_of(number: int, key: str, version: int, row: Any = None) -> Event:
    """An event as an outbox or a feed holds it."""
    return {"number": number, "key": key, "version": version, "row": row}
