"""Lesson 03: reading one's own writes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import word
from labs.patterns.cqrs.exercises import own_writes_wrong as wrong
from labs.patterns.cqrs.parts import may_serve

A, B = "orders/o1", "customers/c1"


def _reads() -> Iterator[Any]:
    views: tuple[dict[str, int], ...] = (
        {},
        {A: 1},
        {A: 2},
        {A: 3},
        {B: 3},
        {A: 1, B: 2},
        {A: 2, B: 1},
        {A: 10, B: 9},
        {"orders/o11": 5},
    )
    owns: tuple[dict[str, int], ...] = ({}, {A: 1}, {A: 2}, {B: 1, A: 2}, {A: 2, B: 1}, {A: 10}, {A: 9, B: 10})
    times = ((0, 3), (2.5, 3), (3, 3), (3.5, 3), (0, 0), (0.7, 0.5))
    for versions, own, (waited, limit) in product(views, owns, times):
        yield versions, own, waited, limit


def _right_answer(case: Any, answer: Any) -> None:
    right = may_serve(*case)
    if answer != right:
        raise Wrong(f"Expected {right!r}; your function returned {answer!r}.", right)


def _read_answer(case: Any, answer: Any) -> str:
    return word(answer, ("serve", "wait", "ask the owner"))


OWN = Exercise(
    id="patterns-own-writes", lesson="03", title="Read your own writes", points=2, reference=may_serve, cases=_reads,
    read=_read_answer, shape='Returns "serve", "wait" or "ask the owner"', keeps=True,
    properties=(("Decides correctly", _right_answer),),
    wrong=(
        Mistake("One of the writes is enough for you. The view has to have all of them.", wrong.any_of_them),
        Mistake("You look for any of the writes. The view has to have all of them, and a user without any "
                "may be served at once.", wrong.any_and_not_none),
        Mistake("You wait for exactly this version. The view may already be ahead of it.", wrong.exactly_that),
        Mistake("You wait for a version above the one that was written. That one is enough.", wrong.something_newer),
        Mistake("You compare with other rows. Some newer event says nothing about this row.", wrong.any_event),
        Mistake("You pass over a row that the view does not know. That is the write that is missing.",
                wrong.known_rows_only),
        Mistake("You ask only whether the row is there. It may be an older version.", wrong.knows_the_row),
        Mistake("You expect every row to be in the view. A key that is not there counts as version 0.",
                wrong.breaks_off),
        Mistake("You wait once more when the limit is reached.", wrong.waits_at_the_limit),
        Mistake("You look at the time first. A view that has the writes may always serve.", wrong.clock_first),
        Mistake("One version behind is not enough: it is the last write that is missing.", wrong.one_behind),
        Mistake("You have it the wrong way round: below the limit wait, from the limit on ask the owner.",
                wrong.other_way_round),
        Mistake("You wait for ever. When the limit is reached, ask the owner.", wrong.waits_for_ever),
        Mistake("When the limit is reached, you serve an old row.", wrong.serves_in_the_end),
        Mistake("You look at the last write only. All of them count.", wrong.last_one_only),
        Mistake("You look at the first write only. All of them count.", wrong.first_one_only),
        Mistake("A user without any writes of their own waits for nothing: serve at once.",
                wrong.waits_for_nothing),
        Mistake("You add the versions up. Each row has to be new enough by itself.", wrong.adds_them_up),
        Mistake("You cut the seconds down to whole ones. Compare them as they are.", wrong.whole_seconds),
        Mistake("A limit of 0 is a limit, too: it is reached at once.", wrong.no_limit_at_0),
    ),
    hints=("For each key in `own`: is `versions.get(key, 0)` at least that version?",
           "If all are, serve. Nothing else matters then.",
           "Otherwise compare `waited` with `limit`."),
)  # fmt: skip
