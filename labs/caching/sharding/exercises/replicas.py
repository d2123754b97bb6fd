"""Lesson 17: copies of an entry on different servers."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from labs.caching.sharding.exercises.cases import Points, near, places, rings, some_ring, some_servers
from labs.caching.sharding.rings import onwards, replicas
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.guarding.telling import show

Case = tuple[Points, int, int]


def _cases() -> list[Case]:
    return [(points, place, copies) for points in rings() for copies in (1, 2, 3, 5) for place in places(points)[::2]]


def _larger() -> Any:
    from hypothesis import strategies as st

    return some_ring().flatmap(lambda points: st.tuples(st.just(points), near(points), st.integers(1, 6)))


def _names(points: Points) -> list[str]:
    return list(dict.fromkeys(server for _, server in points))


def _read(case: Case, answer: Any) -> tuple[str, ...]:
    return some_servers(_names(case[0]), answer)


def _different(case: Case, answer: tuple[str, ...]) -> None:
    for name in answer:
        if answer.count(name) > 1:
            raise Wrong(f"{name} is in the list {answer.count(name)} times: one crash takes all of its copies.")


def _many(case: Case, answer: tuple[str, ...]) -> None:
    expected = min(case[2], len(_names(case[0])))
    if len(answer) != expected:
        raise Wrong(f"It returned {len(answer)} server{'s' * (len(answer) != 1)}: expected {expected}.")


def _in_order(case: Case, answer: tuple[str, ...]) -> None:
    right = tuple(replicas(*case))
    if answer != right:
        raise Wrong(f"Expected {show(list(right))}, as one meets them going round from {case[1]}.", list(right))


# ── as people get it wrong ────────────────────────────────────────────────────────────────────────────────────────────


def _from(points: Points, place: int) -> list[str]:
    first = bisect_left([point for point, _ in points], place)
    return [server for _, server in [*points[first:], *points[:first]]]


def _next_points(points: Points, place: int, copies: int) -> list[str]:
    return _from(points, place)[:copies]


def _next_points_round(points: Points, place: int, copies: int) -> list[str]:
    around = _from(points, place)
    return [around[number % len(around)] for number in range(copies)]


def _then_different(points: Points, place: int, copies: int) -> list[str]:
    return list(dict.fromkeys(_from(points, place)[:copies]))


def _no_wrap(points: Points, place: int, copies: int) -> list[str]:
    return list(dict.fromkeys(server for point, server in points if point >= place))[:copies]


def _no_wrap_after_the_owner(points: Points, place: int, copies: int) -> list[str]:
    first = bisect_left([point for point, _ in points], place) % len(points)
    return list(dict.fromkeys(server for _, server in points[first:]))[:copies]


def _last_beyond(points: Points, place: int, copies: int) -> list[str]:
    return list(onwards(points, min(place, points[-1][0])))[:copies]


def _the_other_way_round(points: Points, place: int, copies: int) -> list[str]:
    first, *others = _from(points, place)
    return list(dict.fromkeys([first, *reversed(others)]))[:copies]


def _neighbours(points: Points, place: int, copies: int) -> list[str]:
    found: list[str] = []
    for server in _from(points, place):
        if not found or server != found[-1]:
            found.append(server)
    return found[:copies]


def _one_more(points: Points, place: int, copies: int) -> list[str]:
    return list(onwards(points, place))[: copies + 1]


def _one_fewer(points: Points, place: int, copies: int) -> list[str]:
    return list(onwards(points, place))[: copies - 1]


def _without_owner(points: Points, place: int, copies: int) -> list[str]:
    return list(onwards(points, place))[1 : copies + 1]


def _after(points: Points, place: int, copies: int) -> list[str]:
    return list(onwards(points, place + 1))[:copies]


def _in_order_of_names(points: Points, place: int, copies: int) -> list[str]:
    return sorted(replicas(points, place, copies))


def _after_it_in_order_of_names(points: Points, place: int, copies: int) -> list[str]:
    names = sorted(_names(points))
    first = names.index(_from(points, place)[0])
    return [names[(first + number) % len(names)] for number in range(min(copies, len(names)))]


def _from_the_start(points: Points, place: int, copies: int) -> list[str]:
    return _names(points)[:copies]


def _padded(points: Points, place: int, copies: int) -> list[str]:
    found = replicas(points, place, copies)
    return [found[number % len(found)] for number in range(copies)]


REPLICAS = Exercise(
    id="caching-replicas",
    lesson="17",
    title="Copies on different servers",
    points=2,
    reference=replicas,
    cases=_cases,
    strategy=_larger,
    shape="Returns a list of servers",
    read=_read,
    keeps=True,
    show_answer=lambda names: show(list(names)),
    properties=(
        ("No server is in it twice", _different),
        ("As many as there should be", _many),
        ("In the order of the ring", _in_order),
    ),
    wrong=(
        Mistake(
            "There are fewer servers than copies, and you fill up with the same ones again. Return each once.", _padded
        ),
        Mistake("You skip a server only when it is the one before. It may come back later: remember all.", _neighbours),
        Mistake("You take the next points, which may be of one server. Take the next different servers.", _next_points),
        Mistake(
            "You take the next points, which may be of one server. Take the next different servers.", _next_points_round
        ),
        Mistake(
            "You take the next points and only then drop the duplicates: go on until there are enough servers.",
            _then_different,
        ),
        Mistake("At the last point you stop. The ring has no end: continue with the first.", _no_wrap),
        Mistake("At the last point you stop. The ring has no end: continue with the first.", _no_wrap_after_the_owner),
        Mistake(
            "Beyond the last point you begin with the last. The ring has no end: begin with the first.", _last_beyond
        ),
        Mistake("After the owner you go back, anticlockwise. Go on in the same direction.", _the_other_way_round),
        Mistake("You return one too few: the owner is one of the `copies`, and there are `copies` in all.", _one_fewer),
        Mistake("You return one too many: the owner is the first of the copies.", _one_more),
        Mistake("You leave out the owner: it is the first of the copies.", _without_owner),
        Mistake("You sort them by name. Keep the order of the ring: the first is asked first.", _in_order_of_names),
        Mistake(
            "You continue by the servers' names, not along the ring, where their order differs from place to place.",
            _after_it_in_order_of_names,
        ),
        Mistake("A place that is exactly on a point belongs to that point; you begin after it.", _after),
        Mistake("You begin at the ring's first point. Begin at the first one at or after the place.", _from_the_start),
    ),
    hints=(
        "Begin as in the lookup, then go on from point to point. Keep a list of the servers that you have met.",
        "A server that is in the list already is passed over. After the last point comes the first.",
        "`[*points[first:], *points[:first]]` is once round the ring, beginning at point number `first`.",
    ),
)
