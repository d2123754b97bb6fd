"""What a queue does when it is full: four policies, and what each tells the producer."""

from __future__ import annotations

from typing import Any

POLICIES = ("drop oldest", "drop newest", "reject", "block")
TOLD = ("accepted", "rejected", "wait")


def offer(waiting: list[Any], message: Any, bound: int, policy: str) -> tuple[list[Any], str, list[Any]]:
    """A message comes to a queue in which others wait, the oldest first.

    Returns who waits now, what the producer is told ("accepted", "rejected" or "wait"), and which messages are lost:
    those that nobody has any more. A rejected message is not lost, for its producer still has it.
    """
    if len(waiting) < bound:
        return [*waiting, message], "accepted", []
    if policy == "drop oldest":
        return [*waiting[1:], message], "accepted", [waiting[0]]
    if policy == "drop newest":
        return waiting, "accepted", [message]
    return waiting, "rejected" if policy == "reject" else "wait", []
