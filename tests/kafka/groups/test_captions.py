"""What the picture of a group says, beside what its members have done, over many settings, faults and moments."""

import json
import re
from functools import cache

import pytest

from labs.kafka.groups.captions import Labels
from labs.kafka.groups.controls import explore_group
from labs.kafka.groups.pauses import ownership, settled
from labs.kafka.groups.picture import draw_group
from labs.kafka.groups.rebalance import rebalance
from labs.kit.trace import Fault

TOLD = {
    "crash": "crashes",
    "leave": "closes",
    "stall": "stalls",
    "join": "starts",
    "return": "carries on|is started again",
}


@cache
def runs():
    """(trace, scene) of each run."""
    return [(trace, draw_group(trace)) for trace in traces()]


def traces():
    for protocol in ("eager", "cooperative"):
        for consumers, partitions in ((1, 3), (3, 2)):
            who = f"c{consumers}"
            for t in (0.5, 3.2, 15, 20.07):
                for faults in (
                    [(t, "crash", who)], [(t, "leave", who)], [(t, "stall", who), (t + 9, "join", "c9")],
                    [(t, "crash", who), (t, "return", who)], [(t, "crash", who), (t + 30, "return", who)],
                    [(t, "join", "c9"), (t + 5, "stall", "c9"), (t + 25, "return", "c9")],
                    [(t, "leave", "c1"), (50, "join", "c9")],
                ):  # fmt: skip
                    for static in (False, True):
                        yield rebalance(
                            consumers=consumers, partitions=partitions, protocol=protocol, static=static, until=70,
                            session_timeout=10, max_poll_interval=20, faults=[Fault(*fault) for fault in faults],
                        )  # fmt: skip


def running(trace, t):
    """Who runs at t: started, and neither crashed nor closing."""
    there = {}
    for event in trace.of("start", "crash", "leave", "stall", "return"):
        if event.t <= t:
            there[event.who] = event.kind
    return {who: kind for who, kind in there.items() if kind not in ("crash", "leave")}


def test_every_fault_is_told_and_what_is_told_of_it_is_so():
    for trace, scene in runs():
        said = scene.says
        labels = Labels(list(ownership(trace)))
        for fault in trace.faults:
            near = " ".join(caption for t, caption in said if fault.t - 1.01 <= t <= fault.t)
            assert re.search(rf"{fault.who} ({TOLD[fault.kind]})", near), (fault, near, trace.settings)
        for t, caption in said:
            for who, left in re.findall(r"(c\d+) crashes without a word\. (?:Nobody reads (.*?) now\.)?", caption):
                crash = next(e for e in trace.of("crash", who=who) if t <= e.t <= t + 1)
                its = [p for p, times in ownership(trace).items() for h in times
                       if h.owner == who and h.end == crash.t and not h.believed]  # fmt: skip
                assert left == (labels.all(its) if its else ""), caption
            if again := re.search(r"(c\d+) is started again, under the name that the coordinator knows", caption):
                gone = [e.t for e in trace.of("crash", "leave", who=again[1]) if e.t <= t][-1]
                assert not any(gone <= e.t < t for e in trace.of("expired", who=again[1])), caption


def test_who_does_not_poll_leaves_and_who_is_silent_is_removed():
    told = 0
    for trace, scene in runs():
        for event in trace.of("expired"):
            near = " ".join(caption for t, caption in scene.says if event.t - 1.01 <= t <= event.t)
            leaves = f"{event.who}'s client leaves the group" in near
            if event.t > 10:
                assert leaves == (event["why"] == "max poll interval"), (near, event)
                assert leaves or f"{event.who} is removed from the group: its {event['why']} has passed" in near, near
                told += leaves
    assert told > 20


def test_a_rebalance_names_the_others_that_are_there_and_a_group_is_stable_again_only_the_second_time():
    for trace, scene in runs():
        for t, caption in scene.says:
            if begins := re.search(r"A rebalance begins: (c\d+) .*?\. (The others|Nobody else|c\d+)", caption):
                others = [who for who in running(trace, t) if who != begins[1]]
                told = [
                    e
                    for e in trace.of("answer")
                    if t - 0.01 <= e.t <= t + 1 and e["what"] == "SyncGroup" and e["error"] and e["to"] in others
                ]
                assert not told or "told at once" in caption, caption
                assert begins[2] == {0: "Nobody else", 1: others[0] if others else ""}.get(len(others), "The others"), (
                    caption
                )
            if "stable again" in caption:
                assert any(e["state"] == "Stable" and e.t < t + 1 for e in trace.of("state"))
                assert [e["state"] for e in trace.of("state") if e.t <= t + 1].count("Stable") > 1
            for what in re.findall(
                r"(\S+, \S+) (?:because it has|must be given up first, and waits|has been taken)", caption
            ):
                raise AssertionError(f"several are told as one: {what} in {caption}")


def test_a_card_says_what_its_consumer_is():
    for trace, scene in runs():
        stable = [e["state"] for e in trace.of("state")][-1] == "Stable"
        held = {h.owner for times in ownership(trace).values() for h in times if h.end == trace.end}
        now = running(trace, trace.end)
        for who in {e.who for e in trace.of("start")}:
            word = scene.value(f"status-{who}", "label", trace.end)
            assert (word in ("✕ crashed", "left")) == (who not in now), (who, word)
            assert (word in ("stalled", "zombie")) == (now.get(who) == "stall"), (who, word)
            if stable and now.get(who) in ("start", "return") and trace.end - settled(trace) > 20:
                assert word in (("reading", "carries on") if who in held else ("no partition",)), (
                    who,
                    word,
                    trace.faults,
                )


@pytest.mark.parametrize("protocol", ["eager", "cooperative", "kip848"])
def test_a_group_that_is_struck_before_it_works_can_be_drawn(protocol):
    for kind in ("crash", "leave", "stall"):
        for t in (0.1, 3.05, 3.2, 4):
            assert draw_group(rebalance(consumers=1, protocol=protocol, faults=[Fault(t, kind, "c1")], until=30)).says


def test_a_newcomer_can_be_struck_like_any_other():
    explorer = explore_group("consumers", faults=[Fault(20, "join", "a new one")], until=45)
    explorer.widget.ask = json.dumps({"number": 1, "settings": {"consumers": 4}, "faults": [
        {"t": 20, "kind": "join", "who": "a new one"}, {"t": 30, "kind": "crash", "who": "c5"}]})  # fmt: skip
    assert "error" not in json.loads(explorer.widget.data)
    assert explorer.traces[0].of("crash")[0].who == "c5"


def test_a_restarted_consumer_and_its_old_self_are_told_apart():
    """With KIP-848 both are in the assignment until the old one's session is over."""
    faults = [Fault(20, "crash", "c2"), Fault(25, "return", "c2")]
    trace = rebalance(consumers=2, protocol="kip848", faults=faults, until=40)
    shares = trace.of("assign")[-1]["assignment"]
    assert set(shares) == {"c1", "c2", "c2.1"} and sum(map(len, shares.values())) == 4
