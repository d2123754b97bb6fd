"""The parts of CQRS, each a few lines: a write with its outbox, a relay, a projector, a read, and the join itself.

A service's store holds {"rows": {id: row}, "outbox": [event, …], "made": number of events so far}. An event carries
the whole row as it is from then on, or None where it was deleted:

    {"number": 3, "key": "orders/o1", "version": 2, "row": {"customer": "c1", "item": "tea"}}

The read model, or view, holds {"orders": {id: joined row}, "names": {customer: name}, "versions": {key: version}}.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Rows = dict[str, Any]
Event = dict[str, Any]

SERVICES = ("customers", "orders")


def empty_store() -> Rows:
    """What a write service begins with."""
    return {"rows": {}, "versions": {}, "outbox": [], "made": 0}


def empty_view() -> Rows:
    """What a read model begins with."""
    return {"orders": {}, "names": {}, "versions": {}}


# ── the write side ────────────────────────────────────────────────────────────────────────────────────────────────────


def write(store: Rows, service: str, id: str, row: Mapping[str, Any] | None) -> Event:
    """Change a row (None deletes it) and put the event into the outbox; to be called inside one transaction."""
    version = store["versions"].get(id, 0) + 1
    store["versions"][id] = version
    if row is None:
        store["rows"].pop(id, None)
    else:
        store["rows"][id] = dict(row)
    store["made"] += 1
    event = {"number": store["made"], "key": f"{service}/{id}", "version": version, "row": row and dict(row)}
    store["outbox"].append(event)
    return event


def mark_sent(store: Rows, number: int) -> None:
    """Take the event of this number out of the outbox; to be called inside a transaction."""
    store["outbox"] = [event for event in store["outbox"] if event["number"] != number]


def relay(outbox: Sequence[Event], publish: Callable[[Event], bool], mark: Callable[[int], None]) -> int:
    """One round: publish what is in the outbox, the oldest first, and mark each once it is acknowledged."""
    sent = 0
    for event in outbox:
        if not publish(event):
            break
        mark(event["number"])
        sent += 1
    return sent


# ── the read side ─────────────────────────────────────────────────────────────────────────────────────────────────────


def project(view: Rows, event: Event) -> bool:
    """Bring the view up to date with an event; False if it knew that already, or something newer."""
    key, row = event["key"], event["row"]
    if event["version"] <= view["versions"].get(key, 0):
        return False
    view["versions"][key] = event["version"]
    service, id = key.split("/", 1)
    if service == "customers":
        view["names"][id] = row["name"]
        for order in view["orders"].values():
            if order["customer"] == id:
                order["name"] = row["name"]
    elif row is None:
        view["orders"].pop(id, None)
    else:
        view["orders"][id] = {**row, "name": view["names"].get(row["customer"])}
    return True


def project_blindly(view: Rows, event: Event) -> bool:
    """The same with plain INSERT, UPDATE and DELETE, and without a look at versions."""
    key, row = event["key"], event["row"]
    service, id = key.split("/", 1)
    if service == "orders" and event["version"] == 1:
        while id in view["orders"]:
            id += "+"  # the table has no key of its own: there is a second row now
        view["orders"][id] = {**row, "name": view["names"].get(row["customer"])}
        return True
    view["versions"].pop(key, None)
    return project(view, event)


def may_serve(versions: Mapping[str, int], own: Mapping[str, int], waited: float, limit: float) -> str:
    """Whether the view may answer somebody whose own last writes these are: "serve", "wait" or "ask the owner"."""
    if all(versions.get(key, 0) >= version for key, version in own.items()):
        return "serve"
    return "wait" if waited < limit else "ask the owner"


def rebuild(feeds: Mapping[str, Sequence[Event]], project: Callable[[Rows, Event], Any]) -> tuple[Rows, dict[str, int]]:
    """A new view from position 0 of every feed, and the positions after it. Old events say "product" for "item"."""
    view = empty_view()
    for feed in feeds.values():
        for event in feed:
            row = event["row"]
            if event["key"].startswith("orders/") and row is not None and "product" in row:
                row = {"customer": row["customer"], "item": row["product"]}
            project(view, {**event, "row": row})
    return view, {service: len(feed) for service, feed in feeds.items()}


# ── what the read model should be ─────────────────────────────────────────────────────────────────────────────────────


def join(customers: Mapping[str, Any], orders: Mapping[str, Any]) -> dict[str, Any]:
    """The orders, each with the name of its customer, straight from the rows of both write stores."""
    return {
        id: {**order, "name": customers.get(order["customer"], {}).get("name")} for id, order in sorted(orders.items())
    }
