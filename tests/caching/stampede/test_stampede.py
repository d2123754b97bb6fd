"""The stampede and its cures; single flight with many threads."""

import threading
from concurrent.futures import ThreadPoolExecutor
from math import exp

import pytest

from labs.caching.stampede import predictions
from labs.caching.stampede.controls import explore_stampede
from labs.caching.stampede.model import (
    CURES,
    SERVERS,
    longest_wait,
    peak,
    recomputes_early,
    stale_answers,
    stampede,
)  # fmt: skip
from labs.caching.stampede.picture import _life, draw_stampede
from labs.caching.stampede.single_flight import SingleFlight
from labs.kit.trace import Fault


def first_herd(trace):
    return [e for e in trace.of("query") if 10 <= e.t < 11]


@pytest.mark.parametrize("seed", range(5))
def test_each_cure_does_what_it_promises(seed):
    runs = {cure: stampede(cure=cure, seed=seed) for cure in CURES}
    assert 25 < len(first_herd(runs["none"])) < 60 and longest_wait(runs["none"]) > 5
    assert len(first_herd(runs["lock"])) == 1 and 0.9 < longest_wait(runs["lock"]) < 1.3
    assert len(first_herd(runs["single flight"])) == SERVERS
    assert peak(runs["early"]) <= 8 and longest_wait(runs["early"]) < 1.1
    assert len(first_herd(runs["stale"])) == 1 and longest_wait(runs["stale"]) == 0 and stale_answers(runs["stale"])
    for cure, trace in runs.items():
        assert (stale_answers(trace) > 0) == (cure == "stale")
        assert abs(len(trace.of("reply")) - len(runs["stale"].of("reply"))) < 50, "or waits still"


@pytest.mark.parametrize("cure", CURES)
def test_an_eviction_is_a_miss_under_every_cure(cure):
    trace = stampede(cure=cure, faults=[Fault(3, "evict", "entry")])
    assert [e for e in trace.of("query") if 3 <= e.t < 4]
    assert longest_wait(trace) > 0.5
    assert draw_stampede(trace).svg(12)


@pytest.mark.parametrize("cure", CURES)
@pytest.mark.parametrize("t", [0, 2, 5, 9.9, 10.5, 15, 29.8])
def test_an_eviction_at_any_moment_can_be_drawn(cure, t):
    """With *early* the first early load may come before the eviction, or after it."""
    trace = stampede(cure=cure, faults=[Fault(t, "evict", "entry")])
    scene = draw_stampede(trace)
    early = [moment for moment, caption in scene.says if "loads early" in caption]
    gone = [e.t for e in trace.of("evict")]
    back = min((e.t for e in trace.of("set") if e.t > t), default=trace.end)
    assert len(early) == (cure == "early") and not any(t <= moment < back for moment in early), (
        "no entry, nothing early"
    )
    assert gone == [t] and any("evicted" in caption for _, caption in scene.says)


def test_a_stale_entry_is_not_drawn_as_a_missing_one():
    def states(cure, *faults):
        return [word for *_, word, _ in _life(stampede(cure=cure, faults=faults))]

    assert states("stale") == ["good", "stale", "good", "stale", "good"]
    assert states("lock") == ["good", "gone", "good", "gone", "good"]
    assert states("stale", Fault(15, "evict", "entry"))[:4] == ["good", "stale", "good", "gone"]


def test_the_caption_counts_what_comes_until_there_is_a_new_entry():
    trace = stampede(load_time=3)
    first = min(e.t for e in trace.of("set"))
    many = sum(e.t < first for e in trace.of("query"))
    assert any(caption.startswith(f"The entry has expired. {many} queries") for _, caption in draw_stampede(trace).says)


def test_xfetch_s_chance_is_that_of_its_paper():
    """-ln(random) is above x with the probability exp(-x)."""
    for left in (0.5, 1.0, 3.0):
        early = sum(recomputes_early(10 - left, 10, 1, 1, (n + 0.5) / 10_000) for n in range(10_000)) / 10_000
        assert early == pytest.approx(exp(-left), abs=0.001)
    assert recomputes_early(10, 10, 1, 1, 1.0)


def test_the_prediction_and_the_explorer():
    assert predictions.FRONT_PAGE.answer() == "About 40" in predictions.FRONT_PAGE.options
    for cure in CURES:
        assert explore_stampede("rate", "cure", cure=cure).scenes


def test_of_many_threads_one_loads():
    flight, loads, gate = SingleFlight(), [], threading.Event()

    def load():
        loads.append(1)
        gate.wait(10)

    with ThreadPoolExecutor(16) as pool:
        first = pool.submit(flight.do, "k", load, 10)
        while not loads:
            pass
        others = [pool.submit(flight.do, "k", load, 10) for _ in range(15)]
        while len(flight._flights["k"]._condition._waiters) < 15:
            pass
        gate.set()
        assert [one.result(10) for one in [first, *others]] == [None] * 16
    assert len(loads) == 1 and not flight._flights
