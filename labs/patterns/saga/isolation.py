"""Two sagas on one database, in every order in which their transactions can take place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

from labs.kit.limits import OneOf, check_settings
from labs.kit.trace import Fault, Trace

Rows = dict[str, Any]
Schedule = tuple[str, ...]  # whose transaction is next: "A", "B", "B" …

# ── dirty read: B decides by what A has not finished, and A is undone ─────────────────────────────────────────────────
# A takes the last item, is refused later and gives it back. B tells its customer whether there is one.


def a_takes(rows: Rows) -> None:
    """A's first transaction: it takes the last item."""
    rows.update(items=rows["items"] - 1, lock="A")


def a_is_undone(rows: Rows) -> None:
    """A's compensation: the item comes back."""
    rows.update(items=rows["items"] + 1, lock=None)


def b_looks(rows: Rows) -> None:
    """B sees no item, and turns its customer away; with a semantic lock it sees that the number is not final."""
    if rows["cure"] == "semantic lock" and rows["lock"]:
        rows["b"] = "told to wait"
    else:
        rows["b"] = "served" if rows["items"] > 0 else "turned away"


# ── lost update: B changes what A has read, and A writes over it ──────────────────────────────────────────────────────
# A creates an order and approves it in the end; B, the customer, cancels it in between.


def a_reads(rows: Rows) -> None:
    """A reads the order, and marks it as being worked on."""
    rows.update(read=rows["order"], lock="A")


def a_approves(rows: Rows) -> None:
    """A approves what it has read; with a re-read it looks first whether that still stands."""
    rows["lock"] = None
    if rows["read"] != "new":
        return  # it was cancelled before A began
    if rows["cure"] == "re-read value" and rows["order"] != rows["read"]:
        return
    rows["order"] = "approved"


def b_cancels(rows: Rows) -> None:
    """B cancels the order, or is told to wait while A holds the semantic lock."""
    if rows["cure"] == "semantic lock" and rows["lock"]:
        rows["b"] = "told to wait"
    elif rows["order"] == "new":
        rows.update(order="cancelled", b="cancelled")
    else:
        rows["b"] = "too late"


Transaction = Callable[[Rows], None]
SAGAS: dict[str, dict[str, list[Transaction]]] = {
    "dirty read": {"A": [a_takes, a_is_undone], "B": [b_looks]},
    "lost update": {"A": [a_reads, a_approves], "B": [b_cancels]},
}
CURES = ("none", "semantic lock", "re-read value")
LIMITS = {"anomaly": OneOf(tuple(SAGAS)), "cure": OneOf(CURES)}


def schedules(a: int, b: int) -> Iterator[Schedule]:
    """Every order of `a` transactions of A and `b` of B that keeps each saga's own order."""
    for places in combinations(range(a + b), b):
        yield tuple("B" if i in places else "A" for i in range(a + b))


def played(anomaly: str, cure: str, schedule: Schedule) -> Iterator[tuple[str, Transaction, Rows]]:
    """One schedule, step by step: whose transaction, which one, and the database after it."""
    rows: Rows = {"items": 1, "order": "new", "lock": None, "read": None, "b": None, "cure": cure}
    left = {name: list(own) for name, own in SAGAS[anomaly].items()}
    for name in schedule:
        transaction = left[name].pop(0)
        transaction(rows)
        yield name, transaction, dict(rows)


def play(anomaly: str, cure: str, schedule: Schedule) -> Rows:
    """The database after one schedule."""
    return list(played(anomaly, cure, schedule))[-1][2]


def is_anomaly(anomaly: str, rows: Rows) -> bool:
    """Turned away though an item is there; or approved though the customer was told that it is cancelled."""
    if anomaly == "dirty read":
        return bool(rows["b"] == "turned away" and rows["items"] > 0)
    return bool(rows["b"] == "cancelled" and rows["order"] == "approved")


def bad_schedules(anomaly: str, cure: str) -> list[Schedule]:
    """The schedules in which it happens."""
    sagas = SAGAS[anomaly]
    every = schedules(len(sagas["A"]), len(sagas["B"]))
    return [one for one in every if is_anomaly(anomaly, play(anomaly, cure, one))]


def run_two(anomaly: str = "dirty read", cure: str = "none", *, faults: Sequence[Fault] = (), seed: int = 0) -> Trace:
    """Every schedule, one after the other, a second for each transaction, and what came of it."""
    settings = {"anomaly": anomaly, "cure": cure}
    check_settings(LIMITS, settings)
    trace = Trace(settings, tuple(faults), seed)
    trace.emit(0.0, "begin", "A")
    t = 0.5
    for schedule in schedules(*(len(own) for own in SAGAS[anomaly].values())):
        row = " ".join(schedule)
        for place, (who, transaction, rows) in enumerate(played(anomaly, cure, schedule)):
            told = {name: rows[name] for name in ("items", "order", "b")}
            trace.emit(t, "transaction", who, row=row, place=place, name=transaction.__name__, **told)
            t += 1
        trace.emit(t, "outcome", "B", row=row, harm=is_anomaly(anomaly, rows), **told)
        t += 1.5
    trace.end = t
    return trace
