"""Runs of the pool: who answers, what a fault does, and that a run can be repeated."""

import pytest

from labs.caching.sharding.pool import NAMES, serve_pool
from labs.kit.guarding.telling import LearnerError
from labs.kit.trace import Fault


def hits(trace, since=0.0):
    reads = [event for event in trace.of("read") if event.t > since]
    return sum(event["hit"] for event in reads), len(reads)


def test_the_caches_are_warm_and_a_run_is_the_same_each_time():
    assert hits(serve_pool()) == (160, 160)
    faults = [Fault(3, "kill", "b"), Fault(4, "hot", "product-2")]
    first, again = (serve_pool(faults=faults, writes=0.2, cure="three copies", seed=5) for _ in range(2))
    assert first.events == again.events and first.events != serve_pool(faults=faults, writes=0.2, seed=6).events


@pytest.mark.parametrize(("placement", "moved"), [("hash % n", 37), ("ring", 7), ("rendezvous", 7), ("jump", 6)])
def test_each_key_that_moves_costs_one_miss(placement, moved):
    trace = serve_pool(placement=placement, faults=[Fault(6, "add", "servers")])
    begin, add = trace.of("begin", "add")
    assert sum(begin["owners"][key] != owner for key, owner in add["owners"].items()) == moved
    assert hits(trace) == (160 - moved, 160)


def test_a_killed_server_comes_back_empty_and_a_cut_off_one_with_old_values():
    twice = {kind: [Fault(5, kind, "a"), Fault(12, kind, "a")] for kind in ("kill", "cut")}
    stale = {
        kind: sum(event["stale"] for event in serve_pool(writes=0.3, faults=faults).of("read"))
        for kind, faults in twice.items()
    }
    assert stale["kill"] == 0 < stale["cut"]
    assert [event.kind for event in serve_pool(faults=twice["cut"]).of("cut", "join")] == ["cut", "join"]
    quiet = serve_pool(faults=twice["cut"])
    assert hits(quiet, 12)[0] == hits(quiet, 12)[1], "what it held is still there"
    assert hits(serve_pool(faults=twice["kill"]), 12)[0] < hits(quiet, 12)[0]


def test_without_any_server_every_read_goes_to_the_database():
    trace = serve_pool(servers=2, faults=[Fault(5, "kill", "a"), Fault(5, "cut", "b")])
    assert hits(trace, 5) == (0, 120) and all(e["server"] is None for e in trace.of("read") if e.t > 5)


def test_a_hot_key_and_its_cures():
    hot = [Fault(5, "hot", "product-1")]
    runs = {
        cure: serve_pool(points=100, writes=0.1, cure=cure, faults=hot)
        for cure in ("none", "local copy", "three copies")
    }
    busiest = {
        cure: max(sum(event["server"] == name for event in run.of("read")) for name in NAMES)
        for cure, run in runs.items()
    }
    assert busiest["none"] > 1.5 * max(busiest["local copy"], busiest["three copies"])
    stale = {cure: sum(event["stale"] for event in run.of("read")) for cure, run in runs.items()}
    assert stale["none"] == stale["three copies"] == 0 < stale["local copy"]
    missed = {cure: hits(run)[1] - hits(run)[0] for cure, run in runs.items()}
    assert missed["three copies"] > missed["none"]
    assert {e["deleted"] for e in runs["three copies"].of("write")} == {1, 3}


@pytest.mark.parametrize(
    ("faults", "sentence"),
    [
        ([Fault(1, "kill", "z")], "'z' is not one of the servers at that moment: nobody can kill it"),
        ([Fault(1, "cut", "k")], "not one of the servers at that moment: nobody can cut it off"),
        ([Fault(1, "hot", "nobody")], "choose a key"),
        ([Fault(1, "kill", "a"), Fault(2, "cut", "a")], "a is dead at that moment: undo that first"),
        ([Fault(1, "cut", "a"), Fault(2, "kill", "a")], "a is cut off at that moment: undo that first"),
        ([Fault(n, "add", "servers") for n in (1, 2, 3)], "no room for another"),
        ([Fault(1, "rain", "a")], "there is no fault 'rain'"),
    ],
)
def test_what_cannot_strike_is_one_sentence(faults, sentence):
    with pytest.raises(ValueError, match=sentence) as error:
        serve_pool(faults=faults)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("answer", [None, "z", 3, ["a"]])
def test_an_answer_that_is_no_server_is_one_sentence(answer):
    with pytest.raises(LearnerError, match="the servers are a, b, c, d, e, f, g, h, i, j"):
        serve_pool(place=lambda servers, key: answer)
