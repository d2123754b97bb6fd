"""Four ways of placing keys: what moves, how equal the shares are, and that they are what their papers say."""

import math
from collections import Counter
from fractions import Fraction
from random import Random

import pytest

from labs.caching.sharding import ketama
from labs.caching.sharding.maglev import fill, permutation, table
from labs.caching.sharding.measures import KEYS, largest, moved, names, spread, unfairness
from labs.caching.sharding.placing import PLACINGS, by_rendezvous, chance, jump, modulo, on_ring, placing, rendezvous
from labs.caching.sharding.rings import bounded, limit, listed, onwards, owner, replicas

TEN = names(10)
CONSISTENT = [name for name in PLACINGS if name != "hash % n"]


def within(share, expected):
    """Five standard deviations of the binomial distribution."""
    return abs(share - expected) < 5 * math.sqrt(expected * (1 - expected) / len(KEYS))


@pytest.mark.parametrize("name", ["rendezvous", "jump"])
def test_an_eleventh_server_takes_an_eleventh_of_the_keys_and_only_to_itself(name):
    place, eleven = placing(name), names(11)
    assert within(moved(place, TEN, eleven), 1 / 11)
    assert {place(eleven, key) for key in KEYS if place(TEN, key) != place(eleven, key)} == {"cache-11"}


def test_on_the_ring_the_new_server_takes_exactly_the_stretches_before_its_points():
    place, eleven = on_ring(), names(11)
    share = ketama.ring(eleven).shares()["cache-11"]
    assert within(moved(place, TEN, eleven), share) and abs(share - 1 / 11) < 3 / 11 / math.sqrt(160)
    assert {place(eleven, key) for key in KEYS if place(TEN, key) != place(eleven, key)} == {"cache-11"}


def test_with_ketama_s_weights_a_new_server_also_moves_some_keys_between_the_old_ones():
    def others(weights):
        before, after = ketama.weighted_ring(weights), ketama.weighted_ring({**weights, "new": 2})
        return sum(after.owner(key) not in (before.owner(key), "new") for key in KEYS) / len(KEYS)

    assert others({"a": 2, "b": 2, "c": 2}) == 0 and 0.01 < others({"small": 1, "large": 2, "huge": 5}) < 0.06


def test_a_remainder_moves_all_but_one_in_eleven():
    assert within(moved(modulo, TEN, names(11)), 10 / 11)


@pytest.mark.parametrize("name", ["ring", "rendezvous"])
def test_when_a_server_in_the_middle_goes_only_its_own_keys_move(name):
    place, nine = placing(name), TEN[:3] + TEN[4:]
    assert all(place(TEN, key) == place(nine, key) for key in KEYS if place(TEN, key) != "cache-4")
    assert len({place(nine, key) for key in KEYS if place(TEN, key) == "cache-4"}) == 9


def test_jump_moves_most_keys_when_a_server_in_the_middle_goes():
    assert moved(placing("jump"), TEN, TEN[:9]) < 0.15 and moved(placing("jump"), TEN, TEN[:3] + TEN[4:]) > 0.6


@pytest.mark.parametrize("name", CONSISTENT)
def test_the_same_key_has_the_same_server_and_all_servers_are_used(name):
    place = placing(name)
    assert [place(TEN, key) for key in KEYS[:50]] == [place(list(TEN), key) for key in KEYS[:50]]
    assert len({place(TEN, key) for key in KEYS}) == 10 and unfairness(place, TEN) < 1.4
    assert place(["cache-1"], "any") == "cache-1"


@pytest.mark.parametrize("name", ["ring", "rendezvous"])
def test_the_order_of_the_list_does_not_matter(name):
    assert all(placing(name)(TEN, key) == placing(name)(TEN[::-1], key) for key in KEYS[:300])


@pytest.mark.parametrize("points", [1, 4, 16, 64, 256])
def test_the_spread_of_the_shares_is_one_over_the_root_of_the_points(points):
    """Of n servers with p random points each: the variance is (n - 1) / (np + 1), in squares of the mean."""
    exact = math.sqrt((10 - 1) / (10 * points + 1))
    assert spread(points) == pytest.approx(exact, rel=0.1)
    assert exact == pytest.approx(1 / math.sqrt(points), rel=0.1)


def test_the_largest_of_ten_single_points_owns_29_percent():
    exact = float(sum(Fraction(1, n) for n in range(1, 11)) / 10)  # of ten stretches of a stick broken at random
    assert exact == pytest.approx(0.2929, abs=1e-4) and largest(1) == pytest.approx(exact, abs=0.012)


def test_weights_are_shares():
    shares = ketama.weighted_ring({"a": 1, "b": 2, "c": 5}).shares()
    assert [shares[name] for name in "abc"] == pytest.approx([1 / 8, 2 / 8, 5 / 8], abs=0.06)
    weights = {"a": 1, "b": 2, "c": 5}
    wins = Counter(rendezvous(weights, key)[0] for key in KEYS)
    assert all(within(wins[name] / len(KEYS), weight / 8) for name, weight in weights.items())


def test_rendezvous_of_equal_weights_is_the_highest_chance():
    assert all(rendezvous(dict.fromkeys(TEN, 3), key)[0] == by_rendezvous(TEN, key) for key in KEYS[:300])
    assert len(rendezvous({"a": 1, "b": 1}, "x", 5)) == 2 and 0 < chance("a", "b") < 1 != chance("b", "a")


# ── the papers ────────────────────────────────────────────────────────────────────────────────────────────────────────


def paper_jump(key, num_buckets):
    """Figure 1 of Lamping and Veach, restated: C's integers of 64 bits by masks, its `double` by Python's float."""
    b, j = -1, 0
    while j < num_buckets:
        b = j
        key = (key * 2862933555777941757 + 1) & 0xFFFFFFFFFFFFFFFF
        j = int(float(b + 1) * (float(1 << 31) / float((key >> 33) + 1)))
    return b


def test_jump_is_the_paper_s():
    random = Random(3)
    for _ in range(2000):
        key, buckets = random.getrandbits(64), random.choice([1, 2, 3, 10, 100, 1000, 10**6])
        assert jump(key, buckets) == paper_jump(key, buckets)


def test_jump_goes_to_the_new_bucket_or_stays():
    random = Random(4)
    for _ in range(300):
        key, before = random.getrandbits(64), 0
        for buckets in range(1, 40):
            now = jump(key, buckets)
            assert now in (before, buckets - 1) and now < buckets
            before = now


def test_maglev_fills_the_table_of_its_paper():
    """Table 1 of the paper: offsets 3, 0, 3 and skips 4, 2, 1, and then without the second."""
    likes = [permutation(3, 4, 7), permutation(0, 2, 7), permutation(3, 1, 7)]
    assert likes == [[3, 0, 4, 1, 5, 2, 6], [0, 2, 4, 6, 1, 3, 5], [3, 4, 5, 6, 0, 1, 2]]
    assert fill(likes) == [1, 0, 1, 0, 2, 2, 0]
    assert fill([likes[0], likes[2]]) == [0, 0, 0, 0, 1, 1, 1]


def test_maglev_is_even_to_within_one_place_and_moves_little_more_than_it_must():
    size = 2003
    before, after = table(names(10), size), table(names(9), size)
    counts = Counter(before)
    assert max(counts.values()) - min(counts.values()) <= 1 and len(counts) == 10
    assert 0.1 <= sum(a != b for a, b in zip(before, after, strict=True)) / size < 0.15


# ── a ring as a list ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_ring_as_a_list_is_the_quick_one():
    points, quick = listed(TEN, 20), ketama.ring(TEN, 20)
    assert len(points) == 200 and points == sorted(points)
    for key in KEYS[:500]:
        place = ketama.place(key)
        assert owner(points, place) == quick.owner(key) == replicas(points, place, 1)[0]
        assert list(onwards(points, place)) == list(quick.onwards(key))


def test_bounded_loads_are_kept_and_without_spare_all_are_equal():
    points = listed(TEN, 4)
    for spare, most in ((0.0, 50), (0.25, 63), (1.0, 100)):
        loads = dict.fromkeys(TEN, 0)
        for key in KEYS[:500]:
            loads[bounded(points, ketama.place(key), loads, spare)] += 1
        assert max(loads.values()) <= most == limit({**loads, TEN[0]: loads[TEN[0]] - 1}, spare)
    plain = Counter(owner(points, ketama.place(key)) for key in KEYS[:500])
    assert max(plain.values()) > 100
