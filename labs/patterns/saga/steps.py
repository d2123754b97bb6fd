"""The saga of this lesson: its steps, what comes next, and the two local transactions of every participant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Step = tuple[str, str | None, str]  # action, compensation, kind
Entry = tuple[str, str]  # action or compensation, outcome: "done", "failed" or "unknown"

STEPS: list[Step] = [
    ("reserve", "release", "compensatable"),
    ("charge", "refund", "compensatable"),
    ("book", None, "pivot"),
]
SERVICE = {"reserve": "stock", "release": "stock", "charge": "payment", "refund": "payment", "book": "shipping"}
AMOUNT = {"reserve": 1, "charge": 30, "book": 1}
UNDOES = {"release": "reserve", "refund": "charge"}
FREE = {"stock": 5, "payment": 100, "shipping": 3}  # items, money on the card, vans


# ── the orchestrator's decision ───────────────────────────────────────────────────────────────────────────────────────


def next_action(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """What the orchestrator has to do next, judging by its log alone; None when the saga is over."""
    done = {name for name, outcome in log if outcome == "done"}
    latest = dict(log)
    for place, (action, _, kind) in enumerate(steps):
        if action in done:
            continue
        outcome = latest.get(action)
        turns_back = (outcome == "failed" and kind != "retriable") or (outcome == "unknown" and kind == "compensatable")
        if not turns_back:
            return action
        undone = place if outcome == "failed" else place + 1  # nobody knows whether an unknown step took place
        for _, compensation, _ in reversed(steps[:undone]):
            if compensation and compensation not in done:
                return compensation
        return None
    return None


# ── a participant ─────────────────────────────────────────────────────────────────────────────────────────────────────


def take(rows: dict[str, Any], key: str, amount: int) -> str:
    """Take `amount` of what is free, once per key; "done" or "failed"."""
    if key in rows["taken"]:
        return "done"
    if key in rows["closed"]:
        return "failed"
    if rows["free"] < amount:
        rows["closed"][key] = "refused"
        return "failed"
    rows["free"] -= amount
    rows["taken"][key] = amount
    return "done"


def undo(rows: dict[str, Any], key: str) -> str:
    """Give back what was taken under this key, and let nothing be taken under it any more."""
    rows["free"] += rows["taken"].pop(key, 0)
    rows["closed"].setdefault(key, "undone")
    return "done"


def take_blindly(rows: dict[str, Any], key: str, amount: int) -> str:
    """Take `amount` for each message that comes in: what a participant without idempotency keys does."""
    if rows["free"] < amount:
        return "failed"
    rows["free"] -= amount
    rows["taken"][key] = rows["taken"].get(key, 0) + amount
    return "done"


def key_of(order: str, action: str) -> str:
    """The idempotency key of a step; a compensation is sent under the key of what it undoes."""
    return f"{order}/{UNDOES.get(action, action)}"
