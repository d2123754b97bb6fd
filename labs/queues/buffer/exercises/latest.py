"""The exercise `queues-latest`: a queue that keeps only the newest report of each car."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import pairs
from labs.queues.buffer.latest import Report, keep_latest

Case = tuple[list[Report], Report]


def cases() -> Iterator[Case]:
    """An empty queue, a car that waits already (first, middle, last), one that does not; names that are alike; places
    that are strings, one of them a car's name."""
    cars: list[Report] = [("c1", 10), ("c2", 20), ("c3", 30)]
    yield [], ("c1", 10)
    yield [("c1", 10)], ("c1", 11)
    yield [("c1", 10)], ("c2", 20)
    yield from ((cars, (car, place)) for car in ("c1", "c2", "c3", "c4") for place in (5, 20, 30, 99, 0))
    yield from ((cars[::-1], (car, 7)) for car in ("c1", "c2", "c3", "c4"))
    yield [("c10", 1), ("c1", 2), ("C1", 3)], ("c1", 4)
    yield [("C1", 3), ("c1", 2)], ("c1", 4)
    yield [(" c1", 3), ("c1 ", 2)], ("c1", 4)
    yield [("c1", 2), ("c11", 3)], ("c", 4)
    yield [("c2", "A4"), ("A4", "M5")], ("A4", "M6")
    yield [("c2", "c1"), ("c3", "c2")], ("c1", "c3")
    yield [("c1", "A4"), ("c2", "")], ("c1", "")
    yield [("", 1), ("c1", 2)], ("", 0)
    yield [(f"c{n}", n) for n in range(12, 0, -1)], ("c7", 0)


def larger() -> Any:
    """A Hypothesis strategy: up to twelve cars in any order."""
    from hypothesis import strategies as st

    car = st.sampled_from([f"c{n}" for n in range(1, 13)] + ["C1", "c1 ", "A4"])
    place = st.one_of(st.integers(0, 99), st.sampled_from(["", "A4", "c1", "depot"]))
    queue = st.lists(st.tuples(car, place), max_size=12, unique_by=lambda report: report[0])
    return st.tuples(queue, st.tuples(car, place))


def read(case: Case, answer: Any) -> list[Report]:
    """A list of pairs, or Wrong."""
    return pairs(answer, "a list of reports, each a pair of a car and a place")


def one_of_each(case: Case, answer: list[Report]) -> None:
    """Each car once, and the newest of this one."""
    car, place = case[1]
    mine = [p for c, p in answer if c == car]
    if len(mine) != 1:
        raise Wrong(f"{len(mine)} reports of {car!r} wait: expected one.", keep_latest(*case))
    if mine != [place]:
        raise Wrong(f"{car!r} is at {place} now, and {mine[0]} waits.", keep_latest(*case))


def others_stay(case: Case, answer: list[Report]) -> None:
    """Nothing happens to the reports of other cars."""
    waiting, (car, _) = case
    before, after = ([one for one in reports if one[0] != car] for reports in (waiting, answer))
    if before != after:
        same = len(before) == len(after) and all(one in after for one in before)
        what = "in the order in which they were" if same else "what they were"
        raise Wrong(f"The reports of the other cars are no longer {what}.", keep_latest(*case))


def in_its_place(case: Case, answer: list[Report]) -> None:
    """A car that waits keeps its place; a new one goes to the end."""
    right = keep_latest(*case)
    if len(answer) == len(right) and [c for c, _ in answer] != [c for c, _ in right]:
        where = [c for c, _ in answer].index(case[1][0]) + 1 if case[1][0] in [c for c, _ in answer] else 0
        raise Wrong(f"{case[1][0]!r} now waits in place {where}.", right)


# ── what people get wrong ─────────────────────────────────────────────────────────────────────────────────────────────


def _to_the_end(waiting: list[Report], report: Report) -> list[Report]:
    return [*[one for one in waiting if one[0] != report[0]], report]


def _only_adds(waiting: list[Report], report: Report) -> list[Report]:
    return [*waiting, report]


def _keeps_the_old(waiting: list[Report], report: Report) -> list[Report]:
    return waiting if any(car == report[0] for car, _ in waiting) else [*waiting, report]


def _drops_new_cars(waiting: list[Report], report: Report) -> list[Report]:
    return [report if car == report[0] else (car, place) for car, place in waiting]


def _to_the_front(waiting: list[Report], report: Report) -> list[Report]:
    return [report, *[one for one in waiting if one[0] != report[0]]]


def _and_adds(waiting: list[Report], report: Report) -> list[Report]:
    return [*[report if car == report[0] else (car, place) for car, place in waiting], report]


def _new_to_the_front(waiting: list[Report], report: Report) -> list[Report]:
    known = any(car == report[0] for car, _ in waiting)
    return keep_latest(waiting, report) if known else [report, *waiting]


def _names_within_names(waiting: list[Report], report: Report) -> list[Report]:
    found = next((i for i, (car, _) in enumerate(waiting) if report[0] in car), None)
    return [*waiting, report] if found is None else [*waiting[:found], report, *waiting[found + 1 :]]


def _only_the_last(waiting: list[Report], report: Report) -> list[Report]:
    if waiting and waiting[-1][0] == report[0]:
        return [*waiting[:-1], report]
    return [*waiting, report]


def _sorted(waiting: list[Report], report: Report) -> list[Report]:
    return sorted(keep_latest(waiting, report), key=lambda one: one[0])


def _whatever_the_case(waiting: list[Report], report: Report) -> list[Report]:
    found = next((i for i, (car, _) in enumerate(waiting) if car.strip().lower() == report[0].strip().lower()), None)
    return [*waiting, report] if found is None else [*waiting[:found], report, *waiting[found + 1 :]]


def _capitals_do_not_count(waiting: list[Report], report: Report) -> list[Report]:
    found = next((i for i, (car, _) in enumerate(waiting) if car.lower() == report[0].lower()), None)
    return [*waiting, report] if found is None else [*waiting[:found], report, *waiting[found + 1 :]]


def _anywhere_in_the_pair(waiting: list[Report], report: Report) -> list[Report]:
    found = next((i for i, pair in enumerate(waiting) if report[0] in pair), None)
    return [*waiting, report] if found is None else [*waiting[:found], report, *waiting[found + 1 :]]


def _not_at_the_front(waiting: list[Report], report: Report) -> list[Report]:
    found = {car: i for i, (car, _) in enumerate(waiting)}.get(report[0])
    return [*waiting[:found], report, *waiting[found + 1 :]] if found else [*waiting, report]


def _without_a_place(waiting: list[Report], report: Report) -> list[Report]:
    known = any(car == report[0] for car, _ in waiting)
    return waiting if known and not report[1] else keep_latest(waiting, report)


LATEST = Exercise(
    id="queues-latest",
    lesson="04",
    title="Only the newest of each car",
    points=1,
    reference=keep_latest,
    cases=cases,
    strategy=larger,
    read=read,
    shape="Returns a list of reports",
    properties=(
        ("The newest report of this car waits, and no other of it", one_of_each),
        ("The other reports are left alone", others_stay),
        ("A car that waits already keeps its place", in_its_place),
    ),
    wrong=(
        Mistake(
            "You send the car to the back of the queue. One that reports often would never have its turn: "
            "put the new report in the old one's place.",
            _to_the_end,
        ),
        Mistake("The old report of the same car still waits, too.", _only_adds),
        Mistake("You keep the old report and drop the new one.", _keeps_the_old),
        Mistake("A car that is not in the queue yet goes to its end: you lose its report.", _drops_new_cars),
        Mistake("You put the report at the front, before those that have waited longer.", _to_the_front),
        Mistake("You replace the old report and add the new one at the end as well.", _and_adds),
        Mistake("A car that is not in the queue yet goes to its end, not to the front.", _new_to_the_front),
        Mistake("Two cars are the same only if their names are equal: 'c1' is not 'c10'.", _names_within_names),
        Mistake("Case counts: 'C1' and 'c1' are different names, so two cars.", _capitals_do_not_count),
        Mistake("Case and spaces count: 'C1' and 'c1' are different names, so two cars.", _whatever_the_case),
        Mistake(
            "You look for the name in the whole report. It is the first of the two; a place may be called the same.",
            _anywhere_in_the_pair,
        ),
        Mistake("The car may be the very first in the queue: position 0 is a position.", _not_at_the_front),
        Mistake("A place may be 0 or an empty string: that is a report like any other.", _without_a_place),
        Mistake("You look at the last report only: the car's old one may be anywhere in the queue.", _only_the_last),
        Mistake("You sort the queue: those that have waited longest must stay in front.", _sorted),
    ),
    hints=(
        "Does a report of this car wait already? Then change that one, and nothing else.",
        "A new car goes to the end: `[*waiting, report]`.",
    ),
)
