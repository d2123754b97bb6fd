"""What the picture says of a log is what happened to it: told again from the trace alone, over many runs."""

import re
from random import Random

from labs.kafka.retention.captions import teller
from labs.kafka.retention.controls import COMPACTING, KEEPING
from labs.kafka.retention.keeping import keep
from labs.kafka.retention.picture import draw_log, lives
from labs.kit.trace import Fault

STRIKES = (("sleep", "c1"), ("wake", "c1"), ("stop", "producer"), ("resume", "producer"), ("delete", "B"),
           ("begin", "a new reader"))  # fmt: skip


def runs(many=150):
    """Every kind of fault at any moment, the very first, the last and one moment twice among them."""
    random = Random(9)
    for _ in range(many):
        faults = []
        for _ in range(random.choice((0, 1, 2, 4))):
            t = random.choice((0, 240, 110, faults[-1].t if faults else 40, round(random.uniform(0, 240), 1)))
            faults.append(Fault(t, *random.choice(STRIKES)))
        policy = random.choice(("delete", "delete", "compact"))
        yield keep(
            faults=sorted(faults, key=lambda f: f.t), policy=policy, seed=random.choice((0, 22)),
            retention=None if policy == "compact" else random.choice((20, 60, 200)),
            segment_bytes=random.choice((200, 600, 1800)), reset=random.choice(("latest", "earliest", "none")),
            tombstones_for=random.choice((0, 60)),
        )  # fmt: skip


def told(trace):
    """(event, what is said of it) in order."""
    tell = teller(trace)
    for event in trace:
        words = tell(event)
        yield event, words if isinstance(words, str) else words[1]


def all_said(**settings):
    return " ".join(words for _, words in draw_log(keep(**settings)).says)


def test_nobody_falls_asleep_wakes_stops_or_is_deleted_twice():
    for trace in runs():
        awake, writes, deleted, stuck = True, True, set(), False
        for event, words in told(trace):
            stuck = stuck or event.kind == "stuck"
            if "falls asleep" in words:
                assert awake and not stuck
                awake = False
            if "is awake and polls again" in words:
                assert not awake and not stuck
                awake = True
            if words in ("The producer stops.", "The producer writes again."):
                assert writes is (words == "The producer stops.")
                writes = not writes
            if words.startswith("A tombstone") and event["value"] is None:
                before = [e for e in trace.of("append") if e["offset"] < event["offset"] and e["key"] == event["key"]]
                assert event["key"] not in deleted and ("is deleted" in words) is bool(before), words
                deleted.add(event["key"])


def test_what_is_said_to_be_read_is_read_and_a_position_that_is_shown_is_one():
    for trace in runs():
        polls = trace.of("poll", who="c1")
        for _, words in told(trace):
            if "c1 will read it" in words:
                assert any(0 in e["offsets"] for e in polls)
        kinds = [e.kind for e in trace.of("sleep", "wake", "stuck", who="c1")]
        mark = draw_log(trace).value("mark-c1", "label", trace.end)
        word = "stuck" if "stuck" in kinds else "asleep" if kinds and kinds[-1] == "sleep" else "at"
        assert mark.startswith(f"▲ c1 {word}"), (mark, kinds)


def test_the_monitors_count_what_is_gone_unread_and_what_is_left():
    for trace in runs():
        if trace.settings["policy"] == "compact":
            continue
        start = max([e["log_start"] for e in trace.of("forget")], default=0)
        there = [e for e in trace.of("append") if e["offset"] >= start]
        read = {offset for e in trace.of("poll", who="c1") for offset in e["offsets"]}
        skipped = {offset for e in trace.of("reset", who="c1") for offset in range(e["log_start"], e["to"])}
        unread = [o for o in range(start) if o not in read | skipped]
        said = {label: value(trace) for label, value in KEEPING}
        assert said["oldest record"].startswith("none left" if not there else f"{trace.end - there[0].t:g} s old at")
        missed = said["c1 missed"][0]
        found = re.match(r"(\d+) deleted unread, (\d+) skipped", missed)
        assert (int(found[1]) if found else 0) == len(unread), (missed, unread)


def test_a_consumer_that_has_stopped_or_sleeps_on_has_missed_what_is_deleted():
    asleep, awake = Fault(40, "sleep", "c1"), Fault(190, "wake", "c1")
    for faults, reset in (([asleep], "latest"), ([asleep, awake], "none")):
        label, value = KEEPING[2]
        words, well = value(keep(faults=faults, reset=reset))
        assert label == "c1 missed" and words.startswith("14 deleted unread, 0 skipped") and not well


def test_a_key_that_is_dead_in_a_table_at_the_end_has_been_told_of():
    chosen = dict(policy="compact", retention=None, tombstones_for=0, seed=22)
    wrong = 0
    for asleep in (3, 13, 43, 63):
        for awake in (125, 150, 185, 230):
            faults = [Fault(asleep, "sleep", "c1"), Fault(asleep + 2, "delete", "B"), Fault(awake, "wake", "c1")]
            trace = keep(**chosen, faults=faults)
            dead = COMPACTING[1][1](trace)[0] == "wrong: c1"
            said = " ".join(words for _, words in draw_log(trace).says)
            assert bool(re.search(r"c1 reads [^.]*\. Nothing tells it that B was deleted", said)) is dead, faults
            wrong += dead
    assert wrong


def test_a_cleaner_of_the_learner_s_is_not_told_as_ours():
    def idle(segments, now, tombstones_for):
        return [record for segment in segments[:-1] for record in segment.records]

    def hasty(segments, now, tombstones_for):
        return [record for record in idle(segments, now, tombstones_for) if record.value is not None]

    chosen = dict(policy="compact", retention=None, seed=22, faults=[Fault(35, "delete", "B")])
    assert "nothing goes" in all_said(compact=idle, **chosen)
    assert "every closed record was the newest" not in all_said(compact=idle, **chosen)
    assert "its horizon has passed" not in all_said(compact=hasty, **chosen)
    assert "its horizon has passed" in all_said(**chosen)


def test_an_open_segment_that_goes_alone_is_said_to_go():
    words = all_said(segment_bytes=1800, faults=[Fault(100, "stop", "producer")])
    assert "The open segment has to go, so it is closed first, and an empty one begins at offset 10." in words


def test_nothing_is_told_before_it_happens():
    """Each sentence stands at its event's moment, even where a fault strikes less than a second before a check."""
    faults = [Fault(61, "stop", "producer"), Fault(123.6, "delete", "B"), Fault(173.7, "delete", "C")]
    for policy in ("delete", "compact,delete", "compact"):
        for size in (200, 600, 700):
            trace = keep(policy=policy, segment_bytes=size, seed=22, faults=faults)
            moments = {words: event.t for event, words in told(trace) if words}
            for t, said in draw_log(trace).says:
                late = [(words, moments[words]) for words in moments if words in said and moments[words] > t]
                assert not late, (t, said, late)


def test_a_segment_whose_lane_ends_is_said_to_go_or_to_be_merged():
    for trace in runs():
        said = " ".join(words for _, words in draw_log(trace).says)
        for base, life in lives(trace).items():
            if life.gone is not None and trace.settings["policy"] == "compact":
                assert f"Segment {base} is merged into segment" in said, (base, said)


def test_a_segment_that_goes_while_open_is_due_first_and_the_empty_one_after_it_is_seen():
    trace = keep(segment_bytes=1800, faults=[Fault(100, "stop", "producer")])
    scene = draw_log(trace)
    assert scene.value("s10", "opacity", 160) == 1 and 0 < scene.value("s10", "w", 160) < scene.value("s0", "w", 150)
    assert [scene.value(f"life-0-{i}", "fill", 240) for i in (0, 1)] == ["data", "warn"]


def test_the_age_of_the_newest_record_is_right_at_the_end_too():
    scene = draw_log(keep(segment_bytes=1800))
    assert scene.value("age18", "label", 240) == "newest: 0 s old"


def test_one_record_is_not_told_as_several():
    words = all_said(faults=[Fault(50, "sleep", "c1"), Fault(115, "wake", "c1")])
    assert "1 deleted before it read it" in words


def test_an_empty_segment_that_a_learner_deletes_has_no_records_that_go():
    def all_of_it(segments, now, retention, retention_bytes):
        return [s.base for s in segments if all(now - r.time > retention for r in s.records)]

    trace = keep(retain=all_of_it, faults=[Fault(100, "stop", "producer"), Fault(200, "resume", "producer")])
    scene, words = draw_log(trace), all_said(retain=all_of_it, faults=trace.faults)
    assert words.count("Segment 10 is deleted although it is empty") == 1 and "newest record is 0 s old" not in words
    assert [scene.value(part, "opacity", 198) for part in ("s6", "s10")] == [0, 1]
    assert lives(trace)[10].gone is None and scene.value("life-2-0", "fill", 240) == "data"


def test_a_hole_that_a_learner_makes_is_not_said_to_be_empty():
    def second(segments, now, retention, retention_bytes):
        return [segment.base for segment in segments[1:2]] if len(segments) > 2 else []

    words = all_said(retain=second)
    assert "although it is empty" not in words and "Segment 6 goes, with all its records" in words
