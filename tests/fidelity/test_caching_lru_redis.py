"""Redis's `allkeys-lru` against exact LRU and against the model of it, on a server started here on a free port."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from random import Random
from typing import Any

import pytest

from labs.caching.eviction.lru import LRU
from labs.caching.eviction.sampled import SampledLRU
from labs.caching.eviction.worth import draw
from tests.programs import redis_server

redis = pytest.importorskip("redis")
KEYS, WARM, REQUESTS, BATCH = 12_000, 30_000, 14_000, 20
VALUE = b"x" * 2000  # large beside what Redis keeps about an entry, so that memory counts entries


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with redis_server() as port, closing(redis.Redis(port=port)) as client:
        yield client


def batched(cache: Any, requests: list[int]) -> float:
    """The hit ratio after WARM, asked as Redis is here: a batch is looked up, and what it missed is put in after it."""
    hits = 0
    for start in range(0, len(requests), BATCH):
        batch = requests[start : start + BATCH]
        found = [cache.get(key) is not None for key in batch]
        for key, hit in zip(batch, found, strict=True):
            if not hit:
                cache.put(key, True)
        hits += sum(found) if start >= WARM else 0
    return hits / REQUESTS


def test_redis_comes_close_to_lru_and_is_not_equal(server: Any) -> None:
    """Requests go in batches over some ten seconds, since Redis's clock for this ticks once in a second."""
    server.flushall()
    server.config_set("maxmemory", "0")
    server.config_set("maxmemory", str(server.info("memory")["used_memory"] + 4_000_000))
    server.config_set("maxmemory-policy", "allkeys-lru")
    requests = draw(KEYS, 1, WARM + REQUESTS, Random("redis"))
    hits, sizes, began = 0, [], 0.0
    for start in range(0, len(requests), BATCH):
        if start == WARM:
            began = time.monotonic()
        batch = requests[start : start + BATCH]
        pipe = server.pipeline(transaction=False)
        for key in batch:
            pipe.get(key)
        found = pipe.execute()
        for key, value in zip(batch, found, strict=True):
            if value is None:
                pipe.set(key, VALUE)
        if len(pipe):
            pipe.execute()
        if start >= WARM:
            hits += sum(value is not None for value in found)
            sizes.append(server.dbsize())
            time.sleep(0.018)
    took = time.monotonic() - began
    capacity, real = round(sum(sizes) / len(sizes)), hits / REQUESTS
    exact = batched(LRU(capacity), requests)
    at_random = batched(SampledLRU(capacity, 5, tick=10**9), requests)
    tick = max(1, round(REQUESTS / took))
    model = batched(SampledLRU(capacity, 5, tick=tick), requests)
    told = f"{capacity} entries, {tick}/s: {real:.4f}; exact {exact:.4f}, model {model:.4f}, at random {at_random:.4f}"
    print(told)
    assert at_random < real < exact + 0.005, told
    assert abs(real - model) < 0.02, told
    assert hits != round(exact * REQUESTS), told


def test_what_redis_evicts_is_old_but_not_always_the_oldest(server: Any) -> None:
    server.flushall()
    server.config_set("maxmemory", "0")
    base = server.info("memory")["used_memory"]
    server.config_set("maxmemory-policy", "allkeys-lru")
    for second in range(3):  # three ages, a second of Redis's clock apart
        for n in range(200):
            server.set(f"{second}:{n}", VALUE)
        time.sleep(1.1)
    server.config_set("maxmemory", str(server.info("memory")["used_memory"]))
    for n in range(150):
        server.set(f"new:{n}", VALUE)
    left = {age: sum(server.exists(f"{age}:{n}") for n in range(200)) for age in range(3)}
    assert base > 0 and left[0] < left[1] <= 200 and left[0] < left[2], left
    assert left[0] > 0, left
