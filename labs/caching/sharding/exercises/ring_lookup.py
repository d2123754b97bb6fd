"""Lesson 17: which server a place on the ring belongs to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any

from labs.caching.sharding.exercises.cases import Points, near, one_server, places, rings, some_ring
from labs.caching.sharding.rings import owner
from labs.kit.checking.exercise import Exercise, Mistake, Wrong

Case = tuple[Points, int]


def _cases() -> list[Case]:
    return [(points, place) for points in rings() for place in places(points)]


def _larger() -> Any:
    from hypothesis import strategies as st

    return some_ring().flatmap(lambda points: st.tuples(st.just(points), near(points)))


def _expect(case: Case, answer: str) -> None:
    right = owner(*case)
    if answer != right:
        raise Wrong(f"It returned {answer}: expected {right}.", right)


def _on_a_point(case: Case, answer: str) -> None:
    if any(point == case[1] for point, _ in case[0]):
        _expect(case, answer)


def _between(case: Case, answer: str) -> None:
    if case[1] <= case[0][-1][0] and all(point != case[1] for point, _ in case[0]):
        _expect(case, answer)


def _beyond(case: Case, answer: str) -> None:
    if case[1] > case[0][-1][0]:
        _expect(case, answer)


# ── as people get it wrong ────────────────────────────────────────────────────────────────────────────────────────────


def _numbers(points: Points) -> list[int]:
    return [point for point, _ in points]


def _no_wrap(points: Points, place: int) -> str:
    return points[bisect_left(_numbers(points), place)][1]


def _nothing_beyond(points: Points, place: int) -> str | None:
    return next((server for point, server in points if point >= place), None)


def _none_left(points: Points, place: int) -> str:
    return next(server for point, server in points if point >= place)


def _folded(points: Points, place: int) -> str:
    return owner(points, place % (points[-1][0] + 1))


def _folded_too_soon(points: Points, place: int) -> str:
    return owner(points, place % max(points[-1][0], 1))


def _one_place_less(points: Points, place: int) -> str:
    return min(points, key=lambda point: (point[0] - place) % (2**32 - 1))[1]


def _last_beyond(points: Points, place: int) -> str:
    return points[min(bisect_left(_numbers(points), place), len(points) - 1)][1]


def _after(points: Points, place: int) -> str:
    return points[bisect_right(_numbers(points), place) % len(points)][1]


def _before(points: Points, place: int) -> str:
    return points[bisect_right(_numbers(points), place) - 1][1]


def _strictly_before(points: Points, place: int) -> str:
    return points[bisect_left(_numbers(points), place) - 1][1]


def _nearest(points: Points, place: int) -> str:
    return min(points, key=lambda point: abs(point[0] - place))[1]


def _nearest_all_round(points: Points, place: int) -> str:
    return min(points, key=lambda point: min((point[0] - place) % 2**32, (place - point[0]) % 2**32))[1]


def _remainder(points: Points, place: int) -> str:
    return points[place % len(points)][1]


def _by_name(points: Points, place: int) -> str:
    return min(server for point, server in points if point >= place) if place <= points[-1][0] else points[0][1]


def _one_each(points: Points, place: int) -> str:
    last = sorted((point, server) for server, point in {server: point for point, server in points}.items())
    return owner(last, place)


def _first(points: Points, place: int) -> str:
    return points[0][1]


FOLDED = (
    "You take a remainder to come back into the list: a place beyond the last point then lands somewhere on the ring. "
    "It belongs to the first point."
)

RING_LOOKUP = Exercise(
    id="caching-ring-lookup",
    lesson="17",
    title="Whose place on the ring?",
    points=2,
    reference=owner,
    cases=_cases,
    strategy=_larger,
    shape="Returns the name of a server",
    read=one_server,
    keeps=True,
    properties=(
        ("A place on a point belongs to that point's server", _on_a_point),
        ("A place between two points belongs to the next one's", _between),
        ("A place beyond the last point belongs to the first one's", _beyond),
    ),
    wrong=(
        Mistake(
            "Beyond the last point your index is one too many. The ring has no end: continue with the first.", _no_wrap
        ),
        Mistake(
            "Beyond the last point you find nothing. The ring has no end: continue with the first.", _nothing_beyond
        ),
        Mistake("Beyond the last point you find nothing. The ring has no end: continue with the first.", _none_left),
        Mistake(
            "Beyond the last point you stay with the last. The ring has no end: continue with the first.", _last_beyond
        ),
        Mistake(FOLDED, _folded),
        Mistake(FOLDED, _folded_too_soon),
        Mistake(
            "You count modulo 2³² − 1, and the ring's last place is then the same as place 0. It has 2³² places.",
            _one_place_less,
        ),
        Mistake("A place that is exactly on a point belongs to that point; you take the one after it.", _after),
        Mistake("You take the point at or before the place. It belongs to the one at or after.", _before),
        Mistake("You take the point before the place. It belongs to the one at or after.", _strictly_before),
        Mistake("You take the nearest point, on either side. Only those at or after the place count.", _nearest),
        Mistake(
            "You take the nearest point, on either side. Only those at or after the place count.", _nearest_all_round
        ),
        Mistake(
            "You take a remainder: that is `hash % n` again, and every point that is added moves most keys. "
            "Take the first point at or after the place.",
            _remainder,
        ),
        Mistake(
            "Of the points that lie ahead you take the one whose server's name comes first: take the nearest.", _by_name
        ),
        Mistake("You keep only one point of each server: all of its points count.", _one_each),
        Mistake("You always take the first point. Take the first one at or after the place.", _first),
    ),
    hints=(
        "The points are in order: go through them until one is not below `place`.",
        "If none is left, the answer is the server of `points[0]`.",
        "Quicker: `bisect_left([point for point, _ in points], place)` is the number of the first point at or after.",
    ),
)
