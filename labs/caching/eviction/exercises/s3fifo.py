"""The exercise `caching-s3-fifo`: the three queues of S3-FIFO, checked after every request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from labs.caching.eviction.exercises.s3fifo_wrong import WRONG, Queues
from labs.kit.checking.exercise import Exercise, Wrong
from labs.kit.checking.reading import truth
from labs.kit.guarding.telling import show

Case = tuple[int, tuple[str, ...]]
State = tuple[bool, list[str], list[str], list[str]]  # was it a hit; then the small, the main and the ghost queue


def cases() -> Iterator[Case]:
    """The small queue alone; one promoted; one that comes back; rounds in the main queue; queues that are full."""
    yield 10, ("a",)
    yield 10, ("a", "a")
    for many in (10, 11, 12):
        yield 10, tuple(f"k{n}" for n in range(many))
    ten = tuple(f"k{n}" for n in range(10))
    yield 10, ("k0", *ten, "x")
    yield 10, ("k0", "k0", *ten, "x", "y")
    yield 10, (*ten, "x", "k0", "y", "k1")
    yield 10, (*ten, *ten, *ten, "x", "y", "z", *ten)
    yield 10, tuple(f"k{n % 11}" for n in range(40))
    yield 20, tuple(f"k{n * n % 29}" for n in range(150))
    yield 10, (*("k0",) * 6, *ten, *(f"x{n}" for n in range(12)), "k0", *(f"y{n}" for n in range(12)))
    yield 10, tuple(f"k{n * n % 23}" for n in range(200))
    yield 19, (*(f"k{n}" for n in range(20)), "k0", "x", "k1", *(f"y{n}" for n in range(20)), "k2")
    yield 3, tuple(f"k{n * 7 % 5}" for n in range(30))
    yield 3, tuple("aaabbbcccdddeeeabcde")
    yield 20, tuple(f"k{n // 3}" for n in range(90))
    thrice = tuple(f"z{n // 3}" for n in range(180))
    yield 10, (*("a",) * 3, *ten, "x", *("a",) * 8, *thrice, "a")


def larger() -> Any:
    """A Hypothesis strategy: caches of 3 to 30 entries, favourites among the keys."""
    from hypothesis import strategies as st

    key = st.one_of(st.integers(0, 5), st.integers(0, 40)).map(lambda n: f"k{n}")
    return st.tuples(st.sampled_from([3, 10, 16, 20, 29, 30]), st.lists(key, min_size=20, max_size=150).map(tuple))


def call(make: Callable[[int], Any], case: Case) -> Any:
    """The queues after each request."""
    capacity, requests = case
    cache, states = make(capacity), []
    for key in requests:
        hit = cache.request(key)
        states.append((hit, list(cache.small), list(cache.main), list(cache.ghost)))
    return None if all(hit is None for hit, *_ in states) else states


def read(case: Case, answer: Any) -> list[State]:
    """Hits as True or False, or Wrong."""
    if answer is None:
        raise Wrong("Every request returned None: return True for a hit and False for a miss.")
    what = "True for a hit, or False"
    return [(truth(hit, what, f"Request {n} returned"), *queues) for n, (hit, *queues) in enumerate(answer, 1)]


def _right(case: Case) -> list[State]:
    return read(case, call(Queues, case))


def hits(case: Case, answer: list[State]) -> None:
    """The same requests hit."""
    for n, (key, mine, right) in enumerate(zip(case[1], answer, _right(case), strict=True), 1):
        if mine[0] != right[0]:
            got, due = ("hit", "miss") if mine[0] else ("miss", "hit")
            raise Wrong(f"Request {n}, {show(key)}, was a {got}: expected a {due}.")


def queues(case: Case, answer: list[State]) -> None:
    """The same keys are in the same queues, in the same order."""
    for n, (key, mine, right) in enumerate(zip(case[1], answer, _right(case), strict=True), 1):
        for name, got, due in zip(("small", "main", "ghost"), mine[1:], right[1:], strict=True):
            if got != due:
                raise Wrong(f"After request {n}, {show(key)}, `{name}` is {show(got, 60)}: expected {show(due, 60)}.")


def show_answer(answer: list[State]) -> str:
    """The queues at the end."""
    hit, *last = answer[-1]
    small, main, ghost = (show(queue, 60) for queue in last)
    return f"at the end {'a hit' if hit else 'a miss'}, small {small}, main {main}, ghost {ghost}"


S3_FIFO = Exercise(
    id="caching-s3-fifo",
    lesson="15",
    title="S3-FIFO",
    points=3,
    reference=Queues,
    cases=cases,
    strategy=larger,
    call=call,
    read=read,
    shape="Each request returns True or False",
    show_case=lambda case: f"S3FIFO({case[0]}): {' '.join(case[1][:40])}{' …' if len(case[1]) > 40 else ''}",
    show_answer=show_answer,
    properties=(("The right requests hit", hits), ("The queues hold the right keys in the right order", queues)),
    wrong=WRONG,
    hints=(
        "Write `evict_small` and `evict_main` as methods of their own; each goes on until one entry is gone.",
        "A hit moves nothing. All moving is done when room is needed.",
    ),
    shows_right=False,
)
