"""What the picture of a token's life says, beside a life worked out here: every fault, early, late, twice at once."""

import re
from functools import cache
from itertools import combinations_with_replacement
from typing import Any

from labs.kit.trace import Fault, Trace
from labs.tokens.jwt.life import use_token
from labs.tokens.jwt.life_picture import draw_life
from labs.tokens.jwt.picture import STAYS

FAULTS = {"tamper": "ada", "rotate": "issuer", "hurry": "shop"}
ONE = [Fault(t, kind, who) for kind, who in FAULTS.items() for t in (0, 105, 250, 600)]
TWO = [pair for pair in combinations_with_replacement(ONE, 2) if pair[0].t <= pair[1].t]
FAULTY: list[tuple[Fault, ...]] = [(), *((fault,) for fault in ONE), *TWO[::6]]
SETTINGS: list[dict[str, Any]] = [
    {},
    {"leeway": 10},
    {"lifetime": 60, "drift": -30},
    {"lifetime": 210, "leeway": 60, "drift": -50},
]


@cache
def runs() -> list[Trace]:
    return [use_token(**settings, faults=faults, alg="HS256") for settings in SETTINGS for faults in FAULTY]


def changed(trace: Trace, t: float) -> bool:
    """Whether the token that Ada has at `t` is one that she has changed; a fault comes before a login of its moment."""
    news = [e for e in trace.of("login", "fault") if e.t <= t and (e.kind == "login" or e["what"] == "tamper")]
    return news[-1].kind == "fault"


def test_what_ada_has_is_called_changed_once_and_no_longer_good() -> None:
    for trace in runs():
        scene = draw_life(trace)
        lane = [(scene.value(n, "label", 0), scene.value(n, "x", 0), scene.value(n, "w", 0), scene.value(n, "fill", 0))
                for n in scene._parts if re.fullmatch(r"lane-0-\d+", n)]  # fmt: skip
        for t in range(3, 600, 15):
            has = str(scene.value("has", "label", t))
            assert has.count("changed") == changed(trace, t), (trace.settings, trace.faults, t)
            x = 92 + 448 * t / 600
            fills = [fill for _, left, wide, fill in lane if float(left) <= x < float(left) + float(wide)]
            ends = [e["expires"] for e in trace.of("login") if e.t <= t][-1]
            assert (fills == ["hatch"]) == (changed(trace, t) or t >= ends), (trace.settings, trace.faults, t)


def test_the_lane_of_answers_has_at_each_moment_the_last_one() -> None:
    for trace in runs()[::4]:
        scene = draw_life(trace)
        for e in trace.of("served", "refused"):
            n = int(e.t // 30)
            left, wide = (float(str(scene.value(f"lane-1-{n}", side, 0))) for side in "xw")
            assert scene.value(f"lane-1-{n}", "fill", 0) == ("good" if e.kind == "served" else "bad")
            assert abs(left - (92 + 448 * e.t / 600)) < 1 and wide <= 448 * 30 / 600 + 1


def test_never_served_after_its_end_is_said_where_it_is_so() -> None:
    said = dict(STAYS)["served after it had expired"]
    moments = set()
    for trace in runs():
        ends = {e["number"]: e["expires"] for e in trace.of("login")}
        late = max((e.t - ends[e["number"]] for e in trace.of("served")), default=-1)
        assert (said(trace) == "never") == (late < 0)
        assert (said(trace) == f"for up to {late:g} s") == (late > 0)
        moments.add(said(trace))
    assert "only at the very moment of its end" in moments


def test_a_fault_is_told_as_what_it_did() -> None:
    for trace in (use_token(faults=faults) for faults in TWO[::4]):
        had, keys = False, 1
        for e in trace.of("login", "fault"):
            if e.kind == "login":
                had = False
            elif e["what"] == "tamper":
                assert ("again" in e["text"]) == had
                had = True
            elif e["what"] == "rotate":
                assert ("old ones" in e["text"]) == (keys > 1)
                keys += 1


def test_many_keys_still_have_room() -> None:
    many = [Fault(t, "rotate", "issuer") for t in range(7)]
    scene = draw_life(use_token(faults=many))
    assert scene.value("keys", "label", 599) == "knows 8 keys, the newest is autumn-2"


def test_a_changed_token_is_blamed_only_where_there_is_one() -> None:
    for faults in FAULTY:
        trace = use_token(verify=lambda *case: {}, faults=faults)  # gives no claims at all, whatever it is shown
        for t, told in draw_life(trace).says:
            if "believed a changed token" in told:
                assert changed(trace, t)
            if "gives other claims" in told:
                assert not changed(trace, t)


def test_a_refusal_is_told_where_the_shop_has_just_fetched_a_key_for_it() -> None:
    for drift, t in ((-50, 100), (-120, 310), (90, 200)):
        trace = use_token(lifetime=60, drift=drift, alg="HS256", faults=[Fault(t, "rotate", "issuer")])
        scene = draw_life(trace)
        for fetch in trace.of("fetch"):
            assert any(e.t == fetch.t for e in trace.of("refused")) and "refuse" in scene.caption(fetch.t)


def test_a_refusal_at_another_check_than_the_one_before_is_told_and_so_on_only_where_it_is_so() -> None:
    for trace in runs()[::2]:
        scene, told = draw_life(trace), ", and so is every one after it."
        answers = trace.of("served", "refused")
        for e, before in zip(answers[1:], answers, strict=False):
            if (e.kind, before.kind) == ("refused", "refused") and e["check"] != before["check"]:
                assert str(e["check"]) in scene.caption(e.t), (trace.settings, trace.faults, e)
        for t, said in scene.says:
            if told in said:
                after = [e for e in answers if e.t >= t]
                assert len(after) > 1 and {e.get("check") for e in after} == {after[0]["check"]}
