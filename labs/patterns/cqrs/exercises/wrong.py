"""The relay and the projector of lesson 03 as people get them wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from labs.patterns.cqrs.parts import Event, Rows, project, relay

Publish: TypeAlias = Callable[[Event], bool]
Mark: TypeAlias = Callable[[int], None]

# ── the relay ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def marks_first(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It marks, then publishes."""
    sent = 0
    for event in outbox:
        mark(event["number"])
        if not publish(event):
            break
        sent += 1
    return sent


def marks_everything(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It does not look at what publish returns."""
    for event in outbox:
        publish(event)
        mark(event["number"])
    return len(outbox)


def carries_on(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It passes over what is not acknowledged."""
    sent = 0
    for event in outbox:
        if publish(event):
            mark(event["number"])
            sent += 1
    return sent


def marks_at_the_end(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It publishes everything, then marks everything."""
    sent = []
    for event in outbox:
        if not publish(event):
            break
        sent.append(event["number"])
    for number in sent:
        mark(number)
    return len(sent)


def newest_first(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """The last event goes first."""
    return relay(list(outbox)[::-1], publish, mark)


def by_key(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """Sorted by key."""
    return relay(sorted(outbox, key=lambda event: event["key"]), publish, mark)


def only_the_latest(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """Of each row it sends the newest version only."""
    newest = {event["key"]: event["number"] for event in outbox}
    return relay([event for event in outbox if newest[event["key"]] == event["number"]], publish, mark)


def tries_again(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It does not give up before the event is acknowledged."""
    for event in outbox:
        while not publish(event):
            pass
        mark(event["number"])
    return len(outbox)


def counts_everything(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It returns how many there were."""
    relay(outbox, publish, mark)
    return len(outbox)


def counts_the_refused(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It counts the event that was not acknowledged."""
    sent = relay(outbox, publish, mark)
    return sent + (sent < len(outbox))


def only_one(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """One event in a round."""
    return relay(outbox[:1], publish, mark)


def never_marks(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It publishes, and marks nothing."""
    return relay(outbox, publish, lambda number: None)


def publishes_the_row(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It publishes the row, without key and version."""
    return relay(outbox, lambda event: publish(event["row"]), mark)


def marks_by_place(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It marks 1, 2, 3."""
    places = {event["number"]: place for place, event in enumerate(outbox, 1)}
    return relay(outbox, publish, lambda number: mark(places[number]))


# ── the projector ─────────────────────────────────────────────────────────────────────────────────────────────────────


def no_versions(view: Rows, event: Event) -> bool:
    """Every event counts."""
    view["versions"].pop(event["key"], None)
    return project(view, event)


def only_the_same(view: Rows, event: Event) -> bool:
    """It ignores an event only if it has exactly the version that is known."""
    if view["versions"].get(event["key"]) == event["version"]:
        return False
    return no_versions(view, event)


def applies_again(view: Rows, event: Event) -> bool:
    """It ignores older versions, and takes the same one for new."""
    if view["versions"].get(event["key"]) == event["version"]:
        return no_versions(view, event)
    return project(view, event)


def no_gaps(view: Rows, event: Event) -> bool:
    """It takes the next version only."""
    return project(view, event) if event["version"] == view["versions"].get(event["key"], 0) + 1 else False


def one_version_for_all(view: Rows, event: Event) -> bool:
    """It compares with the highest version of any row."""
    if event["version"] <= max(view["versions"].values(), default=0):
        return False
    return project(view, event)


def forgets_the_deleted(view: Rows, event: Event) -> bool:
    """With the row it deletes the version."""
    done = project(view, event)
    if done and event["row"] is None:
        del view["versions"][event["key"]]
    return done


def does_not_remember(view: Rows, event: Event) -> bool:
    """It compares versions, and does not write the new one down."""
    before = dict(view["versions"])
    done = project(view, event)
    view["versions"] = before
    return done


def waits_for_the_customer(view: Rows, event: Event) -> bool:
    """It drops an order whose customer is not known yet."""
    row = event["row"]
    if event["key"].startswith("orders/") and row and row["customer"] not in view["names"]:
        return False
    return project(view, event)


def needs_the_customer(view: Rows, event: Event) -> bool:
    """It breaks off at an order whose customer is not known yet."""
    row = event["row"]
    if event["key"].startswith("orders/") and row:
        view["names"][row["customer"]]  # KeyError
    return project(view, event)


def leaves_the_orders(view: Rows, event: Event) -> bool:
    """A new name reaches later orders only."""
    names = {id: order["name"] for id, order in view["orders"].items()}
    done = project(view, event)
    if event["key"].startswith("customers/"):
        for id, name in names.items():
            view["orders"][id]["name"] = name
    return done


def keeps_the_name(view: Rows, event: Event) -> bool:
    """A new name does not reach orders that have one."""
    names = {id: order["name"] for id, order in view["orders"].items() if order["name"] is not None}
    done = project(view, event)
    if event["key"].startswith("customers/"):
        for id, name in names.items():
            view["orders"][id]["name"] = name
    return done


def renames_everybody(view: Rows, event: Event) -> bool:
    """A new name reaches the orders of all customers."""
    done = project(view, event)
    if done and event["key"].startswith("customers/"):
        for order in view["orders"].values():
            order["name"] = event["row"]["name"]
    return done


def always_true(view: Rows, event: Event) -> bool:
    """It returns True for what it ignores."""
    project(view, event)
    return True


def never_changes(view: Rows, event: Event) -> bool:
    """An order that is there stays as it is."""
    id = event["key"].split("/")[1]
    before = view["orders"].get(id) if event["key"].startswith("orders/") and event["row"] else None
    done = project(view, event)
    if before:
        view["orders"][id] = before
    return done
