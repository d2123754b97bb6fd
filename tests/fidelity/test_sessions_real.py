"""Lesson 18 on the real thing: its journey with a real Redis as the store, and header lines against a real nginx."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import Any

import pytest

from labs.sessions.journey.sizes import NGINX_LINE, lines, most_groups
from labs.sessions.real.servers import journey
from labs.sessions.real.stores import RedisSessions, SqliteSessions, open_store
from tests.ports import free_port
from tests.programs import redis_server


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    pytest.importorskip("redis")
    with redis_server() as port:
        yield f"redis://127.0.0.1:{port}/0"


def test_the_journey_is_the_same_with_redis(redis_url: str, monkeypatch: Any) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    with_sqlite = journey()
    monkeypatch.setenv("REDIS_URL", redis_url)
    assert journey().equals(with_sqlite)


def test_both_stores_close_an_account_in_all_its_browsers(redis_url: str, monkeypatch: Any) -> None:
    monkeypatch.setenv("REDIS_URL", redis_url)
    redis = open_store()
    assert isinstance(redis, RedisSessions)
    for store in (redis, SqliteSessions()):
        for id, user in (("a1", "ada"), ("a2", "ada"), ("b1", "bob"), ("a3", "adam")):
            store.put(id, user)
        store.close("ada")
        assert [store.find(id) for id in ("a1", "a2", "b1", "a3", "x")] == [None, None, "bob", "adam", None]
        assert store.asked == 5
        store.end()
    again = open_store()
    assert again.find("b1") is None  # nothing of ours is left


def test_nobody_at_redis_url_means_sqlite(monkeypatch: Any) -> None:
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{free_port()}/0")
    assert isinstance(open_store(), SqliteSessions)


@pytest.fixture(scope="module")
def nginx_port(nginx_with: Any) -> Iterator[int]:
    with nginx_with("server { listen PORT; location / { return 200; } }") as port:
        yield port


def status(port: int, name: str, value: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", "/", headers={name: value})
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status


def test_nginx_takes_a_header_line_of_8_kb_and_no_more(nginx_port: int) -> None:
    room = NGINX_LINE - len("Authorization: \r\n")
    assert status(nginx_port, "Authorization", "x" * room) == 200
    assert status(nginx_port, "Authorization", "x" * (room + 20)) == 400


def test_a_token_with_too_many_groups_is_refused(nginx_port: int) -> None:
    for groups, told in ((0, 200), (most_groups(NGINX_LINE) - 5, 200), (most_groups(NGINX_LINE) + 5, 400)):
        name, _, value = lines(groups)["token, HS256"].partition(": ")
        assert status(nginx_port, name, value) == told
