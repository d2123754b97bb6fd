"""The model's cache and database against a real Redis, started here on a free port of 127.0.0.1, and a real SQLite."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from typing import Any

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
from labs.caching.strategies.real import RedisCache, SqliteDatabase, find_redis, on_the_real_thing
from labs.caching.strategies.schedules import follow, schedules
from labs.caching.strategies.stores import Cache, CacheDown, Database, DatabaseDown

redis = pytest.importorskip("redis")
from redis.backoff import NoBackoff  # noqa: E402
from redis.retry import Retry  # noqa: E402


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    program = shutil.which("redis-server")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("redis-server is missing, and in CI nothing is skipped")
        pytest.skip("redis-server is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/tmp",
    )  # fmt: skip
    try:
        url = f"redis://127.0.0.1:{port}/0"
        until = time.monotonic() + 10
        while (client := find_redis(url)) is None:
            assert time.monotonic() < until and process.poll() is None, "redis-server did not answer in 10 s"
            time.sleep(0.02)
        yield client
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def cache(server: Any) -> Iterator[RedisCache]:
    cache = RedisCache(server, prefix="test:")
    cache.clear()
    yield cache
    cache.clear()


def random_step(draw: random.Random, tokens: list[int | None]) -> tuple[str, tuple[Any, ...]]:
    key, value = draw.choice("abc"), draw.randrange(4)
    return draw.choice(
        [
            ("get", (key,)), ("set", (key, value)), ("set", (key, value, True)), ("add", (key, value)),
            ("delete", (key,)), ("dirty", ()), ("clean", (key, value)), ("lease", (key,)),
            ("fill", (key, value, draw.choice(tokens))),
        ]
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_the_models_cache_answers_as_redis_does(cache: RedisCache, seed: int) -> None:
    draw, model, tokens = random.Random(seed), Cache(), [None]
    for _ in range(120):
        verb, args = random_step(draw, tokens)
        expected, got = getattr(model, verb)(*args), getattr(cache, verb)(*args)
        assert got == expected, (verb, args)
        if verb == "lease" and got[1] is not None:
            tokens.append(got[1])


def test_entries_expire_in_redis_as_in_the_model(server: Any) -> None:
    now = 0.0
    model, real = Cache(ttl=0.2, now=lambda: now), RedisCache(server, prefix="test-ttl:", ttl=0.2)
    for cache in (model, real):
        cache.set("a", 11, True)
    assert real.get("a") == model.get("a") == 11
    time.sleep(0.3)
    now = 0.3
    assert real.get("a") is None and model.get("a") is None
    assert real.dirty() == model.dirty() == {}, "what expires while it is dirty is gone for good"
    real.clear()


PAIRS = [
    (read_aside, write_around), (read_through, write_around), (read_leased, write_around),
    (read_through, write_through), (read_through, write_through_database_first), (read_through, write_back),
]  # fmt: skip


@pytest.mark.parametrize(("read", "write"), PAIRS)
def test_every_schedule_ends_on_redis_and_sqlite_as_in_the_model(cache: RedisCache, read: Any, write: Any) -> None:
    clients = {"R": (read, "a"), "W": (write, "a", 11)}
    for outcome in schedules(clients):
        cache.clear()
        db = SqliteDatabase()
        db.write("a", 10)
        done = follow(outcome.schedule, clients, cache, db)
        assert [answer for _, _, answer in done] == [turn.answer for turn in outcome.turns] or read is read_leased
        assert ({"a": cache.get("a")} if cache.get("a") is not None else {}) == outcome.cache, outcome.schedule
        assert db.rows == outcome.db, outcome.schedule
        db.close()


def test_two_writers_disagree_on_redis_just_where_they_do_in_the_model(cache: RedisCache) -> None:
    clients = {"V": (write_through, "a", 11), "W": (write_through, "a", 12)}
    bad = []
    for outcome in schedules(clients):
        cache.clear()
        db = SqliteDatabase()
        follow(outcome.schedule, clients, cache, db)
        if cache.get("a") != db.read("a"):
            bad.append(outcome.schedule)
        assert (cache.get("a") != db.read("a")) == outcome.stale
        db.close()
    assert bad == ["V W W V", "W V V W"]


def test_the_strategies_run_on_sqlite_and_redis_unchanged(server: Any) -> None:
    rows = on_the_real_thing(STRATEGIES, client=server)
    assert all(row["answers as in the model"] and row["all else as in the model"] for row in rows)
    assert rows == on_the_real_thing(STRATEGIES), "with or without Redis the table is the same"
    assert not list(server.scan_iter(match="course:*")), "nothing is left behind"


def test_a_flush_brings_what_redis_holds_dirty(cache: RedisCache) -> None:
    db = SqliteDatabase()
    for value in (11, 12):
        write_back("a", value, cache, db)
    write_back("b", 21, cache, db)
    assert db.rows == {} and flush(cache, db) == 2
    assert db.rows == {"a": 12, "b": 21} and cache.dirty() == {}
    db.close()


def test_a_redis_that_is_gone_is_cache_down() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    gone = RedisCache(redis.Redis(port=port, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)))
    db = SqliteDatabase()
    db.write("a", 10)
    with pytest.raises(CacheDown):
        gone.get("a")
    assert read_aside("a", gone, db) == 10, "cache aside goes on without it"
    with pytest.raises(CacheDown):
        read_through("a", gone, db)
    assert find_redis(f"redis://127.0.0.1:{port}") is None
    db.close()
    with pytest.raises(DatabaseDown):
        read_aside("a", Cache(), db)


def test_sqlite_answers_as_the_model(tmp_path: Any) -> None:
    path = str(tmp_path / "rows.db")
    real, model = SqliteDatabase(path), Database()
    for store in (real, model):
        store.write("a", 1)
        store.write("a", 2)
        store.write("b", "text")
    assert real.rows == model.rows and real.read("c") is model.read("c") is None
    real.close()
    again = SqliteDatabase(path)
    assert again.rows == model.rows, "what was written stays written"
    again.close()
