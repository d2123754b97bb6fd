"""The real proxy on loopback: any HTTP client, real servers, one of which crashes; quiet, local, gone afterwards."""

import asyncio
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request

import psutil
import pytest

from labs.http.shared_cache import SharedCache
from labs.kit.not_here import NotHere
from labs.proxies.balancing.algorithms import least_connections, smooth_weighted
from labs.proxies.balancing.health import judge
from labs.proxies.balancing.real import ask, fetch, real_proxy, real_servers
from labs.proxies.balancing.routing import Route


def row(proxy, times):
    """The answers without gaps: "abc"."""
    return ask(proxy, times).replace(" ", "")


def raw(proxy, message):
    """What comes back for these bytes."""
    host, port = proxy.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.sendall(message)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


def test_a_learner_s_balancer_and_health_check_at_work(capfd):
    def mine(servers, memory, request):
        return smooth_weighted(servers, memory, request)[:2]

    def my_judge(health, ok, rise, fall):
        return tuple(judge(health, ok, rise, fall))

    with real_servers("abc") as servers, real_proxy(servers, mine, {"a": 5}, my_judge) as proxy:
        assert row(proxy, 7) == "aabacaa"
        servers["b"].crash()
        assert row(proxy, 7) == "aaaacaa"
        assert proxy.log[9] == ["b", "a"]
        assert [proxy.check_health()["b"] for _ in range(3)] == [True, True, False]
        assert set(row(proxy, 12)) == set("ac") and not any("b" in tried for tried in proxy.log[14:])
        servers["b"].come_back()
        assert [proxy.check_health()["b"] for _ in range(2)] == [False, True]
        assert "b" in row(proxy, 7)
    assert capfd.readouterr() == ("", "")


def test_least_connections_keeps_away_from_a_busy_server():
    with real_servers("abc") as servers, real_proxy(servers, least_connections) as proxy:
        servers["a"].hold()
        stuck = threading.Thread(target=fetch, args=(proxy.url,))
        stuck.start()
        assert servers["a"].wait_for(1)
        assert row(proxy, 6) == "bcbcbc"
        servers["a"].release()
        stuck.join()
        assert "a" in row(proxy, 3)


def test_urllib_comes_through_and_everything_is_on_loopback():
    with real_servers("a") as servers, real_proxy(servers) as proxy:
        with urllib.request.urlopen(proxy.url + "/x?y=1") as answer:
            assert answer.read() == b"a" and answer.status == 200
        assert servers["a"].seen[0][0] == "/x?y=1"
        listening = [c.laddr.ip for c in psutil.Process().net_connections("tcp") if c.status == psutil.CONN_LISTEN]
        assert listening and set(listening) == {"127.0.0.1"}


def test_https_ends_at_the_proxy_and_only_its_own_certificate_is_trusted():
    with real_servers("a") as servers, real_proxy(servers, tls=True) as proxy:
        assert proxy.url.startswith("https://")
        assert fetch(proxy.url, trust=proxy.trust).text == "a"
        assert servers["a"].seen[0][1]["x-forwarded-proto"] == "https"
        with pytest.raises(ssl.SSLCertVerificationError):
            fetch(proxy.url, trust=ssl.create_default_context())


def test_routes_and_the_cache():
    cache = SharedCache(lambda: 0.0)
    routes = [Route("*", "/", "a"), Route("*", "/api", "b")]
    with (
        real_servers("ab", {"Cache-Control": "max-age=5"}) as servers,
        real_proxy(servers, routes=routes, cache=cache) as proxy,
    ):
        assert [fetch(proxy.url + path).text for path in ("/", "/api", "/", "/api/1")] == ["a", "b", "a", "b"]
        assert [len(servers[name].seen) for name in "ab"] == [1, 2] and cache.hits == 1
        assert fetch(proxy.url).headers["age"] == "0"
        assert fetch(proxy.url, "POST").text == "a" and len(servers["a"].seen) == 2
    with real_servers("ab") as servers, real_proxy(servers, routes=routes) as proxy:
        spelt = ("/api", "/%61pi", "//api", "/x/../api", "/api/../x", "/%2561pi")
        assert [fetch(proxy.url + path).text for path in spelt] == ["b", "b", "b", "b", "a", "a"]
        # As it was written, but that Python's own server merges leading slashes.
        assert [path for path, _ in servers["b"].seen] == ["/api", "/%61pi", "/api", "/x/../api"]
    with real_servers("a") as servers, real_proxy(servers, routes=[Route("shop.example", "/", "a")]) as proxy:
        assert fetch(proxy.url, headers={"Host": "other.example"}).status == 404


def test_nobody_up_is_503_and_nobody_answering_502():
    with real_servers("ab") as servers, real_proxy(servers) as proxy:
        for server in servers.values():
            server.crash()
        assert fetch(proxy.url)[::2] == (502, "no server could answer")
        for _ in range(3):
            proxy.check_health()
        assert fetch(proxy.url)[::2] == (503, "no server is up")


@pytest.fixture
def breaks_off():
    """The port of a server that takes a request and hangs up; and how many came."""
    came = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            came.append(line.recv(1000)[:4])
            line.close()

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1], came
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def test_only_what_may_be_sent_twice_is_sent_twice(breaks_off):
    port, came = breaks_off
    with (
        real_servers("ab") as servers,
        real_proxy(servers, lambda s, m, r: (min(x.name for x in s if x.up), m)) as proxy,
    ):
        proxy.addresses["a"] = ("127.0.0.1", port)
        assert fetch(proxy.url).text == "b"  # a GET may be repeated, though a may have acted on it
        assert fetch(proxy.url, "POST")[::2] == (502, "the server broke off")
        servers["b"].crash()
        proxy.addresses["a"] = servers["b"].address  # where nobody listens: nothing was heard, so anything may go on
        servers["b"].come_back()
        assert fetch(proxy.url, "POST").status == 200
    assert came == [b"GET ", b"POST"]


@pytest.mark.parametrize(
    ("message", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        (b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\n folded: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n0\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", 200),
        (b"GET /../x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n", 413),
        (b"GET http://a/x HTTP/1.1\r\nHost: b\r\n\r\n", 200),
        (b"GET / HTTP/1.0\r\n\r\n", 200),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", 200),
    ],
)
def test_what_is_no_request_is_refused_and_the_server_never_hears_of_it(message, status):
    with real_servers("a") as servers, real_proxy(servers) as proxy:
        assert raw(proxy, message).startswith(f"HTTP/1.1 {status} ".encode())
        assert len(servers["a"].seen) == (status == 200)
        assert row(proxy, 1) == "a"


def test_a_whole_address_in_the_request_goes_before_the_host(breaks_off):
    with real_servers("a") as servers, real_proxy(servers) as proxy:
        raw(proxy, b"GET http://shop.example/x HTTP/1.1\r\nHost: other\r\n\r\n")
        assert servers["a"].seen[0][0] == "/x" and servers["a"].seen[0][1]["host"] == "shop.example"


def test_a_broken_balancer_is_an_answer_and_not_a_dead_proxy():
    def mine(servers, memory, request):
        raise NotImplementedError()

    with real_servers("a") as servers, real_proxy(servers, mine) as proxy:
        reply = fetch(proxy.url)
        assert reply.status == 500 and "still to be written" in reply.text

    def odd(servers, memory, request):
        return "z", memory

    with real_servers("a") as servers, real_proxy(servers, odd) as proxy:
        assert fetch(proxy.url).text == "odd picked 'z': there are only 'a'."


def test_a_balancer_that_never_comes_back_is_asked_only_once():
    asked = []

    def endless(servers, memory, request):
        asked.append(request)
        while True:
            pass

    with real_servers("a") as servers, real_proxy(servers, endless) as proxy:
        told = {fetch(proxy.url).text for _ in range(6)}
    assert len(told) == 1 and "did not come back within 1 s" in told.pop()
    assert len(asked) == 1, "it held up everybody once; that is enough"


def test_many_at_once():
    with real_servers("abc") as servers, real_proxy(servers) as proxy:
        found = []
        askers = [threading.Thread(target=lambda: found.append(row(proxy, 5))) for _ in range(8)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        assert sorted("".join(found)).count("a") in (13, 14) and len("".join(found)) == 40


def test_nothing_is_left_running():
    def there():
        process = psutil.Process()
        return process.num_threads(), len(process.net_connections("tcp"))

    def use():
        with real_servers("abc") as servers, real_proxy(servers, tls=True) as proxy:
            fetch(proxy.url, trust=proxy.trust)

    use()
    before = there()
    use()
    with pytest.raises(KeyError), real_servers("ab") as servers, real_proxy(servers):
        raise KeyError
    until = time.monotonic() + 60
    while there() > before and time.monotonic() < until:
        time.sleep(0.05)
    assert there() <= before


def test_it_runs_beside_a_loop_that_is_running_already():
    async def notebook():
        with real_servers("a") as servers, real_proxy(servers) as proxy:
            return fetch(proxy.url).text

    assert asyncio.run(notebook()) == "a"


def test_where_nothing_can_listen_it_says_so_in_a_sentence(monkeypatch):
    from labs.http import servers as module

    class Cannot:
        def __init__(self, *args):
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module, "_Quiet", Cannot)
    with (
        pytest.raises(NotHere, match=r"^No server can listen on 127\.0\.0\.1 here \(Permission denied\)\.$"),
        real_servers("a"),
    ):
        pass


def test_an_unwritten_function_is_stood_in_for_and_a_line_says_so(capsys):
    from labs.kit.guarding.fence import written

    def mine(health, ok, rise, fall):
        raise NotImplementedError()

    assert written(mine, judge, (True, 0), True, 2, 3) is judge
    assert capsys.readouterr().out == "mine is still to be written: the course's own stands in for it.\n"
    assert written(len, judge, []) is len


def test_importing_proxies_is_quick_and_brings_nothing_heavy():
    program = "import sys, labs.proxies.balancing.balance, labs.proxies.balancing.algorithms; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"simpy", "pandas", "ipywidgets", "cryptography", "asyncio", "http.client"} & set(told)


def test_the_answer_to_head_has_a_length_and_no_body():
    with real_servers("a") as servers, real_proxy(servers) as proxy:
        answer = raw(proxy, b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n") and answer.endswith(b"\r\n\r\n")
        assert b"Content-Length: 1\r\n" in answer and answer.lower().count(b"content-length") == 1
