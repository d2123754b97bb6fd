"""Offsets, the loops and what they leave behind: each promise of the lesson, over every moment of a crash."""

import contextlib
import itertools
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labs.kafka.offsets.committed import CommitLog, NoOffset, lag, offset_to_commit, starting_position
from labs.kafka.offsets.crashes import every_crash
from labs.kafka.offsets.delivered import crash_points, duplicated, lag_over_time, lost, reordered, results
from labs.kafka.offsets.delivery import deliver
from labs.kafka.offsets.loops import LOOPS, commit_then_process, process_then_commit
from labs.kafka.offsets.process import LoopGoesOn
from labs.kit import Fault


def crash(t, who="c1"):
    return Fault(t, "crash", who)


# ── the numbers ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_whoever_has_committed_four_begins_with_four_and_is_behind_by_the_rest():
    assert starting_position(4, 0, 9, "latest") == 4
    assert lag(9, 4) == 5


@pytest.mark.parametrize(
    ("committed", "log_start", "log_end", "reset", "begins"),
    [
        (0, 0, 9, "latest", 0),  # 0 is an offset, not the lack of one
        (9, 0, 9, "earliest", 9),  # all is read: the end is in the log
        (None, 3, 9, "earliest", 3),
        (None, 3, 9, "latest", 9),
        (2, 3, 9, "earliest", 3),  # retention has deleted it
        (2, 3, 9, "latest", 9),
        (10, 3, 9, "latest", 9),  # the log was cut
    ],
)
def test_the_policy_is_asked_only_where_there_is_no_usable_offset(committed, log_start, log_end, reset, begins):
    assert starting_position(committed, log_start, log_end, reset) == begins


@pytest.mark.parametrize("committed", [None, 2, 10])
def test_none_lets_nobody_choose(committed):
    with pytest.raises(NoOffset, match=r"auto\.offset\.reset is none$"):
        starting_position(committed, 3, 9, "none")
    assert starting_position(5, 3, 9, "none") == 5


@given(st.integers(0, 5), st.sets(st.integers(0, 12)))
def test_what_may_be_committed_is_the_first_gap(committed, done):
    offset = offset_to_commit(committed, done)
    assert set(range(committed, offset)) <= done
    assert offset not in done


def test_the_commit_log_keeps_the_newest_of_each_key_and_forgets_what_is_deleted():
    log = CommitLog()
    for key, offset in [(("a", "t", 0), 3), (("b", "t", 0), 1), (("a", "t", 0), 6), (("b", "t", 0), None)]:
        log.append(key, offset)
    assert log.committed(("a", "t", 0)) == 6
    assert log.committed(("b", "t", 0)) is None
    assert log.compacted() == {("a", "t", 0): 6}
    assert len(log.records) == 4


# ── every crash ───────────────────────────────────────────────────────────────────────────────────────────────────────

LOSES_NOTHING = ("after", "each", "async", "auto", "transaction")


@pytest.mark.parametrize("commit", LOOPS)
def test_every_crash_of_every_loop_breaks_the_promise_it_is_known_for_and_no_other(commit):
    """At every moment, and at every moment of the successor's life as well."""
    again = never = 0
    shape = dict(commit=commit, records=8, backlog=8, batch=3, takeover=1.0, until=60.0, auto_interval=2.0)
    for t, _ in crash_points(deliver(**shape)):
        first = deliver(**shape, faults=[crash(t)])
        for later, _ in [(None, ""), *crash_points(first, "c2")]:
            trace = deliver(**shape, faults=[crash(t), *([crash(later, "c2")] if later else [])])
            again += bool(duplicated(trace))
            never += bool(lost(trace))
            done = {offset for _, (_, offset) in results(trace)}
            assert set(range(8)) - done == {offset for _, offset in lost(trace)}
    assert bool(never) == (commit not in LOSES_NOTHING)
    assert bool(again) == (commit not in ("before", "transaction"))


@pytest.mark.parametrize("commit", LOSES_NOTHING)
def test_an_idempotent_sink_makes_at_least_once_into_exactly_once(commit):
    shape = dict(commit=commit, sink="idempotent")
    for t, _ in crash_points(deliver(**shape)):
        trace = deliver(**shape, faults=[crash(t)], until=60)
        assert sorted(offset for _, (_, offset) in results(trace)) == list(range(14)), t


def test_a_crash_between_two_moments_is_the_crash_at_the_first_of_them():
    """So that to try the moments is to try all there is."""
    shape = dict(until=40.0)
    points = [t for t, _ in crash_points(deliver(**shape))]
    for t, following in itertools.pairwise(points[:12]):
        middle = round((t + following) / 2, 3)
        seen = [[r for _, r in results(deliver(**shape, takeover=30 - at, faults=[crash(at)]))] for at in (t, middle)]
        assert seen[0] == seen[1]


def test_the_crash_of_the_lesson():
    """Three a poll; at 3.5 s c1 has done 3 and 4 of its second batch."""
    after, before = (deliver(commit=commit, faults=[crash(3.5)]) for commit in ("after", "before"))
    assert (duplicated(after), lost(after)) == ({(0, 3): 2, (0, 4): 2}, [])
    assert (duplicated(before), lost(before)) == ({}, [(0, 4), (0, 5)])
    assert reordered(after) == [(0, 3)]  # 4 came first, and then 3 once more


def test_one_record_a_poll_repeats_one_at_most_and_never_out_of_order():
    shape = dict(batch=1, until=60.0)
    for t, _ in crash_points(deliver(**shape)):
        trace = deliver(**shape, faults=[crash(t)])
        assert len(duplicated(trace)) <= 1
        assert not reordered(trace)


def test_auto_commit_commits_in_poll_what_the_polls_before_have_handed_out():
    trace = deliver(commit="auto", auto_interval=2.0)
    position = 0
    for event in trace:
        if event.kind == "poll":
            position = event["next"]
        elif event.kind == "send":
            assert event["offsets"] == [[0, position]]
            assert any(e.t == event.t or e.kind == "poll" for e in trace.of("poll"))
    sends = [e.t for e in trace.of("send")]
    assert all(b - a >= 2 for a, b in itertools.pairwise(sends))
    assert sends[0] >= 2


def test_an_open_transaction_is_seen_by_nobody():
    trace = deliver(commit="transaction", faults=[crash(3.5)])
    pending = [e["offset"] for e in trace.of("effect", who="c1") if e.t > 2 and e["state"] == "pending"]
    assert pending == [3, 4]
    aborts = [(e.t, e.who, e["results"]) for e in trace.of("abort")]
    assert aborts == [(6.5, "c2", [[0, 3], [0, 4]])]  # by its successor
    assert deliver(commit="transaction", faults=[crash(3.5)], takeover=30).of("abort") == []  # not by the crash
    assert [offset for t, (_, offset) in results(trace) if t < 3.5] == [0, 1, 2]


def test_async_goes_on_while_its_commit_is_on_the_way_and_a_crash_takes_that_along():
    trace = deliver(commit="async", round_trip=1.0, faults=[crash(2.0)])
    assert trace.of("dropped")[0]["offsets"] == [[0, 3]]
    assert trace.of("resume", who="c2")[0]["position"] == 0
    assert deliver(commit="async", round_trip=1.0, faults=[crash(2.2)]).of("resume", who="c2")[0]["position"] == 3


# ── the group ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("reset", "begins"), [("earliest", 0), ("latest", 10), ("none", None)])
def test_under_a_new_name_the_policy_decides(reset, begins):
    trace = deliver(committed=0, reset=reset, faults=[Fault(6, "rename", "c1")])
    assert [e["position"] for e in trace.of("resume", who="c2")] == ([] if begins is None else [begins])
    assert bool(trace.of("stuck")) == (begins is None)
    assert trace.of("start", who="c2")[0]["group"] == "billing-2"


def test_who_is_stuck_stays_so_until_it_is_restarted_in_a_group_that_has_an_offset():
    shape = dict(reset="none", committed=0, log_start=2)
    assert [e.who for e in deliver(**shape).of("stuck")] == ["c1"]
    crashed = deliver(**shape, faults=[crash(3.5)])
    assert [(e.t, e.who) for e in crashed.of("stuck")] == [(0.0, "c1"), (6.5, "c2")]
    assert crashed.of("resume", "poll", "commit") == []
    closed = deliver(**shape, faults=[Fault(6, "leave", "c1")])
    assert [(e.t, e.kind, e.who) for e in closed.of("leave", "close", "stuck")][1:] == [
        (6, "leave", "c1"),
        (6, "close", "c1"),
        (6.5, "stuck", "c2"),
    ]


def test_a_close_in_order_repeats_nothing_and_loses_nothing():
    for commit in LOOPS:
        for tenth in range(0, 120, 3):
            trace = deliver(commit=commit, faults=[Fault(tenth / 10, "leave", "c1")], until=30)
            assert (lost(trace), duplicated(trace)) == ([], {}), (commit, tenth)


def test_a_new_consumer_in_an_old_group_begins_where_the_group_is():
    for commit in LOOPS:
        for tenth in range(0, 100, 7):
            trace = deliver(commit=commit, partitions=2, faults=[Fault(tenth / 10, "join", "c2")], until=30)
            assert (lost(trace), duplicated(trace)) == ([], {}), (commit, tenth)
            start = trace.of("resume", who="c2")[0]
            earlier = [o for e in trace.of("commit") if e.t <= start.t for p, o in e["offsets"] if p == 1]
            assert start["position"] == (earlier[-1] if earlier else 0)


def test_with_one_partition_a_newcomer_stands_by_and_takes_over_from_the_dead():
    trace = deliver(faults=[Fault(2, "join", "c2"), crash(3.5)])
    assert trace.of("idle")[0].who == "c2"
    assert trace.of("resume", who="c2")[0].t == 6.5


def test_lag_is_log_end_minus_committed():
    trace = deliver()
    end = committed = 0
    seen = {}
    for event in trace:
        end = event["offset"] + 1 if event.kind == "append" else end
        committed = event["offsets"][0][1] if event.kind == "commit" else committed
        seen[event.t] = end - committed
    for t, value in lag_over_time(trace):
        assert seen[t] == value
    assert lag_over_time(trace)[-1][1] == 0
    stuck_at_one = deliver(loop=lambda consumer, sink: _commits_the_last(consumer, sink), batch=4)
    assert lag_over_time(stuck_at_one)[-1][1] == 1


def _commits_the_last(consumer, sink):
    while records := consumer.poll():
        for record in records:
            sink.write(record)
        consumer.commit_sync(records[-1].offset)


# ── a run ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(list(LOOPS)), st.integers(1, 6), st.integers(1, 2), st.integers(0, 3), st.floats(0, 19),
    st.sampled_from(["crash", "leave", "rename"]), st.sampled_from(["earliest", "latest"]),
)  # fmt: skip
def test_a_run_is_the_same_every_time_goes_forward_and_is_plain_data(commit, batch, partitions, seed, t, kind, reset):
    shape = dict(commit=commit, batch=batch, partitions=partitions, seed=seed, reset=reset)
    faults = [Fault(round(t, 2), kind, "c1")]
    trace = deliver(**shape, faults=faults)
    assert trace.events == deliver(**shape, faults=faults).events
    assert [e.t for e in trace] == sorted(e.t for e in trace)
    json.dumps([dict(e.data) for e in trace])
    for event in trace.of("commit"):
        assert all(offset >= 0 for _, offset in event["offsets"])
    for partition in range(partitions):
        ends = [e["offset"] for e in trace.of("append") if e["partition"] == partition]
        assert ends == sorted(ends)


def test_the_seed_moves_the_arrivals_and_nothing_else_does():
    appended = [[e.t for e in deliver(seed=seed).of("append")] for seed in (0, 1)]
    assert appended[0] != appended[1]
    assert appended[0] == [e.t for e in deliver(commit="before", faults=[crash(3)]).of("append")]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (dict(commit="never"), "commit must be one of after, before, each, async, auto, transaction, and not 'never'"),
        (dict(sink="magic"), "sink must be one of plain, idempotent"),
        (dict(reset="newest"), "reset must be one of earliest, latest, none, and not 'newest'"),
        (dict(batch=0), "batch must be a whole number from 1 to 500, and not 0"),
        (dict(partitions=3), "partitions must be a whole number from 1 to 2, and not 3"),
        (dict(work="long"), r"work must be a number from 0.01 to 60 \(seconds\), and not 'long'"),
        (dict(faults=[Fault(3, "explode", "c1")]), "no fault 'explode'; choose one of crash, leave, rename, join"),
        (dict(faults=[Fault(21, "crash", "c1")]), "'crash' at 21 s lies outside the run, which goes from 0 to 20 s"),
        (dict(committed="3"), "committed must be a whole number from 0 to 1000000000, or None, and not '3'"),
        (dict(speed=3), "there is no setting 'speed'; there are commit, loop, start, records"),
        (dict(faults=["crash"]), "a fault is written Fault\\(seconds, kind, consumer\\), and not 'crash'"),
    ],
)
def test_what_cannot_be_is_one_sentence(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        deliver(**wrong)


@pytest.mark.parametrize(
    ("faults", "sentence"),
    [
        ([crash(3, "c2")], "c2 is not running at 3 s; c1 is"),
        ([crash(3), crash(4)], "c1 is not running at 4 s; no consumer is"),
    ],
)
def test_a_fault_that_finds_nobody_to_strike_is_noted_and_changes_nothing_else(faults, sentence):
    trace = deliver(faults=faults)
    assert [(note.t, note["text"]) for note in trace.of("note")] == [(faults[-1].t, sentence)]
    assert [e for e in trace.events if e.kind != "note"] == deliver(faults=faults[:-1]).events


@pytest.mark.parametrize(
    ("committed", "log_start", "reset", "missing"),
    [
        (2, 3, "latest", [3, 4, 5, 6]),  # the policy takes the group past what it had still to do
        (2, 3, "earliest", []),  # 2 is deleted: no reader could have had it
        (4, 3, "latest", []),
        (None, 3, "latest", []),  # a group that has never been here owes nothing
        (99, 0, "earliest", []),
        (99, 0, "latest", [0, 1, 2, 3]),  # the offset of an earlier log: this one's records are all still to be done
        (99, 3, "latest", [3, 4, 5, 6]),
    ],
)
def test_what_a_policy_skips_is_lost_to_a_group_that_had_committed(committed, log_start, reset, missing):
    trace = deliver(committed=committed, log_start=log_start, reset=reset, until=30)
    assert [offset for _, offset in lost(trace)] == missing


def test_a_loop_that_does_not_stop_is_found_out_and_its_own_errors_go_through():
    def deaf(consumer, sink):
        while True:
            consumer.poll()

    def clumsy(consumer, sink):
        consumer.commit_sync(-1)

    with pytest.raises(LoopGoesOn):
        deliver(loop=deaf, drain=True)
    with pytest.raises(ValueError, match="an offset is a whole number from 0 on, and not -1"):
        deliver(loop=clumsy)


def test_a_loop_that_swallows_its_own_death_is_dead_all_the_same():
    def stubborn(consumer, sink):
        try:
            process_then_commit(consumer, sink)
        except BaseException:
            sink.write("from beyond the grave")

    def unmoved(consumer, sink):
        with contextlib.suppress(BaseException):
            process_then_commit(consumer, sink)

    for loop in (stubborn, unmoved):
        trace = deliver(loop=loop, faults=[crash(3.5)])
        assert {offset for _, (_, offset) in results(trace)} == set(range(14))
        assert (lost(trace), trace.of("close")) == ([], [])


def test_every_crash_has_each_moment_once_and_twice_has_pairs():
    tries = every_crash(commit_then_process, records=2, batch=2)
    assert [one.after for one in tries] == [
        "", "starting at 0", "fetching 0 to 1", "committing 2", "processing 0", "processing 1",
    ]  # fmt: skip
    assert [one.lost for one in tries] == [[], [], [], [0, 1], [1], []]
    pairs = every_crash(commit_then_process, records=2, batch=2, twice=True)
    assert [one.after for one in pairs][: len(tries)] == [one.after for one in tries]
    assert sum(bool(re.search("and the next one", one.after)) for one in pairs) == len(pairs) - len(tries) > len(tries)
