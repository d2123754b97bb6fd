"""The pictures of lesson 13: small, quick, telling, and unharmed by a learner's broken function."""

import json
import time

import pytest

from labs.kit import Fault
from labs.kit.scene import storyboard
from labs.proxies.balancing.algorithms import ALGORITHMS, smooth_weighted
from labs.proxies.balancing.balance import balance
from labs.proxies.balancing.both_ways_picture import draw_both_ways
from labs.proxies.balancing.distance import first_page
from labs.proxies.balancing.distance_picture import draw_distance, play_distance
from labs.proxies.balancing.picture import CONTROLS, MIXES, draw_balancing, explore_balancing

DEATH = (Fault(4, "crash", "b"), Fault(9, "return", "b"))
STORM = tuple(Fault(t, kind, name) for t, kind in ((3, "slow"), (7, "return")) for name in "abc")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("mix", MIXES)
def test_every_picture_is_small_and_has_its_stills(algorithm, mix):
    scene = draw_balancing(balance(algorithm=algorithm, faults=DEATH[: 2 * (mix != "only one")], **MIXES[mix]))
    assert len(json.dumps(scene.live())) < 60_000
    assert 2 <= len(scene.stills) <= 3
    for t, caption in scene.says:
        assert caption.endswith(".") and 0 <= t <= scene.end


def test_the_storm_is_seen_in_its_picture_which_has_no_controls_and_may_be_larger():
    trace, spared = (
        balance(algorithm="least connections", load=0.6, timeout=3, retries=2, budget=budget, faults=STORM, requests=60)
        for budget in (None, 0.2)
    )

    def late(run):
        return sum(not e["ok"] for e in run.of("reply") if e["number"] > 40)

    assert late(trace) == 20 and late(spared) < 5
    start = time.process_time()
    for _ in range(5):
        scene = draw_balancing(balance(load=0.6, timeout=3, retries=2, faults=STORM, requests=60))
    assert (time.process_time() - start) / 5 < 0.2
    assert len(json.dumps(draw_balancing(trace).live())) < 120_000
    assert any("gives up" in caption for _, caption in scene.says)


def test_what_is_shown_at_a_server_is_what_is_there():
    trace = balance(faults=DEATH, retries=1)
    scene = draw_balancing(trace)
    for t in (1.0, 3.3, 4.4, 6.1, 8.8, 12.0):
        there = {}
        for e in trace:
            if e.t > t - scene.settle:
                break
            if e.kind == "pick":
                there[e["number"]] = e["to"]
            if e.kind in ("finish", "lost", "refused"):
                there.pop(e["number"], None)
        if any(t - 2 * scene.settle < e.t < t + scene.settle for e in trace):
            continue  # something is on its way just now
        shown = {
            int(scene.value(part, "label", t)): scene.value(part, "y", t)
            for part in scene._parts if part[0] == "r" and part[1:].isdigit() and scene.value(part, "opacity", t)
        }  # fmt: skip
        assert set(shown) == set(there)
        assert all(scene.value(f"card-{name}", "y", t) + 8 == shown[number] for number, name in there.items())


def test_captions_give_the_reason_of_every_algorithm():
    reasons = {
        "round robin": "’s turn", "smooth weighted": "most credit", "random": "by lot",
        "least connections": "fewest unanswered", "two choices": "fewest unanswered of", "peak EWMA": "costs least",
        "ip hash": "every request of 10.0.", "ring hash": "every request for /page",
    }  # fmt: skip
    assert set(reasons) == set(ALGORITHMS)
    for algorithm, reason in reasons.items():
        captions = [caption for _, caption in draw_balancing(balance(algorithm=algorithm)).says]
        assert sum(reason in caption for caption in captions) > 20


def test_a_still_stands_alone():
    svg, words = storyboard([("", draw_balancing(balance(faults=DEATH)))])
    assert "crashed" in svg and words.count("\n") == 2 and "refused" in words


def test_the_score_of_the_one_picked_is_marked():
    trace = balance(algorithm="least connections")
    scene = draw_balancing(trace)
    for pick in trace.of("pick"):
        marked = [name for name in "abc" if scene.value(f"score-{name}", "width", pick.t) > 2]
        assert marked == [pick["to"]]
        assert scene.value(f"score-{pick['to']}", "label", pick.t) == f"{pick['scores'][pick['to']]:g}"


@pytest.mark.parametrize("name", CONTROLS)
def test_every_control_changes_the_picture(name):
    explorer = explore_balancing(name, "load", load=0.9) if name != "load" else explore_balancing("load")
    control = explorer._controls[name]
    other = {
        "algorithm": "random", "servers": "five alike", "load": 0.4, "cost": "heavy", "retries": 2, "budget": "10 %",
        "timeout": "1 s", "checks": False, "cache": 5,
    }[name]  # fmt: skip
    faults = {"retries": DEATH, "checks": DEATH, "budget": DEATH}.get(name, ())
    if name == "budget":
        explorer = explore_balancing("budget", retries=2, timeout=0.5, load=0.9)
    before = explorer._make(explorer.settings, faults)
    after = explorer._make({**explorer.settings, name: other}, faults)
    assert control.value != other and before["scenes"] != after["scenes"]


def test_a_learner_s_function_drives_the_picture_and_a_broken_one_is_a_sentence():
    def mine(servers, memory, request):
        return smooth_weighted(servers, memory, request)[:2]

    explorer = explore_balancing("servers", servers="a strong, weights 5 1 1", pick=mine)
    assert "".join(e["to"] for e in explorer.traces[0].of("pick")[:7]) == "aabacaa"
    assert "what your function remembers" in explorer.scenes[0][1].svg()
    scored = explore_balancing(pick=lambda s, m, r: (s[0].name, m, {"a": 7, "b": 8.5}))
    assert "as your function gives it" in scored.scenes[0][1].svg()
    assert "(a 7, b 8.5)" in scored.scenes[0][1].says[0][1]
    assert "(a −2, b 1, c 1)" in explorer.scenes[0][1].caption(explorer.traces[0].of("pick")[0].t)

    def unfinished(servers, memory, request):
        raise NotImplementedError()

    def odd(servers, memory, request):
        return "z", memory

    def judge(health, ok, rise, fall):
        return 1 / 0

    for broken, told in (
        ({"pick": unfinished}, "still to be written"),
        ({"pick": odd}, "odd picked 'z': there are only"),
        ({"judged_by": judge}, "ZeroDivisionError"),
    ):
        assert told in str(explore_balancing(**broken)._repr_mimebundle_()), told


def test_a_fault_that_cannot_be_is_not_told_as_the_learner_s_mistake():
    explorer = explore_balancing("servers", pick=smooth_weighted)
    wish = {"number": 1, "settings": explorer.settings, "faults": [{"t": 2, "kind": "return", "who": "b"}]}
    explorer._asked({"new": json.dumps(wish)})
    assert json.loads(explorer.widget.data)["error"] == "'return' at 2 s: b is well at that moment"


def test_an_unknown_control_is_one_sentence():
    with pytest.raises(ValueError, match="there is no control 'speed'; choose from algorithm, servers"):
        explore_balancing("speed")


def test_both_ways_and_the_distance():
    assert len(draw_both_ways().stills) == 3
    scene = draw_distance(first_page("Sydney", "Frankfurt", "Singapore"))
    assert scene.says[-1][1] == "The page is there after 292 ms."
    assert scene.value("edge", "x", 0) > scene.value("user", "x", 0) + 88
    assert [name for name, _ in play_distance("London", "Mumbai", "Frankfurt").scenes] == ["no CDN", "CDN"]
