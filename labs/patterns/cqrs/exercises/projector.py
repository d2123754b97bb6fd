"""Lesson 03: the idempotent projector."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import permutations, product
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import truth
from labs.kit.guarding.telling import show
from labs.patterns.cqrs.exercises import projector_wrong as wrong
from labs.patterns.cqrs.exercises import projector_wrong_versions as versions
from labs.patterns.cqrs.exercises.cases import TEA, event_of
from labs.patterns.cqrs.parts import empty_view, project

STORY = [
    event_of(1, "customers/c1", 1, {"name": "Ada"}),
    event_of(2, "customers/c1", 2, {"name": ""}),
    event_of(1, "customers/c11", 1, {"name": "Zoë"}),
    event_of(1, "orders/o1", 1, TEA),
    event_of(2, "orders/o1", 2, {"customer": "c11", "item": "rice"}),
    event_of(3, "orders/o1", 3, None),
    event_of(4, "orders/o11", 1, {"customer": "c11", "item": "figs"}),
]


def _steps() -> Iterator[Any]:
    """Every view that some of these events can leave behind, with each of them as the next; small views first."""
    found: dict[str, Any] = {}
    for many in range(5):
        for order in permutations(STORY, many):
            view = empty_view()
            for event in order:
                project(view, event)
            found.setdefault(json.dumps(view, sort_keys=True), view)
    for view, event in product(found.values(), STORY):
        yield view, event
    late = {"orders": {}, "names": {}, "versions": {"orders/o1": 9}}
    yield late, event_of(30, "orders/o1", 10, TEA)
    yield late, event_of(30, "orders/o1", 11, TEA)
    yield {"orders": {}, "names": {"o1": "Ada"}, "versions": {"customers/o1": 3}}, event_of(2, "orders/o1", 1, TEA)
    yield empty_view(), event_of(1, "customers/o1", 1, {"name": "Zoë"})
    yield empty_view(), event_of(1, "orders/c1", 1, TEA)


def _project(function: Callable[..., Any], case: Any) -> Any:
    view, event = deepcopy(case)
    done = function(view, event)
    return (done, view) if event == case[1] else (done, view, event)


def _read_project(case: Any, answer: Any) -> Any:
    return (truth(answer[0]), *answer[1:])


def _same(place: int) -> Callable[[Any, Any], None]:
    def look(case: Any, answer: Any) -> None:
        want = _project(project, case)
        if answer[place] == want[place]:
            return
        if place == 0:
            raise Wrong(f"Expected {want[0]!r}; your function returned {answer[0]!r}.", want)
        for part in ("versions", "names", "orders"):
            mine = answer[1].get(part) if isinstance(answer[1], dict) else None
            if mine != want[1][part]:
                raise Wrong(f'view["{part}"] should be {want[1][part]!r}, and is {mine!r}.', want)
        raise Wrong("There is something in the view that does not belong there.", want)

    return look


def _event_is_kept(case: Any, answer: Any) -> None:
    if len(answer) > 2:
        raise Wrong("The event is not as it was. It belongs to the feed, from which others read it, too.")


PROJECT = Exercise(
    id="patterns-project", lesson="03", title="The idempotent projector", points=3, reference=project, cases=_steps,
    call=_project, read=_read_project, shape="Returns True or False",
    show_answer=lambda answer: show(answer[:2]), show_case=lambda case: f"project(view={case[0]!r}, event={case[1]!r})",
    properties=(("Leaves the right view behind", _same(1)), ("Returns whether the event was new", _same(0)),
                ("Leaves the event as it is", _event_is_kept)),
    wrong=(
        Mistake("You do not look at the version. An old event that comes late would bring back an old row.",
                versions.no_versions),
        Mistake("You ignore an event only if its version is exactly the known one. An older one has to be ignored, "
                "too.", versions.only_the_same),
        Mistake("You take an event of the known version for a new one. It is a duplicate.", versions.applies_again),
        Mistake("You take the next version only. An event has the whole row, so a newer one may come first.",
                versions.no_gaps),
        Mistake("You compare with the versions of other rows. Each key has its own.", versions.one_version_for_all),
        Mistake("You forget the version of a deleted order. A late older event would bring the order back.",
                versions.forgets_the_deleted),
        Mistake("You compare versions, but do not write the new one into the view.", versions.does_not_remember),
        Mistake("You drop an order whose customer is not known yet. The two feeds are independent: keep it, with the "
                "name None.", wrong.waits_for_the_customer),
        Mistake("You expect the customer to be known. The order may come first.", wrong.needs_the_customer),
        Mistake("You expect the customer to be known. The order may come first.", wrong.needs_the_customer_at_once),
        Mistake("You expect a deleted order to be in the view. It may never have been there.", wrong.needs_the_order),
        Mistake("You leave a deleted order in the view, as None. Take its key out.", wrong.leaves_none),
        Mistake("You leave out the version of a deleted order that is not in the view. An older event may still come.",
                versions.passes_over_the_unknown),
        Mistake("You do not write a new name into the orders that are there.", wrong.leaves_the_orders),
        Mistake("You write a new name only into orders that have none.", wrong.keeps_the_name),
        Mistake("You leave an order as it is if it is in the view already. A newer version replaces it.",
                wrong.never_changes),
        Mistake("You write the name into the orders of other customers.", wrong.renames_everybody),
        Mistake("You write the name into the orders of other customers: compare the whole id.",
                wrong.compares_the_start),
        Mistake("You keep the name that the order had. It may belong to another customer now.",
                wrong.keeps_the_old_customer),
        Mistake("You drop an empty name. It is a name like any other; only None means that it is not known.",
                wrong.drops_empty_names),
        Mistake("You make None of an empty name. It is a name like any other.", wrong.makes_none),
        Mistake("You write None into the names, for a customer of whom nothing has been heard yet.",
                wrong.names_the_unknown),
        Mistake("`lstrip` removes any of the letters that it is given, from the id as well. Use `split` or "
                "`removeprefix`.", versions.strips_letters),
        Mistake("You cut the id to a fixed length. Split the key at its slash.", versions.two_letters),
        Mistake("You write the version of an old event down, and so go back. An old event changes nothing.",
                versions.goes_back),
        Mistake("You change a copy. Change the view that you are given: nobody sees another.", wrong.on_a_copy),
        Mistake("You write into the event. Put a copy of its row into the view: others read the feed, too.",
                wrong.writes_into_the_event),
        Mistake("You return whether a row has changed. An event with a higher version is new, even if every row stays "
                "the same.", wrong.looks_at_the_rows),
        Mistake("You do not look at the version. An old event that comes late would bring back an old row.",
                versions.no_versions_at_all),
        Mistake("You forget the version of a deleted order. A late older event would bring the order back.",
                versions.leaves_before_the_version),
        Mistake("You count the version up by one. Write down the event's own: versions may be skipped.",
                versions.counts_up),
        Mistake("You keep the version under the id alone. Keep it under the whole key: a customer and an order may "
                "have the same id.", versions.version_by_id),
        Mistake("You take the whole key for the id. The id is what follows the slash.", versions.whole_key),
        Mistake("You tell a customer by the first letter of the id. What stands before the slash says what it is.",
                versions.by_first_letter),
        Mistake("You expect a row in every event. That of a deletion has None.", wrong.needs_a_row),
        Mistake("You put an order into the view without a name. It has one, or None.", wrong.no_name),
        Mistake("You put an empty name where none is known. That is None.", wrong.empty_for_none),
        Mistake("You change only the item of an order that is in the view. Its customer may be another now, too.",
                wrong.keeps_the_customer),
        Mistake("You keep the name that the order had. It may belong to another customer now.",
                wrong.keeps_the_name_of_another),
        Mistake("You stop at the customer's first order. The new name goes into all of them.", wrong.first_order_only),
        Mistake("`lstrip` removes any of the letters that it is given, from the id as well. Use `split` or "
                "`removeprefix`.", versions.strips_both),
        Mistake("You return whether a row has changed. An event with a higher version is new, even if every row stays "
                "the same.", wrong.looks_at_the_orders),
        Mistake("You return True for an event that you ignored.", wrong.always_true),
    ),
    hints=("Look at the version first: is it higher than the one in `view[\"versions\"]` (0 if the key is not there)?",
           'A customer: write the name into `view["names"]`, then into every order of this customer.',
           'An order: `view["names"].get(row["customer"])` is the name, or None. Delete with `pop(id, None)`.'),
)  # fmt: skip
