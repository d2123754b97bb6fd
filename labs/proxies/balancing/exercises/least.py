"""The exercise `proxies-least-connections`: the least busy server, and turns among equals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from labs.kit.checking.exercise import Exercise, Wrong
from labs.proxies.balancing.algorithms import Server, least_connections
from labs.proxies.balancing.exercises.least_wrong import WRONG
from labs.proxies.balancing.exercises.rows import (
    SHAPE,
    Case,
    Picks,
    first_difference,
    numbers,
    read,
    row,
    show_names,
    show_servers,
    told,
    weighing,
)


def busy(weights: Sequence[float], *rows: Sequence[int], out: str = "", names: Sequence[str] = "abcde") -> Case:
    """A pick for each row of unanswered requests, one number for each server. Latency is lowest where it does not
    count: at the busier servers, and at the last ones.
    """

    def server(place: int, s: Server) -> Server:
        return s._replace(latency=round(0.9 / (1 + place + s.active), 2), up=s.name not in out)

    return tuple(tuple(server(*found) for found in enumerate(weighing(weights, names, active))) for active in rows)


def cases() -> Iterator[Case]:
    """One pick between two; weights; equals, which take turns; one that is out; odd names and numbers."""
    yield busy((1, 1), (1, 0))
    yield busy((1, 1), (0, 1))
    yield busy((1, 1), (0, 3), (1, 3), (2, 1))
    yield busy((2, 1), (1, 1))  # whoever multiplies by the weight fails here, whoever forgets it at the next
    yield busy((1, 2), (1, 1))
    yield busy((3, 1), (2, 1))
    yield busy((2, 1), (3, 1))
    yield busy((2, 1), (3, 2))
    yield busy((1, 2), (0, 0), (0, 0), (0, 0))
    yield busy((1, 1), (0, 0), (0, 0))
    yield busy((2, 1), (2, 1), (2, 1), (2, 1))
    yield busy((1, 1, 1), *[(0, 0, 0)] * 4)
    for out in "abc":
        yield busy((1, 1, 1), *[(0, 0, 0)] * 3, out=out)
        yield busy((1, 1, 1), *[(1, 1, 1)] * 2, out=out)
    yield busy((1, 1), (0, 1), out="a")
    yield busy((1, 2, 1), (0, 4, 1), (0, 2, 1), out="a")
    yield busy((5, 1, 1), *[(0, 0, 0)] * 7)
    yield busy((1, 1, 1), (1, 0, 0), (1, 0, 0), (0, 1, 0), (0, 1, 0), (0, 0, 1))
    yield busy((1, 1, 1), (0, 0, 0), (0, 1, 1), (0, 0, 0), (1, 1, 0), (0, 0, 0), (0, 0, 0))
    yield busy((2, 1, 1), (2, 1, 1), (2, 1, 1), (2, 1, 2), (4, 2, 2), (3, 2, 1))
    for weights in ((1, 3), (3, 1), (2, 1, 4)):
        yield busy(weights, *[weights] * 5)
    yield busy((1, 2, 4), (1, 2, 4), (1, 2, 4), (1, 2, 4), (1, 2, 4), (2, 4, 8))
    for names in ("ba", "cab", ("web-10", "web-9", "web-1"), ("my-web", "web", "web-2")):
        yield busy((1, 1, 1), *[(0, 0, 0)] * 4, names=names)
        yield busy((1, 2, 1), (0, 0, 0), (1, 1, 1), (1, 2, 1), (0, 1, 0), names=names)
    for heavy, active in (((9, 10), (1, 1)), ((10, 9), (1, 1)), ((100, 101), (1, 1)), ((100, 99), (33, 32)),
                          ((1000, 999), (2, 2)), ((3, 300), (1, 99))):  # fmt: skip
        yield busy(heavy, active, active)
    for odd, active in (((2.5, 1.5), (5, 3)), ((0.5, 1), (1, 1)), ((1.5, 1), (3, 2)), ((0.25, 0.5), (0, 0))):
        yield busy(odd, active, active, active)
    a, b, c = busy((1, 1, 1), (0, 0, 0))[0]
    yield ((a, b, c),) * 2 + ((c, b, a),) * 4
    yield ((b, c),) * 1 + ((a, b, c),) * 4
    yield ((a, b, c),) * 1 + ((b, c),) * 3


def larger() -> Any:
    """Up to five servers, up to ten picks."""
    from hypothesis import strategies as st

    def build(weights: list[int], rows: list[list[int]], out: int) -> Case:
        names = "dbeac"[: len(weights)]
        return busy(weights, *rows, out=names[out] if 0 <= out < len(names) > 1 else "", names=names)

    return st.builds(
        build,
        st.lists(st.integers(1, 12), min_size=1, max_size=5),
        st.lists(st.lists(st.integers(0, 4) | st.integers(0, 30), min_size=5, max_size=5), min_size=1, max_size=10),
        st.integers(-3, 4),
    )


# ── what is asked ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _nobody_less(case: Case, answer: Picks) -> None:
    """No server that is up has fewer unanswered requests for its weight than the one that is picked."""
    for number, (servers, name) in enumerate(zip(case, answer.names, strict=True), 1):
        mine = next(s for s in servers if s.name == name)
        for other in servers:
            if other.up and other.active * mine.weight < mine.active * other.weight:
                raise Wrong(f"Pick {number} is {told(mine)}, but {told(other)} has fewer for its weight.", _right(case))


def _in_order(case: Case, answer: Picks) -> None:
    if (found := first_difference(least_connections, case, answer)) is None:
        return
    number, picked, right, before = found
    up = [s for s in case[number] if s.up]
    least = [s.name for s in up if _load(s) == min(map(_load, up))]
    if picked not in least:
        return  # it is not among the equals at all: that is the other property's worry
    had = numbers(before, least)
    raise Wrong(
        f"Pick {number + 1} should be {right}, but is {picked}. The least busy are {', '.join(least)}; "
        f"their credit before this pick: {had}.",
        _right(case),
    )


def _load(server: Server) -> float:
    return server.active / server.weight


def _right(case: Case) -> Picks:
    return read(case, row(least_connections, case))


LEAST = Exercise(
    id="proxies-least-connections",
    lesson="13",
    title="Least connections",
    points=2,
    reference=least_connections,
    cases=cases,
    strategy=larger,
    call=row,
    read=read,
    shape=SHAPE,
    properties=(
        ("No server that is up has fewer unanswered requests for its weight", _nobody_less),
        ("Equals take turns, in nginx's order", _in_order),
    ),
    wrong=WRONG,
    hints=(
        "`server.active / server.weight` says how busy a server is. Look only at those that are up.",
        "First find the smallest of these numbers, then collect every server that has it: there may be several.",
        "Let the equals take turns: `take_turns(equals, memory, request)` returns a name and what to remember.",
    ),
    show_case=show_servers,
    show_answer=show_names,
)
