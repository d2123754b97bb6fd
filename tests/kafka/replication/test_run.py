"""The run: the same every time, whatever strikes; what it promises, and the moments the lesson speaks of."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labs.kafka.replication.claims import NOTES
from labs.kafka.replication.controls import explore_partition, explore_truncation, twice
from labs.kafka.replication.picture import draw_partition
from labs.kafka.replication.predictions import ALONE, CUT, GONE, TWO
from labs.kafka.replication.run import CONTROLLERS, replicate
from labs.kafka.replication.settings import FAULTS
from labs.kafka.replication.truncation import STORIES, WAYS, diverged, truncated
from labs.kit import Fault

BROKERS = ("b1", "b2", "b3")
STRUCK = st.lists(
    st.builds(Fault, st.integers(0, 40).map(lambda n: n / 2), st.sampled_from(sorted(set(FAULTS) - {"controller"})),
              st.sampled_from(BROKERS))
    | st.builds(Fault, st.integers(0, 40).map(lambda n: n / 2), st.just("controller"), st.sampled_from(CONTROLLERS)),
    max_size=8,
)  # fmt: skip
SETTINGS = st.fixed_dictionaries(
    {
        "acks": st.sampled_from(("0", "1", "all")),
        "min_insync": st.integers(1, 3),
        "unclean": st.booleans(),
        "elr": st.booleans(),
        "idempotent": st.booleans(),
        "nearest": st.booleans(),
    }
)


def end(trace, broker=1):
    return trace.of("end")[broker - 1]


@settings(max_examples=60, deadline=None)
@given(STRUCK, SETTINGS)
def test_whatever_strikes_it_runs_it_is_the_same_again_and_it_can_be_drawn(faults, chosen):
    trace = replicate(faults=faults, records=5, until=20.0, **chosen)
    assert replicate(faults=faults, records=5, until=20.0, **chosen).events == trace.events
    assert draw_partition(trace).live()["says"]


@settings(max_examples=60, deadline=None)
@given(STRUCK, SETTINGS)
def test_logs_agree_below_the_watermark_and_epochs_never_go_back(faults, chosen):
    """Without lost disks and unclean elections, what one broker holds to be committed is the same on every other."""
    kept = [fault for fault in faults if fault.kind != "wipe"]
    trace = replicate(faults=kept, records=5, until=20.0, **{**chosen, "unclean": False})
    logs = [e["log"][: e["watermark"]] for e in trace.of("end")]
    longest = max(logs, key=len)
    assert all(log == longest[: len(log)] for log in logs)
    for e in trace.of("end"):
        assert [epoch for epoch, _ in e["log"]] == sorted(epoch for epoch, _ in e["log"])
        assert e["watermark"] <= len(e["log"])
    if chosen["acks"] == "all":
        assert end(trace)["lost"] == []


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 30), st.sampled_from(("kill", "wipe", "cut")), st.sampled_from(BROKERS), st.booleans())
def test_one_failure_at_a_time_loses_nothing_with_two_in_sync(at, kind, who, unclean):
    back = "heal" if kind == "cut" else "start"
    faults = [Fault(at / 2, kind, who), Fault(at / 2 + 4, back, who), Fault(at / 2 + 9, "wipe", "b2")]
    trace = replicate(faults=faults, min_insync=2, unclean=unclean, records=6, until=30.0)
    assert end(trace)["lost"] == [] and end(trace)["acked"] == [1, 2, 3, 4, 5, 6]


def test_the_watermark_travels_with_the_next_fetch():
    trace = replicate(records=1, until=6.0)
    assert [e.t for e in trace.of("written")] == [2.0] and [e.t for e in trace.of("copied")] == [2.5, 2.5]
    marks = {e.who: e.t for e in trace.of("watermark")}
    assert marks == {"b1": 3.0, "b3": 3.0, "b2": 3.5}  # b2 fetched before the leader had heard of b3
    assert trace.of("acked")[0].t == 3.0


def test_the_question_of_the_lesson_and_the_cure():
    assert GONE.answer() == GONE.options[3] and TWO.answer() == TWO.options[1] and CUT.answer() == CUT.options[1]
    assert end(replicate(faults=ALONE, records=4, until=20.0, min_insync=2))["lost"] == [1, 2]
    assert end(replicate(faults=ALONE, records=4, until=20.0, min_insync=2))["acked"][:2] == [1, 2]


def test_a_deposed_leader_says_yes_and_is_cut_back():
    faults = [Fault(4.5, "cut", "b1"), Fault(14, "heal", "b1")]
    one = replicate(acks="1", faults=faults, records=5, until=20.0)
    assert end(one)["lost"] == [2, 3, 4, 5] and one.of("truncated")[0].who == "b1"
    assert end(replicate(faults=faults, records=5, until=24.0))["lost"] == []


def test_a_slow_follower_is_waited_for_and_then_left():
    trace = replicate(faults=[Fault(1, "slow", "b3")], records=2, until=12.0)
    gone = [e for e in trace.of("isr") if e["left"] == [3]]
    assert len(gone) == 1 and gone[0].t <= trace.of("acked")[0].t <= gone[0].t + 0.5


def test_a_retry_is_recognised_only_by_number():
    faults = [Fault(5.0, "kill", "b1")]
    assert twice(replicate(idempotent=False, faults=faults, until=14.0)) == [2]
    assert twice(replicate(faults=faults, until=14.0)) == []


def test_without_two_controllers_nothing_is_decided():
    lost = [Fault(3, "controller", "c1"), Fault(8, "kill", "b1")]
    assert end(replicate(faults=lost, until=20.0))["leader"] == 2
    more = [*lost, Fault(3.5, "controller", "c2")]
    trace = replicate(faults=more, until=20.0)
    assert end(trace)["leader"] == 1 and end(trace)["isr"] == [1, 2, 3] and end(trace)["acked"] == [1, 2, 3]


def test_below_min_insync_acks_1_is_written_and_not_seen():
    down = [Fault(3.5, "kill", "b2"), Fault(3.5, "kill", "b3")]
    trace = replicate(acks="1", min_insync=2, faults=down, records=4, until=16.0)
    assert end(trace)["acked"] == [1, 2, 3, 4] and [e["number"] for e in trace.of("read")] == [1]


def test_the_nearest_replica_gives_only_what_is_committed():
    far, near = (replicate(nearest=nearest, records=4, until=14.0) for nearest in (False, True))
    assert [e["number"] for e in far.of("read")] == [e["number"] for e in near.of("read")] == [1, 2, 3, 4]
    assert {e["source"] for e in near.of("read")} == {"b2"}
    assert near.of("read")[0].t > far.of("read")[0].t


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault(1, "explode", "b1"), "there is no fault"),
        (Fault(1, "kill", "b4"), "there is no 'b4'"),
        (Fault(1, "controller", "b1"), "there is no 'b1' for 'controller'"),
        (Fault(99, "kill", "b1"), "outside the run"),
    ],
)
def test_a_fault_that_cannot_be_is_one_sentence(fault, told):
    with pytest.raises(ValueError, match=told):
        replicate(faults=[fault])


def test_a_fault_that_changes_nothing_says_why():
    faults = [Fault(1, "start", "b1"), Fault(1, "heal", "b2"), Fault(1, "slow", "b1"), Fault(1, "prefer", "b1")]
    assert [e["text"] for e in replicate(faults=faults, until=4.0).of("note")] == [
        "b1 is running already",
        "nothing is wrong with b2",
        "b1 leads, and does not fetch",
        "b1 leads already",
    ]


@pytest.mark.parametrize("story", STORIES)
def test_the_three_published_stories(story):
    """What each cut loses and leaves apart, as KIP-101 and KIP-279 tell it."""
    runs = {way: truncated(story=story, truncation=way) for way in WAYS}
    found = {way: (end(run)["lost"], diverged(run)) for way, run in runs.items()}
    assert (
        found
        == {
            "restart": {"watermark": ([2], []), "once": ([], []), "epoch": ([], [])},
            "power": {"watermark": ([2], [1]), "once": ([2], []), "epoch": ([2], [])},
            "flapping": {"watermark": ([3], [1]), "once": ([3], [1]), "epoch": ([3], [])},
        }[story]
    )


@pytest.mark.parametrize("story", STORIES)
def test_a_story_has_few_captions_and_can_be_drawn(story):
    for way in WAYS:
        assert 6 <= len(draw_partition(truncated(story=story, truncation=way)).says) <= 12


def test_the_first_pictures_have_few_captions():
    for faults in (ALONE, ()):
        assert len(draw_partition(replicate(faults=faults, records=4, until=20.0)).says) <= 12


@pytest.mark.parametrize("statement", NOTES.statements, ids=lambda one: one.id)
def test_a_claim_of_the_notes_is_judged(statement):
    verdict = statement.judge()
    expected = {
        "kafka-zookeeper-manages": "does not hold", "kafka-replica-place": "does not hold",
        "kafka-leader-no-replica": "does not hold", "kafka-only-leader": "holds only in part",
        "kafka-follower-takes-over": "holds only in part", "kafka-followers-check": "holds",
        "kafka-queue-full": "holds only in part",
    }  # fmt: skip
    assert verdict.claim.verdict == expected[statement.id]


def test_a_learners_rules_drive_the_picture_and_their_mistakes_are_sentences():
    def majority(ends, isr, before, min_insync):
        return sorted(end or 0 for end in ends.values())[1]

    def impossible(ends, isr, before, min_insync):
        return 99

    def stranger(replicas, alive, isr, eligible, unclean):
        return 7

    faults = [Fault(3, "kill", "b1")]
    assert end(replicate(watermark=majority, records=2, until=9.0))["watermark"] == 2
    assert "cannot be 99" in str(explore_partition(watermark=impossible).scenes[0][1].caption(0))
    assert "none of the replicas" in str(explore_partition(elect=stranger, faults=faults).scenes[0][1].caption(0))
    with pytest.raises(ValueError, match="there is no fault 'bomb'"):
        explore_partition(strikes=["bomb"])
    assert explore_truncation().table
