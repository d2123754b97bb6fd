"""Durable × persistent × confirmed, over a broker that is killed at every moment: what can become of a message?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from typing import Any

from labs.kit.trace import Fault
from labs.rabbitmq.survival.survive import survive

KNOWS = ("confirmed", "not confirmed")  # before the broker was killed
VERDICTS = {frozenset({"there"}): "kept", frozenset({"gone"}): "lost", frozenset({"there", "gone"}): "may be lost"}


def moments(durable: bool, persistent: bool) -> list[float]:
    """A moment between any two things that happen to a message, and one after the last."""
    trace = survive(durable=durable, persistent=persistent, confirms=True, orders=1)
    times = sorted({e.t for e in trace})
    return [(a + b) / 2 for a, b in pairwise(times)]


def crashes(durable: bool, persistent: bool, how: str = "kill") -> Iterator[tuple[float, str, str]]:
    """For each moment: the moment, what the publisher knew then, and whether the message is there after the restart."""
    for moment in moments(durable, persistent):
        trace = survive(durable=durable, persistent=persistent, confirms=True, orders=1,
                        faults=[Fault(moment, how, "broker")])  # fmt: skip
        (back,) = trace.of("restart")
        told = any(e.t < moment for e in trace.of("confirmed"))
        yield moment, KNOWS[0] if told else KNOWS[1], "there" if back["orders"] else "gone"


def outcomes(durable: bool, persistent: bool, how: str = "kill") -> dict[str, frozenset[str]]:
    """{what the publisher knew: what can have become of the message}."""
    seen: dict[str, set[str]] = {knows: set() for knows in KNOWS}
    for _, knows, became in crashes(durable, persistent, how):
        seen[knows].add(became)
    return {knows: frozenset(became) for knows, became in seen.items()}


def matrix(how: str = "kill") -> Any:
    """All of it as a table (pandas DataFrame): a row for queue and message, a column for what the publisher knew."""
    import pandas

    rows = []
    for durable, persistent in product((True, False), repeat=2):
        row = {"queue": "durable" if durable else "not durable", "message": "persistent" if persistent else "transient"}
        found = outcomes(durable, persistent, how)
        rows.append(row | {knows: VERDICTS[found[knows]] for knows in KNOWS})
    return pandas.DataFrame(rows).set_index(["queue", "message"])
