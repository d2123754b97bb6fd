"""The picture of lesson 17."""

import json

import pytest

from labs.caching.sharding.controls import CONTROLS, explore_pool
from labs.caching.sharding.picture import draw_pool, misses
from labs.caching.sharding.placing import PLACINGS
from labs.caching.sharding.pool import serve_pool
from labs.kit.trace import Fault

ADD = [Fault(6, "add", "servers")]


@pytest.mark.parametrize("placement", PLACINGS)
@pytest.mark.parametrize(
    "faults", [[], ADD, [Fault(3, "kill", "a"), Fault(9, "kill", "a"), Fault(10, "hot", "product-1")],
               [Fault(2, "cut", "a"), Fault(4, "cut", "b"), Fault(9, "cut", "a")]]
)  # fmt: skip
def test_a_run_is_drawn_small(placement, faults):
    scene = draw_pool(serve_pool(placement=placement, faults=faults, writes=0.2))
    assert len(json.dumps(scene.live())) < 70_000 and 1 <= len(scene.stills) <= 3


@pytest.mark.parametrize("servers", [1, 2, 12])
@pytest.mark.parametrize("points", [1, 6, 160])
def test_the_limits_can_be_drawn(servers, points):
    draw_pool(serve_pool(servers=servers, points=points, keys=60, faults=[Fault(1, "kill", "a")]))
    draw_pool(serve_pool(servers=servers, points=points, keys=1, until=1))


def test_the_first_picture_plays_the_question_and_ends_where_the_answer_can_be_seen():
    scene = draw_pool(serve_pool(placement="hash % n", faults=ADD))
    assert scene.value("moved", "label", 5.9) == "" and scene.value("moved", "label", 20) == "37 of 40 keys moved"
    assert scene.value("missing", "label", 6) == "37 entries are missing at their owners"
    assert scene.value("missing", "label", 20) == "no entry is missing"
    assert len(scene.says) <= 4


@pytest.mark.parametrize("t", [1, 6, 12.5])
def test_the_chart_counts_a_miss_in_the_second_in_which_it_happens(t):
    trace = serve_pool(servers=2, faults=[Fault(t, "kill", "a"), Fault(t, "kill", "b")])
    counts = [count for _, count in misses(trace)]
    assert counts[: int(t)] == [0] * int(t) and counts[int(t)] == 8 * (int(t) + 1 - t)
    assert counts[int(t) + 1 :] == [8] * (19 - int(t)), "eight requests in each second, in the last one too"


def test_a_dot_has_its_owner_s_letter_and_stays_where_it_is():
    trace = serve_pool(faults=ADD)
    scene, (begin, add) = draw_pool(trace), trace.of("begin", "add")
    for key in begin["owners"]:
        assert scene.value(f"dot-{key}", "label", 0) == begin["owners"][key]
        assert scene.value(f"dot-{key}", "label", 20) == add["owners"][key]
        assert scene.value(f"dot-{key}", "x", 0) == scene.value(f"dot-{key}", "x", 20)


def test_a_mistake_of_the_learner_s_is_a_sentence_in_the_picture():
    def lookup(points, place):
        return points[place]

    assert "IndexError" in repr(explore_pool("points", lookup=lookup)._repr_mimebundle_())
    assert set(CONTROLS) == {"placement", "servers", "points", "writes", "cure"}


def test_the_learner_s_own_drive_the_picture():
    from labs.caching.sharding.placing import rendezvous
    from labs.caching.sharding.rings import owner

    def mine(points, place):
        return owner(points, place)

    def score(weights, key, copies):
        return rendezvous(weights, key, copies)

    for drive in ({"lookup": mine}, {"score": score}):
        assert "your function, 10 servers" in repr(explore_pool(**drive, faults=ADD)._repr_mimebundle_())


@pytest.mark.parametrize("second", [1, 7, 20])
def test_a_bar_is_as_long_as_its_number_says(second):
    """Also at the very moment when the number changes, which is where a run ends."""
    scene = draw_pool(serve_pool(faults=ADD))
    loads = {name: float(scene.value(f"count-{name}", "label", second)) for name in "abcdefghij"}
    longest = max(loads.values())
    widths = {name: scene.value(f"load-{name}", "w", second) / longest for name in loads}
    assert widths == pytest.approx({name: load * max(widths.values()) / longest for name, load in loads.items()})
    assert longest and max(widths.values())


def test_a_stretch_of_the_ring_has_its_owner_s_letter_as_well_as_its_colour():
    scene = draw_pool(serve_pool(points=1, faults=ADD))
    letters = [part for part in scene._parts if part.startswith("owner")]
    before, after = ({scene.value(part, "label", t) for part in letters} for t in (0, 20))
    assert "k" in after - before and len(letters) >= 8


def test_a_picture_that_begins_with_faults_offers_no_number_of_servers_at_which_they_cannot_happen():
    begun = explore_pool("servers", faults=[Fault(2.0, "add", "servers"), Fault(3.0, "kill", "c")], servers=5)
    control = begun._controls["servers"]
    assert (control.low, control.high) == (3, 11)
    for servers in (control.low, control.high):
        begun._make({"servers": servers}, begun.faults)
