"""The real forward proxy on 127.0.0.1, and real clients through it."""

import shutil
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from labs.http.dates import read_date
from labs.http.messages import read_answer_head
from labs.http.servers import RealServer, real_servers
from labs.http.shared_cache import SharedCache
from labs.http.syntax import value
from labs.proxies.forward.access import Rule
from labs.proxies.forward.real import forward_proxy, https_site, through

FRESH, PRIVATE = {"Cache-Control": "max-age=60"}, {"Cache-Control": "private"}
URL = "http://shop.example/cart?x=1"


def crowd(proxy, server: RealServer, clients: int, reached: int):
    """So many clients at once, while the origin keeps all waiting: their replies."""
    server.hold()
    with ThreadPoolExecutor(clients) as pool:
        replies = [pool.submit(through, proxy, URL) for _ in range(clients)]
        assert server.wait_for(reached)
        until = time.monotonic() + 60
        while len(proxy._waiting) < clients - reached and time.monotonic() < until:
            time.sleep(0.005)
        server.release()
        return [reply.result(120) for reply in replies]


def test_a_hundred_clients_and_one_request_to_the_origin():
    with (
        real_servers(["shop"], FRESH) as there,
        forward_proxy({"shop.example": there["shop"].address}, cache=SharedCache(time.time)) as proxy,
    ):
        replies = crowd(proxy, there["shop"], 100, 1)
        assert {(reply.status, reply.text) for reply in replies} == {(200, "shop")}
        assert len(there["shop"].seen) == proxy.asked == 1
        assert not proxy._waiting and not proxy._failed


def test_a_private_answer_is_shared_with_nobody():
    with (
        real_servers(["shop"], PRIVATE) as there,
        forward_proxy({"shop.example": there["shop"].address}, cache=SharedCache(time.time)) as proxy,
    ):
        replies = crowd(proxy, there["shop"], 10, 1)
        assert [reply.status for reply in replies] == [200] * 10
        assert len(there["shop"].seen) == proxy.asked == 10


def test_when_the_leader_fails_everybody_is_told_and_nobody_hangs():
    with (
        real_servers(["shop"], FRESH) as there,
        forward_proxy({"shop.example": there["shop"].address}, cache=SharedCache(time.time)) as proxy,
    ):
        looked_up = proxy.resolve

        def slow(host, port):  # so that the others are there before the leader has failed
            until = time.monotonic() + 60
            while len(proxy._waiting) < 19 and time.monotonic() < until:
                time.sleep(0.005)
            return looked_up(host, port)

        there["shop"].crash()
        proxy.resolve = slow
        with ThreadPoolExecutor(20) as pool:
            statuses = list(pool.map(lambda _: through(proxy, URL).status, range(20)))
        assert statuses == [502] * 20 and proxy.asked == 1
        there["shop"].come_back()
        proxy.resolve = looked_up
        assert through(proxy, URL).status == 200, "the group is over: whoever comes later asks anew"


def test_what_varies_is_not_given_to_another():
    with (
        real_servers(["shop"], {**FRESH, "Vary": "Accept-Language"}) as there,
        forward_proxy({"shop.example": there["shop"].address}, cache=SharedCache(time.time)) as proxy,
    ):
        for language in ("de", "fr", "de"):
            through(proxy, URL, {"Accept-Language": language})
        assert len(there["shop"].seen) == 2


@pytest.mark.parametrize("tells", ["nothing", "Forwarded", "X-Forwarded-For"])
def test_what_the_origin_sees_of_its_client(tells):
    with real_servers(["shop"]) as there, forward_proxy({"shop.example": there["shop"].address}, tells=tells) as proxy:
        through(proxy, URL, {"Cookie": "a=1"})
        path, seen = there["shop"].seen[0]
    assert (path, seen["host"], seen["cookie"], seen["via"]) == ("/cart?x=1", "shop.example", "a=1", "1.1 proxy")
    assert [name for name in ("forwarded", "x-forwarded-for") if name in seen] == [tells.lower()] * (tells != "nothing")


def test_curl_and_httpx_go_through_it_over_http_and_by_a_tunnel(tmp_path):
    with (
        real_servers(["shop"]) as there,
        https_site("bank.example", "the bank") as (address, trust, asked),
        forward_proxy({"shop.example": there["shop"].address, "bank.example": address}) as proxy,
    ):
        with httpx.Client(proxy=proxy.url, verify=trust, trust_env=False, timeout=60) as client:
            assert client.get("http://shop.example/a").text == "shop"
            assert client.get("https://bank.example/b").text == "the bank"
        if curl := shutil.which("curl"):
            for url, text in (("http://shop.example/c", "shop"), ("https://bank.example/d", "the bank")):
                told = subprocess.run(
                    [curl, "-s", "-k", "-x", proxy.url, url], capture_output=True, timeout=120, check=True
                )
                assert told.stdout.decode() == text
        assert all(line.target == "bank.example:443" for line in proxy.log if line.method == "CONNECT")
        assert asked and not [name for request in asked for name, _ in request.headers if name.lower() == "via"]


def test_a_name_that_leads_inside_is_refused_without_names_of_ones_own():
    looked_up = []

    def resolve(host, port):
        looked_up.append(host)
        return {"inner.example": [("127.0.0.1", 1)], "mixed.example": [("203.0.113.9", 1), ("10.0.0.5", 1)]}[host]

    with forward_proxy(resolve=resolve) as proxy:
        for name in ("inner.example", "mixed.example"):
            assert through(proxy, f"http://{name}/").status == 403
            with pytest.raises(OSError, match="403"):
                through(proxy, f"https://{name}/")
        assert looked_up == ["inner.example"] * 2 + ["mixed.example"] * 2 and proxy.asked == 0
    with forward_proxy() as proxy:  # by the system's own names
        assert through(proxy, "http://127.0.0.1/").status == 403
        assert through(proxy, "http://[::1]/").status == 403


def test_only_what_a_rule_lets_through_goes_out():
    with (
        real_servers(["shop"]) as there,
        forward_proxy({"shop.example": there["shop"].address}, rules=[Rule("GET", "*.example", (80,))]) as proxy,
    ):
        assert through(proxy, URL).status == 200
        assert through(proxy, "http://shop.example:81/").status == 403
        assert through(proxy, "http://shop.example.evil/").status == 403
        with pytest.raises(OSError, match="403"):
            through(proxy, "https://shop.example/")
        assert [line.status for line in proxy.log] == [200, 403, 403, 403]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("GET /cart", 400),
        ("GET http://other.example/", 502),
        ("GET http://shop.example:81/", 403),
        ("CONNECT shop.example:25", 403),
        ("OPTIONS http://shop.example/", 200),
    ],
)
def test_what_the_proxy_says_itself_has_a_date(asked, status):
    with (
        forward_proxy({"shop.example": ("127.0.0.1", 1)}) as proxy,
        socket.create_connection(("127.0.0.1", int(proxy.url.rpartition(":")[2])), 60) as line,
    ):
        line.sendall(f"{asked} HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\nConnection: close\r\n\r\n".encode())
        answer = read_answer_head(b"".join(iter(lambda: line.recv(65536), b"")).partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
    date = value(answer.headers, "date")
    assert answer.status == status and abs(read_date(date) - time.time()) < 60


def test_a_site_that_is_an_origin_dates_its_pages():
    with (
        https_site("bank.example", "the bank") as (address, trust, _),
        forward_proxy({"bank.example": address}) as proxy,
    ):
        date = through(proxy, "https://bank.example/", trust=trust).headers["date"]
    assert abs(read_date(date) - time.time()) < 60
