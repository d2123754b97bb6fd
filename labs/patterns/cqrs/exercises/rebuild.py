"""Lesson 03, going further: a read model from position 0."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import several
from labs.kit.guarding.telling import show
from labs.patterns.cqrs.exercises import rebuild_wrong as wrong
from labs.patterns.cqrs.exercises.cases import TEA, event_of
from labs.patterns.cqrs.parts import Event, Rows, project, rebuild

OLD = {"customer": "c1", "product": "tea"}


def only_customers(view: Rows, event: Event) -> bool:
    """The projector of another page, which does not need the orders: it calls each of them old."""
    return event["key"].startswith("customers/") and project(view, event)


PROJECTORS = {"project": project, "only_customers": only_customers}


def _feeds() -> Iterator[Any]:
    names = [event_of(1, "customers/c1", 1, {"name": "Ada"}), event_of(2, "customers/c1", 2, {"name": "Zoë"})]
    placed = event_of(1, "orders/o1", 1, OLD)
    orders = [
        [],
        [event_of(1, "orders/o1", 1, TEA)],
        [placed],
        [placed, placed],
        [placed, placed, event_of(2, "orders/o1", 2, {"customer": "c1", "item": "figs"})],
        [placed, event_of(2, "orders/o1", 2, None)],
        [placed, event_of(2, "orders/o1", 2, {"customer": "c1", "item": "rice"})],
        [placed, event_of(2, "orders/o2", 1, {"customer": "c2", "product": ""}), event_of(3, "orders/o1", 2, None)],
        [placed, event_of(2, "orders/o1", 2, TEA), event_of(3, "orders/o2", 1, OLD)],
        [event_of(n, f"orders/o{n}", 1, OLD if n % 3 else TEA) for n in range(1, 13)],
    ]
    for some in orders:
        for many in (0, 1, 2):
            yield {"customers": names[:many], "orders": some}
            yield {"orders": some, "customers": names[:many]}
    yield {"orders": [placed]}
    yield {"customers": names, "shops": [], "orders": [placed]}
    yield {"orders": [placed, event_of(2, "orders/o1", 2, {"customer": "c1", "item": ""})]}


def _cases() -> Iterator[Any]:
    """(feeds, the name of the projector)."""
    for name in PROJECTORS:
        for feeds in _feeds():
            yield feeds, name
    stocked = event_of(1, "stock/s1", 1, {"product": "tea", "left": 3})
    yield {"stock": [stocked], "orders": [event_of(1, "orders/o1", 1, OLD)]}, "only_customers"


def _rebuild(function: Callable[..., Any], case: Any) -> Any:
    """What is returned, whether the feeds were kept, and what was projected, by service."""
    feeds, projector = deepcopy(case[0]), PROJECTORS[case[1]]
    seen: dict[str, list[Any]] = {}

    def project(view: Any, event: Any) -> bool:
        seen.setdefault(str(event["key"]).split("/")[0], []).append(deepcopy(event))
        return projector(view, event)

    return function(feeds, project), feeds == case[0], seen


def _read_rebuild(case: Any, answer: Any) -> Any:
    made, kept, seen = answer
    return (*several(made, 2, "two things, the view and the positions"), kept, seen)


def _wanted(case: Any) -> Any:
    return _read_rebuild(case, _rebuild(rebuild, case))


def _view_is_right(case: Any, answer: Any) -> None:
    want = _wanted(case)
    if answer[0] != want[0]:
        raise Wrong(f"The view should be {want[0]!r}, and is {answer[0]!r}.", want)


def _positions_are_right(case: Any, answer: Any) -> None:
    want = _wanted(case)
    if answer[1] != want[1]:
        raise Wrong(f"The positions should be {want[1]!r}, and are {answer[1]!r}.", want)


def _feeds_are_kept(case: Any, answer: Any) -> None:
    if not answer[2]:
        raise Wrong("The feeds are not as they were. What has been published is never changed.")


def _each_is_projected(case: Any, answer: Any) -> None:
    want = _wanted(case)[3]
    for service in sorted({*want, *answer[3]}):
        wanted, seen = want.get(service, []), answer[3].get(service, [])
        if seen != wanted:
            raise Wrong(_unlike(service, wanted, seen))


def _unlike(service: str, wanted: list[Event], seen: list[Event]) -> str:
    """How what was projected of a feed differs from what should have been."""
    if service == "orders" and any(event.get("row") and "product" in event["row"] for event in seen):
        return "An old event was given to `project` as it was. Translate it before, not afterwards."
    if len(seen) != len(wanted):
        many = f"{len(seen)} of its {len(wanted)} events" if seen else "none of its events"
        return f"Of the {service} feed `project` was given {many}. Give it each event once, and write the view with it."
    if sorted(map(repr, seen)) == sorted(map(repr, wanted)):
        return f"The events of the {service} feed were projected in another order than that of the feed."
    only = ": only `product` becomes `item`" if service == "orders" else ""
    return f"An event of the {service} feed was changed before it was projected{only}."


def _shown(answer: Any) -> str:
    """What is returned, and what `project` was given, in its order within each feed."""
    given = [f"{event['key']}: {event['row']!r}" for service in sorted(answer[3]) for event in answer[3][service]]
    return f"{show(answer[:2])}\n`project` was given {'; '.join(given) or 'nothing'}"


REBUILD = Exercise(
    id="patterns-rebuild", lesson="03", title="A read model from position 0", points=2, reference=rebuild,
    cases=_cases, call=_rebuild,
    read=_read_rebuild, shape="Returns a view and positions",
    show_answer=_shown,
    show_case=lambda case: f"rebuild(feeds={case[0]!r}, project={case[1]})",
    properties=(
        ("Builds the right view", _view_is_right),
        ("Returns the next position of each feed", _positions_are_right),
        ("Projects each feed from its beginning to its end", _each_is_projected),
        ("Leaves the feeds as they are", _feeds_are_kept),
    ),
    wrong=(
        Mistake("You return the position of the last event. The next one to read is one further.", wrong.one_short),
        Mistake("You return the position of the last event. The next one to read is one further.",
                wrong.one_short_of_nothing),
        Mistake("You return the positions first. The view comes first.", wrong.swapped),
        Mistake("You begin with a new view for each feed. All of them go into one.", wrong.a_view_each),
        Mistake("You go through the feeds of two services. There may be fewer, and others.", wrong.two_feeds),
        Mistake("You project old events as they are. In the view, `product` has to be `item`.", wrong.as_they_are),
        Mistake("You keep `product` beside `item`.", wrong.both_names),
        Mistake("You change the events in the feed. Translate a copy: others read the feed, too.", wrong.in_the_feed),
        Mistake("You translate the rows of every service. `product` became `item` in those of the orders only.",
                wrong.every_service),
        Mistake("You take an empty product for none. Look whether the row has one.", wrong.empty_is_new),
        Mistake("You take an empty item for none. A row is old if it has no `item` at all.", wrong.empty_is_old),
        Mistake("You leave old events out. Their orders are missing.", wrong.without_the_old),
        Mistake("You leave out events that delete. The deleted orders are back.", wrong.without_the_deleted),
        Mistake("You return one position for all feeds. Each has its own.", wrong.one_position),
        Mistake("You expect a row in every event. The event of a deletion has None.", wrong.expects_a_row),
        Mistake("You drop the customer from the old row. Only the name of the column changes.",
                wrong.drops_the_customer),
        Mistake("You stop at the first event that `project` calls old. Newer ones may follow it.",
                wrong.stops_at_an_old_event),
        Mistake("You count the events that `project` called new. The position counts all of them.",
                wrong.counts_the_new),
        Mistake("You return the number of the last event. The next position is one past the last place in the feed.",
                wrong.returns_the_number),
        Mistake("You go backwards through the feed. Other projectors may need its order.", wrong.backwards),
        Mistake("You leave an empty feed out of the positions. Its next position is 0.", wrong.no_empty_feed),
    ),
    hints=("Begin with an empty view: three empty dicts.",
           "For an old event build a new row, and a new event around it: `{**event, \"row\": row}`.",
           "The next position of a feed is its length."),
)  # fmt: skip
