"""The ring that lessons 13 and 17 share."""

from random import Random

import pytest

from labs.hashing.ring import ROUND, Ring


def small():
    return Ring(["a", "b"], [[10, 30], [20]], int)


@pytest.mark.parametrize(
    ("place", "owner"), [(0, "a"), (10, "a"), (11, "b"), (20, "b"), (21, "a"), (30, "a"), (31, "a")]
)
def test_a_key_belongs_to_the_first_point_at_or_after_its_place(place, owner):
    assert small().owner(str(place)) == owner


def test_the_servers_come_once_each_in_the_order_of_the_ring():
    ring = Ring("abc", [[10, 40, 50], [20], [30]], int)
    assert list(ring.onwards("11")) == ["b", "c", "a"] and list(ring.onwards("99")) == ["a", "b", "c"]


def test_the_shares_are_the_stretches_before_the_points():
    assert small().shares() == {"a": (ROUND - 10) / ROUND, "b": 10 / ROUND}
    random = Random(1)
    many = Ring("abcd", [[random.randrange(ROUND) for _ in range(9)] for _ in "abcd"], int)
    assert sum(many.shares().values()) == pytest.approx(1)


def test_a_point_of_two_servers_belongs_to_the_one_that_is_named_first():
    assert Ring("ab", [[5], [5, 9]], int).owner("5") == "a" and Ring("ba", [[5], [5, 9]], int).owner("5") == "b"


def test_a_ring_without_points_is_refused():
    with pytest.raises(ValueError, match="at least one point"):
        Ring(["a"], [[]], int)
