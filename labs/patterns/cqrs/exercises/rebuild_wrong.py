"""The rebuild of lesson 03 as people get it wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from labs.patterns.cqrs.parts import Event, Rows, empty_view, rebuild

Feeds: TypeAlias = Mapping[str, Sequence[Event]]
Project: TypeAlias = Callable[[Rows, Event], bool]
Rebuilt: TypeAlias = tuple[Rows, dict[str, int]]


def is_old(event: Event) -> bool:
    """Whether it is an order with a product instead of an item."""
    return bool(event["key"].startswith("orders/") and event["row"] and "product" in event["row"])


def one_short(feeds: Feeds, project: Project) -> Rebuilt:
    """The positions of the last events, not of the next."""
    view, positions = rebuild(feeds, project)
    return view, {service: max(0, position - 1) for service, position in positions.items()}


def as_they_are(feeds: Feeds, project: Project) -> Rebuilt:
    """Old events are projected as they are."""
    view = empty_view()
    for feed in feeds.values():
        for event in feed:
            project(view, event)
    return view, {service: len(feed) for service, feed in feeds.items()}


def both_names(feeds: Feeds, project: Project) -> Rebuilt:
    """The old name stays beside the new one."""
    view = empty_view()
    for feed in feeds.values():
        for event in feed:
            row = event["row"]
            more = {"item": row["product"]} if is_old(event) else {}
            project(view, {**event, "row": row and {**row, **more}})
    return view, {service: len(feed) for service, feed in feeds.items()}


def in_the_feed(feeds: Feeds, project: Project) -> Rebuilt:
    """It writes the new name into the feed itself."""
    for feed in feeds.values():
        for event in feed:
            if is_old(event):
                event["row"]["item"] = event["row"].pop("product")
    return rebuild(feeds, project)


def every_service(feeds: Feeds, project: Project) -> Rebuilt:
    """It translates whatever has a product."""
    view = empty_view()
    for feed in feeds.values():
        for event in feed:
            row = event["row"]
            if row is not None and "product" in row:
                row = {**{name: row[name] for name in row if name != "product"}, "item": row["product"]}
            project(view, {**event, "row": row})
    return view, {service: len(feed) for service, feed in feeds.items()}


def empty_is_old(feeds: Feeds, project: Project) -> Rebuilt:
    """It takes a row for old if its item is empty."""
    view = empty_view()
    for feed in feeds.values():
        for event in feed:
            row = event["row"]
            if event["key"].startswith("orders/") and row and not row.get("item"):
                row = {"customer": row["customer"], "item": row.get("product")}
            project(view, {**event, "row": row})
    return view, {service: len(feed) for service, feed in feeds.items()}


def without_the_old(feeds: Feeds, project: Project) -> Rebuilt:
    """It leaves old events out."""
    new = {name: [e for e in feed if not is_old(e)] for name, feed in feeds.items()}
    return rebuild(new, project)[0], rebuild(feeds, project)[1]


def without_the_deleted(feeds: Feeds, project: Project) -> Rebuilt:
    """It leaves out the events that delete."""
    new = {name: [event for event in feed if event["row"] is not None] for name, feed in feeds.items()}
    return rebuild(new, project)[0], rebuild(feeds, project)[1]


def one_position(feeds: Feeds, project: Project) -> Rebuilt:
    """The same position for every feed."""
    view, positions = rebuild(feeds, project)
    return view, dict.fromkeys(positions, sum(positions.values()))


def no_empty_feed(feeds: Feeds, project: Project) -> Rebuilt:
    """An empty feed has no position."""
    view, positions = rebuild(feeds, project)
    return view, {service: position for service, position in positions.items() if position}


def expects_a_row(feeds: Feeds, project: Project) -> Rebuilt:
    """It breaks off at an order that was deleted."""
    for feed in feeds.values():
        for event in feed:
            "product" in event["row"]  # noqa: B015 (a TypeError for None)
    return rebuild(feeds, project)


def drops_the_customer(feeds: Feeds, project: Project) -> Rebuilt:
    """Its new row has nothing but the item."""
    new = {
        name: [{**e, "row": {"item": e["row"]["product"]}} if is_old(e) else e for e in feed]
        for name, feed in feeds.items()
    }
    return rebuild(new, project)


def stops_at_an_old_event(feeds: Feeds, project: Project) -> Rebuilt:
    """It leaves a feed at the first event that the projector calls old."""
    left: set[str] = set()

    def careful(view: Rows, event: Event) -> bool:
        service = event["key"].split("/")[0]
        if service not in left and not project(view, event):
            left.add(service)
        return service not in left

    return rebuild(feeds, careful)


def counts_the_new(feeds: Feeds, project: Project) -> Rebuilt:
    """It counts what the projector called new."""
    positions = dict.fromkeys(feeds, 0)

    def counting(view: Rows, event: Event) -> bool:
        new = project(view, event)
        positions[event["key"].split("/")[0]] += bool(new)
        return new

    return rebuild(feeds, counting)[0], positions


def returns_the_number(feeds: Feeds, project: Project) -> Rebuilt:
    """It takes the number of the last event for the position."""
    return rebuild(feeds, project)[0], {name: feed[-1]["number"] if feed else 0 for name, feed in feeds.items()}


def backwards(feeds: Feeds, project: Project) -> Rebuilt:
    """It begins with the newest event of each feed."""
    return rebuild({name: feed[::-1] for name, feed in feeds.items()}, project)


def one_short_of_nothing(feeds: Feeds, project: Project) -> Rebuilt:
    """The same, and -1 for an empty feed."""
    return rebuild(feeds, project)[0], {service: len(feed) - 1 for service, feed in feeds.items()}


def swapped(feeds: Feeds, project: Project) -> Rebuilt:
    """The positions, then the view."""
    view, positions = rebuild(feeds, project)
    return positions, view


def a_view_each(feeds: Feeds, project: Project) -> Rebuilt:
    """It returns the view of the last feed."""
    view = empty_view()
    for service, feed in feeds.items():
        view = rebuild({service: feed}, project)[0]
    return view, {service: len(feed) for service, feed in feeds.items()}


def two_feeds(feeds: Feeds, project: Project) -> Rebuilt:
    """It knows of two services."""
    return rebuild({service: feeds[service] for service in ("customers", "orders")}, project)


def empty_is_new(feeds: Feeds, project: Project) -> Rebuilt:
    """It asks whether the product is true."""
    view = empty_view()
    for feed in feeds.values():
        for event in feed:
            row = event["row"]
            if is_old(event) and row["product"]:
                row = {"customer": row["customer"], "item": row["product"]}
            project(view, {**event, "row": row})
    return view, {service: len(feed) for service, feed in feeds.items()}
