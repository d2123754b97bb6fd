"""What the picture says of a run is what the run did: told again from the trace alone, over many runs."""

import re
from random import Random

import pytest

from labs.kafka.replication.captions import teller
from labs.kafka.replication.controls import MONITORS, explore_two_down, twice, without_leader
from labs.kafka.replication.picture import DOWN, draw_partition
from labs.kafka.replication.run import replicate
from labs.kafka.replication.settings import ACKS
from labs.kafka.replication.truncation import STORIES, WAYS, truncated
from labs.kit.trace import Fault

BROKERS = ("b1", "b2", "b3")
KINDS = ("kill", "wipe", "stop", "start", "cut", "slow", "heal")
CALM = {"records": 4, "gap": 2.0, "until": 16.0}


def runs(many=220):
    """Every kind of fault at any moment, the very first, the last and one moment twice among them."""
    random = Random(8)
    for _ in range(many):
        faults = []
        for _ in range(random.choice((0, 1, 2, 3, 5))):
            t = random.choice((0, 2, 4.5, 16, faults[-1].t if faults else 6.5, round(random.uniform(0, 16), 1)))
            lost = random.random() < 0.15
            faults.append(Fault(t, "controller", random.choice(("c1", "c2", "c3"))) if lost
                          else Fault(t, random.choice(KINDS), random.choice(BROKERS)))  # fmt: skip
        yield replicate(
            faults=sorted(faults, key=lambda f: f.t), acks=random.choice(ACKS), min_insync=random.choice((1, 2, 3)),
            unclean=random.random() < 0.3, idempotent=random.random() < 0.5, **CALM,
        )  # fmt: skip


def told(trace):
    """(event, what is said of it, who is up, who is cut off, who leads) in order."""
    tell, up, cut, leader = teller(trace), set(BROKERS), set(), "b1"
    for event in trace:
        kind, who = event.kind, event.who
        if kind in ("kill", "wipe", "stop"):
            up, cut = up - {who}, cut - {who}
        elif kind == "back":
            up = up | {who}
        elif kind in ("cut", "heal"):
            cut = cut | {who} if kind == "cut" else cut - {who}
        elif kind in ("leads", "leaderless"):
            leader = who if kind == "leads" else ""
        words = tell(event)
        yield event, words if isinstance(words, str) else words[1], up, cut, leader


def of_record_one(trace, words, event):
    """The first record's way: who writes it, who copies it, what the watermark follows from."""
    now = [e for e in trace if e.t == event.t]
    if found := re.match(r"Record (\d+) goes to (b\d)", words):
        there = any(e.who == found[2] and e.kind == "written" for e in now)
        assert ("is written there" in words) is there, words
    if words == "The followers fetch, and copy it.":
        assert len([e for e in now if e.kind == "copied"]) > 1
    if "the high watermark rises" in words or "its high watermark rises" in words:
        assert not any(e.t and e.kind == "leads" for e in now), words
        assert any(e.kind == "copied" and e.t < event.t for e in trace), words


def test_a_sentence_is_never_said_of_what_has_not_happened():
    for trace in runs():
        sent = {}
        gone = set()
        was = set(BROKERS)  # up before this event, or about to be
        for event, words, up, cut, leader in told(trace):
            if event.kind == "truncated":
                assert event.who in up, words
            if event.kind == "wipe":
                assert ("is killed" in words) is (event.who in was), words
            gone_now = {event.who} if event.kind in ("kill", "wipe", "stop") else set()
            was = (was | up | ({event.who} if event.kind == "start" else set())) - gone_now
            if event.kind == "sent":
                sent[event["number"]] = event["to"]
            of_record_one(trace, words, event)
            if found := re.match(r"(b\d) leads, in", words):
                assert found[1] in up and found[1] not in cut, words
            if found := re.match(r"(b\d) is elected, in epoch \d+(: that it is down|, but is cut off)", words):
                assert (found[1] in up) is ("cut off" in found[2]), words
            if "will send it again" in words:
                assert event["number"] in sent and trace.settings["acks"] != "0", words
            if found := re.search(r"\((b\d) is down\)", words):
                assert found[1] not in up, words
            if found := re.match(r"Record (\d+) is acknowledged: (b\d) is alone", words):
                assert sent[int(found[1])] == found[2] == leader, words
            if "was acknowledged" in words or "is acknowledged" in words or "were acknowledged" in words:
                assert trace.settings["acks"] != "0", words
            if found := re.match(r"Controller (c\d) is gone: (\d)", words):
                assert found[1] not in gone and int(found[2]) == 2 - len(gone), words
                gone.add(found[1])
            if found := re.match(r"Nothing happens: (b\d) is down", words):
                assert found[1] not in up, words


def test_one_that_is_killed_while_it_starts_does_not_come_back():
    trace = replicate(faults=[Fault(4, "kill", "b2"), Fault(4.5, "start", "b2"), Fault(5, "kill", "b2")], until=16.0)
    assert not trace.of("back", "note")


def test_who_starts_while_nothing_can_be_decided_waits():
    undecided = [Fault(1, "controller", "c1"), Fault(1, "controller", "c2")]
    trace = replicate(faults=[*undecided, Fault(2, "kill", "b2"), Fault(6, "start", "b2")], until=16.0)
    words = [words for event, words, *_ in told(trace) if event.kind == "start"]
    assert words == ["b2 starts again, and waits: there are too few controllers to admit it."]


def test_nobody_leads_while_the_leader_is_down_whether_it_is_missed_or_not():
    killed = replicate(faults=[Fault(4.5, "kill", "b1")], until=16.0)
    assert without_leader(killed) == 2  # until its session is over
    assert without_leader(replicate(faults=[Fault(4.5, "stop", "b1")], until=16.0)) == 0
    alone = [Fault(1, "controller", "c1"), Fault(1, "controller", "c2"), Fault(6, "kill", "b1")]
    assert without_leader(replicate(faults=alone, until=16.0)) == 10


def test_a_record_that_is_in_the_log_twice_is_so_when_nobody_leads_any_more():
    faults = [Fault(5, "kill", "b1"), Fault(12, "kill", "b2"), Fault(12, "kill", "b3")]
    trace = replicate(faults=faults, idempotent=False, records=3, until=16.0)
    assert not trace.of("end")[0]["leader"] and twice(trace) == [2]


def test_without_answers_nothing_counts_as_acknowledged_and_what_goes_to_a_dead_broker_does_not_arrive():
    trace = replicate(acks="0", faults=[Fault(3, "kill", "b1")], **CALM)
    assert [e["to"] for e in trace.of("sent")] == ["b1", "b1", "b1", "b2"]
    monitors = {label: value(trace) for label, value in MONITORS}
    assert monitors["acknowledged"] == "none (no answer asked for: 1, 2, 3, 4)"
    assert monitors["acknowledged and lost"] == ("none (but lost without a word: 2, 3)", False)
    scene = draw_partition(trace)
    assert scene.value("p-word", "label", 0) == "sent, held to be safe"
    assert "acknowledged" not in " ".join(words for _, words in scene.says)


def test_the_word_beside_a_broker_is_what_has_become_of_it():
    for trace in runs(60):
        scene = draw_partition(trace)
        for broker in BROKERS:
            changes = ["", *(e.kind for e in trace.of("kill", "wipe", "stop", "back", who=broker))]
            word = scene.value(f"word-{broker}", "label", trace.end)
            assert (word in DOWN) is (changes[-1] in ("kill", "wipe", "stop")), (broker, word, changes)


def test_what_a_healed_follower_gets_has_not_set_out_before():
    trace = replicate(faults=[Fault(5.5, "slow", "b3"), Fault(7.0, "heal", "b3")], records=3, until=10.0)
    scene, then = draw_partition(trace), 6.85
    assert 7.0 in [e.t for e in trace.of("copied", who="b3")]
    dots = [f"message-{n}" for n in range(1, 20) if scene.has(f"message-{n}")]
    assert dots and not [dot for dot in dots if scene.value(dot, "opacity", then)]


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("way", WAYS)
def test_a_story_says_whether_a_log_is_cut_and_a_dead_broker_answers_nobody(story, way):
    trace = truncated(story=story, truncation=way)
    words = " ".join(words for _, words in draw_partition(trace).says)
    follows = trace.of("follows")[0]
    assert ("It cuts nothing." in words) is not bool([e for e in trace.of("truncated") if e.t == follows.t])
    asked = {e["number"]: e for e in trace.of("sent")}
    for e in trace.of("acked"):
        died = [d.t for d in trace.of("kill", who=asked[e["number"]]["to"]) if asked[e["number"]].t < d.t <= e.t]
        assert not died, (story, way, e)


def test_the_lesson_s_second_picture_says_who_is_refused_and_the_button_for_controllers_runs_out():
    shown = explore_two_down()
    assert "NOT_ENOUGH_REPLICAS (1 of 2 in sync)" in " ".join(words for _, words in shown.scenes[0][1].says)
    trace = replicate(faults=[Fault(1, "controller", "c1"), Fault(2, "controller", "c1")], until=16.0)
    assert [e["text"] for e in trace.of("note")] == ["c1 is gone already"]


def test_a_consumer_nearby_is_told_of_once_and_reads_later_than_from_the_leader():
    near = [words for event, words, *_ in told(replicate(nearest=True, **CALM)) if event.kind == "read"]
    assert "reads from b2, sees record 1" in near[0] and not any(near[1:])
    assert not [words for event, words, *_ in told(replicate(**CALM)) if event.kind == "read" and words]
