"""The picture of lesson 09: what it says is what the run did, and bad input leaves the last good picture."""

import json

import pytest

from labs.kafka.retention.captions import span
from labs.kafka.retention.controls import explore_log
from labs.kafka.retention.keeping import keep
from labs.kafka.retention.picture import draw_log, lives
from labs.kit.trace import Fault

ASLEEP = [Fault(40, "sleep", "c1"), Fault(190, "wake", "c1")]
DEAD = dict(
    policy="compact", retention=None, tombstones_for=0, seed=22,
    faults=[Fault(43, "sleep", "c1"), Fault(45, "delete", "B"), Fault(150, "wake", "c1")],
)  # fmt: skip


def said(**settings):
    return " ".join(words for _, words in draw_log(keep(**settings)).says)


def test_the_first_picture_says_how_old_the_oldest_record_gets():
    words = said(segment_bytes=1800)
    assert "Record 0 is now older than retention.ms. Its segment is still there." in words
    assert "Record 0 is 180 s old." in words and "its oldest 234 s" in words


def test_a_reset_says_what_was_missed():
    assert "latest decides: c1 resumes at 20. Missed: 8 deleted before it read them, 8 skipped that are" in said(
        faults=ASLEEP
    )
    assert "c1 stops with an error" in said(faults=ASLEEP, reset="none")


def test_a_dead_key_is_seen_at_the_end():
    scene = draw_log(keep(**DEAD))
    assert scene.value("wrong-c1", "label", 240) == "B was deleted"
    kept = draw_log(keep(**{**DEAD, "tombstones_for": 100}))
    assert kept.value("wrong-c1", "label", 240) == ""


def test_what_has_gone_is_not_seen_and_the_rest_is():
    trace = keep()
    scene = draw_log(trace)
    assert [scene.value(f"r{offset}", "opacity", 240) for offset in (0, 17, 18, 24)] == [0, 0, 1, 1]
    assert {base: life.gone for base, life in lives(trace).items()} == {0: 114, 6: 174, 12: 234, 18: None, 24: None}


@pytest.mark.parametrize("settings", [{}, {"segment_bytes": 1800}, {"segment_bytes": 300}, DEAD, {"faults": ASLEEP}])
def test_it_tells_few_things(settings):
    assert len(draw_log(keep(**settings)).says) <= 14


def test_two_sides_have_the_same_lanes():
    both = explore_log("retention_bytes", versus=("segment_bytes", 300, 900), retention=None)
    left, right = (scene for _, scene in both.scenes)
    assert left.height == right.height


def test_a_bad_setting_and_a_hostile_function_are_one_sentence_and_nothing_is_lost():
    def garbage(segments, now, retention, retention_bytes):
        return 7

    one = explore_log("retention", retain=garbage)
    assert "Your piece drives this picture" in one.scenes[0][1].title
    two = explore_log("retention")
    before = two.traces
    two.widget.ask = json.dumps({"settings": {"retention": -5}, "faults": [], "number": 1})
    assert two.traces is before and "retention" in json.loads(two.widget.data)["error"]
    two.widget.ask = json.dumps(
        {"settings": {"retention": 60}, "number": 2, "faults": [{"t": 9, "kind": "sleep", "who": "x"}]}
    )
    assert "Nothing happens" in " ".join(words for _, words in two.scenes[0][1].says)


def test_offsets_in_words():
    assert [span(some) for some in ([4], [4, 5], [4, 5, 6], [4, 6, 7])] == ["4", "4, 5", "4 to 6", "4, 6, 7"]
