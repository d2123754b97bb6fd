"""Payments that are delivered again and again, and a database that a crash can hit at every step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Any

from labs.kafka.offsets.process import Crash
from labs.kit.guarding.telling import show


@dataclass(frozen=True)
class Payment:
    """A record: so much for an account."""

    partition: int
    offset: int
    account: str
    amount: int


Write = Callable[["Database", Payment], Any]
Case = tuple[Payment, ...]


class Database:
    """One process's connection to keys and values that outlive every crash. `get` and `put` are steps; a transaction is
    one step, at its end. What is stored is a copy, so it changes only by `put`. (Nothing else can be hung on it: that
    would be gone after a crash.)
    """

    __slots__ = ("_open", "dies_at", "rows", "steps")

    def __init__(self, rows: dict[Any, Any] | None = None, dies_at: int | None = None) -> None:
        self.rows: dict[Any, Any] = {} if rows is None else rows
        self.steps: list[str] = []
        self.dies_at = dies_at  # so many steps are done, and then the process is dead
        self._open: dict[Any, Any] | None = None

    def _step(self, what: str) -> None:
        if self.dies_at is not None and len(self.steps) >= self.dies_at:
            raise Crash
        self.steps.append(what)

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a key, as the open transaction sees it."""
        self._step(f"get({show(key, 30)})")
        if self._open is not None and key in self._open:
            return deepcopy(self._open[key])
        return deepcopy(self.rows.get(key, default))

    def put(self, key: Any, value: Any) -> None:
        """Set a key: for good at once, or, in a transaction, when that is committed."""
        self._step(f"put({show(key, 30)}, {show(value, 20)})")
        rows = self.rows if self._open is None else self._open
        rows[key] = deepcopy(value)

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        """`with database.transaction():` all puts inside are stored together at its end, or none of them."""
        if self._open is not None:
            raise RuntimeError("a transaction is open already: this database has one at a time")
        self._open = {}
        try:
            yield self
            self._step("the transaction's commit")
            self.rows.update(self._open)
        finally:
            self._open = None


@dataclass(frozen=True)
class Balance:
    """What the accounts hold after one history, and what they should hold; `history` in words."""

    history: str
    balances: tuple[tuple[str, Any], ...]
    right: tuple[tuple[str, int], ...]

    @property
    def well(self) -> bool:
        """Whether every amount was added once."""
        return self.balances == self.right


def calm(write: Write, case: Case) -> Balance:
    """Each record is delivered once."""
    return _tell("each record delivered once", [_deliver(write, Database(), case)], case)


def again_elsewhere(write: Write, case: Case) -> Balance:
    """The same in a process that has a database of its own, so it knows nothing."""
    return _tell("the same once more, with an empty database", [_deliver(write, Database(), case)], case)


def redelivered(write: Write, case: Case) -> list[Balance]:
    """All records again; then each of them alone; then from each of them on."""
    parts = [("all records delivered again", case)]
    if len(case) > 1:
        parts += [(f"{_name(record)} delivered again", (record,)) for record in case]
    if len(case) > 2:
        parts += [(f"all from {_name(record)} on delivered again", case[i:]) for i, record in enumerate(case) if i]
    told = []
    for words, part in parts:
        first = _deliver(write, Database(), case)
        told.append(_tell(words, [first, _deliver(write, Database(first.rows), part)], case))
    return told


def crashed(write: Write, case: Case) -> list[Balance]:
    """A crash after every step, then all records again."""
    steps = _deliver(write, Database(), case).steps
    told = []
    for step in range(len(steps)):
        first = _deliver(write, Database(dies_at=step), case)
        after = f"after {steps[step - 1]}" if step else "before the first step"
        words = f"a crash {after} (step {step} of {len(steps)}), then all delivered again"
        told.append(_tell(words, [first, _deliver(write, Database(first.rows), case)], case))
    return told


def _name(record: Payment) -> str:
    return f"partition {record.partition}, offset {record.offset}"


def _deliver(write: Write, database: Database, case: Case) -> Database:
    try:
        for record in case:
            write(database, record)
    except BaseException:
        if database.dies_at is None or len(database.steps) < database.dies_at:
            raise  # not the crash, but the learner's own mistake
    return database


def _tell(history: str, databases: list[Database], case: Case) -> Balance:
    right: dict[str, int] = {}
    for record in case:
        right[record.account] = right.get(record.account, 0) + record.amount
    rows = databases[-1].rows
    return Balance(history, tuple((a, _plain(rows.get(a, 0))) for a in sorted(right)), tuple(sorted(right.items())))


def _plain(value: Any) -> Any:
    """A balance as an int, where it is a whole number of any kind."""
    number = isinstance(value, Real | Decimal) and not isinstance(value, bool)
    return int(value) if number and value == value and value % 1 == 0 else value
