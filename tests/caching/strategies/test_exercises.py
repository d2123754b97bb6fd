"""Every exercise of lesson 16: the stub is not started, a solution holds, plausible wrong answers are told apart."""

from __future__ import annotations

import contextlib

import pytest

from labs.caching.strategies.stores import CacheDown, DatabaseDown
from labs.kit import catalogue, check

EXERCISES = {name: catalogue.find(name) for name in catalogue.ids() if name.startswith("caching-")}

IDS = ("caching-read", "caching-read-through", "caching-write", "caching-schedule", "caching-leases", "caching-flush")


@pytest.fixture(autouse=True)
def course(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "my_work"))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


# ── solutions, as a learner may write them ────────────────────────────────────────────────────────────────────────────


def my_read(key, cache, db):
    try:
        value = cache.get(key)
        if value is not None:
            return value
    except CacheDown:
        pass
    value = db.read(key)
    try:
        if value is not None:
            cache.set(key, value)
    except CacheDown:
        pass
    return value


def my_load(key, cache, db):
    value = cache.get(key)
    if value is not None:
        return value
    value = db.read(key)
    if value is not None:
        cache.add(key, value)
    return value


def my_write(key, value, cache, db):
    db.write(key, value)
    with contextlib.suppress(CacheDown):
        cache.delete(key)


def delete_twice(key, value, cache, db):
    """The delayed double delete: more work than needed, and not wrong."""
    for step in (lambda: cache.delete(key), lambda: db.write(key, value), lambda: cache.delete(key)):
        with contextlib.suppress(CacheDown):
            step()


def my_schedule(order):
    return {
        "write, delete": ["R", "R", "W", "W", "R"],
        "delete, write": "W R R R W",
        "two writers set": "v w w v",
        "two writers delete": None,
        "leases": None,
    }[order]


def my_leased(key, cache, db):
    try:
        value, token = cache.lease(key)
    except CacheDown:
        return db.read(key)
    if value is not None:
        return value
    value = db.read(key)
    if token and value is not None:
        with contextlib.suppress(CacheDown):
            cache.fill(key, value, token)
    return value


def my_flush(cache, db):
    for key, value in cache.dirty().items():
        db.write(key, value)
        cache.clean(key, value)


SOLUTIONS = [
    ("caching-read", my_read), ("caching-read-through", my_load), ("caching-write", my_write),
    ("caching-write", delete_twice),
    ("caching-schedule", my_schedule), ("caching-leases", my_leased), ("caching-flush", my_flush),
]  # fmt: skip


# ── wrong answers ─────────────────────────────────────────────────────────────────────────────────────────────────────


def read_falsy(key, cache, db):
    try:
        value = cache.get(key)
    except CacheDown:
        return db.read(key)
    if not value:
        value = db.read(key)
        if value is not None:
            cache.set(key, value)
    return value


def read_never_fills(key, cache, db):
    try:
        value = cache.get(key)
    except CacheDown:
        value = None
    return db.read(key) if value is None else value


def read_needs_cache(key, cache, db):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        if value is not None:
            cache.set(key, value)
    return value


def read_database_first(key, cache, db):
    value = db.read(key)
    with contextlib.suppress(CacheDown):
        cache.set(key, value)
    return value


def read_caches_none(key, cache, db):
    try:
        value = cache.get(key)
    except CacheDown:
        return db.read(key)
    if value is None:
        value = db.read(key)
        cache.set(key, value)
    return value


def read_forgets_return(key, cache, db):
    try:
        value = cache.get(key)
    except CacheDown:
        return db.read(key)
    if value is not None:
        return value
    value = db.read(key)
    if value is not None:
        cache.set(key, value)


def load_sets(key, cache, db):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        if value is not None:
            cache.set(key, value)
    return value


def load_looks_again(key, cache, db):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        if value is not None and cache.get(key) is None:
            cache.set(key, value)
    return value


def load_never_fills(key, cache, db):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
    return value


def load_falls_back(key, cache, db):
    try:
        return my_load(key, cache, db)
    except CacheDown:
        return db.read(key)


def load_falsy(key, cache, db):
    value = cache.get(key)
    if not value:
        value = db.read(key)
        if value is not None:
            cache.add(key, value)
    return value


def load_caches_none(key, cache, db):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        cache.add(key, value)
    return value


def write_only(key, value, cache, db):
    db.write(key, value)


def write_deletes_first(key, value, cache, db):
    with contextlib.suppress(CacheDown):
        cache.delete(key)
    db.write(key, value)


def write_sets(key, value, cache, db):
    db.write(key, value)
    with contextlib.suppress(CacheDown):
        cache.set(key, value)


def write_cache_first(key, value, cache, db):
    cache.set(key, value)
    db.write(key, value)


def write_swallows(key, value, cache, db):
    with contextlib.suppress(DatabaseDown):
        db.write(key, value)
    with contextlib.suppress(CacheDown):
        cache.delete(key)


def write_needs_cache(key, value, cache, db):
    db.write(key, value)
    cache.delete(key)


def schedule_with(**wrong):
    def schedule(order):
        name = order.replace(", ", "_").replace(" ", "_")
        return wrong[name] if name in wrong else my_schedule(order)

    return schedule


def leased_aside(key, cache, db):
    return my_read(key, cache, db)


def leased_set(key, cache, db):
    try:
        value, _token = cache.lease(key)
    except CacheDown:
        return db.read(key)
    if value is None:
        value = db.read(key)
        if value is not None:
            cache.set(key, value)
    return value


def leased_late(key, cache, db):
    try:
        value = cache.get(key)
    except CacheDown:
        return db.read(key)
    if value is None:
        value = db.read(key)
        if value is not None:
            token = cache.lease(key)[1]
            if token is not None:
                cache.fill(key, value, token)
    return value


def leased_insists(key, cache, db):
    try:
        value, token = cache.lease(key)
    except CacheDown:
        return db.read(key)
    if value is None:
        value = db.read(key)
        if value is not None and not cache.fill(key, value, token):
            cache.set(key, value)
    return value


def leased_gives_up(key, cache, db):
    try:
        value, token = cache.lease(key)
    except CacheDown:
        return db.read(key)
    if value is None and token is not None:
        value = db.read(key)
        if value is not None:
            cache.fill(key, value, token)
    return value


def leased_waits(key, cache, db):
    value = token = None
    while value is None and token is None:
        try:
            value, token = cache.lease(key)
        except CacheDown:
            return db.read(key)
    if value is None:
        value = db.read(key)
        if value is not None:
            cache.fill(key, value, token)
    return value


def flush_cleans_first(cache, db):
    for key, value in cache.dirty().items():
        cache.clean(key, value)
        db.write(key, value)


def flush_never_cleans(cache, db):
    for key, value in cache.dirty().items():
        db.write(key, value)


def flush_deletes(cache, db):
    for key, value in cache.dirty().items():
        db.write(key, value)
        cache.delete(key)


def flush_sets(cache, db):
    for key, value in cache.dirty().items():
        db.write(key, value)
        cache.set(key, value)


def flush_cleans_the_newest(cache, db):
    for key, value in cache.dirty().items():
        db.write(key, value)
        cache.clean(key, cache.get(key))


def flush_forgets_refused(cache, db):
    for key, value in cache.dirty().items():
        with contextlib.suppress(DatabaseDown):
            db.write(key, value)
        cache.clean(key, value)


WRONG = [
    ("caching-read", read_falsy),
    ("caching-read", read_never_fills),
    ("caching-read", read_needs_cache),
    ("caching-read", read_database_first),
    ("caching-read", read_caches_none),
    ("caching-read", read_forgets_return),
    ("caching-read-through", load_sets),
    ("caching-read-through", load_looks_again),
    ("caching-read-through", load_never_fills),
    ("caching-read-through", load_falls_back),
    ("caching-read-through", load_falsy),
    ("caching-read-through", load_caches_none),
    ("caching-write", write_only),
    ("caching-write", write_deletes_first),
    ("caching-write", write_sets),
    ("caching-write", write_cache_first),
    ("caching-write", write_swallows),
    ("caching-write", write_needs_cache),
    ("caching-schedule", schedule_with(write_delete=None)),
    ("caching-schedule", schedule_with(write_delete="R R W R W")),
    ("caching-schedule", schedule_with(write_delete="W W R R R")),
    ("caching-schedule", schedule_with(delete_write="R R R W W")),
    ("caching-schedule", schedule_with(two_writers_set=None)),
    ("caching-schedule", schedule_with(two_writers_delete="V W W V")),
    ("caching-schedule", schedule_with(leases="R R W W R")),
    ("caching-leases", leased_aside),
    ("caching-leases", leased_set),
    ("caching-leases", leased_late),
    ("caching-leases", leased_insists),
    ("caching-leases", leased_gives_up),
    ("caching-flush", flush_cleans_first),
    ("caching-flush", flush_never_cleans),
    ("caching-flush", flush_deletes),
    ("caching-flush", flush_sets),
    ("caching-flush", flush_cleans_the_newest),
    ("caching-flush", flush_forgets_refused),
]


def stub(*args):
    raise NotImplementedError()


@pytest.mark.parametrize("name", IDS)
def test_the_stub_is_not_started(name):
    report = check(name, stub)
    assert report.verdict == "not started" and report.points == 0


@pytest.mark.parametrize(("name", "solution"), SOLUTIONS)
def test_a_solution_holds(name, solution):
    report = check(name, solution)
    assert report.passed, repr(report)


@pytest.mark.parametrize("name", IDS)
def test_the_reference_is_right(name):
    assert check(name, EXERCISES[name].reference).passed


@pytest.mark.parametrize(("name", "wrong"), WRONG)
def test_a_wrong_answer_is_caught_and_told_why(name, wrong):
    report = check(name, wrong)
    assert report.verdict == "failed" and report.failure.sentence, repr(report)
    assert report._repr_mimebundle_()["text/html"]


def test_who_waits_for_a_dead_clients_lease_is_told_that_it_does_not_end():
    report = check("caching-leases", leased_waits)
    assert report.verdict == "failed" and "Do not wait" in report.failure.sentence
    assert "again and again" in repr(report)


def test_who_asks_for_ever_without_a_reason_is_told_that_it_does_not_end():
    def read_for_ever(key, cache, db):
        while cache.get(key) is None:
            pass

    report = check("caching-read", read_for_ever)
    assert report.verdict == "failed" and "has not come to an end" in report.failure.sentence


@pytest.mark.parametrize("nonsense", ["", "X", "R R", "R R W W R R", 7, ["R", 1], "write first"])
def test_a_schedule_that_cannot_be_is_said_to_be_one(nonsense):
    report = check("caching-schedule", schedule_with(write_delete=nonsense))
    assert report.verdict == "failed" and report.failure.sentence
    assert "R R W W R'" not in repr(report), "the solution is not given away"


def test_a_function_that_asks_for_what_no_store_has_is_told_what_there_is():
    def odd(key, cache, db):
        return cache.fetch(key)

    report = check("caching-read", odd)
    assert "it has get, set, add, delete" in report.failure.sentence


def test_a_function_that_changes_its_mind_is_found_out():
    calls = []

    def moody(key, cache, db):
        calls.append(1)
        return cache.get(key if len(calls) % 2 else "b")

    report = check("caching-read", moody)
    assert report.verdict == "failed" and report.failure.sentence


def test_a_schedule_that_goes_wrong_is_drawn():
    report = check("caching-write", write_deletes_first)
    assert report.drawing and report.drawing[0].startswith("<svg") and report.drawing[1]
