"""Stopping a function between its steps, and running every order of several."""

from __future__ import annotations

from math import comb

import pytest

from labs.caching.strategies.five import (
    STRATEGIES,
    flush,
    read_aside,
    read_leased,
    read_through,
    write_around,
    write_back,
    write_through,
    write_through_database_first,
)
from labs.caching.strategies.schedules import Endless, crash_points, follow, schedules
from labs.caching.strategies.steps import Call, Restless, Step
from labs.caching.strategies.stores import Cache, CacheDown, Database, DatabaseDown


def finish(call, cache, db):
    while (step := call.go()) is not None:
        call.answer(step.on(cache, db))
    return call


@pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=lambda s: s.name)
def test_step_by_step_a_strategy_does_what_it_does_when_it_is_called(strategy):
    plain, stepped = (Cache(), Database({"a": 10})), (Cache(), Database({"a": 10}))
    for part, args in ((strategy.read, ("a",)), (strategy.write, ("a", 11)), (strategy.read, ("a",))):
        assert finish(Call(part, args), *stepped).value == part(*args, *plain)
        assert stepped[0].entries == plain[0].entries and stepped[1].rows == plain[1].rows


def test_a_refusal_is_raised_inside_the_function():
    call = Call(read_aside, ("a",))
    assert call.go() == Step("cache", "get", ("a",))
    call.refuse(CacheDown("gone"))
    assert call.go() == Step("database", "read", ("a",))
    call.refuse(DatabaseDown("gone too"))
    assert call.go() is None and isinstance(call.error, DatabaseDown)


def test_a_function_cannot_hide_from_being_stopped():
    def catches_all(cache, db):
        for _ in range(3):
            try:
                cache.get("a")
            except:  # noqa: E722
                continue
        return db.read("a")

    call = Call(catches_all)
    assert call.go() == Step("cache", "get", ("a",))
    assert finish(call, Cache(), Database({"a": 10})).value == 10


def test_keywords_and_positions_are_the_same_step_and_what_does_not_fit_is_a_type_error():
    assert Call(lambda c, d: c.set("a", value=1, dirty=True)).go() == Step("cache", "set", ("a", 1, True))
    call = Call(lambda c, d: c.set("a"))
    assert call.go() is None and isinstance(call.error, TypeError)
    call = Call(lambda c, d: d.delete("a"))
    assert call.go() is None and "it has read, write" in str(call.error)


def test_a_function_that_changes_its_mind_is_found_out():
    calls = []

    def moody(cache, db):
        calls.append(1)
        return cache.get("a") if len(calls) == 1 else db.read("a")

    call = Call(moody)
    step = call.go()
    call.answer(step.on(Cache(), Database()))
    with pytest.raises(Restless, match="the next time"):
        call.go()


def three(name):
    def steps(cache, db):
        for i in range(3):
            db.write(f"{name}{i}", i)

    return steps


def test_every_order_comes_once():
    found = [o.schedule for o in schedules({"P": (three("p"),), "Q": (three("q"),)})]
    assert len(found) == len(set(found)) == comb(6, 3)
    assert all(order.split().count("P") == 3 for order in found)


def test_there_are_ten_schedules_of_a_reader_and_a_write_around_and_one_is_stale():
    outcomes = schedules({"R": (read_aside, "a"), "W": (write_around, "a", 11)})
    assert len(outcomes) == comb(5, 2)
    assert [o.schedule for o in outcomes if o.stale] == ["R R W W R"]


@pytest.mark.parametrize(
    ("clients", "stale", "total"),
    [
        ({"R": (read_leased, "a"), "W": (write_around, "a", 11)}, [], 10),
        ({"V": (write_around, "a", 11), "W": (write_around, "a", 12)}, [], 6),
        ({"V": (write_through, "a", 11), "W": (write_through, "a", 12)}, ["V W W V", "W V V W"], 6),
        (
            {"V": (write_through_database_first, "a", 11), "W": (write_through_database_first, "a", 12)},
            ["V W W V", "W V V W"],
            6,
        ),
        ({"R": (read_through, "a"), "W": (write_back, "a", 11)}, [], 4),
    ],
)
def test_the_pairs_of_the_lesson(clients, stale, total):
    outcomes = schedules(clients)
    assert [o.schedule for o in outcomes if o.stale] == stale and len(outcomes) == total


def test_two_readers_and_a_writer_with_leases_never_leave_a_stale_entry():
    clients = {"P": (read_leased, "a"), "R": (read_leased, "a"), "W": (write_around, "a", 11)}
    outcomes = schedules(clients)
    assert len(outcomes) > 100 and not any(o.stale for o in outcomes)


def test_read_through_never_loads_over_what_was_written_back():
    for o in schedules({"R": (read_through, "a"), "W": (write_back, "a", 11)}):
        assert o.cache == {"a": 11} and o.dirty == ("a",), o.schedule


def test_a_flush_loses_nothing_in_any_order_nor_at_any_crash():
    start = dict(rows={"a": 10, "b": 10}, dirty={"a": 11, "b": 21})
    for o in schedules({"F": (flush,), "W": (write_back, "a", 12)}, crash="F", **start):
        safe = {**o.db, **{key: o.cache[key] for key in o.dirty}}
        assert safe == {"a": 12, "b": 21}, o.schedule


def test_a_death_counts_once_for_every_moment_that_can_be_told_apart():
    leased = schedules({"R": (read_leased, "a"), "W": (write_around, "a", 11)}, crash="W", cached={"a": 10})
    assert len(leased) == len({(o.schedule, o.crashed) for o in leased})
    assert [(o.schedule, o.crashed, o.stale) for o in leased] == [
        ("R", "W", False),
        ("R W", "W", True),
        ("R W W", "", False),
        ("W R", "W", True),
        ("W R W", "", False),
        ("W W R R R", "", False),
    ]


def test_crash_points_are_one_more_than_the_steps():
    outcomes = crash_points({"W": (write_through, "a", 11)}, cached={"a": 10})
    assert [(o.schedule, o.cache["a"], o.db["a"]) for o in outcomes] == [("", 10, 10), ("W", 11, 10), ("W W", 11, 11)]
    assert [o.stale for o in outcomes] == [False, True, False]


def test_following_a_schedule_on_any_stores():
    cache, db = Cache(), Database({"a": 10})
    done = follow("R R W W R", {"R": (read_aside, "a"), "W": (write_around, "a", 11)}, cache, db)
    assert [step for _, step, _ in done][-1] == "cache.set('a', 10)" and cache.get("a") == 10 and db.rows == {"a": 11}


@pytest.mark.parametrize(
    ("schedule", "sentence"),
    [("R X", "no client 'X'"), ("R R R R", "R has nothing left"), ("R R", "too short"), ("", "too short")],
)
def test_a_schedule_that_cannot_be_is_a_sentence(schedule, sentence):
    with pytest.raises(ValueError, match=sentence):
        follow(schedule, {"R": (read_aside, "a")}, Cache(), Database({"a": 10}))


def test_a_client_without_end_is_noticed():
    def spins(cache, db):
        while True:
            cache.get("a")

    with pytest.raises(Endless, match="does not come to an end"):
        schedules({"S": (spins,)})


def test_a_mistake_in_a_client_goes_through():
    with pytest.raises(ZeroDivisionError):
        schedules({"S": (lambda cache, db: cache.get("a") or 1 / 0,)})
