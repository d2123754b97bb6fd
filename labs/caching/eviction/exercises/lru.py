"""The exercise `caching-lru`: evict the least recently used entry, in a fixed number of steps per call."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from labs.caching.eviction.exercises.lru_wrong import WRONG
from labs.caching.eviction.lru import LRU
from labs.kit.checking.exercise import Exercise, Wrong
from labs.kit.guarding.telling import show

Step = tuple[Any, ...]  # ("get", key) or ("put", key, value)
Case = tuple[int, tuple[Step, ...]]
FEW, MANY = 8, 512
COUNTED: Case = (MANY, ())  # not what comes out, but how many steps it takes


@dataclass(frozen=True)
class Answers:
    """What each call returned; for COUNTED whether the steps grow, and how many they were, with FEW and MANY."""

    returned: list[Any]
    grows: bool = False
    steps: tuple[float, float] = field(default=(0, 0), compare=False)


def cases() -> Iterator[Case]:
    """One entry, two, three; every kind of step, falsy keys and values; a second cache; the steps."""
    a, b, c = ("put", "a", 1), ("put", "b", 2), ("put", "c", 3)
    yield 1, (a, ("get", "a"))
    yield 1, (a, b, ("get", "a"), ("get", "b"))
    yield 2, (("get", "a"), a, b, ("get", "a"), ("get", "b"))
    yield 2, (a, b, c, ("get", "a"), ("get", "b"), ("get", "c"))
    yield 2, (a, b, ("get", "a"), c, ("get", "a"), ("get", "b"), ("get", "c"))
    yield 2, (a, b, ("put", "a", 9), c, ("get", "a"), ("get", "b"), ("get", "c"))
    yield 2, (a, b, ("put", "b", 8), ("get", "b"), ("get", "a"))
    yield 2, (a, b, ("get", "x"), c, ("get", "a"), ("get", "b"))
    yield 2, (a, b, ("get", "b"), ("get", "b"), ("get", "a"), c, ("get", "b"), ("get", "a"))
    yield 3, (a, b, c, ("get", "a"), ("get", "b"), ("put", "d", 4), ("get", "c"), ("get", "a"))
    yield 3, (a, b, c, ("get", "b"), ("put", "d", 4), ("put", "e", 5), ("get", "b"), ("put", "f", 6))
    falsy: tuple[Any, ...] = (0, "", False, [])
    for nothing in falsy:
        yield 2, (("put", "a", nothing), b, ("get", "a"), c, ("get", "a"), ("get", "b"))
    yield 1, (("put", 0, 1), ("put", "", 2), ("put", 1, 3))
    yield 2, (("put", 1, 5), ("put", "1", 6), ("get", 1), ("get", "1"), ("put", "a", 7), ("get", 1))
    yield 12, (*(("put", n, 10 * n) for n in range(12)), ("get", 0), ("put", 12, 1), ("get", 1), ("get", 10))
    yield COUNTED


def larger() -> Any:
    """A Hypothesis strategy: up to six entries, eight keys and forty calls."""
    from hypothesis import strategies as st

    key, value = st.sampled_from(["a", "b", "c", "d", "e", "f", "g", 0]), st.integers(0, 9)
    step = st.one_of(st.tuples(st.just("get"), key), st.tuples(st.just("put"), key, value))
    return st.tuples(st.integers(1, 6), st.lists(step, min_size=1, max_size=40).map(tuple))


# ── calling it ────────────────────────────────────────────────────────────────────────────────────────────────────────


def call(make: Callable[[int], Any], case: Case) -> Any:
    """Use a cache of the learner's; None where all that it ever returns is None."""
    capacity, steps = case
    if case == COUNTED:
        few, many = _steps(make, FEW), _steps(make, MANY)
        return {"grows": many > 4 * few + 10, "steps": (few, many)}
    cache = make(capacity)
    return [cache.get(step[1]) if step[0] == "get" else cache.put(step[1], step[2]) for step in steps]


class _Key(str):
    """A key that counts how often somebody looks at it."""

    seen = 0

    def __hash__(self) -> int:
        _Key.seen += 1
        return str.__hash__(self)

    def __eq__(self, other: object) -> bool:
        _Key.seen += 1
        return str.__eq__(self, other)


def _steps(make: Callable[[int], Any], capacity: int) -> float:
    """Lines that run and keys that are looked at, per call, in a full cache of this capacity."""
    cache, lines, calls = make(capacity), [0], 0

    def trace(frame: Any, event: str, argument: Any) -> Any:
        lines[0] += 1
        return trace

    for n in range(capacity):
        cache.put(_Key(n), n)
    before, _Key.seen = sys.gettrace(), 0
    sys.settrace(trace)
    try:
        for n in range(0, 150):
            cache.get(_Key(capacity - 1 - n * 7 % min(capacity, 300)))
            cache.put(_Key(capacity + n), n)
            cache.put(_Key(capacity + n // 2), -n)
            calls += 3
    finally:
        sys.settrace(before)
    return round((lines[0] + _Key.seen) / calls, 1)


def read(case: Case, answer: Any) -> Answers:
    """The answers as they are."""
    if case == COUNTED:
        return Answers([], answer["grows"], answer["steps"])
    return Answers(list(answer))


def show_case(case: Case) -> str:
    """The calls, as one would write them."""
    capacity, steps = case
    if case == COUNTED:
        return f"LRU({FEW}) and LRU({MANY}), both full: steps per call"
    told = "; ".join(f"{verb}({', '.join(show(one) for one in given)})" for verb, *given in steps)
    return f"LRU({capacity}): {told}"


def show_answer(answer: Answers) -> str:
    """What the calls returned."""
    few, many = answer.steps
    if many:
        return f"{few:g} steps with {FEW} entries, {many:g} with {MANY}"
    return ", ".join(show(one) for one in answer.returned)


# ── what is asked of it ───────────────────────────────────────────────────────────────────────────────────────────────


def _each(case: Case, answer: Answers) -> Iterator[tuple[int, Step, Any, Any]]:
    if case != COUNTED:
        right = read(case, call(LRU, case)).returned
        yield from (
            (n, step, *pair) for n, (step, *pair) in enumerate(zip(case[1], answer.returned, right, strict=True), 1)
        )


def _same(mine: Any, right: Any) -> bool:
    return type(mine) is type(right) and bool(mine == right)


def gets(case: Case, answer: Answers) -> None:
    """Every get returns what is stored, or None."""
    for n, (verb, key, *_), mine, right in _each(case, answer):
        if verb == "get" and not _same(mine, right):
            raise Wrong(f"Call {n}, get({show(key)}), returned {show(mine)}: expected {show(right)}.")


def puts(case: Case, answer: Answers) -> None:
    """Every put evicts the right entry, and only where one has to go."""
    for n, (verb, key, *_), mine, right in _each(case, answer):
        if verb == "put" and not _same(mine, right):
            raise Wrong(f"Call {n}, put({show(key)}, …), returned {show(mine)}: expected {show(right)}.")


def steps(case: Case, answer: Answers) -> None:
    """A cache 64 times as large takes no more steps."""
    if answer.grows:
        few, many = answer.steps
        raise Wrong(f"A call takes {few:g} steps on average with {FEW} entries, and {many:g} with {MANY}.")


LRU_CACHE = Exercise(
    id="caching-lru",
    lesson="15",
    title="LRU in a fixed number of steps",
    points=3,
    reference=LRU,
    cases=cases,
    strategy=larger,
    call=call,
    read=read,
    shape="Can be called as the text says",
    show_case=show_case,
    show_answer=show_answer,
    properties=(
        ("get returns what is stored, or None", gets),
        ("put evicts the least recently used entry, only when it must", puts),
        ("A cache 64 times as large takes no more steps per call", steps),
    ),
    wrong=WRONG,
    hints=(
        "The dictionary leads from a key to its node; a node knows its key, its value, and its two neighbours.",
        "Take a node out of the list: the one before and the one after now know each other. Then put it in at the end.",
        "Let one extra node close the list to a ring: then no node is the first or the last, and no case is special.",
    ),
)
