"""The queue of lesson 04 against queueing theory: ten replications, whose 95 % interval contains the formula."""

from math import sqrt
from statistics import fmean, stdev

import pytest

from labs.kit.trace import Trace
from labs.queues.buffer.buffer import buffer
from labs.queues.buffer.line import average_wait
from labs.queues.buffer.measure import fates, mean_backlog
from labs.queues.formulas import little, md1_waiting, mm1_waiting, mm1k_lost, mmc_waiting

T_9 = 2.262  # Student's t for 95 % and ten replications
COUNT = 3000  # messages in each
ROUNDS = range(10)


def run(load: float, workers: int = 1, seed: int = 0, **more) -> Trace:
    """One worker does one message per second."""
    seconds = COUNT / (load * workers)
    return buffer(producers=(load * workers,), spacing="random", per_worker=1, workers=workers, rush=seconds,
                  until=seconds, seed=seed, **more)  # fmt: skip


def interval(measured):
    half = T_9 * stdev(measured) / sqrt(len(measured))
    return fmean(measured) - half, fmean(measured) + half


@pytest.mark.parametrize(
    ("formula", "more"),
    [
        (mm1_waiting(0.5), {"load": 0.5, "work": "random"}),
        (mm1_waiting(0.7), {"load": 0.7, "work": "random"}),
        (md1_waiting(0.5), {"load": 0.5, "work": "fixed"}),
        (md1_waiting(0.7), {"load": 0.7, "work": "fixed"}),
        (mmc_waiting(0.6, 2), {"load": 0.6, "workers": 2, "work": "random"}),
        (mmc_waiting(0.7, 4), {"load": 0.7, "workers": 4, "work": "random"}),
    ],
    ids=["M/M/1 0.5", "M/M/1 0.7", "M/D/1 0.5", "M/D/1 0.7", "M/M/2 0.6", "M/M/4 0.7"],
)
def test_the_average_backlog_is_the_formula_s(formula, more):
    low, high = interval([mean_backlog(run(seed=seed, **more)) for seed in ROUNDS])
    assert low <= formula <= high
    assert high - low < 0.3 * formula, "so wide an interval says nothing"


@pytest.mark.parametrize(("load", "bound"), [(0.7, 2), (0.7, 5), (2.0, 3)])
def test_the_share_that_is_rejected_is_that_of_mm1k(load, bound):
    """The bound counts those that wait; K counts the one at work, too."""

    def lost(seed: int) -> float:
        what = fates(run(load, work="random", bound=bound, overflow="reject", seed=seed))
        return what["rejected"] / what["sent"]

    low, high = interval([lost(seed) for seed in ROUNDS])
    formula = mm1k_lost(load, bound + 1)
    assert low <= formula <= high and high - low < 0.3 * formula


def test_the_line_of_the_lesson_is_an_mm1_queue_by_little_s_law():
    low, high = interval([little(0.7, average_wait(0.7, 1, 8000, seed)) for seed in ROUNDS])
    assert low <= mm1_waiting(0.7) <= high and high - low < 0.3 * mm1_waiting(0.7)


def test_the_formulas_meet_where_they_must_and_give_the_textbook_s_values():
    assert mmc_waiting(0.7, 1) == pytest.approx(mm1_waiting(0.7)) and mm1_waiting(0.95) == pytest.approx(18.05)
    # Erlang C for 2 workers at a load of 0.75 is 4.5 / (1 + 1.5 + 4.5); so many wait: C * load / (1 - load).
    assert mmc_waiting(0.75, 2) == pytest.approx(4.5 / 7 * 3)
    assert mm1k_lost(1, 3) == pytest.approx(mm1k_lost(1 + 1e-7, 3), rel=1e-5) == pytest.approx(0.25)
    assert mm1k_lost(2, 1) == pytest.approx(2 / 3), "Erlang B for one worker: load / (1 + load)"
