"""The queues of the model against what queueing theory says of them: several replications, whose interval holds it."""

from math import sqrt
from statistics import fmean, stdev

import pytest

from labs.proxies.balancing.balance import balance, outcomes
from labs.queues.formulas import mm1_time, mmc_time

T_9 = 2.262  # Student's t for 95 % and ten replications
WARM_UP, COUNTED = 300, 4000


def interval(**settings):
    """The mean time of a request: the 95 % interval from ten independent runs, without each one's beginning."""
    means = []
    for seed in range(10):
        start = balance(checks=False, requests=1, seed=seed, **settings)
        means.append(fmean(latency for _, latency in outcomes(start, WARM_UP + COUNTED)[WARM_UP:]))
    half = T_9 * stdev(means) / sqrt(len(means))
    return fmean(means) - half, fmean(means) + half


@pytest.mark.parametrize("load", [0.3, 0.6])
def test_one_server_is_an_mm1_queue(load):
    low, high = interval(speeds=(1,), load=load)
    assert low <= mm1_time(load, 0.5) <= high
    assert high - low < 0.15 * mm1_time(load, 0.5), "so wide an interval says nothing"


@pytest.mark.parametrize(("workers", "load"), [(2, 0.6), (3, 0.7)])
def test_one_queue_for_several_workers_is_mmc(workers, load):
    low, high = interval(speeds=(1,), workers=workers, load=load)
    assert low <= mmc_time(load, 0.5, workers) <= high
    assert high - low < 0.1 * mmc_time(load, 0.5, workers)
    assert not low <= mm1_time(load, 0.5) <= high


def test_random_choice_makes_three_mm1_queues_of_one_stream():
    low, high = interval(algorithm="random", load=0.6)
    assert low <= mm1_time(0.6, 0.5) <= high
    assert high - low < 0.15 * mm1_time(0.6, 0.5)


def test_the_best_that_any_balancer_can_do_is_one_queue_and_least_connections_comes_near():
    least = fmean(interval(algorithm="least connections", load=0.7))
    assert mmc_time(0.7, 0.5, 3) < least < 0.6 * mm1_time(0.7, 0.5)


def test_the_formulas_meet_where_they_must_and_give_the_textbook_s_value():
    assert mmc_time(0.7, 0.5, 1) == pytest.approx(mm1_time(0.7, 0.5))
    # Erlang C for 2 workers at a load of 0.75 is 4.5 / (1 + 1.5 + 4.5): the wait is C * work / (c (1 - load)).
    assert mmc_time(0.75, 1, 2) == pytest.approx(1 + 4.5 / 7 / (2 * 0.25))
