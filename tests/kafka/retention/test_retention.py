"""The models of lesson 09: which segments go, what compaction leaves, and that a table can be rebuilt at any time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labs.kafka.retention.compaction import compact
from labs.kafka.retention.keeping import LIMITS, Settings, keep
from labs.kafka.retention.kept import left, log_start, missed, most_age, oldest_age, table, truth, written
from labs.kafka.retention.log import Log, Policy, Record, Segment, must_roll
from labs.kafka.retention.real import RECORDED, STORIES, compare_with_broker
from labs.kafka.retention.replay import offset_for_time, rebuild, table_of
from labs.kafka.retention.retention import retain
from labs.kit.trace import Fault

PAIRS = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["x", "y", None])), min_size=4, max_size=30)


def filled(pairs, per=3, **policy):
    log = Log(Policy(cleanup="compact", segment_bytes=100 * per, **policy))
    for i, (key, value) in enumerate(pairs):
        log.append(float(i), key, value)
    return log


def test_a_log_rolls_by_size_and_by_the_records_own_time():
    one = Segment(0, (Record(0, 10.0, "k", "v"), Record(1, 500.0, "k", "v")))
    assert must_roll(one, 20.0, 100, Policy(segment_bytes=300)) == ""
    assert must_roll(one, 20.0, 101, Policy(segment_bytes=300)) == "size"
    week = Policy(segment_bytes=10**6, segment_time=100.0)
    assert (must_roll(one, 110.0, 100, week), must_roll(one, 110.1, 100, week)) == ("", "time")
    assert must_roll(Segment(2), 10.0**9, 100, week) == ""


def test_the_open_segment_is_rolled_when_its_newest_record_expires():
    log = Log(Policy(retention=60.0))
    log.append(0.0, "k", "v")
    assert log.forget(60.0, retain) == [] and len(log.forget(60.1, retain)) == 1
    assert (log.log_start, log.log_end, log.segments) == (1, 1, [Segment(1)])
    assert log.forget(10.0**6, retain) == []


def test_compaction_moves_neither_offsets_nor_the_log_start():
    log = filled([("A", "1"), ("A", "2"), ("B", "3"), ("A", "4")])
    log.clean(0.0, compact)
    assert [r.offset for r in log.records()] == [1, 2, 3] and log.log_start == 0
    assert log.clean(0.0, compact) is None  # nothing is dirty


@given(PAIRS, st.integers(1, 4), st.sampled_from([0.0, 3.0, 100.0]))
def test_of_each_key_the_newest_closed_record_is_left(pairs, per, kept):
    log = filled(pairs, per, tombstones_for=kept)
    before, opened = log.records(), log.segments[-1]
    log.clean(50.0, compact)
    closed = [r for r in before if r.offset < opened.base]
    newest = {r.key: r.offset for r in closed}
    assert [r.offset for r in log.records() if r.offset < opened.base] == sorted(newest.values())
    assert log.segments[-1] == opened


def read_slowly(pairs, start, batch, kept, pause=1):
    """The table of a reader who begins at any moment, while a record is written and the cleaner comes between its
    fetches; and the right one. It takes `pause` seconds for each fetch.
    """
    log = filled(pairs[:start], 2, tombstones_for=kept)
    later, everything, now = list(pairs[start:]), list(log.records()), [float(start)]
    log.clean(now[0], compact)

    def fetch(offset):
        found = [record for record in log.records() if record.offset >= offset][:batch]
        now[0] += pause
        if later and found:
            log.append(now[0], *later.pop(0))
            everything.append(log.segments[-1].records[-1])
        log.clean(now[0], compact)
        return found

    return rebuild(fetch, 0), table_of(everything), now[0] - start


@settings(max_examples=300)
@given(PAIRS, st.integers(0, 30), st.integers(1, 4))
def test_the_same_table_whenever_one_begins(pairs, start, batch):
    built, right, took = read_slowly(pairs, min(start, len(pairs)), batch, kept=1000.0)
    assert took < 1000 and built == right


def test_a_tombstone_that_goes_too_early_leaves_a_dead_key():
    """B is read, deleted, and its tombstone met and dropped before the reader gets there."""
    pairs = [("B", "1"), ("C", "2"), ("D", "3"), ("E", "4"), ("F", "5"), ("G", "6"), ("H", "7"), ("B", None)]
    pairs += [(key, "8") for key in "CDEFGHCDEFGH"]
    assert read_slowly(pairs, 6, 1, kept=0.0)[0].get("B") == "1"
    assert "B" not in read_slowly(pairs, 6, 1, kept=0.0)[1]
    built, right, took = read_slowly(pairs, 6, 1, kept=1000.0)
    assert built == right and took < 1000


def test_the_first_offset_of_a_moment_goes_by_offset_and_not_by_time():
    records = [Record(3, 10.0, "k", "v"), Record(5, 40.0, "k", "v"), Record(6, 20.0, "k", "v")]
    asked = [offset_for_time(records, start, t) for start, t in ((0, 15.0), (6, 15.0), (0, 10.0), (0, 41.0))]
    assert asked == [5, 6, 3, None]


def test_the_moment_of_the_lesson():
    """Retention is a minute, and a record gets to be four; with small segments it stays near the limit."""
    assert oldest_age(keep(retention=60, segment_bytes=1800, until=180)) == 180
    assert most_age(keep(retention=60, segment_bytes=300)) == 84
    assert most_age(keep(retention=60, segment_bytes=600)) == 114


@pytest.mark.parametrize(
    ("reset", "to", "lost", "skipped"), [("latest", 20, 8, 8), ("earliest", 12, 8, 0), ("none", None, 14, 0)]
)
def test_a_consumer_that_slept(reset, to, lost, skipped):
    trace = keep(faults=[Fault(40, "sleep", "c1"), Fault(190, "wake", "c1")], reset=reset)
    assert [e["to"] for e in trace.of("reset")] == ([] if to is None else [to])
    assert missed(trace) == (lost, skipped) and len(trace.of("stuck")) == (reset == "none")


def test_whoever_sleeps_short_enough_misses_nothing():
    for wakes in (60, 110, 112):
        trace = keep(faults=[Fault(40, "sleep", "c1"), Fault(wakes, "wake", "c1")])
        assert missed(trace) == (0, 0) and table(trace, "c1") == truth(trace, "c1")


def test_both_limits_and_both_policies():
    both = keep(policy="compact,delete", retention=60)
    assert log_start(both) > 0 and both.of("clean")
    by_size = keep(retention=None, retention_bytes=1000)
    assert len(left(by_size)) * 100 >= 1000 and log_start(by_size) > 0
    assert left(keep(retention=None)) == list(written(keep(retention=None)))


def test_the_same_call_gives_the_same_trace_and_the_seed_matters():
    given = dict(policy="compact", faults=[Fault(35, "delete", "B")])
    assert keep(**given).events == keep(**given).events != keep(**given, seed=1).events


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"retention": -1}, "retention must be a number from 0 to 1000000000 (seconds), or None, and not -1"),
        ({"policy": "keep"}, "policy must be one of delete, compact, compact,delete, and not 'keep'"),
        ({"size": 700}, "a record of 700 bytes does not fit into a segment of 600"),
        ({"retain": 3}, "retain must be a function of segments, now, retention and retention_bytes, or None"),
        ({"faults": [Fault(3, "crash", "c1")]}, "there is no fault 'crash'"),
        ({"retain": lambda *_: 5}, "which segments go is a list of base offsets, and not 5"),
        ({"compact": lambda *_: [1], "policy": "compact"}, "what a compaction leaves is a list of records, and not"),
    ],
)
def test_what_cannot_be_is_one_sentence(given, said):
    with pytest.raises(ValueError) as refused:
        keep(**given)
    assert str(refused.value).startswith(said) and "\n" not in str(refused.value)


def test_a_fault_that_finds_nobody_is_a_note():
    faults = [Fault(5, "delete", "Z"), Fault(6, "sleep", "c9"), Fault(7, "stop", "c1")]
    assert [e.who for e in keep(faults=faults).of("note")] == ["Z", "c9", "c1"]


def test_every_setting_has_a_limit():
    assert set(LIMITS) == set(Settings.__dataclass_fields__)


def test_the_recorded_answers_are_the_models():
    for story in STORIES:
        log = story.left()
        assert RECORDED[story.name] == (log.log_start, [record.offset for record in log.records()])
    assert repr(compare_with_broker()).count("✓ the same") == 2 * len(STORIES)


def test_a_learners_own_functions_stand_beside_the_broker():
    def nothing(segments, now, retention, retention_bytes):
        return []

    def unwritten(segments, now, tombstones_for):
        raise NotImplementedError

    told = repr(compare_with_broker(nothing, unwritten))
    assert told.count("✗") == 2 and told.count("○ not written yet") == 2
    assert told.count("✓ the same") == len(STORIES)  # the model's own column


def test_a_learners_mistake_is_a_sentence_beside_the_broker():
    told = repr(compare_with_broker(lambda *_: None, lambda *_: [1]))
    assert told.count("✗") == 4 and "Traceback" not in told
