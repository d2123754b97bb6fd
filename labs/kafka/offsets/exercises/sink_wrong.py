"""Sinks as people get them wrong: each of these is a whole answer to the exercise, with one fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labs.kafka.offsets.exercises.payments import Database, Payment


def _add(database: Database, record: Payment) -> None:
    database.put(record.account, database.get(record.account, 0) + record.amount)


# ── which record it takes for which ───────────────────────────────────────────────────────────────────────────────────


def marked(database: Database, record: Payment, *, name: Callable[[Payment], Any]) -> None:
    """Right, if `name` names a record."""
    with database.transaction():
        key = ("seen", name(record))
        if not database.get(key, False):
            database.put(key, True)
            _add(database, record)


def as_text(record: Payment) -> str:
    """`f"{partition}{offset}"`."""
    return f"{record.partition}{record.offset}"


def as_decimal(record: Payment) -> int:
    """Offset 10 of partition 0 is offset 0 of partition 1."""
    return 10 * record.partition + record.offset


def summed(record: Payment) -> int:
    """The sum of both."""
    return record.partition + record.offset


def all_but_the_partition(record: Payment) -> Any:
    """Offset, account and amount."""
    return record.offset, record.account, record.amount


def account_and_offset(record: Payment) -> Any:
    """Account and offset."""
    return record.account, record.offset


def offset(record: Payment) -> Any:
    """The offset alone."""
    return record.offset


def account_and_amount(record: Payment) -> Any:
    """Account and amount."""
    return record.account, record.amount


def amount(record: Payment) -> Any:
    """The amount alone."""
    return record.amount


def account(record: Payment) -> Any:
    """The account alone."""
    return record.account


def partition(record: Payment) -> Any:
    """The partition alone."""
    return record.partition


def first_of_the_account(database: Database, record: Payment) -> None:
    """Only an account without a balance is given one."""
    with database.transaction():
        if not database.get(record.account, 0):
            _add(database, record)


# ── what it remembers ─────────────────────────────────────────────────────────────────────────────────────────────────


def last_of_the_partition(database: Database, record: Payment) -> None:
    """Unlike the last one of its partition."""
    with database.transaction():
        if database.get(("last", record.partition)) != record.offset:
            _add(database, record)
            database.put(("last", record.partition), record.offset)


def last_of_all(database: Database, record: Payment) -> None:
    """Unlike the last one."""
    with database.transaction():
        if database.get("last") != (record.partition, record.offset):
            _add(database, record)
            database.put("last", (record.partition, record.offset))


def last_two(database: Database, record: Payment) -> None:
    """Unlike the last two."""
    with database.transaction():
        seen = database.get("seen", ())
        if (record.partition, record.offset) not in seen:
            _add(database, record)
            database.put("seen", (*seen, (record.partition, record.offset))[-2:])


def one_next(database: Database, record: Payment) -> None:
    """One next offset."""
    with database.transaction():
        if record.offset >= database.get("next", 0):
            _add(database, record)
            database.put("next", record.offset + 1)


def next_of_the_account(database: Database, record: Payment) -> None:
    """A next offset for each account."""
    with database.transaction():
        if record.offset >= database.get(("next", record.account), 0):
            _add(database, record)
            database.put(("next", record.account), record.offset + 1)


def past_the_last_of_all(database: Database, record: Payment) -> None:
    """Greater than the last one, partition first."""
    with database.transaction():
        if (record.partition, record.offset) > database.get("last", (-1, -1)):
            _add(database, record)
            database.put("last", (record.partition, record.offset))


def last_or_zero(database: Database, record: Payment) -> None:
    """`>` what is 0 at first."""
    with database.transaction():
        if record.offset > database.get(("last", record.partition), 0):
            _add(database, record)
            database.put(("last", record.partition), record.offset)


def zero_is_nothing(database: Database, record: Payment) -> None:
    """`not last`."""
    with database.transaction():
        last = database.get(("last", record.partition))
        if not last or record.offset > last:
            _add(database, record)
            database.put(("last", record.partition), record.offset)


def last_again(database: Database, record: Payment) -> None:
    """`>=` the last one."""
    with database.transaction():
        if record.offset >= database.get(("last", record.partition), 0):
            _add(database, record)
            database.put(("last", record.partition), record.offset)


def no_gaps(database: Database, record: Payment) -> None:
    """`==` the next one."""
    with database.transaction():
        if record.offset == database.get(("next", record.partition), 0):
            _add(database, record)
            database.put(("next", record.partition), record.offset + 1)


def counted(database: Database, record: Payment) -> None:
    """As many as it has had."""
    with database.transaction():
        had = database.get(("had", record.partition), 0)
        if record.offset >= had:
            _add(database, record)
            database.put(("had", record.partition), had + 1)


# ── when it remembers ─────────────────────────────────────────────────────────────────────────────────────────────────


def mark_first(database: Database, record: Payment) -> None:
    """Note, then add."""
    key = (record.partition, record.offset)
    if not database.get(key, False):
        database.put(key, True)
        _add(database, record)


def mark_last(database: Database, record: Payment) -> None:
    """Add, then note."""
    key = (record.partition, record.offset)
    if not database.get(key, False):
        _add(database, record)
        database.put(key, True)


def plain(database: Database, record: Payment) -> None:
    """Just add."""
    _add(database, record)


# ── what it stores ────────────────────────────────────────────────────────────────────────────────────────────────────


def replaced(database: Database, record: Payment) -> None:
    """The amount is the balance."""
    database.put(record.account, record.amount)


def replaced_once(database: Database, record: Payment) -> None:
    """The same, and each record only once."""
    key = (record.partition, record.offset)
    with database.transaction():
        if not database.get(key, False):
            database.put(key, True)
            database.put(record.account, record.amount)


def nothing(database: Database, record: Payment) -> int:
    """The new balance is given back."""
    balance: int = database.get(record.account, 0) + record.amount
    return balance


def no_default(database: Database, record: Payment) -> None:
    """None + amount."""
    with database.transaction():
        if not database.get((record.partition, record.offset)):
            database.put(record.account, database.get(record.account) + record.amount)
            database.put((record.partition, record.offset), True)
