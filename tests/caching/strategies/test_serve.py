"""Strategies at work on the clock: what is counted, what is lost, who waits for whom."""

from __future__ import annotations

from itertools import pairwise

import pytest

from labs.caching.strategies.five import STRATEGIES, Strategy, read_aside, read_through, write_around, write_back
from labs.caching.strategies.promises import (
    contents,
    database_operations,
    history,
    hit_ratio,
    load,
    lost_writes,
    mean_latency,
    refused_reads,
    replies,
    stale_reads,
    stale_seconds,
    waiting_writes,
)
from labs.caching.strategies.serve import serve
from labs.caching.strategies.workload import Request, workload
from labs.kit.trace import Fault

ALL = (*STRATEGIES, "no cache")


@pytest.mark.parametrize("strategy", ALL)
def test_the_same_arguments_give_the_same_trace(strategy):
    faults = [Fault(3, "down", "cache"), Fault(5, "up", "cache"), Fault(6, "stall", "app 2")]
    assert (
        serve(strategy=strategy, faults=faults, seed=3).events == serve(strategy=strategy, faults=faults, seed=3).events
    )


@pytest.mark.parametrize("strategy", ALL)
def test_every_request_that_had_the_time_is_answered_once(strategy):
    run = serve(strategy=strategy, until=20, requests=[r for r in workload(until=18)])
    numbers = [e["number"] for e in run.of("request")]
    assert [e["number"] for e in sorted(replies(run), key=lambda e: e["number"])] == numbers
    assert all(e["ok"] for e in replies(run))


@pytest.mark.parametrize("strategy", ALL)
def test_one_after_the_other_everybody_reads_what_was_written_last(strategy):
    asked = [r for i, r in enumerate(workload(rate=2, read_share=0.5, until=30))]
    spaced = [Request(float(i), r.op, r.key, r.value) for i, r in enumerate(asked)]
    run = serve(strategy=strategy, requests=spaced, until=len(spaced) + 5.0)
    if strategy == "TTL only":
        assert stale_reads(run), "it tells the cache nothing of a write"
        return
    held = {}
    for e in sorted(replies(run), key=lambda e: e["number"]):
        if e["op"] == "write":
            held[e["key"]] = e["value"]
        else:
            assert e["value"] == held.get(e["key"], 10)
    assert not stale_reads(run) and not lost_writes(run)


def test_latencies_are_those_of_the_steps():
    asked = [Request(0, "read", "a"), Request(1, "read", "a"), Request(2, "write", "a", 11)]
    took = {name: [round(e["took"], 3) for e in replies(serve(strategy=name, requests=asked, until=4))] for name in ALL}
    assert took["TTL only"] == [0.24, 0.02, 0.2] and took["cache aside"] == [0.24, 0.02, 0.22]
    assert took["write through"] == [0.24, 0.02, 0.22] and took["write back"] == [0.24, 0.02, 0.02]
    assert took["no cache"] == [0.2, 0.2, 0.2]


def test_connections_are_waited_for_in_turn_and_given_up_in_time():
    crowd = [Request(0.0, "read", key) for key in "abcdef"]
    run = serve(strategy="no cache", requests=crowd, connections=1, timeout=0.5, until=3)
    assert [round(e["took"], 2) for e in replies(run, ok=True)] == [0.2, 0.4, 0.6]
    late = replies(run, ok=False)
    assert len(late) == 3 and all("in time" in e["error"] and round(e["took"], 2) == 0.5 for e in late)
    assert max(many for _, many in load(run)) == 6


def test_a_cache_that_goes_down_loses_what_was_dirty_and_comes_back_empty():
    asked = [Request(1, "write", "a", 11), Request(4, "read", "a")]
    faults = [Fault(2, "down", "cache"), Fault(3, "up", "cache")]
    run = serve(strategy="write back", requests=asked, faults=faults, flush_interval=5)
    assert [w.value for w in lost_writes(run)] == [11]
    assert [e["value"] for e in replies(run, "read")] == [10] and len(stale_reads(run)) == 1
    saved = serve(strategy="write back", requests=asked, faults=faults, flush_interval=0.5)
    assert not lost_writes(saved) and [e["value"] for e in replies(saved, "read")] == [11]


def test_what_is_dirty_waits_for_the_database_to_come_back():
    asked = [Request(1, "write", "a", 11)]
    down = [Fault(0.5, "down", "database"), Fault(5, "up", "database")]
    run = serve(strategy="write back", requests=asked, faults=down, flush_interval=1)
    assert contents(run, until=4.9)[1]["a"] == 10 and contents(run)[1]["a"] == 11 and not lost_writes(run)
    still = serve(strategy="write back", requests=asked, faults=down[:1], flush_interval=1, ttl=100)
    assert waiting_writes(still) == 1 and not lost_writes(still)
    assert waiting_writes(run) == 1  # in the end it is in the database; what counts is the worst moment
    assert waiting_writes(serve(strategy="write through", requests=asked)) == 0


@pytest.mark.parametrize(
    ("settings", "why"),
    [({"ttl": 1.0}, "expired"), ({"capacity": 1}, "evicted"), ({"faults": [Fault(1.5, "evict", "cache")]}, "evicted")],
)
def test_a_dirty_entry_that_leaves_before_the_flush_is_lost(settings, why):
    asked = [Request(1, "write", "a", 11), Request(1.3, "read", "b")]
    run = serve(strategy="write back", requests=asked, flush_interval=4, **settings)
    assert [(e["key"], e["value"], e["why"]) for e in run.of("lost")] == [("a", 11, why)]
    assert [w.value for w in lost_writes(run)] == [11]


def test_write_through_leaves_a_refused_value_in_the_cache():
    asked = [Request(1, "write", "a", 11), Request(2, "read", "a")]
    run = serve(strategy="write through", requests=asked, faults=[Fault(0, "down", "database")])
    assert [e["ok"] for e in replies(run, "write")] == [False]
    assert [e["value"] for e in replies(run, "read")] == [11] == [e["value"] for e in refused_reads(run)]


def test_a_server_that_dies_between_its_two_writes_leaves_the_cache_old_until_the_entry_expires():
    asked = [Request(0, "read", "a", app=2), Request(1, "write", "a", 11, app=1)]
    asked += [Request(t, "read", "a", app=2) for t in (2, 3, 5)]
    run = serve(strategy="cache aside", requests=asked, ttl=4, faults=[Fault(1.15, "down", "app 1")])
    assert [e["value"] for e in replies(run, "read")] == [10, 10, 10, 11]
    assert len(stale_reads(run)) == 2 and not refused_reads(run)
    assert stale_seconds(run) == pytest.approx(4.23 - 1.1)


def test_the_race_on_the_clock_and_leases():
    """The reader stalls after it has read the database; the writer passes it."""
    asked = [Request(0, "read", "a", app=1), Request(0.4, "write", "a", 11, app=2), Request(3, "read", "a", app=2)]
    stall = [Fault(0.2, "stall", "app 1")]
    values = {
        name: replies(serve(strategy=name, requests=asked, faults=stall), "read")[-1]["value"]
        for name in ("cache aside", "leases")
    }
    assert values == {"cache aside": 10, "leases": 11}


def test_cache_aside_outlives_its_cache_and_read_through_does_not():
    down = [Fault(0, "down", "cache")]
    assert not replies(serve(strategy="cache aside", faults=down), ok=False)
    assert not replies(serve(strategy="read through", faults=down), ok=True) or all(
        e["op"] == "write" for e in replies(serve(strategy="read through", faults=down), ok=True)
    )


def test_when_no_server_is_up_the_client_hears_so():
    run = serve(faults=[Fault(0, "down", "app 1"), Fault(0, "down", "app 2")])
    assert replies(run) and all(e["error"] == "no application server is up" for e in replies(run) if e.t > 0)


def test_a_request_goes_to_a_server_that_is_up():
    run = serve(faults=[Fault(0, "down", "app 1")], requests=[Request(1, "read", "a", app=1)])
    assert [(e.who, e["ok"]) for e in replies(run)] == [("app 2", True)]


def test_a_fault_comes_after_what_happens_at_its_moment():
    asked = [Request(1, "write", "a", 11, app=1)]
    run = serve(strategy="cache aside", requests=asked, faults=[Fault(1.1, "down", "app 1")])
    assert contents(run)[1]["a"] == 11


def test_preheating_saves_the_first_misses_and_costs_one_read_a_key():
    asked = [Request(0.5 * i, "read", key) for i, key in enumerate("abcdef")]
    cold, warm = (serve(requests=asked, preheated=on) for on in (False, True))
    assert hit_ratio(cold) == 0 and hit_ratio(warm) == 1
    assert database_operations(cold) == database_operations(warm) == 6


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("strategy", ALL)
def test_what_is_counted_agrees_with_the_trace(strategy, seed):
    run = serve(strategy=strategy, seed=seed, faults=[Fault(5, "evict", "cache"), Fault(7, "down", "app 1")])
    cache, db = contents(run, until=run.end - 1e-6)
    for key, stretches in history(run).items():
        assert all(a.end <= b.start for a, b in pairwise(stretches))
        last = [s for s in stretches if s.end == run.end]
        assert (key in cache) == bool(last)
        if last:
            assert last[0].value == cache[key][0] and (last[0].state == "same") == (cache[key][0] == db[key])
    assert 0 <= hit_ratio(run) <= 1 and mean_latency(run) > 0
    for e in stale_reads(run):
        assert e["ok"] and e["op"] == "read"


def test_a_strategy_of_ones_own_runs_and_its_mistake_goes_through():
    mine = Strategy("mine", read_aside, write_around)
    theirs, own = serve(strategy="cache aside"), serve(strategy=mine)
    assert [e for e in own if e.kind == "reply"] == [e for e in theirs if e.kind == "reply"]
    with pytest.raises(ZeroDivisionError):
        serve(strategy=Strategy("bad", lambda key, cache, db: 1 / 0, write_around))


def test_a_workload_asks_at_the_same_moments_for_the_same_keys_whatever_is_read():
    some, all_reads = workload(read_share=0.3, seed=5), workload(read_share=1, seed=5)
    assert [(r.t, r.key) for r in some] == [(r.t, r.key) for r in all_reads]
    many = workload(rate=50, read_share=0.8, until=400, skew=1, keys=4)
    share = sum(r.op == "read" for r in many) / len(many)
    assert abs(share - 0.8) < 0.02 and abs(len(many) / 400 - 50) < 2
    firsts = sum(r.key == "a" for r in many) / sum(r.key == "b" for r in many)
    assert abs(firsts - 2) < 0.2, "the second key is asked for half as often as the first"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"strategy": "magic"}, "strategy must be one of cache aside, .*no cache or a Strategy, and not 'magic'"),
        ({"read_share": 1.5}, "read_share must be a number from 0 to 1"),
        ({"keys": 2.5}, "keys must be a whole number"),
        ({"ttl": True}, "ttl must be a number"),
        ({"strategy": ["cache aside"]}, "strategy must be"),
        ({"requests": [(1, "read", "a")]}, "requests must be a list"),
        ({"preheated": "yes"}, "preheated must be True or False"),
        ({"faults": [Fault(1, "melt", "cache")]}, "no fault 'melt'; choose one of down, up, stall, evict"),
        ({"faults": [Fault(1, "stall", "database")]}, "stall to app 1, app 2"),
        ({"faults": [Fault(99, "down", "cache")]}, "outside the run"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        serve(**settings)


def test_what_the_cache_was_asked_first_it_takes_to_the_database_itself():
    asked = [Request(0, "read", "a", app=1), Request(1, "write", "a", 11, app=2)]
    who = {
        name: [e.who for e in serve(strategy=name, requests=asked, until=3).of("ask") if e["store"] == "database"]
        for name in ("cache aside", "read through", "write through")
    }
    assert who["cache aside"] == ["app 1", "app 2"], "the application knows both stores"
    assert who["read through"] == ["cache", "app 2"], "it writes around the cache"
    assert who["write through"] == ["cache", "cache"]


def test_a_flush_is_counted_by_what_it_wrote_whatever_it_returns():
    def silent(cache, db):
        for key, value in cache.dirty().items():
            db.write(key, value)
            cache.clean(key, value)

    asked = [Request(0, "write", "a", 11), Request(0.1, "write", "b", 21)]
    mine = Strategy("mine", read_through, write_back, silent, inline=True)
    runs = [serve(strategy=way, requests=asked, until=8) for way in (mine, "write back")]
    assert [[e["brought"] for e in run.of("flush")] for run in runs] == [[2], [2]]


@pytest.mark.parametrize(
    ("faults", "text"),
    [
        ([Fault(1, "up", "cache")], "cache is up"),
        ([Fault(1, "down", "database"), Fault(2, "down", "database")], "database is down already"),
        ([Fault(0, "evict", "cache")], "nothing to throw out"),
        ([Fault(1, "stall", "app 1"), Fault(1.5, "stall", "app 1")], "stands still already"),
    ],
)
def test_a_fault_that_changes_nothing_says_so(faults, text):
    notes = serve(faults=faults).of("note")
    assert len(notes) == 1 and text in notes[0]["text"]
