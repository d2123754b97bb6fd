"""The runs of lesson 15, their pictures, predictions and claims."""

import pytest

from labs.caching.eviction import predictions
from labs.caching.eviction.claims import NOTES
from labs.caching.eviction.controls import explore_cache, explore_layers, explore_policies
from labs.caching.eviction.layers import LAYERS, fall
from labs.caching.eviction.layers_picture import draw_layers
from labs.caching.eviction.lru import LRU
from labs.caching.eviction.picture import draw_cache, draw_run
from labs.caching.eviction.replay import PATTERNS, after_strike, hit_ratio, replay
from labs.caching.eviction.sampled import SampledLRU, compare_sampled
from labs.caching.eviction.table import POLICIES
from labs.caching.eviction.worth import draw, hits
from labs.kit.trace import Fault


def told(scene):
    return [caption for _, caption in scene.says]


def test_the_first_picture_plays_the_question_and_shows_its_answer():
    said = told(draw_cache(replay(policy="LRU", capacity=4, asked=predictions.NIGHT.split())))
    assert said[-2:] == [
        "a, b and c: misses, loaded and put in. s2, s3 and s4 had to go.",
        "6 of 17 requests were hits.",
    ]
    assert "9 of 17" in told(draw_cache(replay(policy="LFU", capacity=4, asked=predictions.NIGHT.split())))[-1]


def test_a_scan_and_a_loop_part_lru_from_s3_fifo():
    struck = [Fault(1200, "scan", "cache")]
    after = {name: after_strike(replay(policy=name, faults=struck)) for name in ("LRU", "S3-FIFO")}
    assert after == {"LRU": 0.38, "S3-FIFO": 0.68}
    loop = {name: hit_ratio(replay(policy=name, pattern=PATTERNS[1])) for name in POLICIES}
    assert loop["LRU"] == loop["FIFO"] == loop["LFU"] == 0 and loop["S3-FIFO"] > 0.8


def test_a_restart_is_a_cold_start():
    cold = replay(faults=[Fault(1200, "restart", "cache")])
    assert cold.of("restart")[0]["cached"] == ()
    warm = [e.kind for e in replay().of("hit", "miss")]
    assert [e.kind for e in cold.of("hit", "miss")][:1200] == warm[:1200]
    assert after_strike(cold) < hit_ratio(replay(), 1200)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_run_can_be_drawn(policy, pattern):
    faults = [Fault(0, "scan", "cache"), Fault(90.5, "restart", "cache"), Fault(200, "scan", "cache")]
    trace = replay(policy=policy, pattern=pattern, capacity=20, requests=200, faults=faults)
    assert draw_run(trace).svg(150)
    asked = replay(policy=policy, capacity=3, asked=["a", "b", "c", "d"], faults=[Fault(2.5, "restart", "cache")])
    assert draw_cache(asked).svg(4)


def test_a_learner_s_cache_drives_the_picture():
    ours, mine = (explore_cache("a b c a d e", capacity=3, **more).scenes[0][1] for more in ({}, {"mine": LRU}))
    assert told(ours) == told(mine)


def test_what_is_asked_falls_to_the_first_layer_that_may_keep_it():
    assert [(e["source"], round(e["took"], 1)) for e in fall().of("answer")] == [
        ("database", 111.1), ("browser", 0.1), ("CDN", 20.1), ("database", 111.1), ("browser", 0.1),
    ]  # fmt: skip
    kept = fall().of("answer")[-1]["kept"]
    for layer in LAYERS[:-1]:
        assert layer.private or not any("cart" in key for key in kept[layer.name])
    down = fall(faults=[Fault(13, "down", "database")])
    assert [e["source"] for e in down.of("answer")] == ["database", "browser", "CDN", "", ""]
    assert draw_layers(down).svg(20)
    with pytest.raises(ValueError, match="cannot strike"):
        fall(faults=[Fault(1, "down", "CDN")])
    with pytest.raises(ValueError, match="a user and a thing"):
        fall(asked=["logo"])


def test_sampling_comes_close_to_lru_and_a_slow_clock_does_not():
    ratio = {row["LRU"]: float(row["hit ratio"].split()[0]) for row in compare_sampled()}
    exact, ten, five, slow = ratio.values()
    assert abs(exact - ten) < 0.5 and abs(exact - five) < 0.8 and slow < exact - 3


def test_one_sample_evicts_at_random_and_more_than_all_of_them_the_least_recently_used():
    import random

    requests = draw(60, 1, 3000, random.Random("few"))
    assert hits(SampledLRU(8, 1), requests) < hits(SampledLRU(8, 80), requests)
    assert abs(hits(SampledLRU(8, 80), requests) - hits(LRU(8), requests)) <= 3  # a choice of 80 may miss one


def test_the_claims_have_their_verdicts():
    verdicts = {row.statement.id: row.claim.verdict for row in NOTES.everything().rows}
    assert verdicts.pop("caching-layers") == "holds", "one of the cards is plainly true"
    assert set(verdicts.values()) == {"holds only in part"} and len(verdicts) == 5


@pytest.mark.parametrize(("question", "answer"), [(predictions.EXPORT, "None"), (predictions.LOOP, "0 %")])
def test_the_answer_is_one_of_the_options(question, answer):
    assert question.answer() == answer and answer in question.options


def test_the_explorers_open():
    assert explore_layers().scenes and explore_policies("capacity", "policy").scenes
