"""Lesson 00: one tiny exercise, to see how exercises work."""

from __future__ import annotations

from itertools import product
from math import ceil, isfinite
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import whole
from labs.kit.guarding.telling import show
from labs.queues.pace.pace import workers_needed

Load = tuple[int, int]  # arrivals per second, records per second that one worker takes


def small_loads() -> list[Load]:
    """Three that are easy to picture: one that divides evenly, and one each where rounding down and `round` go wrong.
    Then others, those that need few workers first; last the smallest remainder there is, and very many workers.
    """
    others = product((1, 10, 15, 30, 50, 60, 61), (10, 15, 20, 60, 7))
    few = sorted(others, key=lambda load: load[0] / load[1])
    return [(60, 15), (40, 15), (20, 15), *few, (1_000_000, 999_999), (20_000, 1)]


def larger_loads() -> Any:
    """A Hypothesis strategy: up to some three hundred workers."""
    from hypothesis import strategies as st

    return st.integers(1, 300).flatmap(lambda each: st.tuples(st.integers(1, 300 * each), st.just(each)))


# ── what is asked of an answer ────────────────────────────────────────────────────────────────────────────────────────


def read_count(case: Load, answer: Any) -> int:
    """A whole number, or Wrong."""
    if isinstance(answer, float) and isfinite(answer) and answer % 1:
        raise Wrong(f"It returned {show(answer, 60)}. Workers come whole: round up.")
    workers = whole(answer, "a whole number of workers", rounded=True)
    if workers < 0:
        raise Wrong(f"It returned {show(answer, 60)}: there cannot be fewer workers than none.")
    return workers


def keeps_up(case: Load, workers: int) -> None:
    """The workers take at least what arrives."""
    arrivals, each = case
    if workers * each < arrivals:
        short = arrivals - workers * each
        they = "1 worker takes" if workers == 1 else f"{workers} workers take"
        records = "1 record" if arrivals == 1 else f"{arrivals} records"
        wait = "1 more waits" if short == 1 else f"{short} more wait"
        raise Wrong(f"{they} {workers * each} of {records} per second, so {wait} each second.", workers_needed(*case))


def no_more_than_needed(case: Load, workers: int) -> None:
    """One fewer would not do."""
    arrivals, each = case
    if (workers - 1) * each >= arrivals:
        raise Wrong(f"{workers - 1} would keep up as well.", workers_needed(*case))


# ── what people get wrong ─────────────────────────────────────────────────────────────────────────────────────────────


def _nearest(arrivals: int, per_worker: int) -> int:
    return round(arrivals / per_worker)


def _half_up(arrivals: int, per_worker: int) -> int:
    return int(arrivals / per_worker + 0.5)


def _half_down(arrivals: int, per_worker: int) -> int:
    return arrivals // per_worker + (2 * (arrivals % per_worker) > per_worker)


def _one_for_sure(arrivals: int, per_worker: int) -> int:
    return max(1, arrivals // per_worker)


def _down(arrivals: int, per_worker: int) -> int:
    return arrivals // per_worker


def _nearly_one_more(arrivals: int, per_worker: int) -> int:
    return int(arrivals / per_worker + 0.9)


def _very_nearly_one_more(arrivals: int, per_worker: int) -> int:
    return int(arrivals / per_worker + 0.999)


def _up_to_a_thousand(arrivals: int, per_worker: int) -> int | None:
    return next((n for n in range(1000) if n * per_worker >= arrivals), None)


def _one_more(arrivals: int, per_worker: int) -> int:
    return arrivals // per_worker + 1


def _up_and_one_more(arrivals: int, per_worker: int) -> int:
    return ceil(arrivals / per_worker) + 1


def _nearest_and_one_more(arrivals: int, per_worker: int) -> int:
    return round(arrivals / per_worker) + 1


def _remainder_added(arrivals: int, per_worker: int) -> int:
    return arrivals // per_worker + arrivals % per_worker


def _remainder(arrivals: int, per_worker: int) -> int:
    return arrivals % per_worker


def _difference(arrivals: int, per_worker: int) -> int:
    return arrivals - per_worker


def _product(arrivals: int, per_worker: int) -> int:
    return arrivals * per_worker


def _upside_down(arrivals: int, per_worker: int) -> int:
    return per_worker // arrivals


def _upside_down_and_up(arrivals: int, per_worker: int) -> int:
    return ceil(per_worker / arrivals)


def _always_four(arrivals: int, per_worker: int) -> int:
    return 4


NEAREST = "You round to the nearest whole number, which may be too few: round up."
NEARLY = "You add a little less than 1 and cut off the rest, which misses a small remainder: `math.ceil` misses none."
DOWN = "You round down, and the records left over pile up: round up."
UPSIDE_DOWN = "It is the other way round: arrivals divided by what one worker takes."

WORKERS = Exercise(
    id="queues-workers",
    lesson="00",
    title="How many workers keep up?",
    points=1,
    reference=workers_needed,
    cases=small_loads,
    strategy=larger_loads,
    shape="Returns a whole number",
    read=read_count,
    properties=(("The workers keep up", keeps_up), ("No more workers than needed", no_more_than_needed)),
    wrong=(  # of those that agree equally often the first is named
        Mistake(NEAREST, _nearest),
        Mistake(NEAREST, _half_up),
        Mistake(NEAREST, _half_down),
        Mistake(DOWN, _down),
        Mistake(DOWN, _one_for_sure),
        Mistake(NEARLY, _nearly_one_more),
        Mistake(NEARLY, _very_nearly_one_more),
        Mistake("You stop counting too early. It may take a million workers.", _up_to_a_thousand),
        Mistake(
            "You add one even where it divides evenly. Round up: then nothing is added where nothing is left over.",
            _one_more,
        ),
        Mistake(
            "You round to the nearest whole number and add one, which is often one too many: round up.",
            _nearest_and_one_more,
        ),
        Mistake("You round up, and then add one more than needed.", _up_and_one_more),
        Mistake("You add the whole remainder. However large it is, one more worker takes it.", _remainder_added),
        Mistake("You return the remainder. Ask how often `per_worker` goes into `arrivals`.", _remainder),
        Mistake("You subtract. Ask how often `per_worker` goes into `arrivals`: divide.", _difference),
        Mistake("You multiply. Ask how often `per_worker` goes into `arrivals`: divide.", _product),
        Mistake(UPSIDE_DOWN, _upside_down),
        Mistake(UPSIDE_DOWN, _upside_down_and_up),
        Mistake(
            "You always return 4. That is right for the picture above: work it out from the two arguments.",
            _always_four,
        ),
    ),
    hints=(
        "How often does `per_worker` go into `arrivals`? And somebody has to take the rest, too.",
        "`math.ceil(x)` is x rounded up.",
    ),
)
