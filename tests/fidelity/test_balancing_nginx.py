"""A real nginx, one worker, requests one after the other: it picks the servers that our algorithms pick, in that order.

Where nginx is not installed this is one skipped line; in CI, where it is, its absence is a failure.
"""

import http.client
import time
from random import Random

import pytest

from labs.proxies.balancing.algorithms import ALGORITHMS, Request, Server
from labs.proxies.balancing.real import fetch, real_proxy, real_servers
from labs.proxies.balancing.routing import Route, route
from tests.programs import nginx


def ask(port, path="/", source="127.0.0.1", host="x"):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(source, 0))
    line.request("GET", path, headers={"Host": host})
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    return text if answer.status == 200 else answer.status


def upstream(directive, servers, weights, down=""):
    lines = "".join(
        f"server 127.0.0.1:{server.port} weight={weights.get(name, 1)}{' down' * (name in down)};"
        for name, server in servers.items()
    )
    return f"upstream all {{ {directive} {lines} }} server {{ listen PORT; location / {{ proxy_pass http://all; }} }}"


def ours(algorithm, servers, requests):
    """The names that our algorithm picks, all servers idle."""
    names, memory = [], {}
    for request in requests:
        choice = ALGORITHMS[algorithm](servers, memory, request)
        memory = choice.memory
        names.append(choice.name)
    return names


WEIGHTS = [
    {"a": 5, "b": 1, "c": 1},
    {"a": 1, "b": 1, "c": 1},
    {"a": 1, "b": 2, "c": 5},
    {"a": 4, "b": 3, "c": 2, "d": 1},
]


@pytest.mark.parametrize("weights", WEIGHTS, ids=str)
@pytest.mark.parametrize(("algorithm", "directive"), [("smooth weighted", ""), ("least connections", "least_conn;")])
def test_smooth_weighted_and_idle_least_connections_give_nginx_s_order(tmp_path, algorithm, directive, weights):
    with real_servers(list(weights)) as servers, nginx(tmp_path, upstream(directive, servers, weights)) as port:
        real = [ask(port) for _ in range(30)]
    model = ours(algorithm, [Server(n, w) for n, w in weights.items()], [Request(i) for i in range(30)])
    assert model == real
    if weights == WEIGHTS[0]:
        assert "".join(real[:7]) == "aabacaa"


def test_our_own_real_proxy_keeps_nginx_s_order_too(tmp_path):
    weights = WEIGHTS[0]
    with real_servers(list(weights)) as servers, nginx(tmp_path, upstream("", servers, weights)) as port:
        theirs = [ask(port) for _ in range(21)]
        with real_proxy(servers, pick=ALGORITHMS["smooth weighted"], weights=weights) as proxy:
            assert [fetch(proxy.url).text for _ in range(21)] == theirs


def test_nginx_goes_on_as_we_do_when_a_server_is_busy(tmp_path):
    """A request hangs at the server that got it: least_conn sends the next ones elsewhere, ties in the same order."""
    weights = {"a": 1, "b": 2, "c": 1}
    with real_servers(list(weights)) as servers, nginx(tmp_path, upstream("least_conn;", servers, weights)) as port:
        servers["b"].hold()
        waiting = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        waiting.request("GET", "/")  # b is first, and does not answer
        until = time.monotonic() + 60
        while not servers["b"].seen and time.monotonic() < until:
            time.sleep(0.005)
        real = [ask(port) for _ in range(12)]
        servers["b"].release()
        assert waiting.getresponse().read() == b"b"
        waiting.close()
        real += [ask(port) for _ in range(12)]
    model, memory = [], {}
    for i in range(25):
        busy = 1 if 1 <= i <= 12 else 0
        seen = [Server(name, weight, busy * (name == "b")) for name, weight in weights.items()]
        choice = ALGORITHMS["least connections"](seen, memory, Request(i))
        memory = choice.memory
        model.append(choice.name)
    assert model == ["b", *real]
    assert "b" not in real[:12] and "b" in real[12:]


@pytest.mark.parametrize("weights", [WEIGHTS[0], WEIGHTS[1]], ids=str)
def test_ip_hash_sends_the_same_clients_to_the_same_servers(tmp_path, weights):
    clients = [f"127.{Random(7).randrange(1, 250) + i}.{3 * i}.{1 + i}" for i in range(5)]
    clients += [f"127.0.{i}.9" for i in range(40)]
    with real_servers(list(weights)) as servers, nginx(tmp_path, upstream("ip_hash;", servers, weights)) as port:
        try:
            real = [ask(port, source=client) for client in clients]
        except OSError:
            pytest.skip("only Linux lets a client be any 127.x.y.z")
    model = ours("ip hash", [Server(n, w) for n, w in weights.items()], [Request(client=c) for c in clients])
    assert model == real
    assert len(set(real)) > 1


def test_ip_hash_passes_over_a_server_that_is_down_as_nginx_does(tmp_path):
    clients = [f"127.0.{i}.9" for i in range(40)]
    with real_servers("abc") as servers, nginx(tmp_path, upstream("ip_hash;", servers, {}, down="b")) as port:
        try:
            real = [ask(port, source=client) for client in clients]
        except OSError:
            pytest.skip("only Linux lets a client be any 127.x.y.z")
    model = ours("ip hash", [Server("a"), Server("b", up=False), Server("c")], [Request(client=c) for c in clients])
    assert model == real


# Most lookups meet a server that is down, some of them 21 times in a row: then it is round robin's turn.
HEAVY = {"a": 60, **dict.fromkeys("bcdefgh", 1)}
MOSTLY_DOWN = [(HEAVY, "a"), (HEAVY, "ab"), ({"a": 20, "b": 2, "c": 1}, "a"), (dict.fromkeys("abcdefgh", 1), "abcdefg")]


@pytest.mark.parametrize(("weights", "down"), MOSTLY_DOWN, ids=str)
def test_ip_hash_gives_up_after_as_many_tries_as_nginx(tmp_path, weights, down):
    clients = [f"127.{i % 250}.{i // 5}.9" for i in range(500)]
    with real_servers(list(weights)) as servers, nginx(tmp_path, upstream("ip_hash;", servers, weights, down)) as port:
        try:
            real = [ask(port, source=client) for client in clients]
        except OSError:
            pytest.skip("only Linux lets a client be any 127.x.y.z")
    here = [Server(name, weight, up=name not in down) for name, weight in weights.items()]
    assert ours("ip hash", here, [Request(client=c) for c in clients]) == real


@pytest.mark.parametrize(("weights", "down"), MOSTLY_DOWN, ids=str)
def test_the_ring_is_looked_at_for_as_long_as_nginx_looks(tmp_path, weights, down):
    paths = [f"/page{i}" for i in range(500)]
    with real_servers(list(weights)) as servers:
        with nginx(tmp_path, upstream("hash $uri consistent;", servers, weights, down)) as port:
            real = [ask(port, path) for path in paths]
        addresses = {f"127.0.0.1:{server.port}": name for name, server in servers.items()}
    here = [Server(address, weights[name], up=name not in down) for address, name in addresses.items()]
    model = ours("ring hash", here, [Request(path=path) for path in paths])
    assert [addresses[address] for address in model] == real


@pytest.mark.parametrize("weights", [WEIGHTS[1], WEIGHTS[3]], ids=str)
def test_the_ring_is_nginx_s_ring(tmp_path, weights):
    paths = [f"/page{i}" for i in range(60)]
    with real_servers(list(weights)) as servers:
        with nginx(tmp_path, upstream("hash $uri consistent;", servers, weights)) as port:
            real = [ask(port, path) for path in paths]
        addresses = {f"127.0.0.1:{server.port}": name for name, server in servers.items()}
    ring = [Server(address, weights[name]) for address, name in addresses.items()]
    model = ours("ring hash", ring, [Request(path=path) for path in paths])
    assert [addresses[address] for address in model] == real


ROUTES = [
    Route("*", "/", "a"),
    Route("shop.example", "/", "b"),
    Route("shop.example", "/api", "c"),
    Route("shop.example", "/api/orders", "d"),
    Route("*.shop.example", "/", "e"),
    Route("*.eu.shop.example", "/", "f"),
]


def test_hosts_and_paths_are_routed_as_nginx_routes_them(tmp_path):
    with real_servers("abcdef") as servers:
        block = ""
        for host in dict.fromkeys(r.host for r in ROUTES):
            places = "".join(
                f"location {r.path} {{ proxy_pass http://127.0.0.1:{servers[r.group].port}; }}"
                for r in ROUTES
                if r.host == host
            )
            name = "listen PORT default_server;" if host == "*" else f"listen PORT; server_name {host};"
            block += f"server {{ {name} {places} }}"
        hosts = ["shop.example", "SHOP.example", "shop.example:8080", "a.shop.example", "b.eu.shop.example",
                 "eu.shop.example", "xshop.example", "other.example", "shop.example."]  # fmt: skip
        paths = ["/", "/api", "/apiary", "/api/", "/api/orders", "/api/orders/7", "/API", "/ap"]
        with nginx(tmp_path, block) as port:
            for host in hosts:
                for path in paths:
                    found = route(ROUTES, host, path)
                    assert found and found.group == ask(port, path, host=host), (host, path)
