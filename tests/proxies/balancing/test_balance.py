"""A run of requests: all are accounted for, queues are queues, and faults, checks and retries do what they say."""

import json
import subprocess
import sys
from collections import defaultdict

import pytest

from labs.kit import Fault
from labs.proxies.balancing.algorithms import ALGORITHMS, BadChoice
from labs.proxies.balancing.balance import balance, outcomes
from labs.proxies.balancing.percentiles import percentile, summary

DEATH = (Fault(4, "crash", "b"), Fault(9, "return", "b"))
SETTINGS = [
    {},
    {"faults": DEATH},
    {"faults": DEATH, "retries": 2, "timeout": 1.5, "budget": 0.2},
    {"cache": 3.0, "load": 0.9},
    {"faults": (Fault(2, "slow", "a"),), "timeout": 1.0, "retries": 1, "checks": False},
    {"cost": "heavy", "speeds": (2, 0.5), "weights": (4, 1)},
]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_every_request_is_accounted_for(algorithm, settings):
    trace = balance(algorithm=algorithm, **settings)
    numbers = [e["number"] for e in trace.of("arrive")]
    assert numbers == list(range(1, 46))
    assert sorted(e["number"] for e in trace.of("reply")) == numbers
    down, ends = set(), defaultdict(list)
    for e in trace:
        if e.kind in ("eject", "readmit"):
            (down.add if e.kind == "eject" else down.discard)(e.who)
        if e.kind == "pick":
            assert e["to"] not in down and e["to"] in {s.name for s in e["servers"] if s.up}
        if e.kind in ("finish", "lost", "refused"):
            ends[e["number"]].append(e.who)
    for e in trace.of("reply"):
        picked = [p["to"] for p in trace.of("pick") if p["number"] == e["number"]]
        assert len(picked) == len(set(picked)) == e["tries"] <= trace.settings["retries"] + 1
        assert set(ends[e["number"]]) <= set(picked)
        assert e["latency"] == pytest.approx(e.t - next(a.t for a in trace.of("arrive") if a["number"] == e["number"]))


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_a_server_works_on_one_at_a_time_first_come_first_served(settings):
    trace = balance(**settings)
    for name in {e.who for e in trace.of("start")}:
        queue, working = [], None
        for e in trace:
            if e.kind == "pick" and e["to"] == name:
                queue.append(e["number"])
            elif e.who == name and e.kind == "start":
                assert working is None and queue[0] == e["number"]
                working = queue.pop(0)
            elif e.who == name and e.kind == "finish":
                assert working == e["number"]
                working = None
            elif e.who == name and e.kind in ("lost", "refused"):
                working = None if working == e["number"] else working
                queue = [n for n in queue if n != e["number"]]


def test_the_same_luck_under_every_algorithm():
    arrivals = {
        name: [(e.t, e.who, e["path"]) for e in balance(algorithm=name, requests=30).of("arrive")]
        for name in ALGORITHMS
    }
    assert len({str(a) for a in arrivals.values()}) == 1
    assert balance(seed=1).of("arrive")[0].t != balance(seed=2).of("arrive")[0].t


def test_the_picture_is_the_beginning_of_the_long_run():
    trace = balance(algorithm="two choices", faults=DEATH)
    assert outcomes(trace, 45) == [
        (e["ok"], e["latency"]) for e in sorted(trace.of("reply"), key=lambda e: e["number"])
    ]
    assert len(outcomes(trace, 300)) == 300


def test_the_same_run_in_another_process():
    program = (
        "import json; from labs.proxies.balancing.balance import balance; "
        "print(json.dumps([[e.t, e.kind, e.who] for e in balance(algorithm='peak EWMA', timeout=2.0, retries=1)]))"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    here = [[e.t, e.kind, e.who] for e in balance(algorithm="peak EWMA", timeout=2.0, retries=1)]
    assert json.loads(told[0]) == json.loads(told[1]) == here


def test_work_in_hand_is_lost_and_refusals_come_until_the_checks_eject():
    trace = balance(faults=[Fault(4, "crash", "b")], probe_every=0.5, fall=3)
    assert [e.t for e in trace.of("eject")] == [5.0] and trace.of("eject")[0].who == "b"
    refused = trace.of("refused")
    assert refused and all(4 <= e.t <= 5 for e in refused)
    assert all(e["to"] != "b" for e in trace.of("pick") if e.t > 5)


def test_what_is_at_a_server_when_it_dies_is_lost_at_that_moment():
    t = balance(load=0.9).of("start", who="a")[-1].t + 0.01  # at work, and with a queue
    trace = balance(load=0.9, faults=[Fault(t, "crash", "a")])
    there = {e["number"] for e in trace.of("pick") if e["to"] == "a" and e.t < t}
    there -= {e["number"] for e in trace.of("finish", who="a") if e.t < t}
    assert there and {(e["number"], e.t) for e in trace.of("lost")} == {(number, t) for number in there}
    failed = {e["number"] for e in trace.of("reply") if not e["ok"]}
    assert failed == there | {e["number"] for e in trace.of("refused")}


def test_a_server_that_returns_is_readmitted_after_two_good_probes():
    trace = balance(faults=DEATH)
    assert [e.t for e in trace.of("readmit")] == [9.5]
    assert any(e["to"] == "b" for e in trace.of("pick") if e.t > 9.5)


def test_a_dead_server_swallows_more_the_cleverer_the_balancer_is():
    def failed(algorithm):
        return summary(outcomes(balance(algorithm=algorithm, checks=False, faults=DEATH[:1]), 500)).failed

    assert failed("round robin") < 180 < 230 < failed("least connections") < failed("peak EWMA")


def test_a_retry_hides_what_the_checks_have_not_found_yet():
    with_retry, without = (balance(faults=DEATH, retries=retries) for retries in (1, 0))
    assert not [e for e in with_retry.of("reply") if not e["ok"]]
    assert [e for e in without.of("reply") if not e["ok"]]


BAD_MOMENT = [Fault(3, "slow", name) for name in "abc"] + [Fault(7, "return", name) for name in "abc"]


@pytest.mark.parametrize("seed", range(4))
def test_without_a_budget_retries_keep_healthy_servers_down_with_one_they_recover(seed):
    def late_failures(retries, budget):
        trace = balance(load=0.6, timeout=3, retries=retries, budget=budget, faults=BAD_MOMENT, seed=seed, requests=10)
        return summary(outcomes(trace, 800)[600:]).failed

    assert late_failures(2, None) == 200
    assert late_failures(2, 0.2) < 60
    assert late_failures(0, None) < 60


def test_the_budget_holds_in_every_window():
    trace = balance(load=0.6, timeout=1, retries=2, budget=0.2, faults=BAD_MOMENT, requests=200)
    retries = [e.t for e in trace.of("pick") if e["attempt"] > 1]
    came = [e.t for e in trace.of("arrive")]
    assert retries and trace.of("no retry")
    for t in retries:
        assert sum(t - 10 < r <= t for r in retries) <= 0.2 * sum(t - 10 < c <= t for c in came) + 1e-9


def test_a_given_up_request_is_worked_on_all_the_same():
    trace = balance(timeout=0.5, load=0.9)
    given_up = {e["number"] for e in trace.of("timeout")}
    assert given_up and given_up & {e["number"] for e in trace.of("finish")}
    assert all(e["latency"] <= 0.5 + 1e-9 for e in trace.of("reply"))


def test_a_fresh_answer_is_given_again_and_no_server_hears_of_it():
    trace = balance(cache=2.0, load=0.9)
    pages = {e["number"]: e["path"] for e in trace.of("arrive")}
    for hit in trace.of("hit"):
        assert any(
            pages[e["number"]] == pages[hit["number"]] and hit.t - 2 < e.t <= hit.t and e["ok"]
            for e in trace.of("reply")
        )
        assert not [e for e in trace.of("pick") if e["number"] == hit["number"]]
    assert len(trace.of("hit")) > 5


def test_a_slow_server_is_five_times_slower():
    speeds = (1,)
    quick, slow = (
        balance(speeds=speeds, cost="equal", requests=5, load=0.1, faults=f) for f in ((), [Fault(0, "slow", "a")])
    )
    for trace, seconds in ((quick, 0.5), (slow, 2.5)):
        start, finish = trace.of("start")[0], trace.of("finish")[0]
        assert finish.t - start.t == pytest.approx(seconds)


def test_a_heavy_cost_has_the_same_mean():
    for cost in ("equal", "heavy", "exponential"):
        trace = balance(cost=cost, speeds=(1,), load=0.05, requests=2000, checks=False)
        starts = {e["number"]: e.t for e in trace.of("start")}
        done = [e.t - starts[e["number"]] for e in trace.of("finish")]
        assert sum(done) / len(done) == pytest.approx(0.5, rel=0.1)


def test_a_balancer_or_a_judge_of_ones_own_takes_the_place():
    picks = [e["to"] for e in balance(pick=lambda servers, memory, request: (servers[-1].name, {})).of("pick")]
    assert set(picks) == {"c"}
    never = balance(faults=DEATH[:1], judged_by=lambda health, ok, rise, fall: (True, 0))
    assert not never.of("eject") and len(never.of("refused")) > 5


def test_an_answer_that_cannot_be_used_ends_the_run_with_a_sentence():
    with pytest.raises(BadChoice, match=r"^mine picked 'z': there are only 'a', 'b', 'c'\.$"):

        def mine(servers, memory, request):
            return "z", memory

        balance(pick=mine)
    with pytest.raises(BadChoice, match=r"^a health check returned True: it must be Health\(up, against\)"):
        balance(judged_by=lambda *args: True)
    with pytest.raises(ZeroDivisionError):
        balance(pick=lambda servers, memory, request: 1 / 0)


class Odd(Exception):
    def __init__(self, what, why):
        super().__init__(f"{what}: {why}")


def test_what_a_balancer_or_a_health_check_raises_goes_through_as_it_is():
    """SimPy makes a new exception of the same type: without the line, and not at all where that takes two arguments."""
    error = Odd("mine", "broken")

    def broken(*_):
        raise error

    for settings in (dict(pick=broken), dict(judged_by=broken, faults=DEATH[:1])):
        with pytest.raises(Odd) as caught:
            balance(**settings)
        assert caught.value is error
        lines = [frame.name for frame in caught.traceback]
        assert lines[-1] == "broken"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"algorithm": "best"}, "algorithm must be one of round robin, smooth weighted"),
        ({"cost": "free"}, "cost must be one of exponential, equal, heavy, and not 'free'"),
        ({"load": 0}, "load must be a number from 0.01 to 3, and not 0"),
        ({"requests": 1.5}, "requests must be a whole number from 1 to 100000, and not 1.5"),
        ({"retries": True}, "retries must be a whole number from 0 to 10, and not True"),
        ({"timeout": -1}, "timeout must be a number from 0.05 to 600 (seconds), or None, and not -1"),
        ({"speeds": ()}, "speeds must be a list of 1 to 8, each a number from 0.01 to 100, and not ()"),
        ({"speeds": (1, 0)}, "speeds must be a list of 1 to 8, each a number from 0.01"),
        ({"weights": (1, 2)}, "weights must be as many as speeds, one per server: 3, and not 2"),
        ({"seed": "x"}, "seed must be a whole number from -1000000000 to 1000000000, and not 'x'"),
        ({"faults": [Fault(1, "explode", "a")]}, "there is no fault 'explode'; choose one of crash, slow, return"),
        ({"faults": [Fault(1, "crash", "z")]}, "'crash' at 1 s: there is no server 'z', only a, b, c"),
        ({"faults": [Fault(-1, "crash", "a")]}, "'crash' at -1 s lies outside the run, which begins at 0 s"),
        ({"faults": [Fault(1, "return", "a")]}, "a is already well, so it cannot recover at 1 s"),
        ({"faults": [Fault(2, "crash", "a"), Fault(1, "crash", "a")]}, "a has already crashed, so it cannot crash"),
    ],
)
def test_what_cannot_be_is_one_sentence(settings, told):
    with pytest.raises(ValueError) as caught:
        balance(**settings)
    assert str(caught.value).startswith(told)


def test_percentiles_are_the_nearest_rank():
    values = [float(n) for n in range(1, 101)]
    assert [percentile(values, p) for p in (1, 50, 95, 99, 100)] == [1, 50, 95, 99, 100]
    assert percentile([3.0, 1.0, 2.0], 50) == 2.0
    with pytest.raises(ValueError, match="needs one value or more"):
        percentile([], 50)
    assert summary([(True, 1.0), (False, 9.0), (True, 2.0)]) == (1.0, 2.0, 2.0, 1)
