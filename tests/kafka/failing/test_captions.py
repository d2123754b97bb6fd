"""What the picture says of a run is what happened in it: told again from the trace alone, over many runs."""

import re
from random import Random

from labs.kafka.failing.captions import Teller
from labs.kafka.failing.handling import handle
from labs.kafka.failing.picture import draw_handling
from labs.kafka.failing.records import DEAD, MAIN
from labs.kafka.failing.settings import POLICIES
from labs.kit.trace import Fault

STRUCK = ("c1", "c1", "c2", "c3", "r1", "fixer")


def runs(many=150):
    """Every policy and kind of fault at any moment, the very first, the last and one moment twice among them."""
    random = Random(10)
    for _ in range(many):
        faults = []
        for _ in range(random.choice((0, 1, 2, 3))):
            t = random.choice((0, 14, 1.45, faults[-1].t + 2 if faults and faults[-1].t < 12 else 4,
                               round(random.uniform(0, 14), 2)))  # fmt: skip
            outage = random.random() < 0.3
            faults.append(Fault(t, "outage", "payments") if outage else Fault(t, "crash", random.choice(STRUCK)))
        yield handle(
            faults=sorted(faults, key=lambda f: f.t), policy=random.choice(list(POLICIES)), records=6, until=14.0,
            failure=random.choice(("transient", "permanent")), failing=random.choice((1, 3, 6)), redrive_at=7.0,
            redrive=random.choice(("none", "back")), fixes=random.random() < 0.7,
            hand_off=random.choice(("acknowledged", "commit first")), most_redrives=random.choice((1, 99)),
        )  # fmt: skip


def told(trace):
    """(event, what is said of it, who runs) in order."""
    tell, alive = Teller(trace), set()
    for event in trace:
        before = set(alive)
        if event.kind in ("start", "crash"):
            alive = alive | {event.who} if event.kind == "start" else alive - {event.who}
        words = tell(event)
        yield event, words if isinstance(words, str) else words[1], before


def test_only_those_who_run_crash_and_a_note_names_them():
    for trace in runs():
        for event, words, alive in told(trace):
            if event.kind == "crash":
                assert event.who in alive, words
            if found := re.match(r"Nothing happens: (\w+) is not running; (.*) (is|are)\.$", words):
                names = set(found[2].replace(" and ", ", ").split(", ")) - {"nobody"}
                assert found[1] not in alive and names == alive and (found[3] == "are") is (len(names) > 1), words


def test_a_partition_whose_heir_is_struck_as_it_begins_is_taken_over_all_the_same():
    trace = handle(failure="permanent", records=6, until=12.0, faults=[Fault(1.45, "crash", "c1"),
                                                                       Fault(3.45, "crash", "c2")])  # fmt: skip
    assert [e["record"] for e in trace.of("done")] == ["a1", "d1", "a2", "b2", "d2"]


def test_a_fixer_that_is_struck_before_it_begins_begins_no_sooner():
    trace = handle(failure="permanent", redrive="back", redrive_at=7.0, faults=[Fault(1.0, "crash", "fixer")])
    assert [e.t for e in trace.of("start", who="fixer")] == [7.0] and not trace.of("crash")


def test_the_service_is_down_for_as_long_as_is_said():
    for trace in runs():
        ends = [f.t + 5 for f in trace.faults if f.kind == "outage"]
        for event, words, _ in told(trace):
            if found := re.match(r"The payment service (is|stays) down until ([\d.]+) s", words):
                until = float(found[2])
                assert any(abs(until - end) < 0.01 for end in ends)
                assert not [f.t for f in trace.faults if f.kind == "outage" and event.t < f.t < until < f.t + 4.99]
                assert not [e for e in trace.of("done") if event.t < e.t < until - 0.01]


def test_a_record_is_lost_by_the_crash_after_its_commit_and_by_none_before():
    faults = [Fault(1.2, "crash", "c1"), Fault(3.65, "crash", "c2")]
    trace = handle(failure="permanent", records=6, until=10.0, hand_off="commit first", faults=faults)
    assert [words for event, words, _ in told(trace) if event.kind == "crash"] == [
        "c1 crashes.", "c2 crashes, and b1 is in neither place: it is lost."
    ]  # fmt: skip


def test_a_redrive_takes_out_the_letter_that_it_says_and_a_crash_in_it_loses_no_turn():
    for trace in runs():
        letters = [e["record"] for e in trace.of("append") if e["topic"] == DEAD]
        for event in trace.of("redrive"):
            assert letters[event["offset"]] == event["record"]
    park = dict(policy="park", failure="permanent", redrive="back", redrive_at=7.0, until=20.0)
    calm, struck = handle(**park), handle(**park, faults=[Fault(7.2, "crash", "c1")])
    assert {e["record"] for e in calm.of("done")} == {e["record"] for e in struck.of("done")}


def test_no_cell_is_in_the_hands_of_nobody_and_no_consumer_starts_for_ever():
    for trace in runs():
        scene, alive, at, committed = draw_handling(trace), set(), {}, {}
        for event in trace:
            if event.kind in ("start", "crash"):
                alive = alive | {event.who} if event.kind == "start" else alive - {event.who}
            if event.kind in ("try", "poll", "redrive"):
                at[event.who] = f"{event.get('topic', DEAD)}:{event['offset']}"
            if event.kind == "commit":
                committed[event["topic"]] = event["offset"]
        held = {at[who] for who in alive if who in at}
        for e in trace.of("append"):
            cell = f"{e['topic']}:{e['offset']}"
            if scene.has(cell) and cell not in held and scene.value(cell, "fill", trace.end) == "warn":
                assert scene.value(cell, "width", trace.end) < 2, (cell, trace.faults)  # not in anybody's hands
                assert e["offset"] >= committed.get(e["topic"], 0), (cell, trace.faults)  # nor done with
        for who in alive:
            last = [e for e in trace.of(who=who) if e.kind != "poll"][-1]
            word = scene.value(f"status-{who}", "label", trace.end)
            assert not (last.kind in ("start", "commit") and last.t < trace.end - 1 and word), (who, word)


def test_what_is_cut_off_in_the_middle_of_a_hand_off_is_seen_to_set_out_and_not_to_arrive():
    trace = handle(failure="permanent", records=6, until=10.0, faults=[Fault(1.35, "crash", "c1")])
    scene = draw_handling(trace)
    assert trace.of("produce") and not [e for e in trace.of("append") if e["topic"] == DEAD and e.t < 2]
    assert scene.has("message-1") and scene.value("message-1", "opacity", 1.36)
    assert scene.value(f"{MAIN}:1", "fill", 2.0) == "warn"  # it has failed, and nobody is at it


def test_a_commit_before_the_dead_letter_is_told_as_one_and_a_commit_after_it_too():
    for trace in runs():
        letters = set()
        for event, words, _ in told(trace):
            if event.kind == "append" and event["topic"] == DEAD:
                letters.add(event["record"])
            if found := re.match(r"(\w+) commits offset (\d+), and (moves on|(\w+) is not in)", words):
                assert event.who == found[1] and event["offset"] == int(found[2])
                at = [e["record"] for e in trace.of("poll", who=event.who) if e.t <= event.t][-1]
                assert (at in letters) is (found[4] is None) and found[4] in (None, at), words


def test_a_consumer_has_caught_up_when_all_that_is_written_is_read():
    many = 0
    for trace in [*runs(), *(handle(policy="block", heals=float(t), until=16.0) for t in range(1, 9))]:
        for event, words, _ in told(trace):
            if found := re.match(r"(\w+) has caught up: nothing waits behind (\w+) any more", words):
                many += 1
                written = [e["record"] for e in trace.of("append") if e["topic"] == MAIN and e.t <= event.t]
                assert event.who == found[1] and event["record"] == written[-1] != found[2] in written, words
    assert many > 5


def test_one_that_sleeps_through_writes_a_dead_letter_and_its_commit_is_refused():
    trace = handle(tries=5, heals=600.0, max_poll=10, records=6, until=24.0)
    words = [words for event, words, _ in told(trace) if event.kind in ("append", "refused") and words]
    assert words == [
        "c1 still does not know, and writes b1 to the dead-letter topic.",
        "The commit of c1 is refused: it no longer has the partition.",
    ]
    assert trace.of("refused")[0].t in draw_handling(trace).stills
