"""The notes' procedure: in one SQLite database, triggers fill the table for the queries in the transaction itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from labs.patterns.cqrs.world import SCRIPT

TABLES = """
    CREATE TABLE customers (id TEXT PRIMARY KEY, name TEXT);
    CREATE TABLE orders (id TEXT PRIMARY KEY, customer TEXT, item TEXT);
    CREATE TABLE order_page (id TEXT PRIMARY KEY, customer TEXT, item TEXT, name TEXT);
"""
TRIGGERS = """
    CREATE TRIGGER placed AFTER INSERT ON orders BEGIN
        INSERT INTO order_page
        VALUES (NEW.id, NEW.customer, NEW.item, (SELECT name FROM customers WHERE id = NEW.customer));
    END;
    CREATE TRIGGER removed AFTER DELETE ON orders BEGIN
        DELETE FROM order_page WHERE id = OLD.id;
    END;
    CREATE TRIGGER named AFTER INSERT ON customers BEGIN
        UPDATE order_page SET name = NEW.name WHERE customer = NEW.id;
    END;
    CREATE TRIGGER renamed AFTER UPDATE OF name ON customers BEGIN
        UPDATE order_page SET name = NEW.name WHERE customer = NEW.id;
    END;
"""


def open_database() -> sqlite3.Connection:
    """Both services' tables, the table for the queries, and the triggers between them."""
    db = sqlite3.connect(":memory:")
    db.executescript(TABLES + TRIGGERS)
    return db


def write(db: sqlite3.Connection, service: str, id: str, row: Any) -> None:
    """One of the writes of SCRIPT, as a transaction."""
    with db:
        if row is None:
            db.execute("DELETE FROM orders WHERE id = ?", (id,))
        elif service == "customers":
            db.execute("INSERT INTO customers VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
                       (id, row["name"]))  # fmt: skip
        else:
            db.execute("INSERT INTO orders VALUES (?, ?, ?)", (id, row["customer"], row["item"]))


def page(db: sqlite3.Connection) -> dict[str, Any]:
    """The table for the queries, in the form of the other read models."""
    rows = db.execute("SELECT id, customer, item, name FROM order_page ORDER BY id")
    return {id: {"customer": customer, "item": item, "name": name} for id, customer, item, name in rows}


def by_triggers() -> tuple[dict[str, Any], int]:
    """(the table after all writes, after how many of them it was not yet equal to the join)."""
    with closing(open_database()) as db:
        behind = 0
        for _, service, id, row in SCRIPT:
            write(db, service, id, row)
            behind += page(db) != _join(db)
        return page(db), behind


def _join(db: sqlite3.Connection) -> dict[str, Any]:
    rows = db.execute("SELECT o.id, customer, item, name FROM orders o LEFT JOIN customers c ON c.id = o.customer")
    return {id: {"customer": customer, "item": item, "name": name} for id, customer, item, name in rows}


def write_without_table() -> str:
    """What becomes of an order if the table for the queries is away: "placed", or the database's error."""
    with closing(open_database()) as db:
        db.execute("DROP TABLE order_page")
        try:
            write(db, "orders", "o1", {"customer": "c1", "item": "tea"})
        except sqlite3.OperationalError as error:
            return str(error)
        return "placed"
