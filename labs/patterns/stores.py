"""A service's own database, very small: some rows, and a transaction that takes place as a whole or not at all.

    with store.transaction() as rows:
        rows["free"] -= 30

`Memory` keeps the rows in the process, and models crash around it; `File` keeps them in SQLite, and is there to be
killed for real. Rows are what JSON can hold.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

Rows = dict[str, Any]


class Store(Protocol):
    """What both kinds of database offer."""

    def transaction(self) -> AbstractContextManager[Rows]:
        """The rows, to read and change; an exception inside leaves them as they were."""


class Memory:
    """A database in memory: what has been committed survives the crashes of a model."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        self._text = json.dumps(rows)

    @contextmanager
    def transaction(self) -> Iterator[Rows]:
        """See Store."""
        rows = json.loads(self._text)
        yield rows
        self._text = json.dumps(rows)


class File:
    """A database in an SQLite file: what has been committed survives the death of the process."""

    def __init__(self, path: Path, rows: Mapping[str, Any]) -> None:
        self.path = path
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("CREATE TABLE IF NOT EXISTS document (id INTEGER PRIMARY KEY, rows TEXT)")
            db.execute("INSERT OR IGNORE INTO document VALUES (1, ?)", (json.dumps(rows),))

    @contextmanager
    def transaction(self) -> Iterator[Rows]:
        """See Store."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")  # no other writer until COMMIT; closing without it rolls back
            rows = json.loads(db.execute("SELECT rows FROM document").fetchone()[0])
            yield rows
            db.execute("UPDATE document SET rows = ?", (json.dumps(rows),))
            db.execute("COMMIT")
