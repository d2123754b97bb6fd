"""Lesson 00: one tiny exercise, to see how exercises work."""

from __future__ import annotations

from itertools import product
from math import isfinite
from typing import Any

from labs.kit.exercise import Exercise, Misconception, Wrong
from labs.kit.telling import show
from labs.queues.pace.pace import workers_needed

Load = tuple[int, int]  # arrivals a second, records a second that one worker takes


def small_loads() -> list[Load]:
    """Three that are easy to picture: one that comes out even, and one each where rounding down and `round` go wrong.
    Then others, those that need few workers first.
    """
    others = product((10, 15, 30, 50, 60), (10, 15, 20, 60))
    return [(60, 15), (40, 15), (20, 15), *sorted(others, key=lambda load: load[0] / load[1])]


def larger_loads() -> Any:
    """A Hypothesis strategy."""
    from hypothesis import strategies as st

    return st.tuples(st.integers(1, 5000), st.integers(1, 300))


def read_count(case: Load, answer: Any) -> int:
    """A whole number, or Wrong."""
    if isinstance(answer, float) and isfinite(answer) and answer % 1:
        raise Wrong(f"It gave back {show(answer, 60)}. Workers come whole: round up.")
    if isinstance(answer, bool) or not isinstance(answer, int | float) or answer % 1:
        raise Wrong(f"It gave back {show(answer, 60)}: expected a whole number of workers.")
    return int(answer)


def keeps_up(case: Load, workers: int) -> None:
    """The workers take at least what arrives."""
    arrivals, each = case
    if workers * each < arrivals:
        short = arrivals - workers * each
        they = "1 worker takes" if workers == 1 else f"{workers} workers take"
        raise Wrong(f"{they} {workers * each} of {arrivals} a second: {short} more wait each second.",
                    workers_needed(*case))  # fmt: skip


def none_too_many(case: Load, workers: int) -> None:
    """One fewer would not do."""
    arrivals, each = case
    if (workers - 1) * each >= arrivals:
        raise Wrong(f"{workers - 1} would keep up as well.", workers_needed(*case))


def _rule(rule: Any, sentence: str) -> Misconception:
    def points_to(case: Load, answer: Any, right: Any) -> str | None:
        return sentence if answer != right and answer == rule(*case) else None

    return points_to


WORKERS = Exercise(
    id="queues-workers",
    lesson="00",
    title="How many workers keep up?",
    points=1,
    reference=workers_needed,
    cases=small_loads,
    strategy=larger_loads,
    shape="Gives back a whole number",
    read=read_count,
    properties=(("The workers keep up", keeps_up), ("There is none too many", none_too_many)),
    misconceptions=(  # of those that explain equally many failures the first is named
        _rule(lambda a, e: round(a / e), "`round` goes to the nearest whole number, which may be too few: round up."),
        _rule(lambda a, e: a // e, "`//` rounds down, and the records left over pile up: round up."),
        _rule(lambda a, e: a // e + 1, "Adding one always is one too many when the division comes out even."),
        _rule(lambda a, e: e // a, "It is the other way round: arrivals divided by what one worker takes."),
    ),
    hints=(
        "How often does `per_worker` go into `arrivals`? And the rest needs somebody, too.",
        "`math.ceil(x)` is x rounded up.",
    ),
)
