"""What the notes claim about CQRS, put to a run."""

from __future__ import annotations

from copy import deepcopy

from labs.kit.guessing.ledger import Finding, Ledger
from labs.patterns.cqrs import parts
from labs.patterns.cqrs.controls import UNPUBLISHED
from labs.patterns.cqrs.exhaustive import count, history
from labs.patterns.cqrs.run import differences, run_cqrs, unseen
from labs.patterns.cqrs.triggers import by_triggers, write_without_table

NOTES = Ledger("03")

FOWLER = ("Fowler: CQRS (2011)", "https://martinfowler.com/bliki/CQRS.html")
PATTERN = ("Richardson: pattern CQRS", "https://microservices.io/patterns/data/cqrs.html")
OUTBOX = (
    "Richardson: pattern Transactional outbox",
    "https://microservices.io/patterns/data/transactional-outbox.html",
)
TRIGGER = ("SQLite: CREATE TRIGGER", "https://www.sqlite.org/lang_createtrigger.html")


@NOTES.says("patterns-letters", "The R in CQRS stands for Request.", FOWLER)
def letters() -> Finding:
    """The name, letter by letter."""
    name = "Command Query Responsibility Segregation"
    words = {word[0]: word for word in name.split()}
    return (
        {letter: words[letter] for letter in "CQRS"},
        words["R"] == "Request",
        "Command Query Responsibility Segregation: the responsibility for commands and the one for queries are kept "
        "apart.",
    )


@NOTES.says("patterns-command", "A command creates, updates or deletes; a query only selects.", FOWLER)
def command() -> Finding:
    """Every write of the lesson, and a query after each: who changes the write stores?"""
    store = parts.empty_store()
    changed = {"command": 0, "query": 0}
    for id, row in (
        ("o1", {"customer": "c1", "item": "tea"}),
        ("o1", {"customer": "c1", "item": "rice"}),
        ("o1", None),
    ):
        before = deepcopy(store["rows"])
        parts.write(store, "orders", id, row)
        changed["command"] += before != store["rows"]
        before = deepcopy(store["rows"])
        parts.join({}, store["rows"])
        changed["query"] += before != store["rows"]
    return (
        {f"rows changed by a {kind}": f"{many} of 3 times" for kind, many in changed.items()},
        changed == {"command": 3, "query": 0},
        "It is the old rule of Bertrand Meyer (command-query separation) for the methods of an object, which CQRS "
        "takes to whole models. A command may well answer, say with the new version.",
    )


@NOTES.says("patterns-common", "The services write to their own databases and read from a common one, where joins are "
            "easy.", PATTERN)  # fmt: skip
def common() -> Finding:
    """One read model, after it has caught up, and right after a write."""
    quiet = run_cqrs()
    hasty = run_cqrs(read="at once", look_every=2.5)
    return (
        {
            "orders that differ from the join in the end": str(len(differences(quiet))),
            "reads right after a write that did not see it": f"{unseen(hasty)} of {len(hasty.of('read'))}",
        },
        {"the join, once it has caught up": not differences(quiet), "what was just written": not unseen(hasty)},
        "Each query can have a read model of its own, in the shape that it needs. It lags behind, so decisions that "
        "must be right (is there still one in stock?) belong to the service that owns the data.",
    )


@NOTES.says("patterns-listener", "An event listener keeps the common database in sync.", OUTBOX)
def listener() -> Finding:
    """Every single crash, with and without an outbox."""
    with_it, without = count(), count(publish="no outbox")
    lost = run_cqrs(publish="no outbox", writes=3, faults=UNPUBLISHED)
    return (
        {
            "with an outbox: runs that end wrong": f"{with_it[1]} of {with_it[0]}",
            "without": f"{without[1]} of {without[0]}",
            "an example: never shown": ", ".join(differences(lost)),
        },
        {"with an outbox": not with_it[1], "if the service just publishes": not without[1]},
        "A listener can only hear what was published. The outbox makes sure that every committed change is, and the "
        "listener has to tolerate duplicates.",
    )


@NOTES.says(
    "patterns-procedure", "A procedure that is triggered by each change keeps the common database in sync.", TRIGGER
)
def procedure() -> Finding:
    """SQLite triggers: the table after each write, and a write while the table is away."""
    page, behind = by_triggers()
    away = write_without_table()
    return (
        {
            "writes after which the table was behind": str(behind),
            "equals the join": str(page == history()[1]),
            "an order while the table is missing": away,
        },
        {
            "in one database": page == history()[1] and not behind,
            "without tying the services together": away == "placed",
        },
        "A trigger works inside the transaction, so nothing lags and nothing is lost. In return everything has to be "
        "in one database, and a write fails whenever the table for the queries cannot be written.",
    )
