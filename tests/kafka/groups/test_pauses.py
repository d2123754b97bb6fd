import pytest

from labs.kafka.groups.pauses import (
    Clash,
    Held,
    Move,
    Pause,
    Round,
    consumer_pauses,
    consumption,
    double_owners,
    moved,
    ownership,
    pause_intervals,
    rebalances,
    settled,
    unconsumed,
)
from labs.kafka.groups.rebalance import PROTOCOLS, rebalance
from labs.kit.trace import Fault, Trace

P0, P1 = ("orders", 0), ("orders", 1)
L0, L1 = ["orders", 0], ["orders", 1]


def a_trace() -> Trace:
    """Two partitions. c1 has both from 5 (p0) and 6 (p1); eager pause 20 to 24, then c2 has p1; c2 hangs at 30, is a
    zombie from 40, c1 takes p1 at 41; c2 finds out at 50 and pauses until 55; c1 dies at 60. The end is at 70.
    """
    trace = Trace({"partitions": {"orders": 2}}, end=70.0)
    for t, kind, who, data in (
        (0.0, "start", "c1", {}),
        (2.0, "state", "coordinator", {"state": "PreparingRebalance", "why": "c1 joined"}),
        (4.5, "state", "coordinator", {"state": "CompletingRebalance", "why": ""}),
        (5.0, "state", "coordinator", {"state": "Stable", "why": ""}),
        (5.0, "own", "c1", {"partitions": [L0]}),
        (6.0, "own", "c1", {"partitions": [L1]}),
        (19.0, "start", "c2", {}),
        (19.5, "state", "coordinator", {"state": "PreparingRebalance", "why": "c2 joined"}),
        (20.0, "pause", "c1", {"why": "rebalance"}),
        (20.0, "revoke", "c1", {"partitions": [L0, L1], "why": "rebalance"}),
        (23.0, "state", "coordinator", {"state": "Stable", "why": ""}),
        (24.0, "resume", "c1", {}),
        (24.0, "own", "c1", {"partitions": [L0]}),
        (24.0, "own", "c2", {"partitions": [L1]}),
        (30.0, "stall", "c2", {}),
        (39.0, "state", "coordinator", {"state": "PreparingRebalance", "why": "c2 left"}),
        (40.0, "zombie", "c2", {"partitions": [L1]}),
        (41.0, "own", "c1", {"partitions": [L1]}),
        (49.0, "return", "c2", {}),
        (50.0, "lost", "c2", {"partitions": [L1]}),
        (50.0, "pause", "c2", {"why": "fenced"}),
        (55.0, "resume", "c2", {}),
        (60.0, "crash", "c1", {}),
    ):
        trace.emit(t, kind, who, **data)
    return trace


def test_ownership() -> None:
    assert ownership(a_trace()) == {
        P0: [Held(5, 20, "c1", False), Held(24, 60, "c1", False)],
        P1: [Held(6, 20, "c1", False), Held(24, 40, "c2", False), Held(40, 50, "c2", True), Held(41, 60, "c1", False)],
    }


def test_consumption_leaves_out_the_time_in_which_the_owner_hangs() -> None:
    assert consumption(a_trace()) == {P0: [(5, 20), (24, 60)], P1: [(6, 20), (24, 30), (41, 60)]}


def test_a_hang_inside_a_time_of_ownership_cuts_it_in_two() -> None:
    trace = Trace({"partitions": {"orders": 1}}, end=40.0)
    for t, kind, data in (
        (0.0, "start", {}),
        (5.0, "own", {"partitions": [L0]}),
        (10.0, "stall", {}),
        (12.0, "return", {}),
        (20.0, "stall", {}),
        (25.0, "return", {}),
        (35.0, "stall", {}),
    ):
        trace.emit(t, kind, "c1", **data)
    assert consumption(trace) == {P0: [(5, 10), (12, 20), (25, 35)]}
    assert unconsumed(trace) == 2 + 5 + 5


def test_pauses() -> None:
    assert pause_intervals(a_trace()) == {"c1": [Pause(20, 24, "rebalance")], "c2": [Pause(50, 55, "fenced")]}
    assert consumer_pauses(a_trace()) == {"c1": 4, "c2": 5}


def test_a_pause_that_never_ends_lasts_until_the_end_and_a_crash_ends_one() -> None:
    trace = Trace({"partitions": {}}, end=30.0)
    for who in ("c1", "c2", "c3"):
        trace.emit(0, "start", who)
    trace.emit(10, "pause", "c1", why="rebalance")
    trace.emit(10, "pause", "c2", why="rebalance")
    trace.emit(15, "crash", "c2")
    assert consumer_pauses(trace) == {"c1": 20, "c2": 5, "c3": 0}


def test_unconsumed_counts_from_when_the_group_first_worked() -> None:
    assert settled(a_trace()) == 6
    assert unconsumed(a_trace()) == (4 + 10) + (4 + 11 + 10)
    assert unconsumed(a_trace(), since=50) == 10 + 10
    nobody = Trace({"partitions": {"orders": 2}}, end=10.0)
    assert settled(nobody) == 10 and unconsumed(nobody, since=0) == 20


def test_moved_does_not_count_what_comes_back() -> None:
    assert moved(a_trace()) == [Move(24, P1, "c1", "c2"), Move(41, P1, "c2", "c1")]
    assert moved(a_trace(), since=30) == [Move(41, P1, "c2", "c1")]


def test_rebalances() -> None:
    assert rebalances(a_trace()) == [Round(2, 5, "c1 joined"), Round(19.5, 23, "c2 joined"), Round(39, 70, "c2 left")]


def test_a_zombie_is_told_from_a_broken_promise() -> None:
    assert double_owners(a_trace()) == [Clash(P1, 41, 50, ("c2", "c1"), True)]
    broken = a_trace()
    broken.emit(65, "own", "c3", partitions=[L0])
    broken.emit(66, "own", "c4", partitions=[L0])
    assert Clash(P0, 66, 70, ("c3", "c4"), False) in double_owners(broken)


@pytest.mark.parametrize("seed", range(5))
def test_what_a_join_costs_under_each_protocol(seed: int) -> None:
    cost, pause = {}, {}
    for protocol in PROTOCOLS:
        trace = rebalance(
            consumers=4, partitions=12, protocol=protocol, faults=[Fault(30, "join", "c5")], seed=seed, until=60
        )
        cost[protocol], pause[protocol] = unconsumed(trace, since=25), sum(consumer_pauses(trace).values())
    assert pause["cooperative"] == pause["kip848"] == 0 < pause["eager"]
    assert cost["cooperative"] < cost["eager"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_partitions_of_a_dead_consumer_wait_for_the_session_timeout_under_every_protocol(protocol: str) -> None:
    for session in (10, 30):
        trace = rebalance(
            partitions=8, protocol=protocol, session_timeout=session, faults=[Fault(40, "crash", "c2")], until=100
        )
        heartbeat = trace.settings["heartbeat"]
        assert 2 * (session - heartbeat) < unconsumed(trace, since=40) < 2 * (session + 2 * heartbeat + 1) + 8 * 6
