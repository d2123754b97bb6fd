"""Plausible wrong answers to `caching-schedule`: tables that people really give."""

from __future__ import annotations

from collections.abc import Callable

from labs.kit.checking.exercise import Mistake

Table = dict[str, str | None]

RIGHT: Table = {
    "write, delete": "R R W W R",
    "delete, write": "W R R R W",
    "two writers set": "V W W V",
    "two writers delete": None,
    "leases": None,
}


def _table(changed: Table) -> Callable[[str], str | None]:
    """The right answers but for these."""
    table = RIGHT | changed
    return lambda case: table[case]


NEARLY = (
    "Writing first and deleting afterwards looks safe, and nearly is. "
    "What if the reader has fetched the old row, and is "
    "slow to put it into the cache?"
)
GAP = "Look between the delete and the write: the cache is empty, and the database still has the old row."
PASS = (
    "As long as one writer is done before the other begins, all is well. Let them pass each other: first in the "
    "database, second in the cache."
)
NOTHING_LEFT = (
    "Two deletes leave nothing behind, in whatever order they come: an empty entry cannot be stale. Return `None`."
)
WORTHLESS = (
    "The delete removes what the reader has filled before it, and makes its token worthless after it. "
    "Try it: no order gets through. Return `None`."
)

WRONG = (
    Mistake(NEARLY, _table({"write, delete": None})),
    Mistake(
        "The delete comes after the set, and removes whatever the reader has put in. Let the reader be the last.",
        _table({"write, delete": "R R W R W"}),
    ),
    Mistake(
        "The reader comes last, but what it puts in is the new row. It has to read the database before the write.",
        _table({"write, delete": "R W W R R"}),
    ),
    Mistake(GAP, _table({"delete, write": None})),
    Mistake(f"The reader has read the new row. {GAP}", _table({"delete, write": "W W R R R"})),
    Mistake(f"The delete has taken out what the reader put in. {GAP}", _table({"delete, write": "R R R W W"})),
    Mistake(PASS, _table({"two writers set": None})),
    Mistake(PASS, _table({"two writers set": "V V W W"})),
    Mistake(NOTHING_LEFT, _table({"two writers delete": "V W W V"})),
    Mistake(WORTHLESS, _table({"leases": "R R W W R"})),
    Mistake(
        "The reader takes its lease after the write or reads the new row, so what it fills in is right. Where its row "
        "is old, the delete has made its token worthless: no order gets through. Return `None`.",
        _table({"leases": "W W R R R"}),
    ),
    Mistake(
        "Only one of the two pairs of writers is safe, and it is the other one: sets can pass each other, while "
        "deletes leave nothing that could be old.",
        _table({"two writers set": None, "two writers delete": "V W W V"}),
    ),
    Mistake(
        "Not every case has such a schedule. "
        "Two deletes leave nothing that could be old, and a lease stops whoever comes too late.",
        _table({"two writers delete": "V W W V", "leases": "R R W W R"}),
    ),
    Mistake(
        "The order “write, then delete” is better than the other, and leases are better still. But as long as one "
        "client may be slow, better is not safe: some of these cases have a schedule.",
        _table({"write, delete": None, "delete, write": None, "two writers set": None}),
    ),
)
