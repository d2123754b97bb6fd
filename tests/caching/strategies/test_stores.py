"""The two small stores: what they keep, what they forget, and who may fill."""

from __future__ import annotations

import pytest

from labs.caching.strategies.stores import Cache, Database, differing, preheat


class Watch:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_the_least_recently_used_goes_first():
    gone = []
    cache = Cache(capacity=2, gone=lambda key, entry, why: gone.append((key, entry.value, why)))
    cache.set("a", 1)
    cache.set("b", 2)
    assert cache.get("a") == 1
    cache.set("c", 3)
    assert gone == [("b", 2, "evicted")] and cache.get("b") is None and cache.get("a") == 1


def test_an_entry_lives_just_as_long_as_its_ttl():
    watch, gone = Watch(), []
    cache = Cache(ttl=5, now=watch, gone=lambda key, entry, why: gone.append((key, why)))
    cache.set("a", 1, True)
    watch.now = 4.999
    assert cache.get("a") == 1 and cache.dirty() == {"a": 1}
    watch.now = 5.0
    assert cache.get("a") is None and cache.dirty() == {} and gone == [("a", "expired")]


@pytest.mark.parametrize(
    "settings",
    [
        {"capacity": 0}, {"capacity": -1}, {"capacity": 1.5}, {"capacity": None}, {"ttl": 0}, {"ttl": -1},
        {"ttl": None}, {"ttl": float("nan")}, {"ttl": "5"}, {"lease_ttl": 0},
    ],
    ids=str,
)  # fmt: skip
def test_a_cache_that_cannot_be_is_refused_when_it_is_made(settings):
    with pytest.raises(ValueError, match=f"^{next(iter(settings))} must be"):
        Cache(**settings)


def test_a_cache_whose_room_is_taken_away_still_comes_back():
    cache = Cache(capacity=2)
    cache.set("a", 1)
    cache.capacity = 0
    cache.set("b", 2)
    assert cache.get("a") is None


def test_add_never_replaces():
    cache = Cache()
    assert cache.add("a", 1) and not cache.add("a", 2) and cache.get("a") == 1


def test_a_value_of_zero_is_there():
    cache = Cache()
    cache.set("a", 0)
    assert cache.get("a") == 0 and cache.lease("a") == (0, None)


def test_clean_looks_at_the_value():
    cache = Cache()
    cache.set("a", 11, True)
    cache.set("a", 12, True)
    assert not cache.clean("a", 11) and cache.dirty() == {"a": 12}
    assert cache.clean("a", 12) and cache.dirty() == {} and cache.get("a") == 12


def test_one_lease_at_a_time_and_only_for_its_key():
    cache = Cache()
    _, token = cache.lease("a")
    assert token is not None and cache.lease("a") == (None, None)
    assert not cache.fill("b", 1, token) and not cache.fill("a", 1, None) and not cache.fill("a", 1, token + 1)
    assert cache.fill("a", 1, token) and cache.get("a") == 1
    assert not cache.fill("a", 2, token), "a token is good once"


@pytest.mark.parametrize("spoil", [lambda c: c.delete("a"), lambda c: c.set("a", 2), lambda c: c.forget()])
def test_what_happens_to_a_key_makes_its_lease_worthless(spoil):
    cache = Cache()
    _, token = cache.lease("a")
    spoil(cache)
    assert not cache.fill("a", 1, token)


def test_a_dead_clients_lease_is_free_again_after_its_time():
    watch = Watch()
    cache = Cache(now=watch, lease_ttl=10)
    _, token = cache.lease("a")
    watch.now = 10.0
    assert not cache.fill("a", 1, token)
    assert cache.lease("a")[1] not in (None, token)


def test_a_cache_that_goes_down_has_nothing_and_says_so():
    gone = []
    cache = Cache(gone=lambda key, entry, why: gone.append((key, entry.dirty, why)))
    cache.set("a", 1)
    cache.set("b", 2, True)
    cache.forget()
    assert gone == [("a", False, "down"), ("b", True, "down")] and not cache.entries


def test_preheating_reads_each_row_once_and_passes_over_what_is_not_there():
    asked = []

    class Counted(Database):
        def read(self, key):
            asked.append(key)
            return super().read(key)

    cache = Cache()
    preheat("abz", cache, Counted({"a": 1, "b": 2}))
    assert asked == ["a", "b", "z"] and {k: e.value for k, e in cache.entries.items()} == {"a": 1, "b": 2}


def test_differing_names_the_keys():
    assert differing({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 9}) == ["b", "c"]
