"""Lesson 18 on the real thing: its journey with a real Redis as the store, and header lines against a real nginx."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from labs.sessions.journey.sizes import NGINX_LINE, lines, most_groups
from labs.sessions.real.servers import journey
from labs.sessions.real.stores import RedisSessions, SqliteSessions, open_store
from tests.ports import free_port


def program(name: str, package: str) -> str:
    """Where it is; a skipped test where it is not, and in CI a failed one."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(f"CI must have {name}: apt install {package}")
    if found is None:
        pytest.skip(f"{name} is not installed (on Debian: apt install {package})")
    return found


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 10
    while not answers(port):
        assert time.monotonic() < until and process.poll() is None
        time.sleep(0.02)


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    pytest.importorskip("redis")
    port = free_port()
    command = [program("redis-server", "redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/tmp")
    try:
        wait_for(port, process)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


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
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder: Path = tmp_path_factory.mktemp("nginx")
    port = free_port()
    temporary = "".join(f"{w}_temp_path {folder}/{w};" for w in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log; events {{}} "
        f"http {{ access_log off; {temporary} server {{ listen 127.0.0.1:{port}; location / {{ return 200; }} }} }}"
    )
    command = [program("nginx", "nginx-light"), "-p", str(folder), "-c", "nginx.conf", "-e", f"{folder}/error.log"]
    process = subprocess.Popen(command)
    try:
        wait_for(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def status(port: int, name: str, value: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", "/", headers={name: value})
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status


def test_nginx_takes_a_header_line_of_8_kb_and_no_more(nginx: int) -> None:
    room = NGINX_LINE - len("Authorization: \r\n")
    assert status(nginx, "Authorization", "x" * room) == 200
    assert status(nginx, "Authorization", "x" * (room + 20)) == 400


def test_a_token_with_too_many_groups_is_refused(nginx: int) -> None:
    for groups, told in ((0, 200), (most_groups(NGINX_LINE) - 5, 200), (most_groups(NGINX_LINE) + 5, 400)):
        name, _, value = lines(groups)["token, HS256"].partition(": ")
        assert status(nginx, name, value) == told
