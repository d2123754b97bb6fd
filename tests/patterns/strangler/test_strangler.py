"""The bucket, the ramp, the route table and the data: properties, and the moments of the lesson."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labs.kit.trace import Fault
from labs.patterns.strangler.crowd import USERS, bound, moved
from labs.patterns.strangler.data import WAYS, Baskets
from labs.patterns.strangler.picture import BUG, ROLL_BACK, draw_rollout
from labs.patterns.strangler.real import roll_out
from labs.patterns.strangler.routing import bucket, next_share, route
from labs.patterns.strangler.run import (
    AWAY,
    BUDGET,
    LEAST,
    WINDOW,
    failed,
    final_share,
    lost_at_the_end,
    missing,
    run_rollout,
    sent_back,
)
from labs.patterns.strangler.shadow import shadow
from tools.lesson import ROOT

SHARE = st.integers(0, 100)
few = settings(max_examples=100, derandomize=True, deadline=None, database=None)

# ── bucket and route ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_bucket_is_the_same_in_every_process():
    users = ["Ada", "Ünal", "", "user 11"]
    code = f"from labs.patterns.strangler.routing import bucket; print([bucket(u, 'basket') for u in {users!r}])"
    for seed in "1", "2":
        told = subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
                              capture_output=True, text=True, check=True).stdout  # fmt: skip
        assert told.strip() == str([bucket(user, "basket") for user in users])


@few
@given(st.text(), st.text(), SHARE, SHARE)
def test_raising_the_share_sends_nobody_back(user, rollout, one, other):
    low, high = sorted((one, other))
    sides = [route({"/a": share}, "/a", bucket(user, rollout)) for share in (0, low, high, 100)]
    assert sides[0] == "old" and sides[3] == "new" and (sides[1], sides[2]) != ("new", "old")


@few
@given(st.text(min_size=1, max_size=20), st.integers(1, 99))
def test_the_share_lies_within_the_binomial_bound(rollout, share):
    users = USERS[:2000]
    assert abs(len(moved(rollout, share, users)) - 20 * share) <= bound(share / 100, len(users))


@few
@given(st.lists(st.text(min_size=1, max_size=20), min_size=2, max_size=2, unique=True), st.integers(10, 90))
def test_two_roll_outs_are_independent(names, share):
    users = USERS[:2000]
    both = moved(names[0], share, users) & moved(names[1], share, users)
    expected = (share / 100) ** 2
    assert abs(len(both) - len(users) * expected) <= bound(expected, len(users))


# ── the controller ────────────────────────────────────────────────────────────────────────────────────────────────────


@few
@given(SHARE, st.integers(0, 300), st.integers(0, 300), st.integers(1, 100), st.integers(0, 20))
def test_the_ramp_never_leaps_and_more_errors_never_help(share, requests, errors, least, budget):
    steps = range(10, 101, 10)
    errors = min(errors, requests)
    after = next_share(steps, share, requests, errors, least, budget)
    assert after in (0, share, min((step for step in steps if step > share), default=share))
    assert requests >= least or after <= share
    assert all(next_share(steps, share, requests, e, least, budget) <= after for e in range(errors, requests + 1))


# ── the whole rollout ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_moment():
    coin, sticky = run_rollout("coin"), run_rollout()
    ada = [bool(e["missing"]) for e in coin.of("serve", who="Ada")]
    assert sent_back(coin) > 100 and missing(coin) > 0 == missing(sticky) == sent_back(sticky)
    seen = "".join("?" if miss else "." for miss in ada)
    assert len([gap for gap in seen.strip(".").split(".") if gap]) >= 3  # missing, there, missing, there, missing …
    assert next(e.t for e in sticky.of("serve", who="Ada") if e["side"] == "new") == 6  # as 10 % becomes 20 %


@pytest.mark.parametrize("trouble", ["bug", "slow"])
def test_the_gate_rolls_back_within_a_window(trouble):
    for t in range(34):
        faults = [Fault(t, trouble, "new service")]
        gated, blind = (run_rollout(gate=gate, faults=faults) for gate in ("gate", "no gate"))
        assert final_share(blind) == 100 and failed(gated) <= failed(blind)
        assert final_share(gated) == 0 or t > 30, t


def test_what_each_way_loses_at_a_roll_back():
    lost = {way: lost_at_the_end(run_rollout(data=way, faults=ROLL_BACK)) for way in WAYS}
    assert lost["shared store"] == lost["dual write"] == 0 < lost["one-way feed"] <= lost["two stores"]
    away = Fault(20, "away", "store")
    assert lost_at_the_end(run_rollout(data="dual write", faults=(away, *ROLL_BACK))) > 0
    assert lost_at_the_end(run_rollout(data="shared store", faults=(away, *ROLL_BACK))) == 0


def test_a_fault_that_strikes_again_is_undone():
    twice = [Fault(11, "bug", "new service"), Fault(12, "bug", "new service")]
    once = failed(run_rollout(gate="no gate", faults=twice[:1]))
    assert 0 < failed(run_rollout(gate="no gate", faults=twice)) < once
    again = run_rollout(faults=[Fault(10, "roll back", "façade"), Fault(14, "switch", "façade")])
    back = run_rollout(faults=[*BUG, *ROLL_BACK])
    assert final_share(back) == 0 == sum(e.t > 12 for e in back.of("share"))
    assert {e["share"] for e in again.of("second") if 10 <= e.t < 14} == {0} and final_share(again) > 10


def test_the_feed_is_late_and_runs_one_way():
    baskets = Baskets("one-way feed", ["Ada"])
    baskets.add("old", "Ada", 1)
    baskets.add("new", "Ada", 2)
    assert baskets.sees("new", "Ada") == {2}
    baskets.deliver()
    assert baskets.sees("new", "Ada") == {1, 2} and baskets.sees("old", "Ada") == {1}


def test_bad_settings_and_hostile_functions_are_one_sentence():
    for bad in ({"choice": "dice"}, {"gate": 1}, {"data": None}, {"faults": [Fault(99, "bug", "x")]},
                {"faults": [Fault(1, "fire", "x")]}, {"ramp": lambda *a: 150}, {"ramp": lambda *a: None}):  # fmt: skip
        with pytest.raises(ValueError, match=r"^[^\n]+$"):
            run_rollout(**bad)
    for bad in ({"bucket": lambda user, rollout: None}, {"route": lambda *a: "left"}):
        with pytest.raises(ValueError, match=r"^[^\n]+ must return [^\n]+$"):
            run_rollout(**bad)


def test_the_picture_of_every_setting_tells_few_things():
    for choice in "coin", "bucket":
        for faults in (), BUG, ROLL_BACK:
            assert len(draw_rollout(run_rollout(choice, faults=faults)).says) <= 12


def test_the_last_caption_repeats_no_number_of_the_monitors():
    for faults in (), BUG, ROLL_BACK:
        trace = run_rollout("coin", faults=faults)
        last = draw_rollout(trace).live()["says"][-1]
        assert f"{lost_at_the_end(trace)}." in str(last) and "Failed" not in str(last) and "Sent back" not in str(last)


def test_the_gate_of_the_picture_is_the_one_that_the_text_describes():
    text = (ROOT / "lessons" / "01_strangler_fig.md").read_text(encoding="utf-8")
    assert f"with a `budget` of {BUDGET} and a `least` of {LEAST}." in text and f"more than {BUDGET} %" in text
    assert WINDOW == 3 and "Every three seconds" in text


def test_the_captions_say_how_many_requests_fail():
    for trouble, words in ("bug", "one basket in four"), ("slow", "every second user"):
        trace = run_rollout(gate="no gate", faults=[Fault(1, trouble, "new service")])
        assert any(words in str(said) for said in draw_rollout(trace).live()["says"])
        last = trace.of("second")[-1]
        assert last["failed"] * {"bug": 4, "slow": 2}[trouble] == last["new"]


def test_every_fault_can_strike_until_the_very_end():
    for t in (0, 0.5, 35.2, 35.5, 35.9, 36):
        for kind in ("bug", "slow", "away", "switch", "roll back"):
            trace = run_rollout(faults=[Fault(t, kind, "new service")])
            assert kind == "roll back" or any(e.t == t for e in trace.of(kind, "share"))
            assert draw_rollout(trace).live()["says"]


# ── what the picture says, beside what the model did ──────────────────────────────────────────────────────────────────


def _lost(trace):
    """The items that would not be found at the end, worked out again from the requests and the way of the data."""
    stores, own, feed, away, share = {"old": set(), "new": set()}, set(), set(), -1.0, 0
    side, second = {}, -1.0
    for e in trace:
        if e.kind == "away":
            away = e.t + AWAY
        elif e.kind == "share":
            share = e["share"]
        elif e.kind == "serve":
            if e.t > second:
                stores["new"] |= feed
                second, feed = e.t, set()
            side[e.who] = e["side"]
            if e["adds"] and not e["fails"]:
                item = (e.who, e.t)
                own.add(item)
                stores[e["side"]].add(item)
                if trace.settings["data"] == "shared store" or (trace.settings["data"] == "dual write" and e.t >= away):
                    stores["old"].add(item), stores["new"].add(item)
                if trace.settings["data"] == "one-way feed" and e["side"] == "old":
                    feed.add(item)
    stores["new"] |= feed
    return sum(item not in stores[side[item[0]] if share else "old"] for item in own), share


@pytest.mark.parametrize("data", WAYS)
def test_the_verdict_counts_what_would_not_be_found_at_the_end(data):
    for kinds in ("switch",), ("bug",), ("away", "switch"), ("slow", "switch"), ("switch", "switch"), ("bug", "slow"):
        for t in (0, 4.4, 20.5, 30.5, 35.5, 36):
            faults = [Fault(min(36, t + 2 * n), kind, "it") for n, kind in enumerate(kinds)]
            trace = run_rollout(gate="no gate", data=data, faults=faults)
            lost, share = _lost(trace)
            said = draw_rollout(trace).caption(36)
            assert f"The share ends at {share} %. Items that the six can no longer find: {lost}." in said, faults


def test_a_bucket_sends_nobody_back_however_often_somebody_rolls_back_and_starts_again():
    for t in range(0, 72, 5):
        faults = [Fault(t / 2 + later, "switch", "façade") for later in (0, 0, 0.2, 0.3, 0.4)]
        trace = run_rollout(faults=[fault for fault in faults if fault.t <= 36])
        assert sent_back(trace) == 0, t


def test_the_gate_judges_a_window_by_its_own_requests():
    """A bug, a rollback by hand, the bug mended: the errors of that window do not count once it starts again."""
    for begin in range(10, 20):
        faults = [Fault(begin, "bug", "new"), Fault(begin + 0.5, "switch", "façade"), Fault(begin + 1, "bug", "new")]
        trace = run_rollout(faults=[*faults, Fault(begin + 6.2, "switch", "façade")])
        assert [e.t for e in trace.of("share") if e["share"] == 0 and e.t > begin + 6] == [], begin


def test_captions_say_of_a_fault_what_it_does_in_this_run():
    for data in WAYS:
        told = " ".join(
            str(said) for said in draw_rollout(run_rollout(data=data, faults=[Fault(20, "away", "s")])).says
        )
        assert ("the second of two writes fails" in told) == (data == "dual write")
        assert ("there is no second write" in told) == (data != "dual write")
    both = [Fault(9.5, "slow", "new service"), Fault(12.5, "bug", "new service")]
    assert "It is not slow any more." in draw_rollout(run_rollout(gate="no gate", faults=both)).caption(12.5)
    up_and_down = draw_rollout(run_rollout(ramp=lambda steps, share, *_: 100 if share == 10 else 50))
    assert "grows to 100 %" in up_and_down.caption(6) and "falls to 50 %" in up_and_down.caption(9)


def test_the_share_in_the_chart_falls_when_the_facade_rolls_back():
    early, late = (draw_rollout(run_rollout(faults=[Fault(t, "switch", "façade")])) for t in (20.4, 20.6))
    assert early.value("façade", "label", 20.5) == "façade: 0 % new" != late.value("façade", "label", 20.5)
    assert early.live() != late.live() and early._parts["share-line0"] != late._parts["share-line0"]


def test_shadow_traffic_suppresses_writes_and_bears_failures():
    asked = []

    def new(method, path):
        asked.append(method)
        raise RuntimeError("boom")

    answers, differences = shadow([("GET", "/a"), ("POST", "/a")], lambda method, path: "old", new)
    assert answers == ["old", "old"] and asked == ["GET"] and [d.new for d in differences] == ["failed: boom"]


# ── for real ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_real_facade_rolls_back_when_the_new_server_dies():
    windows = roll_out()
    assert [w.share for w in windows] == [10, 20, 30, 0]
    assert windows[2].errors > 0 and windows[3].old == 60 and {w.other_path for w in windows} == {"old"}
    healthy = roll_out(fails_at=None)
    assert healthy[-1].new == 60 and not any(w.errors for w in healthy)
