"""The exercise `proxies-smooth-weighted`: nginx's balancer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from labs.kit.checking.exercise import Exercise, Wrong
from labs.proxies.balancing.algorithms import smooth_weighted
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
    steady,
    weighing,
)
from labs.proxies.balancing.exercises.smooth_wrong import WRONG


def cases() -> Iterator[Case]:
    """One server, two, three; one of them is away; odd names, numbers and orders; servers that come and go."""
    yield steady(weighing((1,)), 2)
    for pair in sorted(product((1, 2, 3), repeat=2), key=sum):
        yield steady(weighing(pair), sum(pair) + 1)
    for names in ("ba", "cab", ("web-10", "web-9", "web-1"), ("my-web", "web", "web-2"), ("Zoë", "ada", "Bo")):
        for weights in ((1, 1, 1), (1, 2, 1), (3, 2, 1)):
            yield steady(weighing(weights, names), sum(weights) + 1)
    yield from _away()
    for weights in ((1, 1, 1), (2, 1, 1), (1, 2, 1), (5, 1, 1), (1, 1, 5), (3, 2, 1)):
        yield steady(weighing(weights), sum(weights) + 1)
    yield steady(weighing((1, 1, 1)), 11, {"a": [1]})
    yield steady(weighing((1, 1, 1)), 9, {"b": range(2, 5)})
    yield steady(weighing((2, 1, 1)), 12, {"a": range(1, 3)})
    yield steady(weighing((3, 1, 2)), 14, {"c": range(1, 8)})
    for weights, active in product(((2, 1, 1), (1, 1, 1)), ((0, 3, 1), (4, 0, 0), (0, 1, 2), (2, 0, 1))):
        servers = weighing(weights, "bca", active)
        yield steady([s._replace(latency=0.3 - 0.1 * place) for place, s in enumerate(servers)], 9)
    yield steady(weighing((100, 1)), 103)
    yield steady(weighing((300, 200)), 6)
    for odd in ((2.5, 1.5), (0.5, 0.25), (0.004, 0.001), (1, 0), (0, 2, 1)):
        yield steady(weighing(odd), 9)
    yield from _changing()


def _away() -> Iterator[Case]:
    """Two servers, each up or not at each of four picks, in every way in which one is."""
    for weights in ((1, 1), (2, 1), (1, 3)):
        for ways in product((None, "a", "b"), repeat=3):
            if any(ways):
                away = {name: [pick for pick, way in enumerate(ways) if way == name] for name in "ab"}
                yield steady(weighing(weights), 6, away)


def _changing() -> Iterator[Case]:
    """The list changes: another order, one more, one fewer."""
    a, b, c = weighing((2, 1, 1))
    yield ((a, b, c),) * 2 + ((c, b, a),) * 6
    yield ((b, c),) * 2 + ((a, b, c),) * 6
    yield ((a, b, c),) * 2 + ((b, c),) * 5
    yield ((a, b),) * 3 + ((a, b._replace(weight=4)),) * 6


def larger() -> Any:
    """Up to six servers with weights to 20, one of them away for a while."""
    from hypothesis import strategies as st

    def with_gap(weights: list[int], start: int, length: int, who: int) -> Case:
        servers = weighing(weights, "fadbec")
        gap = {servers[who % len(servers)].name: range(start, start + length)} if len(servers) > 1 else {}
        return steady(servers, min(30, sum(weights) + 8), gap)

    return st.builds(
        with_gap,
        st.lists(st.integers(1, 20), min_size=1, max_size=6),
        st.integers(0, 8),
        st.integers(0, 8),
        st.integers(0, 5),
    )


# ── what is asked ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _full_round(case: Case, answer: Picks) -> None:
    """As many picks as the weights add up to give each server its weight, while nothing changes."""
    servers, total = case[0], sum(s.weight for s in case[0])
    whole = all(s.up and s.weight == int(s.weight) for s in servers)
    if not whole or total > len(case) or len(set(case[:total])) > 1:
        return
    for server in servers:
        got = answer.names[:total].count(server.name)
        if got != server.weight:
            sentence = f"Of the first {total} picks {server.name} should get {server.weight}, but gets {got}."
            raise Wrong(sentence, _right(case))


def _in_order(case: Case, answer: Picks) -> None:
    if (found := first_difference(smooth_weighted, case, answer)) is None:
        return
    number, picked, right, before = found
    up = [s for s in case[number] if s.up]
    earned = {s.name: before.get(s.name, 0) + s.weight for s in up}
    had, have = numbers(before, [s.name for s in up]), numbers(earned, earned)
    credit = f"Credit before this pick: {had}; after earning: {have}."
    raise Wrong(f"Pick {number + 1} should be {right}, but is {picked}. {credit}", _right(case))


def _right(case: Case) -> Picks:
    return read(case, row(smooth_weighted, case))


SMOOTH = Exercise(
    id="proxies-smooth-weighted",
    lesson="13",
    title="Smooth weighted round robin",
    points=2,
    reference=smooth_weighted,
    cases=cases,
    strategy=larger,
    call=row,
    read=read,
    shape=SHAPE,
    properties=(("In a full round every server gets its weight", _full_round), ("The order is nginx's", _in_order)),
    wrong=WRONG,
    hints=(
        "Three steps: every server that is up earns its weight; the richest is picked; "
        "it pays the sum of what all have earned.",
        "`memory` holds the credit left by the previous pick, and is empty at the very first: "
        "`memory.get(server.name, 0)`.",
        "`best = max(up, key=lambda server: credit[server.name])` finds the first of the richest. Then "
        "subtract `sum(server.weight for server in up)` from its credit, and return its name and everybody's credit.",
    ),
    show_case=show_servers,
    show_answer=show_names,
)
