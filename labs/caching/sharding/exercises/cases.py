"""Rings to try a function on, the smallest first, and how an answer is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from labs.caching.sharding.rings import listed
from labs.kit.checking.exercise import Wrong
from labs.kit.checking.reading import as_list, misread
from labs.kit.guarding.telling import show

Points = list[tuple[int, str]]
LAST = 2**32 - 1  # the last place on the ring
SMALL: tuple[Points, ...] = (
    [(10, "a")],
    [(10, "a"), (20, "b")],
    [(10, "b"), (20, "a")],
    [(0, "a"), (100, "b")],
    [(10, "a"), (20, "b"), (30, "c")],
    [(10, "c"), (20, "c"), (30, "a"), (40, "b")],
    [(10, "a"), (20, "b"), (30, "a"), (40, "a"), (50, "c")],
    [(5, "cache-10"), (6, "cache-1"), (7, "cache-2"), (90, "cache-10"), (91, "cache-9")],
    [(7, "b"), (LAST, "a")],
    [*((point, "a") for point in range(1, 17)), (40, "c"), (50, "b")],
)


def rings() -> Iterator[Points]:
    """Small rings, and some as ketama makes them."""
    yield from SMALL
    for servers in ("ab", "abc", "dcba"):
        for points in (1, 2, 5):
            yield listed(servers, points)


def places(points: Points) -> list[int]:
    """Places before, on, between and after the points."""
    found = {0, points[-1][0] + 1, LAST}
    for point, _ in points:
        found |= {point - 1, point, point + 1, point + 4}
    there = sorted(place for place in found if 0 <= place <= LAST)
    return there if len(there) <= 24 else there[:16] + there[-8:]


def some_ring() -> Any:
    """A Hypothesis strategy: a ring of up to 14 points for up to five servers."""
    from hypothesis import strategies as st

    numbers = st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 60), min_size=1, max_size=14, unique=True)
    names = st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), min_size=14, max_size=14)
    return st.tuples(numbers, names).map(lambda ring: list(zip(sorted(ring[0]), ring[1], strict=False)))


def near(points: Points) -> Any:
    """A Hypothesis strategy: a place on this ring, often on one of its points or beside it."""
    from hypothesis import strategies as st

    return st.sampled_from(places(points)) | st.integers(0, 2**32 - 1)


def one_server(case: tuple[Any, ...], answer: Any) -> str:
    """The answer as a server's name; Wrong for anything else. The points are first in the case."""
    names = list(dict.fromkeys(server for _, server in case[0]))
    if isinstance(answer, tuple) and answer in case[0]:
        raise Wrong(f"It returned {show(answer, 60)}, a point with its server: expected only the server.")
    if not isinstance(answer, str):
        raise misread(answer, "the name of a server")
    if answer not in names:
        raise Wrong(f"It returned {show(answer, 60)}: the servers are {', '.join(names)}.")
    return answer


def some_servers(names: Sequence[str], answer: Any) -> tuple[str, ...]:
    """The answer as names of servers in an order; Wrong for anything else."""
    if isinstance(answer, type({}.keys()) | type({}.values())):
        answer = list(answer)
    found = as_list(answer, "a list of names")
    for name in found:
        if isinstance(name, tuple) and any(part in names for part in name if isinstance(part, str)):
            raise Wrong(f"The list holds {show(name, 60)}, a server with its number: expected only the server.")
        if not isinstance(name, str) or name not in names:
            raise Wrong(f"The list holds {show(name, 60)}: the servers are {', '.join(names)}.")
    return tuple(found)
