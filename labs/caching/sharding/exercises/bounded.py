"""Lesson 17, going further: a ring on which no server gets much more than its share."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from labs.caching.sharding.exercises.cases import Points, near, one_server, places, rings, some_ring
from labs.caching.sharding.rings import bounded, limit, onwards, owner
from labs.kit.checking.exercise import Exercise, Mistake, Wrong

Case = tuple[Points, int, dict[str, int], float]
SPARES = (0.25, 0.5, 1.0, 0.0)


def _plain(loads: Mapping[str, int], spare: float) -> bool:
    """Whether the limit is the same in whatever order it is worked out."""
    total, many = sum(loads.values()) + 1, len(loads)
    ways = {math.ceil((1 + spare) * total / many), math.ceil((1 + spare) * (total / many)),
            math.ceil(total / many * (1 + spare)), math.ceil(total / many + spare * total / many)}  # fmt: skip
    return len(ways) == 1


def _with_loads(points: Points, first: int) -> dict[str, int]:
    names = dict.fromkeys(server for _, server in points)
    return {name: (first + 3 * number * number) % 7 for number, name in enumerate(names)}


def _all_cases() -> Iterator[Case]:
    for points in rings():
        for first in (0, 1, 4, 6):
            loads = _with_loads(points, first)
            for spare in SPARES:
                for place in places(points)[::3]:
                    yield points, place, loads, spare


def _cases() -> list[Case]:
    return [case for case in _all_cases() if _plain(case[2], case[3])]


def _larger() -> Any:
    from hypothesis import strategies as st

    def loaded(points: Points) -> Any:
        names = list(dict.fromkeys(server for _, server in points))
        loads = st.lists(st.integers(0, 12), min_size=len(names), max_size=len(names))
        return st.tuples(
            st.just(points), near(points), loads.map(lambda many: dict(zip(names, many, strict=True))),
            st.sampled_from(SPARES),
        ).filter(lambda case: _plain(case[2], case[3]))  # fmt: skip

    return some_ring().flatmap(loaded)


def _below(case: Case, answer: str) -> None:
    _, _, loads, spare = case
    if loads[answer] >= limit(loads, spare):
        raise Wrong(
            f"{answer} has {loads[answer]} keys already, and the limit is {limit(loads, spare)}.", bounded(*case)
        )


def _first_of_them(case: Case, answer: str) -> None:
    right = bounded(*case)
    if answer != right and case[2][answer] < limit(case[2], case[3]):
        raise Wrong(f"{right} comes before {answer} on the ring, and has room.", right)


# ── as people get it wrong ────────────────────────────────────────────────────────────────────────────────────────────

Limit = Callable[[Mapping[str, int], float], float]


def _with_limit(most: Limit, points: Points, place: int, loads: Mapping[str, int], spare: float) -> str | None:
    return next((server for server in onwards(points, place) if loads[server] < most(loads, spare)), None)


def _mean(loads: Mapping[str, int], more: int = 0) -> float:
    return (sum(loads.values()) + more) / len(loads)


_or_equal = partial(_with_limit, lambda loads, spare: limit(loads, spare) + 1)
_rounded_down = partial(_with_limit, lambda loads, spare: math.floor((1 + spare) * _mean(loads, 1)))
_without_this = partial(_with_limit, lambda loads, spare: math.ceil((1 + spare) * _mean(loads)))
_spare_alone = partial(_with_limit, lambda loads, spare: math.ceil(spare * _mean(loads, 1)))
_nearest_whole = partial(_with_limit, lambda loads, spare: round((1 + spare) * _mean(loads, 1)))
_always_up = partial(_with_limit, lambda loads, spare: math.floor((1 + spare) * _mean(loads, 1)) + 1)
_rounded_first = partial(_with_limit, lambda loads, spare: (1 + spare) * math.ceil(_mean(loads, 1)))
_one_afterwards = partial(_with_limit, lambda loads, spare: math.ceil((1 + spare) * _mean(loads)) + 1)
_spare_added = partial(_with_limit, lambda loads, spare: math.ceil(_mean(loads, 1) + spare))
_no_spare = partial(_with_limit, lambda loads, spare: math.ceil(_mean(loads, 1)))
_of_the_busiest = partial(_with_limit, lambda loads, spare: max(loads.values()))


def _mean_of_points(points: Points, place: int, loads: Mapping[str, int], spare: float) -> str | None:
    most = math.ceil((1 + spare) * (sum(loads.values()) + 1) / len(points))
    return next((server for server in onwards(points, place) if loads[server] < most), None)


def _whatever(points: Points, place: int, loads: Mapping[str, int], spare: float) -> str:
    return owner(points, place)


def _least(points: Points, place: int, loads: Mapping[str, int], spare: float) -> str:
    return min(onwards(points, place), key=lambda server: loads[server])


def _least_when_full(points: Points, place: int, loads: Mapping[str, int], spare: float) -> str:
    first = owner(points, place)
    return first if loads[first] < limit(loads, spare) else min(loads, key=lambda server: loads[server])


def _next_only(points: Points, place: int, loads: Mapping[str, int], spare: float) -> str:
    first, *others = onwards(points, place)
    return first if loads[first] < limit(loads, spare) or not others else others[0]


def _next_point_only(points: Points, place: int, loads: Mapping[str, int], spare: float) -> str:
    first = bisect_left([point for point, _ in points], place) % len(points)
    near, after = (points[(first + step) % len(points)][1] for step in (0, 1))
    return near if loads[near] < limit(loads, spare) else after


def _from_the_start(points: Points, place: int, loads: Mapping[str, int], spare: float) -> str:
    first = owner(points, place)
    return first if loads[first] < limit(loads, spare) else bounded(points, 0, loads, spare)


def _after(points: Points, place: int, loads: Mapping[str, int], spare: float) -> str:
    return bounded(points, place + 1, loads, spare)


def _no_wrap_after_the_owner(points: Points, place: int, loads: Mapping[str, int], spare: float) -> str | None:
    first = bisect_left([point for point, _ in points], place) % len(points)
    return next((server for _, server in points[first:] if loads[server] < limit(loads, spare)), None)


def _no_wrap(points: Points, place: int, loads: Mapping[str, int], spare: float) -> str | None:
    ahead = dict.fromkeys(server for point, server in points if point >= place)
    return next((server for server in ahead if loads[server] < limit(loads, spare)), None)


BOUNDED = Exercise(
    id="caching-bounded",
    lesson="17",
    title="A ring with bounded loads",
    points=2,
    reference=bounded,
    cases=_cases,
    strategy=_larger,
    shape="Returns the name of a server",
    read=one_server,
    keeps=True,
    properties=(
        ("That server is below the limit", _below),
        ("It is the first such server on the ring", _first_of_them),
    ),
    wrong=(
        Mistake("You leave out the key that is being placed: the mean is of one key more.", _without_this),
        Mistake("You round the limit down. Round it up.", _rounded_down),
        Mistake("You round the limit to the nearest whole number. Round it up.", _nearest_whole),
        Mistake("A limit that is a whole number stays as it is: you make it larger by one.", _always_up),
        Mistake("You round the mean up before you multiply. Multiply first, then round up.", _rounded_first),
        Mistake("You add the 1 at the end. The key that is being placed is one more in the total.", _one_afterwards),
        Mistake("A server that has as many keys as the limit is full: it must have fewer.", _or_equal),
        Mistake("You take `spare` alone. The limit is the mean times 1 + `spare`.", _spare_alone),
        Mistake("You add `spare` to the mean. The limit is the mean times 1 + `spare`.", _spare_added),
        Mistake("You leave `spare` out of the limit. It is the mean times 1 + `spare`.", _no_spare),
        Mistake(
            "You take the busiest server's load for the limit. The limit comes from the mean of all.", _of_the_busiest
        ),
        Mistake("You divide by the number of points. The mean is per server.", _mean_of_points),
        Mistake("You do not look at the loads. Pass over a server that has reached the limit.", _whatever),
        Mistake("You take the server with the least load. Take the first on the ring that has room.", _least),
        Mistake("If the owner is full you take the one with the least load: go on along the ring.", _least_when_full),
        Mistake("If the owner is full you take the next, which may be full as well: go on.", _next_only),
        Mistake("If the owner is full you take the next, which may be full as well: go on.", _next_point_only),
        Mistake(
            "If the owner is full you begin at the ring's first point: go on from where the owner is.", _from_the_start
        ),
        Mistake("A place that is exactly on a point belongs to that point; you begin after it.", _after),
        Mistake("At the last point you stop. The ring has no end: continue with the first.", _no_wrap),
        Mistake("At the last point you stop. The ring has no end: continue with the first.", _no_wrap_after_the_owner),
    ),
    hints=(
        "First the limit: `math.ceil((1 + spare) * (sum(loads.values()) + 1) / len(loads))`.",
        "Then go along the ring from the place, as for copies, to the first server whose load is below it.",
        "There always is one: if all were full, they would have more keys together than there are.",
    ),
)
