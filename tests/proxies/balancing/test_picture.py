"""The pictures of lesson 13: small, quick, telling, and unharmed by a learner's broken function."""

import json
from collections import Counter

import pytest

from labs.kit import Fault
from labs.kit.picture.storyboard import storyboard
from labs.proxies.balancing.algorithms import ALGORITHMS, smooth_weighted
from labs.proxies.balancing.balance import balance
from labs.proxies.balancing.both_ways_picture import draw_both_ways
from labs.proxies.balancing.captions import waits
from labs.proxies.balancing.controls import CONTROLS, MIXES, explore_balancing
from labs.proxies.balancing.distance import first_page
from labs.proxies.balancing.distance_picture import draw_distance, play_distance
from labs.proxies.balancing.health import Health
from labs.proxies.balancing.picture import draw_balancing
from labs.proxies.balancing.predictions import BAD_MOMENT, CRASH, TWELVE

DEATH = (Fault(4, "crash", "b"), Fault(9, "return", "b"))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("mix", MIXES)
def test_every_picture_is_small_and_has_its_stills(algorithm, mix):
    scene = draw_balancing(balance(algorithm=algorithm, faults=DEATH[: 2 * (mix != "only one")], **MIXES[mix]))
    assert len(json.dumps(scene.live())) < 60_000
    assert 2 <= len(scene.stills) <= 4
    for t, caption in scene.says:
        assert caption.endswith(".") and 0 <= t <= scene.end


def test_the_first_picture_plays_its_question_and_ends_with_the_answer():
    turns, least = (draw_balancing(balance(algorithm=name, **TWELVE)) for name in ("round robin", "least connections"))
    assert turns.says[-1][1] == "All 12 requests are answered. Request 6 waited longest, 1.9 s."
    assert least.says[-1][1] == "All 12 requests are answered. No request had to wait."
    for scene in (turns, least):
        assert [int(caption.split()[1]) for _, caption in scene.says[:-1]] == list(range(1, 13))
        rests = [scene.rest(t) for t, _ in scene.says]
        assert rests == sorted(set(rests))  # so that Step stops at every request …
        for number, t in enumerate(rests[:-1], 1):  # … when it has arrived at its server
            chip = next(p for p in scene._parts if p.startswith("r-") and scene.value(p, "label", t) == str(number))
            assert scene.value(chip, "opacity", t) and scene.value(chip, "x", t) > 190
        assert all(scene.value(f"took:{number}", "h", scene.end) > 0 for number in range(1, 13))


def test_where_a_queue_grows_without_limit_the_picture_ends_with_a_long_one():
    explorer = explore_balancing("algorithm", "servers", "load", servers="b at half speed", requests=60, seed=15)
    assert waiting_in(explorer) == {"a": 1, "b": 13, "c": 1}
    other = explore_balancing(algorithm="least connections", servers="b at half speed", requests=60, seed=15)
    assert max(waiting_in(other).values()) <= 1


def waiting_in(explorer):
    """How many requests are at each server when the picture ends."""
    (trace,) = explorer.traces
    there = Counter(e["to"] for e in trace.of("pick"))
    there.subtract(e.who for e in trace.of("finish", "refused", "lost"))
    return there


def test_the_storm_goes_on_and_more_fails_without_a_budget_at_every_moment_from_its_middle_on():
    explorer = explore_balancing(
        algorithm="least connections", load=0.6, timeout=3, retries=2, requests=100, faults=BAD_MOMENT,
        versus=("budget", "no limit", "20 %"),
    )  # fmt: skip
    (wild, wild_scene), (spared, spared_scene) = zip(explorer.traces, dict(explorer.scenes).values(), strict=True)
    end = wild.end

    def failed(trace, since=0.0):
        return sum(not e["ok"] and e.t >= since for e in trace.of("reply"))

    assert failed(wild) > 2 * failed(spared) and failed(wild, end - 5) > 5 and failed(spared, end - 5) == 0
    assert "39 failed, 39 still at the servers" in wild_scene.says[-1][1]
    assert "17 failed, 4 still at the servers" in spared_scene.says[-1][1]
    for scene in (wild_scene, spared_scene):
        assert len(scene.says) <= 14 and len(json.dumps(scene.live())) < 120_000
        assert any("nobody is waiting for any more" in caption for _, caption in scene.says)


def test_a_dead_server_draws_most_requests_and_the_end_says_how_many():
    explorer = explore_balancing(algorithm="least connections", checks=False, faults=CRASH)
    captions = [caption for _, caption in explorer.scenes[0][1].says]
    assert "Of the 33 that came after the crash, 20 failed" in captions[-1] and len(captions) <= 12
    assert any(caption.endswith("b refuses it at once.") for caption in captions)


def test_without_a_server_the_proxy_itself_answers():
    crashes = [Fault(2, "crash", name) for name in "abc"]
    captions = " ".join(caption for _, caption in draw_balancing(balance(faults=crashes)).says)
    assert "a, b and c are down. The proxy does not know yet." in captions
    assert "No server is up: the proxy itself answers request" in captions


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
            for part in scene._parts
            if part[:2] == "r-" and part[2:].isdigit() and scene.value(part, "opacity", t)
        }
        assert set(shown) == set(there)
        assert all(scene.value(f"card-{name}", "y", t) + 8 == shown[number] for number, name in there.items())


def test_captions_give_the_reason_of_every_algorithm():
    reasons = {
        "round robin": "'s turn", "smooth weighted": "most credit", "random": "at random",
        "least connections": "fewest unanswered", "two choices": "fewer unanswered of", "peak EWMA": "cheaper of two",
        "ip hash": "every request from 10.0.", "ring hash": "every request for /page",
    }  # fmt: skip
    assert set(reasons) == set(ALGORITHMS)
    for algorithm, reason in reasons.items():
        captions = [caption for _, caption in draw_balancing(balance(algorithm=algorithm, requests=12)).says]
        equal = "tied with", "the first drawn of two"
        assert sum(any(words in caption for words in (reason, *equal)) for caption in captions) >= 10


def test_of_two_that_are_equal_none_is_said_to_be_less_busy():
    for algorithm, words in (("two choices", "fewer unanswered"), ("peak EWMA", "cheaper")):
        run = balance(algorithm=algorithm, requests=15, load=1.2, seed=15)
        captions = [caption for _, caption in draw_balancing(run).says[:-1]]
        for pick, caption in zip(run.of("pick"), captions, strict=True):
            equal = len(set(pick["scores"].values())) == 1
            assert equal == ("the first drawn of two" in caption), caption
            assert not equal or words not in caption
    assert any("of two that have not answered yet" in caption for caption in captions)


def test_a_reason_stays_true_when_a_server_cannot_be_picked():
    faults = [Fault(0.1, "crash", "a"), Fault(0.1, "crash", "c")]
    for algorithm in ("least connections", "two choices", "peak EWMA"):
        run = draw_balancing(balance(algorithm=algorithm, requests=12, load=0.3, faults=faults))
        assert any("→ b: no other is left." in caption for _, caption in run.says)
    run = draw_balancing(balance(algorithm="ip hash", requests=12, load=0.3, faults=faults))
    assert any("from 10.0.5.1 that cannot go to a or c." in caption for _, caption in run.says)


def test_the_longest_wait_counts_those_that_wait_still_and_nobody_who_has_given_up():
    slow = explore_balancing(algorithm="round robin", servers="b at half speed", requests=60, seed=15)
    assert slow.scenes[0][1].says[-1][1].endswith("Request 26 has waited longest so far, 12.2 s.")
    storm = balance(
        algorithm="least connections", load=0.6, timeout=3, retries=2, requests=100, faults=BAD_MOMENT, budget=0.2
    )
    assert max(waits(storm).values()) == pytest.approx(3)
    last = draw_balancing(storm).says[-1][1]
    assert last.endswith("Nobody waited longer than 3 s in one queue: then the proxy gives up.")


def test_a_server_that_loses_several_requests_at_once_is_ejected_and_readmitted_once():
    faults = [Fault(5, "crash", "b"), Fault(9, "return", "b")]
    run = balance(speeds=(1, 0.5, 1), seed=15, requests=60, faults=faults, passive=True, checks=False)
    lost = [e.t for e in run.of("lost")]
    assert len(lost) > 1 and len(set(lost)) == 1
    assert len(run.of("eject")) == len(run.of("readmit")) == 1


def test_a_still_stands_alone():
    svg, words = storyboard([("", draw_balancing(balance(faults=DEATH)))])
    assert "crashed" in svg and words.count("\n") == 2 and "failed" in words


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
        "timeout": "1 s", "checks": False, "passive": True, "cache": 5,
    }[name]  # fmt: skip
    faults = {"retries": DEATH, "checks": DEATH, "budget": DEATH, "passive": DEATH}.get(name, ())
    if name == "budget":
        explorer = explore_balancing("budget", retries=2, timeout=0.5, load=0.9)
    before = explorer._make(explorer.settings, faults)
    after = explorer._make({**explorer.settings, name: other}, faults)
    assert control.value != other and before["scenes"] != after["scenes"]


def test_a_learner_s_function_drives_the_picture_and_a_broken_one_is_a_sentence():
    def mine(servers, memory, request):
        return smooth_weighted(servers, memory, request)[:2]

    explorer = explore_balancing("servers", servers="a strong, weights 5 1 1", requests=14, pick=mine)
    assert "".join(e["to"] for e in explorer.traces[0].of("pick")[:7]) == "aabacaa"
    assert "what your function remembers" in explorer.scenes[0][1].svg()
    scored = explore_balancing(pick=lambda s, m, r: (s[0].name, m, {"a": 7, "b": 8.5}))
    assert "as your function returns it" in scored.scenes[0][1].svg()
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
    assert json.loads(explorer.widget.data)["error"] == "b is already well, so it cannot recover at 2 s"


def test_an_unknown_control_is_one_sentence():
    with pytest.raises(ValueError, match="there is no control 'speed'; choose from algorithm, servers"):
        explore_balancing("speed")


def test_both_ways_and_the_distance():
    assert len(draw_both_ways().stills) == 3
    scene = draw_distance(first_page("Sydney", "Frankfurt", "Singapore"))
    assert scene.says[-1][1] == "The user has the page after 292 ms."
    assert scene.value("edge", "x", 0) > scene.value("user", "x", 0) + 88
    assert [name for name, _ in play_distance("London", "Mumbai", "Frankfurt").scenes] == ["no CDN", "CDN"]


def test_what_a_health_check_of_ones_own_does_is_not_put_down_to_three_probes():
    def at_once(health, ok, rise, fall):
        return Health(ok, 0)

    captions = " ".join(c for _, c in draw_balancing(balance(judged_by=at_once, faults=DEATH)).says)
    assert "Your health check ejects b." in captions and "failed probes" not in captions


def test_a_request_that_has_had_a_retry_fails_without_another():
    run = balance(
        algorithm="least connections", load=0.6, timeout=2, retries=2, budget=0.2, requests=60, seed=1,
        faults=BAD_MOMENT,
    )  # fmt: skip
    tries = {e["number"]: e["tries"] for e in run.of("reply")}
    assert tries[12] == 2
    assert any("request 12 fails without another retry." in c for _, c in draw_balancing(run).says)
