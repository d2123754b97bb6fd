"""The eight balancers: what each promises, and what is said of an answer that no proxy can use."""

from collections import Counter
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.proxies.balancing.algorithms import (
    ALGORITHMS,
    BadChoice,
    Choice,
    Request,
    Server,
    least_connections,
    observe,
    peak_ewma,
    round_robin,
    smooth_weighted,
    two_choices,
    usable,
)
from labs.proxies.balancing.hashing import POINTS, client_hash, ring

servers_lists = st.lists(
    st.builds(
        lambda w, a, latency, up: (w, a, latency, up),
        st.integers(1, 9),
        st.integers(0, 9),
        st.sampled_from([0.0, 0.1, 2.0]),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)
dice = st.floats(0, 1, exclude_max=True)


def make(rows):
    rows = [(w, a, latency, up or all(not r[3] for r in rows)) for w, a, latency, up in rows]
    return [Server("abcdef"[i], *row) for i, row in enumerate(rows)]


@pytest.mark.parametrize("name", ALGORITHMS)
@given(rows=servers_lists, first=dice, second=dice, client=st.integers(0, 255), page=st.integers(0, 50))
def test_each_picks_one_that_is_up_gives_the_same_again_and_changes_nothing(name, rows, first, second, client, page):
    servers, memory = make(rows), {"a": 1.0}
    request = Request(1, f"/{page}", f"10.0.{client}.1", (first, second))
    choice = ALGORITHMS[name](servers, memory, request)
    assert usable(choice, servers) == choice
    assert ALGORITHMS[name](servers, memory, request) == choice
    assert memory == {"a": 1.0} and servers == make(rows)
    assert set(choice.scores) <= {s.name for s in servers if s.up}


def row(name, servers, picks, **request):
    memory, names = {}, []
    for i in range(picks):
        choice = ALGORITHMS[name](servers, memory, Request(i, **request))
        memory = choice.memory
        names.append(choice.name)
    return "".join(names)


def test_nginx_s_own_sequence():
    assert row("smooth weighted", [Server("a", 5), Server("b"), Server("c")], 14) == "aabacaa" * 2
    assert row("least connections", [Server("a", 5), Server("b"), Server("c")], 14) == "aabacaa" * 2
    assert row("round robin", [Server("a", 5), Server("b"), Server("c")], 6) == "abcabc"


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_smooth_means_that_nobody_is_ever_a_whole_turn_behind(weights):
    names = row("smooth weighted", [Server("abcdef"[i], w) for i, w in enumerate(weights)], sum(weights))
    for i, weight in enumerate(weights):
        assert names.count("abcdef"[i]) == weight
        for n in range(1, len(names) + 1):
            due = n * weight / sum(weights)
            assert abs(names[:n].count("abcdef"[i]) - due) < len(weights)


def test_a_server_that_comes_back_is_not_flooded():
    three, memory, names = [Server(n) for n in "abc"], {}, ""
    for i in range(40):
        seen = [s._replace(up=s.name != "b" or not 5 <= i < 35) for s in three]
        choice = round_robin(seen, memory, Request(i))
        memory, names = choice.memory, names + choice.name
    assert "b" not in names[5:35] and names[35:].count("b") <= 2


def test_least_connections_counts_for_the_weight():
    assert least_connections([Server("a", 4, 3), Server("b", 1, 1)], {}, Request()).name == "a"
    assert least_connections([Server("a", 4, 5), Server("b", 1, 1)], {}, Request()).name == "b"


def test_two_choices_compares_the_two_that_the_dice_name():
    three = [Server("a", active=5), Server("b", active=3), Server("c", active=0)]
    assert two_choices(three, {}, Request(dice=(0.0, 0.0))) == Choice("b", {}, {"a": 5.0, "b": 3.0})
    assert two_choices(three, {}, Request(dice=(0.0, 0.9))).name == "c"
    drawn = Counter(
        frozenset(two_choices(three, {}, Request(dice=(i / 30, j / 20))).scores) for i in range(30) for j in range(20)
    )
    assert set(drawn.values()) == {200}  # every pair is as likely as the next


def test_peak_ewma_weighs_latency_and_avoids_who_has_not_answered_yet():
    def pick(*servers):
        return peak_ewma(list(servers), {}, Request(dice=(0.0, 0.0))).name

    assert pick(Server("a", active=0, latency=2.0), Server("b", active=1, latency=0.5)) == "b"
    assert pick(Server("a", active=9, latency=0.1), Server("b", active=0, latency=0.5)) == "b"
    assert pick(Server("a", active=1), Server("b", active=1, latency=9.0)) == "b"
    assert pick(Server("a"), Server("b", active=1, latency=9.0)) == "a"


def test_a_slow_answer_counts_at_once_and_fades_slowly():
    assert observe(0.1, 1.0, 5.0) == 5.0
    assert 4.5 < observe(5.0, 1.0, 0.1) < 4.6
    assert observe(5.0, 10.0, 0.0) == pytest.approx(5 / 2.718281828)


def test_the_ring_gives_points_for_weight_and_moves_only_what_was_the_lost_server_s():
    assert Counter(ring((("a", 1), ("b", 3))).owners[:-1]) == {0: POINTS, 1: 3 * POINTS}
    pages = [Request(path=f"/page{i}") for i in range(2000)]
    four = [Server(n) for n in "abcd"]
    before = [ALGORITHMS["ring hash"](four, {}, page).name for page in pages]
    after = [ALGORITHMS["ring hash"]([s._replace(up=s.name != "d") for s in four], {}, page).name for page in pages]
    shorter = [ALGORITHMS["ring hash"](four[:3], {}, page).name for page in pages]
    assert after == shorter
    assert all(now == was for was, now in zip(before, after, strict=True) if was != "d")
    assert {now for was, now in zip(before, after, strict=True) if was == "d"} == set("abc")
    assert min(Counter(before).values()) > 300


def test_the_ring_is_in_order_and_a_key_belongs_to_the_next_point():
    here = ring((("a", 1), ("b", 1), ("c", 1)))
    assert here.points == sorted(set(here.points))
    around = []
    for i in range(2000):
        key = f"/page{i}"
        place = next((k for k, point in enumerate(here.points) if point >= crc32(key.encode())), 0)
        assert (
            here.owner(key)
            == "abc"[here.owners[place]]
            == ALGORITHMS["ring hash"]([Server(name) for name in "abc"], {}, Request(path=key)).name
        )
        around.append(crc32(key.encode()) > here.points[-1])
    assert any(around), "a key beyond the last point belongs to the first"


def test_the_scores_of_the_ring_are_those_of_the_servers_that_are_up_and_the_least_is_picked():
    servers = [Server("a"), Server("b", 3), Server("c", up=False)]
    for i in range(100):
        choice = ALGORITHMS["ring hash"](servers, {}, Request(path=f"/page{i}"))
        assert set(choice.scores) == {"a", "b"} and len(choice.scores) == 2
        assert choice.name == min(choice.scores, key=choice.scores.__getitem__)
        assert all(0 <= ahead < 1000 for ahead in choice.scores.values())
    with pytest.raises(KeyError):
        choice.scores["c"]


@pytest.mark.parametrize("algorithm", ["ip hash", "ring hash"])
def test_where_nearly_all_is_down_a_hash_falls_back_to_round_robin_and_shows_no_scores(algorithm):
    servers = [Server("a", 60, up=False), *(Server(name) for name in "bcdefgh")]
    memory, fallen = {}, 0
    for i in range(400):
        choice = ALGORITHMS[algorithm](servers, memory, Request(path=f"/page{i}", client=f"10.{i % 250}.{i // 2}.1"))
        fallen += choice.memory != memory
        assert choice.memory == memory or not choice.scores
        memory = choice.memory
    assert 20 < fallen < 200


def test_ip_hash_looks_at_the_network_only_and_refuses_what_is_no_address():
    assert client_hash("10.1.2.3") == client_hash("10.1.2.200") != client_hash("10.1.3.3")
    with pytest.raises(ValueError, match="Expected 4 octets"):
        client_hash("nobody")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (None, "mine picked None: there are only 'a', 'b'."),
        (("c", {}), "mine picked 'c': there are only 'a', 'b'."),
        (("b", {}), "mine picked 'b', which is not up: it gets no requests until it is readmitted."),
        (("a", 7), "mine returned 7 to remember: it must be a dictionary {name: number}."),
    ],
)
def test_an_answer_that_no_proxy_can_use_is_one_sentence(answer, told):
    with pytest.raises(BadChoice) as caught:
        usable(answer, [Server("a"), Server("b", up=False)], "mine")
    assert str(caught.value) == told


def test_a_name_alone_or_with_a_memory_will_do():
    assert usable("a", [Server("a")]) == Choice("a", {}, {})
    assert usable(("a", {"x": 1}), [Server("a")]) == Choice("a", {"x": 1}, {})
    assert usable(("a", {}, {"a": 2, "b": 3, "x": 4}), [Server("a"), Server("b")]).scores == {"a": 2, "b": 3}
    for odd in (7, None, {"a": "high"}, {"b": None}):
        assert usable(("a", {}, odd), [Server("a"), Server("b")]).scores == {}
    assert smooth_weighted([Server("a")], {}, Request()).scores == {"a": 1}
