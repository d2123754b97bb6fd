"""The projector of lesson 03 as people get it wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from copy import deepcopy

from labs.patterns.cqrs.parts import Event, Rows, project


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


def needs_the_customer_at_once(view: Rows, event: Event) -> bool:
    """The same, but for new events only."""
    if event["version"] <= view["versions"].get(event["key"], 0):
        return False
    return needs_the_customer(view, event)


def needs_the_order(view: Rows, event: Event) -> bool:
    """It breaks off where a deleted order is not there."""
    id = event["key"].split("/")[1]
    if event["row"] is None and event["version"] > view["versions"].get(event["key"], 0):
        view["orders"][id]  # KeyError
    return project(view, event)


def leaves_none(view: Rows, event: Event) -> bool:
    """A deleted order stays, as None."""
    done = project(view, event)
    if done and event["row"] is None:
        view["orders"][event["key"].split("/")[1]] = None
    return done


def compares_the_start(view: Rows, event: Event) -> bool:
    """A name reaches the orders of every customer whose id begins like this one."""
    done = project(view, event)
    service, id = event["key"].split("/")
    for order in view["orders"].values():
        if done and service == "customers" and order["customer"].startswith(id):
            order["name"] = event["row"]["name"]
    return done


def keeps_the_old_customer(view: Rows, event: Event) -> bool:
    """An order that changes its customer keeps the old one's name."""
    id, before = _replaced(view, event)
    done = project(view, event)
    if done and before:
        view["orders"][id]["name"] = before["name"]
    return done


def drops_empty_names(view: Rows, event: Event) -> bool:
    """`if name:` instead of `is not None`."""
    row = event["row"]
    if row and row.get("name") == "":
        fresh = event["version"] > view["versions"].get(event["key"], 0)
        view["versions"][event["key"]] = max(event["version"], view["versions"].get(event["key"], 0))
        return bool(fresh)
    return project(view, event)


def makes_none(view: Rows, event: Event) -> bool:
    """`name or None` for an order."""
    done = project(view, event)
    order = view["orders"].get(event["key"].split("/")[1]) if event["key"].startswith("orders/") else None
    if done and order:
        order["name"] = order["name"] or None
    return done


def names_the_unknown(view: Rows, event: Event) -> bool:
    """It enters a customer of whom nothing is known."""
    done = project(view, event)
    if done and event["row"] and "customer" in event["row"]:
        view["names"].setdefault(event["row"]["customer"], None)
    return done


def on_a_copy(view: Rows, event: Event) -> bool:
    """It changes a copy of the view."""
    return project(deepcopy(view), event)


def writes_into_the_event(view: Rows, event: Event) -> bool:
    """It writes the name into the event's row, and puts that row into the view."""
    done, row = project(view, event), event["row"]
    if done and row and event["key"].startswith("orders/"):
        row["name"] = view["names"].get(row["customer"])
        view["orders"][event["key"].split("/")[1]] = row
    return done


def looks_at_the_rows(view: Rows, event: Event) -> bool:
    """It returns whether a row has changed."""
    before = deepcopy((view["orders"], view["names"]))
    return project(view, event) and before != (view["orders"], view["names"])


def needs_a_row(view: Rows, event: Event) -> bool:
    """It breaks off at a deletion that is new."""
    if event["version"] > view["versions"].get(event["key"], 0):
        {**event["row"]}  # TypeError
    return project(view, event)


def no_name(view: Rows, event: Event) -> bool:
    """It puts the row into the view as it is."""
    done = project(view, event)
    if done and event["row"] and event["key"].startswith("orders/"):
        view["orders"][event["key"].split("/")[1]] = dict(event["row"])
    return done


def empty_for_none(view: Rows, event: Event) -> bool:
    """An empty name where none is known."""
    done, row = project(view, event), event["row"]
    if done and row and "customer" in row and row["customer"] not in view["names"]:
        view["orders"][event["key"].split("/")[1]]["name"] = ""
    return done


def keeps_the_customer(view: Rows, event: Event) -> bool:
    """Of an order that is there it changes the item."""
    id, before = _replaced(view, event)
    done = project(view, event)
    if done and before:
        view["orders"][id] = {**before, "item": event["row"]["item"]}
    return done


def keeps_the_name_of_another(view: Rows, event: Event) -> bool:
    """An order keeps its old name where the new customer's is not known."""
    id, before = _replaced(view, event)
    done = project(view, event)
    if done and before and event["row"]["customer"] not in view["names"]:
        view["orders"][id]["name"] = before["name"]
    return done


def first_order_only(view: Rows, event: Event) -> bool:
    """A new name reaches one order."""
    id = event["key"].split("/")[1]
    names = {order: row["name"] for order, row in view["orders"].items() if row["customer"] == id}
    done = project(view, event)
    if done and event["key"].startswith("customers/"):
        for order in list(names)[1:]:
            view["orders"][order]["name"] = names[order]
    return done


def looks_at_the_orders(view: Rows, event: Event) -> bool:
    """It returns whether an order has changed."""
    before = deepcopy(view["orders"])
    return project(view, event) and before != view["orders"]


def _replaced(view: Rows, event: Event) -> tuple[str, Rows | None]:
    """The id in the event, and the order in the view that it replaces, if there is one."""
    id = event["key"].split("/")[1]
    return id, view["orders"].get(id) if event["key"].startswith("orders/") and event["row"] else None
