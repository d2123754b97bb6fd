"""What lesson 17's picture says and shows, beside what the trace tells."""

from collections import defaultdict
from itertools import pairwise, product

import pytest

from labs.caching.sharding.controls import MONITORS
from labs.caching.sharding.picture import draw_pool
from labs.caching.sharding.placing import PLACINGS
from labs.caching.sharding.pool import serve_pool
from labs.kit.trace import Fault

BACK = ("All entries that were missing are back", "The entry that was missing is back")


def _faults(*told):
    return [Fault(t, kind, who) for t, kind, who in told]


STORIES = (
    _faults((6, "add", "servers"), (6.5, "add", "servers")),
    _faults((5, "add", "servers"), (9, "kill", "k")),  # what moved to k is back where it was, and is there still
    _faults((5, "kill", "a"), (5, "kill", "a"), (9, "kill", "a"), (14, "kill", "a")),
    _faults((2, "cut", "a"), (4, "kill", "b"), (9, "cut", "a"), (11, "cut", "a")),
    _faults((0, "kill", "c"), (20, "kill", "c")),
)


def _gone(trace):
    """After each moment of a run: where every key is looked for, and the keys whose entry is not there."""
    held, owners = defaultdict(set), {}
    found = {}
    for event in trace:
        if event.get("owners"):
            owners = event["owners"]
            if event.kind == "begin":
                for key, owner in owners.items():
                    held[owner].add(key)
            elif event.kind == "kill":
                held[event.who] = set()
        elif event.kind == "write":
            held[owners[event["key"]]].discard(event["key"])
        elif event["server"]:
            held[event["server"]].add(event["key"])
        found[event.t] = owners, {key for key, owner in owners.items() if not owner or key not in held[owner]}
    return found


@pytest.mark.parametrize("faults", STORIES)
def test_a_thick_edge_and_what_is_counted_and_said_are_true_at_every_moment(faults):
    for placement, writes in product(PLACINGS, (0, 0.3)):
        trace = serve_pool(placement=placement, writes=writes, points=100, faults=faults)
        scene = draw_pool(trace)
        for t, (owners, gone) in _gone(trace).items():
            thick = {key for key in owners if scene.value(f"dot-{key}", "width", t + 1e-6) == 3}
            assert thick == gone, (placement, writes, t)
            counted = scene.value("missing", "label", t + 1e-6)
            assert counted == "" or counted.startswith(str(len(gone)) if gone else "no entry"), (counted, t)
            if scene.caption(t).startswith(BACK) and t in dict(scene.says):
                assert not gone, (placement, writes, t)


def test_what_has_cost_a_read_has_cost_one():
    """A second server joins half a second after the first: some keys belong where they were before, and are there."""
    scene = draw_pool(serve_pool(placement="hash % n", faults=STORIES[0]))
    told = [words for _, words in scene.says if words.startswith(BACK)]
    assert told == ["All entries that were missing are back in a cache. 34 of 40 have cost a read at the database."]
    scene = draw_pool(serve_pool(placement="hash % n", faults=STORIES[1]))
    assert scene.value("moved", "label", 9) == "37 of 40 keys moved"
    assert scene.value("missing", "label", 9) == "no entry is missing"


def test_the_old_value_has_the_last_word_when_a_server_is_back_with_what_it_held():
    scene = draw_pool(serve_pool(writes=0.3, faults=_faults((5, "cut", "a"), (12, "cut", "a"))))
    assert "is read from a. That value is old" in scene.caption(20)


def test_a_pool_of_one_server_that_dies_is_told_as_it_is():
    scene = draw_pool(serve_pool(servers=1, faults=_faults((5, "kill", "a"), (10, "kill", "a"))))
    told = [words for _, words in scene.says]
    assert "a dies, with all that it held. No server is up now." in told[1]
    assert "is looked for nowhere: the database is asked." in " ".join(told[1:3])
    assert "a is started again, empty. Every key belongs to it now." in " ".join(told[2:5])
    assert scene.value("missing", "label", 9.9) == "no server is up"
    assert scene.value("missing", "label", 10).startswith("40 entries")
    assert scene.title == "ring, 1 server of 4 points each"


def test_one_key_belongs_and_servers_that_are_equally_busy_are_all_named():
    scene = draw_pool(serve_pool(points=2, faults=_faults((1, "add", "servers"), (6.1, "add", "servers"))))
    assert any("1 of 40 keys now belongs to another server." in words for _, words in scene.says)
    _, busiest = MONITORS["busiest"]
    assert busiest(serve_pool(keys=2, servers=2, placement="hash % n", points=1)).count(":") == 1
    tied = serve_pool(keys=2, servers=12, until=1)
    assert busiest(tied).endswith("4 of 8 reads each")


def test_with_a_local_copy_the_pool_sees_a_hot_key_once_per_second_from_each_application():
    trace = serve_pool(points=100, cure="local copy", writes=0.1, faults=_faults((5, "hot", "product-1")))
    asked = defaultdict(list)
    for event in trace.of("read"):
        if event["key"] == "product-1" and event["server"] and event.t >= 5:
            asked[int(event.t * 8) % 3].append(event.t)
    assert len(asked) == 3 and all(b - a >= 1 for times in asked.values() for a, b in pairwise(times))
