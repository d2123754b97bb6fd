"""Lesson 03, going further: a read model from position 0."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from labs.kit.exercise import Exercise, Mistake, Wrong
from labs.kit.telling import show
from labs.patterns.cqrs.exercises import wrong_rebuilds as wrong
from labs.patterns.cqrs.exercises.core import TEA
from labs.patterns.cqrs.parts import Event, project, rebuild


def _event(number: int, key: str, version: int, row: Any) -> Event:
    return {"number": number, "key": key, "version": version, "row": row}


OLD = {"customer": "c1", "product": "tea"}


def _feeds() -> Iterator[Any]:
    names = [_event(1, "customers/c1", 1, {"name": "Ada"}), _event(2, "customers/c1", 2, {"name": "Zoë"})]
    placed = _event(1, "orders/o1", 1, OLD)
    orders = [
        [],
        [_event(1, "orders/o1", 1, TEA)],
        [placed],
        [placed, placed],
        [placed, placed, _event(2, "orders/o1", 2, {"customer": "c1", "item": "figs"})],
        [placed, _event(2, "orders/o1", 2, None)],
        [placed, _event(2, "orders/o1", 2, {"customer": "c1", "item": "rice"})],
        [placed, _event(2, "orders/o2", 1, {"customer": "c2", "product": ""}), _event(3, "orders/o1", 2, None)],
        [_event(n, f"orders/o{n}", 1, OLD if n % 3 else TEA) for n in range(1, 13)],
    ]
    for some in orders:
        for many in (0, 1, 2):
            yield {"customers": names[:many], "orders": some}
            yield {"orders": some, "customers": names[:many]}
    yield {"orders": [placed]}
    yield {"customers": names, "shops": [], "orders": [placed]}


def _rebuild(function: Callable[..., Any], case: Any) -> Any:
    """What is returned, whether the feeds were kept, and what was projected, by service."""
    feeds = deepcopy(case)
    seen: dict[str, list[Any]] = {}

    def recording(view: Any, event: Any) -> bool:
        seen.setdefault(str(event["key"]).split("/")[0], []).append(deepcopy(event))
        return project(view, event)

    return function(feeds, recording), feeds == case, seen


def _read_rebuild(case: Any, answer: Any) -> Any:
    made, kept, seen = answer
    if made is None:
        return None
    if not isinstance(made, tuple | list) or len(made) != 2:
        raise Wrong(f"Return two things, the view and the positions; your function returned {made!r}.")
    return made[0], made[1], kept, seen


def _view_is_right(case: Any, answer: Any) -> None:
    want = rebuild(case, project)
    if answer is None or answer[0] != want[0]:
        raise Wrong(f"The view should be {want[0]!r}, and is {answer and answer[0]!r}.", want)


def _positions_are_right(case: Any, answer: Any) -> None:
    want = rebuild(case, project)
    if answer is None or answer[1] != want[1]:
        raise Wrong(f"The positions should be {want[1]!r}, and are {answer and answer[1]!r}.", want)


def _feeds_are_kept(case: Any, answer: Any) -> None:
    if answer is None or not answer[2]:
        raise Wrong("The feeds are not as they were. What has been published is never changed.")


def _each_is_projected(case: Any, answer: Any) -> None:
    want = _rebuild(rebuild, case)[2]
    if answer is None or answer[3] != want:
        raise Wrong(
            "Project every event of a feed, translated, in the feed's order, with the `project` that you are given."
        )


REBUILD = Exercise(
    id="patterns-rebuild", lesson="03", title="A read model from position 0", points=2, reference=rebuild,
    cases=lambda: ((case,) for case in _feeds()), call=lambda function, case: _rebuild(function, case[0]),
    read=_read_rebuild, shape="Returns a view and positions",
    show_answer=lambda answer: show(answer[:2] if isinstance(answer, tuple) else answer),
    show_case=lambda case: f"rebuild(feeds={case[0]!r}, project=project)",
    properties=(
        ("Builds the right view", lambda case, answer: _view_is_right(case[0], answer)),
        ("Returns the next position of each feed", lambda case, answer: _positions_are_right(case[0], answer)),
        ("Projects each feed from its beginning to its end", lambda case, answer: _each_is_projected(case[0], answer)),
        ("Leaves the feeds as they are", lambda case, answer: _feeds_are_kept(case[0], answer)),
    ),
    wrong=(
        Mistake("You return the position of the last event. The next one to read is one further.", wrong.one_short),
        Mistake("You project old events as they are. In the view, `product` has to be `item`.", wrong.as_they_are),
        Mistake("You keep `product` beside `item`.", wrong.both_names),
        Mistake("You change the events in the feed. Translate a copy: others read the feed, too.", wrong.in_the_feed),
        Mistake("You leave old events out. Their orders are missing.", wrong.without_the_old),
        Mistake("You leave out events that delete. The deleted orders are back.", wrong.without_the_deleted),
        Mistake("You return one position for all feeds. Each has its own.", wrong.one_position),
        Mistake("You leave an empty feed out of the positions. Its next position is 0.", wrong.no_empty_feed),
    ),
    hints=("Begin with an empty view: three empty dicts.",
           "For an old event build a new row, and a new event around it: `{**event, \"row\": row}`.",
           "The next position of a feed is its length."),
)  # fmt: skip
