"""What the notes claim about sagas and databases, put to a run."""

from __future__ import annotations

from labs.kit.guessing.ledger import Finding, Ledger
from labs.patterns.saga.isolation import bad_schedules
from labs.patterns.saga.run import ended, expected, held, run_saga
from labs.patterns.saga.world import NOBODY, SERVICES

NOTES = Ledger("02")

SAGAS = ("Garcia-Molina & Salem: Sagas (1987)", "https://doi.org/10.1145/38713.38742")
PATTERN = ("Richardson: pattern Saga", "https://microservices.io/patterns/data/saga.html")
PER_SERVICE = (
    "Richardson: pattern Database per service", "https://microservices.io/patterns/data/database-per-service.html",
)  # fmt: skip
SHARED = ("Richardson: pattern Shared database", "https://microservices.io/patterns/data/shared-database.html")


@NOTES.says("patterns-acid", "With a database per service we use a saga for ACID.", SAGAS, PATTERN)
def acid() -> Finding:
    """All or nothing by compensation; and what others see meanwhile."""
    refused = run_saga()
    dirty = bad_schedules("dirty read", "none")
    return (
        {
            "a refused order leaves behind": str(sum(held(refused).values())),
            "schedules with a dirty read": "; ".join(" ".join(one) for one in dirty),
        },
        {"all or nothing, in the end": held(refused) == expected(refused), "isolation": not dirty},
        "A saga is all or nothing in the end, because what was committed is compensated. It has no isolation: others "
        "see each step as soon as it is committed. That is atomicity, with a delay, and durability, but not ACID.",
    )


@NOTES.says(
    "patterns-neighbour", "If s2 fails, s2 publishes a fail event in the fail queue, and s1 rolls back.", PATTERN,
)  # fmt: skip
def neighbour() -> Finding:
    """The third service refuses; the failure is heard by the one before it, or by everybody."""
    near = run_saga("choreographed", heard="the neighbour")
    wide = run_saga("choreographed")
    second = run_saga("choreographed", "payment", heard="the neighbour")
    return (
        {"heard by the neighbour: left behind": _left(near), "heard by everybody: left behind": _left(wide)},
        {
            "the second of three refuses": held(second) == expected(second),
            "the third refuses, and only the one before hears of it": held(near) == expected(near),
        },
        "Every service that has completed a step has to hear of the failure, not only the one before. And nothing is "
        "rolled back: what was committed is undone by a new transaction, the compensation.",
    )


@NOTES.says("patterns-orchestrator", "In the other type an orchestrator calls each service in turn, and on a failure it "  # noqa: E501
            "calls the services before it to undo.", PATTERN)  # fmt: skip
def orchestrator() -> Finding:
    """Whoever refuses, what is left behind?"""
    all_ = {name: run_saga(refuses=name) for name in (*SERVICES, NOBODY)}
    return (
        {f"{name} refuses": f"{ended(trace)}, left behind {_left(trace)}" for name, trace in all_.items()},
        all(held(trace) == expected(trace) for trace in all_.values()),
        "It does, in reverse order, and only for the steps that were completed. It needs a log to survive its crashes.",
    )


@NOTES.says("patterns-shared", "A single database for all services keeps ACID and makes joins easy, but a column is hard "  # noqa: E501
            "to delete, and one service's data may dwarf the others'.", SHARED, PER_SERVICE)  # fmt: skip
def shared() -> Finding:
    """One database in place of three: the refused order rolls back by itself."""
    from labs.patterns.stores import Memory

    store = Memory({"items": 5, "card": 100, "vans": 0})
    try:
        with store.transaction() as rows:
            rows["items"] -= 1
            rows["card"] -= 30
            if rows["vans"] < 1:
                raise ValueError("no van")
    except ValueError:
        pass
    with store.transaction() as rows:
        whole = rows["items"] == 5 and rows["card"] == 100
    return (
        {"one transaction over all three, refused at the end: items, card": f"{rows['items']}, {rows['card']}"},
        whole,
        "One local transaction covers everything, so no saga is needed. The price is the coupling that the notes name: "
        "a change of schema has to be agreed with everybody, and everybody shares one server's capacity.",
    )


def _left(trace: object) -> str:
    kept = {name: n for name, n in held(trace).items() if n}  # type: ignore[arg-type]
    return ", ".join(f"{n} at {name}" for name, n in kept.items()) or "nothing"
