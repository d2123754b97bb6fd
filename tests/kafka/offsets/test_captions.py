"""What the picture of a delivery says, beside what has happened, over many settings, faults and moments."""

import re

import pytest

from labs.kafka.offsets.committed import starting_position
from labs.kafka.offsets.delivered import lost, results
from labs.kafka.offsets.delivery import deliver
from labs.kafka.offsets.loops import LOOPS
from labs.kafka.offsets.picture import draw_delivery
from labs.kit.trace import Fault

KINDS = [{"commit": commit} for commit in LOOPS] + [
    {"reset": reset, "log_start": 4} for reset in ("earliest", "latest", "none")
]  # fmt: skip
FAULTS = [
    [(0.5, "leave", "c1")], [(3, "leave", "c1"), (3.1, "crash", "c1")], [(3, "leave", "c1"), (3, "leave", "c1")],
    [(0.5, "crash", "c1"), (0.5, "leave", "c1")], [(2.5, "rename", "c1"), (4.2, "crash", "c2")], [(9.9, "leave", "c1")],
    [(3.4, "crash", "c1"), (8, "leave", "c2")], [(6, "leave", "c1"), (6, "crash", "c1")], [(0, "crash", "c1")],
]  # fmt: skip


def runs():
    for settings in KINDS:
        for faults in FAULTS:
            yield deliver(committed=0, until=14, faults=[Fault(*fault) for fault in faults], **settings)


def test_no_fault_goes_by_without_a_word():
    for trace in runs():
        said = draw_delivery(trace).says
        for fault in trace.faults:
            near = " ".join(caption for t, caption in said if fault.t - 1.01 <= t <= fault.t)
            struck = {"crash": "crashes", "leave": "is told to stop", "rename": "is told to stop"}[fault.kind]
            assert re.search(rf"{fault.who} {struck}|Nothing happens: {fault.who}", near), (fault, near, trace.settings)


def test_who_is_told_to_stop_has_a_batch_or_none_and_a_crash_takes_what_there_is():
    for trace in runs():
        for t, caption in draw_delivery(trace).says:
            if stop := re.search(r"(c\d) is told to stop( after its batch)?\.", caption):
                hand = set()
                for event in trace.of("poll", "effect", "leave", who=stop[1]):
                    if event.kind == "leave":
                        break
                    hand |= set(range(event["first"], event["next"])) if event.kind == "poll" else set()
                    hand -= {event["offset"]} if event.kind == "effect" else set()
                assert bool(hand) == bool(stop[2]), (caption, hand, trace.faults)
            if crash := re.search(r"(c\d) crashes\. (It had no position|Its position is gone(.*?)\.)", caption):
                begun = [e for e in trace.of("resume", who=crash[1])]
                assert bool(begun) == crash[2].startswith("Its"), caption
                group = trace.of("start", who=crash[1])[0]["group"]
                kept = group == "billing" or any(e["group"] == group and e.t <= t for e in trace.of("commit"))
                assert not begun or ("committed nothing" in caption) == (not kept), caption


@pytest.mark.parametrize("settings", KINDS, ids=lambda settings: "-".join(map(str, settings.values())))
def test_the_red_line_says_what_a_crash_at_its_moment_does(settings):
    """Tried: the same run with a crash at that moment, and long enough for the next consumer to do all there is."""
    calm = deliver(committed=0, until=12, **settings)
    scene, whole = draw_delivery(calm), deliver(committed=0, until=60, **settings)
    passed = {r for r in lost(whole)}
    for t in sorted({event.t for event in calm if event.t < 9})[::3]:
        line = scene.value("risk", "label", t)
        trace = deliver(committed=0, until=60, faults=[Fault(t, "crash", "c1")], **settings)
        stuck = [e.t for e in trace.of("stuck")]
        assert ("nobody could say" in line) == bool(stuck and stuck[-1] > t and trace.of("resume")), (t, line)
        if stuck:
            continue
        done = results(trace)
        before = {r for when, r in done if when <= t}
        again = {offset for _, offset in {r for when, r in done if when > t} & before}
        there = {(0, e["offset"]) for e in calm.of("append") if e.t <= t}
        owed = {r for r in there - {r for _, r in done} - passed if r[1] >= settings.get("log_start", 0)}
        twice, never = (
            numbers(re.search(rf"([\d, to]+) would {end}", line)) for end in ("be done again", "never be done")
        )
        assert (twice, never) == (again, {offset for _, offset in owed}), (t, line)


def numbers(found):
    """The records of "4, 6" or "4 to 8"."""
    spans = re.findall(r"(\d+)(?: to (\d+))?", found[1]) if found else []
    return {offset for first, last in spans for offset in range(int(first), int(last or first) + 1)}


def commits_and_drops_the_last(consumer, sink):
    while records := consumer.poll():
        consumer.commit_sync()
        for record in records[:-1]:
            sink.write(record)


@pytest.mark.parametrize(
    "settings",
    [*KINDS, {"loop": commits_and_drops_the_last}, {"commit": "before", "partitions": 2, "records": 16, "rate": 1.5}],
    ids=lambda settings: "-".join(str(getattr(value, "__name__", value)) for value in settings.values()),
)
@pytest.mark.parametrize("kind", ["crash", "leave", "rename"])
def test_whatever_is_lost_is_told_and_shown_however_near_the_end(settings, kind):
    for t in (0.2, 2.6, 3.5, 6.9, 9.4, 10.6, 11.3, 12.2, 13.1, 13.9):
        for before in ([], [Fault(2.5, "crash", "c1")], [Fault(2.5, "rename", "c1")]):
            faults = [*before, Fault(t, kind, f"c{len(before) + 1}")]
            trace = deliver(committed=0, until=14, faults=faults, **settings)
            scene, gone = draw_delivery(trace), lost(trace)
            told = [lost_in(caption) for _, caption in scene.says]
            assert sorted(o for offsets in told for o in offsets) == sorted(o for _, o in gone), (faults, scene.says)
            assert all(scene.value(f"w{p}-{o}", "fill", trace.end) == "bad" for p, o in gone), (faults, gone)


def lost_in(caption):
    """The offsets that a caption calls lost, each as often as it is named."""
    sentences = [s for s in re.split(r"(?<=\.) ", caption) if s.endswith("lost.")]
    spans = [span for s in sentences for span in re.findall(r"(?<!-)\b(\d+)(?: to (\d+))?", s)]
    return [offset for first, last in spans for offset in range(int(first), int(last or first) + 1)]


def test_what_the_policy_latest_has_skipped_stays_lost_whoever_crashes_after_it():
    faults = [Fault(10.4, "rename", "c1"), Fault(19.6, "crash", "c2")]
    trace = deliver(committed=0, log_start=4, reset="latest", faults=faults)
    later = deliver(committed=0, log_start=4, reset="latest", faults=faults, until=40)
    assert {(0, 4), (0, 5), (0, 6), (0, 7)} <= set(lost(trace)) <= set(lost(later))


def test_a_function_of_the_learners_is_not_told_as_the_policy():
    def mine(committed, log_start, log_end, reset):
        return starting_position(committed, log_start, log_end, reset) + 1

    said = " ".join(caption for _, caption in draw_delivery(deliver(start=mine, committed=0)).says)
    assert "By your function, c1 begins at 1" in said and "decides" not in said and "no longer there" not in said
    scene = draw_delivery(deliver(start=mine, committed=0))
    assert all(scene.value("risk", "label", t / 10) == "" for t in range(100)), "only the function knows"


def test_two_that_join_at_once_leave_the_first_its_partition():
    trace = deliver(partitions=2, committed=0, faults=[Fault(6.7, "join", "c2"), Fault(6.8, "join", "c3")])
    assert [(e.who, e["to"]) for e in trace.of("give")] == [("c1", "c2")]
    assert [e.who for e in trace.of("idle")] == ["c3"]


def test_only_a_consumer_with_results_in_it_leaves_a_transaction_open():
    for t in (3, 4.2, 4.5, 4.7, 6, 6.9, 7.1, 8):
        faults = [Fault(1, "join", "c2"), Fault(t, "crash", "c2")]
        trace = deliver(partitions=2, committed=0, commit="transaction", records=16, backlog=6, rate=1.5, faults=faults)
        if not (crash := trace.of("crash")):
            continue
        mine = set()
        for event in trace.of("effect", "commit", "crash", who="c2"):
            if event.kind == "crash":
                break
            mine = mine | {event["offset"]} if event.kind == "effect" else set()
        assert ("stays open" in draw_delivery(trace).caption(crash[0].t)) == bool(mine)
