"""A proxy with a cache in front of a real server: what the server hears of, and what clients get when it is gone."""

import socket
import time

import pytest

from labs.http import wire
from labs.http.loopback import reverse_proxy
from labs.http.servers import fetch, real_servers
from labs.http.shared_cache import SharedCache


@pytest.fixture
def world():
    """(server, URL of the proxy, clock), the server's answers good for 10 s, and for 5 s more on an error."""
    clock = [0.0]
    with (
        real_servers("a", {"Cache-Control": "max-age=10, stale-if-error=5"}) as servers,
        reverse_proxy(servers["a"].address, SharedCache(lambda: clock[0])) as url,
    ):
        yield servers["a"], url, clock


def test_the_server_hears_of_it_once_until_it_is_stale(world):
    server, url, clock = world
    assert [fetch(url + "/x").headers.get("age") for _ in range(3)] == [None, "0", "0"]
    clock[0] = 9.0
    assert fetch(url + "/x").headers["age"] == "9" and len(server.seen) == 1
    clock[0] = 10.0
    assert "age" not in fetch(url + "/x").headers and len(server.seen) == 2


def test_one_client_s_answer_is_not_given_to_another(world):
    server, url, _ = world
    for token in ("mine", "other", "mine"):
        fetch(url, headers={"Authorization": f"Bearer {token}"})
    assert [seen["authorization"] for _, seen in server.seen] == ["Bearer mine", "Bearer other", "Bearer mine"]
    fetch(url)
    assert len(server.seen) == 4, "and what they got is not given to somebody without a token"


def page(url, lines="", source="127.0.0.1"):
    """What a client at this address gets for a GET with these lines in its head."""
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), 60, (source, 0)) as line:
        line.sendall(f"GET / HTTP/1.1\r\nHost: a\r\n{lines}Connection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: line.recv(65536), b""))


def test_an_answer_for_one_address_is_not_given_to_another(world):
    server, url, _ = world
    server.headers["Vary"] = "X-Forwarded-For"
    for source in ("127.0.0.1", "127.0.0.2", "127.0.0.1"):
        page(url, source=source)
    assert [seen["x-forwarded-for"] for _, seen in server.seen] == ["127.0.0.1", "127.0.0.2"]
    page(url, "X-Forwarded-For: 127.0.0.2\r\n", source="127.0.0.3")
    assert len(server.seen) == 3, "whatever a client says of itself"


def test_a_field_that_connection_takes_off_does_not_choose_a_variant(world):
    server, url, _ = world
    server.headers["Vary"] = "Accept-Language"
    page(url, "Accept-Language: no\r\nConnection: Accept-Language\r\n")
    page(url, "Accept-Language: no\r\n")
    assert [seen.get("accept-language") for _, seen in server.seen] == [None, "no"]


def test_a_post_makes_it_forget(world):
    server, url, _ = world
    for method in ("GET", "POST", "GET", "GET"):
        fetch(url, method)
    assert len(server.seen) == 3


def test_a_crash_is_hidden_for_as_long_as_the_server_allowed(world):
    server, url, clock = world
    fetch(url)
    server.crash()
    clock[0] = 15.0
    assert fetch(url)[::2] == (200, "a") and fetch(url + "/other").status == 502
    clock[0] = 16.0
    assert fetch(url).status == 502
    server.come_back()


def test_a_new_answer_is_fetched_behind_the_client_s_back():
    clock = [0.0]
    with (
        real_servers("a", {"Cache-Control": "max-age=10, stale-while-revalidate=5"}) as servers,
        reverse_proxy(servers["a"].address, SharedCache(lambda: clock[0])) as url,
    ):
        fetch(url)
        clock[0] = 12.0
        servers["a"].hold()
        assert fetch(url).headers["age"] == "12", "the client does not wait for the server"
        assert servers["a"].wait_for(2)
        servers["a"].release()
        until = time.monotonic() + 60
        while (age := fetch(url).headers["age"]) != "0" and time.monotonic() < until:
            time.sleep(0.01)
        assert age == "0"


def test_an_answer_without_a_date_gets_the_time_when_it_came(monkeypatch):
    """Also from the cache, later: RFC 9110 §6.6.1. A Date that the server wrote is left alone."""
    came, theirs = 784_111_777, "Sat, 05 Nov 1994 00:00:00 GMT"
    clock = [float(came)]
    monkeypatch.setattr(wire.time, "time", lambda: clock[0])
    with (
        real_servers("a", {"Cache-Control": "max-age=10"}) as plain,
        reverse_proxy(plain["a"].address) as url,
        reverse_proxy(plain["a"].address, SharedCache(lambda: clock[0])) as caching,
        real_servers("b", {"Date": theirs}) as dates,
        reverse_proxy(dates["b"].address) as other,
    ):
        assert fetch(url).headers["date"] == fetch(caching).headers["date"] == "Sun, 06 Nov 1994 08:49:37 GMT"
        clock[0] += 5
        again = fetch(caching).headers
        assert (again["date"], again["age"]) == ("Sun, 06 Nov 1994 08:49:37 GMT", "5")
        assert fetch(other).headers["date"] == theirs
