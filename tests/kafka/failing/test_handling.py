"""The run of lesson 10: what each policy does to order and lag, and that no crash loses a record."""

import pytest

from labs.kafka.failing.handling import handle
from labs.kafka.failing.outcome import breaches, crash_points, dead, done, in_neither, lag_over_time, repeated, unsolved
from labs.kafka.failing.records import DEAD, MAIN
from labs.kafka.failing.settings import POLICIES
from labs.kit.trace import Fault

ALL = {"ann": [1, 2, 3], "bob": [1, 2, 3], "dan": [1, 2, 3]}


def largest_lag(trace):
    return max(value for _, value in lag_over_time(trace))


def test_in_place_keeps_the_order_and_costs_lag_and_retry_topics_the_other_way_round():
    block, topics = (handle(policy=policy, heals=4.0) for policy in ("block", "topics"))
    assert done(block) == ALL and not breaches(block) and largest_lag(block) == 5
    assert done(topics)["bob"] == [2, 1, 3] and breaches(topics) == ["b1"] and largest_lag(topics) == 1


def test_a_retry_topic_gives_a_record_back_when_it_is_due_and_not_before():
    trace = handle(policy="topics", heals=4.0, backoff=2.0)
    written = {e["topic"]: e.t for e in trace.of("append") if e["record"] == "b1"}
    tried = {e["topic"]: e.t for e in trace.of("try") if e["record"] == "b1"}
    assert tried["orders.retry-1"] - written["orders.retry-1"] == pytest.approx(2.0, abs=0.25)
    assert tried["orders.retry-2"] - written["orders.retry-2"] == pytest.approx(4.0, abs=0.25)


@pytest.mark.parametrize("policy", ["limit", "topics", "park"])
def test_what_never_succeeds_is_tried_once(policy):
    trace = handle(policy=policy, failure="permanent")
    assert [e["record"] for e in trace.of("failed")] == ["b1"] and dead(trace)[0] == "b1"


@pytest.mark.parametrize("tries", [1, 2, 3, 5])
def test_what_stays_down_is_tried_as_often_as_allowed(tries):
    for policy in ("limit", "topics", "park"):
        trace = handle(policy=policy, tries=tries, heals=500, until=60)
        most = min(tries, 3) if policy == "topics" else tries  # there are two retry topics
        assert len([e for e in trace.of("try") if e["record"] == "b1"]) == most, policy
        assert "b1" in dead(trace)


def test_without_a_limit_a_poison_record_blocks_its_partition_for_ever():
    trace = handle(policy="block", failure="permanent", until=60)
    assert done(trace) == {"ann": [1]} and not dead(trace) and lag_over_time(trace)[-1][1] == 8


def test_a_redrive_lands_at_the_end_and_breaks_the_order_of_the_key():
    trace = handle(failure="permanent", redrive="back")
    assert [e["offset"] for e in trace.of("append", who="fixer")] == [9]
    assert done(trace)["bob"] == [2, 3, 1] and breaches(trace) == ["b1"] and not unsolved(trace)


def test_a_redrive_without_a_fix_goes_round_until_a_count_ends_it():
    free = handle(failure="permanent", redrive="back", fixes=False)
    counted = handle(failure="permanent", redrive="back", fixes=False, most_redrives=2)
    assert len(dead(free)) > 9 and len(dead(counted)) == 3 and len(counted.of("kept")) == 1
    assert unsolved(counted) == ["b1"] and not in_neither(counted)


@pytest.mark.parametrize("failing", range(7))
def test_parking_never_breaks_the_order_of_a_key(failing):
    for fixes in (True, False):
        trace = handle(policy="park", failure="permanent", redrive="back", failing=failing, fixes=fixes)
        assert not breaches(trace) and not in_neither(trace) and not repeated(trace)
        assert done(trace) == ALL or not fixes


@pytest.mark.parametrize("policy", ["limit", "topics", "park"])
@pytest.mark.parametrize("settings", [{"failure": "permanent", "redrive": "back"}, {"heals": 500.0}, {"heals": 3.0}])
def test_no_crash_leaves_a_record_in_neither_place(policy, settings):
    kinds = dict(policy=policy, failing=3, records=6, until=25.0, **settings)
    calm, tried = handle(**kinds), 0
    for who in ("c1", "r1", "r2", "fixer"):
        for t in crash_points(calm, who):
            trace = handle(**kinds, faults=[Fault(t, "crash", who)])
            assert not in_neither(trace), (who, t)
            finished = {e["record"] for e in trace.of("done")} | set(dead(trace))
            assert finished == {"a1", "b1", "d1", "a2", "b2", "d2"}, (who, t)
            tried += 1
    assert tried > 20


@pytest.mark.parametrize("policy", ["limit", "topics", "park"])
def test_a_commit_before_the_acknowledgement_can_lose_a_record(policy):
    kinds = dict(policy=policy, failing=1, heals=500.0, until=25.0, hand_off="commit first")
    lost = [in_neither(handle(**kinds, faults=[Fault(t, "crash", "c1")])) for t in crash_points(handle(**kinds), "c1")]
    assert ["b1"] in lost


def test_whoever_sleeps_past_max_poll_is_removed_and_the_partition_never_moves():
    trace = handle(tries=5, heals=500, max_poll=10, until=60)
    assert {e.who for e in trace.of("removed")} == {"c1", "c2"} and len(trace.of("refused")) >= 3
    assert max(e["offset"] for e in trace.of("commit")) == 1 and len(set(dead(trace))) == 1 < len(dead(trace))
    quick = handle(tries=5, heals=500, max_poll=20, until=60)
    assert not quick.of("removed") and dead(quick) == ["b1"] and quick.of("commit")[-1]["offset"] == 9


def test_an_outage_makes_dead_letters_of_what_is_well():
    trace = handle(failing=0, faults=[Fault(1.0, "outage", "payments")], outage=8.0)
    assert dead(trace) and handle(failing=0).of("failed") == []


def test_a_consumer_that_crashes_has_a_successor_and_one_that_is_not_there_cannot_be_struck():
    trace = handle(faults=[Fault(0.5, "crash", "c1"), Fault(3.0, "crash", "r2")])
    assert trace.of("start", who="c2")[0].t == 2.5
    assert "r2 is not running" in trace.of("note")[0]["text"]


def test_the_same_call_gives_the_same_run_and_the_seed_moves_the_orders():
    for policy in POLICIES:
        assert handle(policy=policy).events == handle(policy=policy).events
    assert handle(seed=1).events != handle(seed=2).events


def test_offsets_of_a_topic_go_up_by_one():
    trace = handle(policy="park", failure="permanent", redrive="back", failing=3, fixes=False)
    for topic in (MAIN, DEAD):
        offsets = [e["offset"] for e in trace.of("append") if e["topic"] == topic]
        assert offsets == list(range(len(offsets)))


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"policy": "hope"}, "policy must be one of block, limit, topics, park"),
        ({"tries": 0}, "tries must be a whole number from 1 to 10"),
        ({"backoff": float("nan")}, "backoff must be"),
        ({"failing": True}, "failing must be"),
        ({"colour": 1}, "there is no setting 'colour'"),
        ({"park": 3}, "park must be a function"),
        ({"seed": "x"}, "seed must be"),
        ({"faults": [Fault(99, "crash", "c1")]}, "lies outside the run"),
        ({"faults": [Fault(1, "flood", "c1")]}, "there is no fault 'flood'"),
    ],
)
def test_what_cannot_be_is_one_sentence(settings, told):
    with pytest.raises(ValueError, match=told):
        handle(**settings)
