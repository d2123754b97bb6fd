"""The picture of lesson 06, and the learner's own assignor in it, however it behaves."""

import builtins
import contextlib
import json

import pytest

from labs.kafka.groups import range_assign
from labs.kafka.groups.controls import explore_group
from labs.kafka.groups.picture import draw_group
from labs.kafka.groups.real import compare_groups
from labs.kafka.groups.rebalance import rebalance
from labs.kafka.groups.topic_picture import draw_topic
from labs.kit.trace import Fault


def run(**settings):
    return rebalance(**{"faults": [Fault(20, "join", "c5")], "until": 45, **settings})


@pytest.mark.parametrize("protocol", ["eager", "cooperative", "kip848"])
@pytest.mark.parametrize("consumers", [1, 3, 7])
def test_chips_that_lie_still_do_not_overlap_even_ten_in_one_hand(protocol, consumers):
    """Whoever comes first is given all ten for a moment; and when all but one have crashed, one has them for good."""
    faults = [Fault(20 + number, "crash", f"c{number}") for number in range(2, consumers + 1)]
    scene = draw_group(run(protocol=protocol, consumers=consumers, partitions=10, faults=faults, until=90))
    chips = [f"chip-{number}" for number in range(10)]
    for t in [*(quarter / 4 for quarter in range(361))]:
        places = [(scene.value(chip, "x", t), scene.value(chip, "y", t)) for chip in chips]
        still = [place == (scene.value(chip, "x", t + 0.01), scene.value(chip, "y", t + 0.01))
                 for chip, place in zip(chips, places, strict=True)]  # fmt: skip
        wide, high = (scene.value(chips[0], side, t) for side in "wh")
        here = [place for place, lies in zip(places, still, strict=True) if lies]
        for i, (x, y) in enumerate(here):
            assert all(abs(x - a) >= wide or abs(y - b) >= high for a, b in here[:i]), t


def text(explorer):
    return explorer._repr_mimebundle_()[0]["text/plain"]


def test_the_picture_says_who_reads_what_at_every_moment():
    scene = draw_group(run())
    assert scene.caption(6.5) == "c1 reads p0. c2 reads p1. c3 reads p2. c4 reads p3."
    cards = {f"chip-{i}": scene.value(f"card-c{i + 1}", "x", 10) for i in range(4)}
    assert all(x < scene.value(p, "x", 10) < x + 120 for p, x in cards.items())
    assert scene.value("chip-0", "fill", 10) == "actor1" and scene.value("chip-0", "fill", 23.2) == "hatch"
    assert scene.value("status-c5", "label", 40) == "no partition"
    assert scene.value("coordinator", "label", 40) == "group coordinator · Stable · generation 2"


def test_how_the_group_forms_is_told_in_two_sentences_where_more_follows():
    told = [caption for t, caption in draw_group(run()).says if t < 20]
    assert told == [
        "The group forms: its consumers join and are given their shares.",
        "c1 reads p0. c2 reads p1. c3 reads p2. c4 reads p3.",
    ]
    alone = [caption for _, caption in draw_group(run(faults=[])).says]
    assert alone[0] == "c1 starts and asks to join." and len(alone) > 4


def test_whoever_has_left_is_not_paused_and_whoever_returns_is_a_stranger():
    left = draw_group(run(faults=[Fault(20, "leave", "c2")]))
    assert left.value("status-c2", "label", 30) == "left"
    faults = [Fault(15, "crash", "c2"), Fault(25, "return", "c2")]
    back = draw_group(run(faults=faults, session_timeout=20, protocol="cooperative", until=60))
    told = " ".join(caption for _, caption in back.says)
    assert "c2 is started again. To the coordinator it is a stranger" in told
    assert "its session timeout has passed (the coordinator still counted its old self)" in told
    static = draw_group(run(faults=faults, session_timeout=20, static=True, until=60))
    assert "under the name that the coordinator knows" in " ".join(caption for _, caption in static.says)


def test_a_crash_a_stall_and_a_return_are_told():
    crash = draw_group(run(faults=[Fault(15, "crash", "c2")], session_timeout=20, until=60))
    assert crash.value("status-c2", "label", 20) == "✕ crashed" and "crashes without a word" in crash.caption(15.5)
    stall = [Fault(12, "stall", "c2"), Fault(50, "return", "c2")]
    zombie = draw_group(run(faults=stall, max_poll_interval=20, session_timeout=20, until=80))
    told = " ".join(caption for _, caption in zombie.says)
    assert "c2 is a zombie" in told and "c2's commit is refused" in told and "c2 finds out that it lost p1" in told


@pytest.mark.parametrize("protocol", ["eager", "cooperative", "kip848"])
@pytest.mark.parametrize("consumers", [1, 4, 7])
def test_it_can_be_drawn_whatever_the_group(protocol, consumers):
    faults = [Fault(20, "join", f"c{consumers + 1}"), Fault(30, "crash", "c1")]
    trace = run(protocol=protocol, consumers=consumers, partitions=5, topics=("orders", "offers"), faults=faults)
    assert len(json.dumps(draw_group(trace).live())) < 120_000
    assert draw_group(trace).svg(30) == draw_group(trace).svg(30)


def test_the_primer_counts_offsets_in_each_partition():
    told = draw_topic().svg(14)
    assert all(f">{cell}<" in told for cell in ("0: A", "3: A", "0: C", "1: B", "2: D"))


def test_a_newcomer_takes_the_next_free_name_however_many_there_are():
    explorer = explore_group("consumers", faults=[Fault(20, "join", "a new one")], until=45)
    for consumers in (2, 4, 6):
        explorer.widget.ask = json.dumps({"number": consumers, "settings": {"consumers": consumers}, "faults": [
            {"t": 20, "kind": "join", "who": "a new one"}, {"t": 30, "kind": "join", "who": "a new one"}]})  # fmt: skip
        assert "error" not in json.loads(explorer.widget.data)
        assert explorer.traces[0].of("start")[-1].who == f"c{consumers + 2}"


def loops(members, topics):
    while True:
        with contextlib.suppress(BaseException):
            pass


def raises(members, topics):
    return members[99]


def floods(members, topics):
    for _ in range(1_000_000):
        print("x" * 100)
    raise ValueError("enough")


def digs(members, topics):
    return digs(members, topics)


def replaces_a_built_in(members, topics):
    builtins.sorted = None
    return {}


def half_done(members, topics):
    raise NotImplementedError()


def first_takes_all(members, topics):
    return {member.id: [("orders", 0)] for member in members}


@pytest.mark.parametrize(
    ("mine", "sentence"),
    [
        (half_done, "still to be written"),
        (loops, "It did not come back within 5 s"),
        (raises, "IndexError"),
        (floods, "enough"),
        (digs, "RecursionError"),
        (replaces_a_built_in, "sorted"),
        (lambda members, topics: None, "None"),
        (lambda members, topics: 7, "7"),
        (lambda members, topics: {m.id: [0] for m in members}, "0"),
        (lambda members, topics: {m: [] for m in members}, "c1"),
        (lambda members, topics: members.clear() or {}, ""),
        (first_takes_all, "orders"),
        (lambda members, topics: {m.id: [("orders", 4)] for m in members}, "orders"),
    ],
)
def test_whatever_the_learners_assignor_does_the_notebook_goes_on_and_is_told_one_sentence(mine, sentence):
    explorer = explore_group("consumers", assign=mine, until=30)
    told = text(explorer)
    assert "as soon as it works" in told and sentence in told
    assert len(told) < 1500 and "Traceback" not in told and "labs/" not in told
    assert sorted([2, 1]) == [1, 2]


def test_a_good_assignor_of_the_learners_drives_the_picture():
    def mine(members, topics):
        return range_assign(members, topics)

    assert explore_group(assign=mine, until=30).traces[0].of("own") == rebalance(until=30).of("own")


def test_the_table_beside_the_real_group():
    clients, topics = {"c1": ["orders"], "c2": ["orders"]}, {"orders": 3}
    real = {"c1": [("orders", 0), ("orders", 1)], "c2": [("orders", 2)]}
    table = compare_groups(clients, topics, range_assign, range_assign, real)
    assert list(table["model = real"]) == list(table["yours = real"]) == ["yes", "yes"]
    assert set(compare_groups(clients, topics, range_assign, half_done, real)["yours"]) == {"not written yet"}
    assert set(compare_groups(clients, topics, range_assign, raises, real)["yours"]) == {"not usable"}
    swapped = {"c1": real["c2"], "c2": real["c1"]}
    assert list(compare_groups(clients, topics, range_assign, raises, swapped)["model = real"]) == ["no", "no"]


@pytest.mark.parametrize("slip", [{"controls": ("colour",)}, {"strikes": ("explode",)}])
def test_an_unknown_control_or_fault_of_the_author_is_named(slip):
    with pytest.raises((ValueError, KeyError), match=r"colour|explode"):
        explore_group(*slip.get("controls", ()), **{k: v for k, v in slip.items() if k == "strikes"})
