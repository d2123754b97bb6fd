"""The model's cache and database against a real Redis, started here on a free port of 127.0.0.1, and a real SQLite."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
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
from labs.caching.strategies.real import SqliteDatabase, on_the_real_thing
from labs.caching.strategies.redis_cache import RedisCache, find_redis
from labs.caching.strategies.schedules import follow, schedules
from labs.caching.strategies.stores import Cache, CacheDown, Database, DatabaseDown
from tests.ports import free_port
from tests.programs import redis_server

redis = pytest.importorskip("redis")
from redis.backoff import NoBackoff  # noqa: E402
from redis.retry import Retry  # noqa: E402


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with redis_server() as port:  # this client waits as long as it takes; find_redis gives up after a second
        yield redis.Redis.from_url(f"redis://127.0.0.1:{port}/0")


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
    model, real = Cache(ttl=3, now=lambda: now), RedisCache(server, prefix="test-ttl:", ttl=3)
    for cache in (model, real):
        cache.set("a", 11, True)
    assert real.get("a") == model.get("a") == 11
    time.sleep(3.1)
    now = 3.1
    assert real.get("a") is None and model.get("a") is None
    assert real.dirty() == model.dirty() == {}, "what expires while it is dirty is gone for good"
    real.clear()


PAIRS = [
    (read_aside, write_around),
    (read_through, write_around),
    (read_leased, write_around),
    (read_through, write_through),
    (read_through, write_through_database_first),
    (read_through, write_back),
]


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
    port = free_port()
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


# ---- what a real cache does that a model's does not ------------------------------------------------------------------


class Interrupted:
    """A client whose first command is followed at once by what another client does."""

    def __init__(self, client: Any, other: Any) -> None:
        self._client, self._other = client, other

    def __getattr__(self, name: str) -> Any:
        command = getattr(self._client, name)
        return command if name == "pipeline" else lambda *args, **named: self._then(command, *args, **named)

    def register_script(self, text: str) -> Any:
        script = self._client.register_script(text)
        return lambda keys, args: self._then(script, keys, args)

    def _then(self, command: Any, *args: Any, **named: Any) -> Any:
        answer = command(*args, **named)
        other, self._other = self._other, lambda: None
        other()
        return answer


def test_a_readers_add_does_not_undo_the_dirty_mark_of_a_write_that_comes_in_between(cache: RedisCache) -> None:
    """It once took two steps: the reader's SET NX, then (after the write) its ZREM of the dirty mark."""
    reader = RedisCache(Interrupted(cache._redis, lambda: cache.set("a", 12, dirty=True)), prefix="test:")
    assert reader.add("a", 11)
    assert cache.get("a") == 12 and cache.dirty() == {"a": 12}


def test_many_clients_at_once_lose_no_acknowledged_write(server: Any) -> None:
    """Writers set dirty values, readers add what they read, a flusher brings them to the database."""
    cache, db, acknowledged = RedisCache(server, prefix="test-many:"), {}, {}
    cache.clear()

    def write(number: int) -> None:
        key = f"k{number % 3}"
        cache.set(key, number, dirty=True)
        acknowledged[key] = number

    def read(number: int) -> None:
        cache.add(f"k{number % 3}", -1)

    with ThreadPoolExecutor(8) as pool:
        for number in range(0, 300, 3):
            jobs = [pool.submit(write, number + i) for i in range(3)] + [pool.submit(read, i) for i in range(6)]
            for job in jobs:
                job.result()
            for key, value in cache.dirty().items():
                db[key] = value
                assert cache.clean(key, value)
                cache.delete(key)
            assert db == acknowledged, number
    cache.clear()


@pytest.mark.parametrize("trouble", ["READONLY", "OOM"])
def test_a_redis_that_answers_with_an_error_is_cache_down_too(server: Any, trouble: str) -> None:
    cache, db = RedisCache(server, prefix="test-errors:"), SqliteDatabase()
    cache.set("a", 10)
    db.write("a", 10)
    try:
        if trouble == "READONLY":
            server.execute_command("REPLICAOF", "127.0.0.1", "1")  # a replica, of a master that is not there
        else:
            server.config_set("maxmemory", "1")
        for verb, args in [("set", ("b", 1)), ("set", ("b", 1, True)), ("add", ("b", 1)), ("lease", ("b",))]:
            with pytest.raises(CacheDown):
                getattr(cache, verb)(*args)
        write_around("a", 11, cache, db)  # the database has it, so the client must hear that it is written
        assert db.read("a") == 11
        assert read_aside("b", cache, db) is None
    finally:
        server.execute_command("REPLICAOF", "NO", "ONE")
        server.config_set("maxmemory", "0")
        cache.clear()
        db.close()


@pytest.mark.parametrize("prefix", ["a*:", "a?:", "a[bc]:", "a\\*:", "[", "a^-z]:", "ab"])
def test_clear_takes_what_begins_with_the_prefix_and_nothing_else(server: Any, prefix: str) -> None:
    others = ["axx:value:k", "ab:value:k", "ac:value:k", "a*x", "a", "b", "a\\"]
    others = [key for key in others if not key.startswith(prefix)]
    for key in others:
        server.set(key, "another's")
    cache = RedisCache(server, prefix=prefix)
    cache.set("k", 1, dirty=True)
    cache.clear()
    assert [key for key in others if not server.exists(key)] == []
    assert cache.get("k") is None
    for key in others:
        server.delete(key)
    assert server.dbsize() == 0


@pytest.mark.parametrize("settings", [dict(ttl=0), dict(ttl=-1), dict(ttl=float("nan")), dict(ttl=None),
                                      dict(lease_ttl=0), dict(prefix=""), dict(prefix=None)], ids=str)  # fmt: skip
def test_a_cache_that_cannot_be_is_refused_when_it_is_made(server: Any, settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(settings))} must be"):
        RedisCache(server, **settings)


def test_very_short_and_very_long_lives_are_what_they_are(server: Any) -> None:
    for ttl, lease_ttl in ((0.001, 0.001), (1e12, 1e12), (float("inf"), float("inf"))):
        cache = RedisCache(server, prefix="test-lives:", ttl=ttl, lease_ttl=lease_ttl)
        cache.clear()
        _, token = cache.lease("b")
        cache.set("a", 1, dirty=True)
        if ttl < 1:
            time.sleep(0.02)
        assert cache.get("a") == (None if ttl < 1 else 1) and bool(cache.dirty()) == (ttl > 1)
        assert cache.fill("b", 2, token) == (ttl > 1)
        cache.clear()


def test_a_client_that_decodes_its_replies_will_do_as_well(server: Any) -> None:
    url = server.connection_pool.connection_kwargs
    client = redis.Redis(host=url["host"], port=url["port"], decode_responses=True)
    cache = RedisCache(client, prefix="test-decoded:")
    cache.set("ä", {"x": [1, None]}, dirty=True)
    assert cache.dirty() == {"ä": {"x": [1, None]}} and cache.get("ä") == {"x": [1, None]}
    value, token = cache.lease("b")
    assert value is None and cache.fill("b", 2, token)
    cache.clear()
    client.close()
