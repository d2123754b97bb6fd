"""What the notes claim about reverse proxies and load balancers, each sentence put to a run and judged."""

from __future__ import annotations

from labs.kit.guessing.ledger import Finding, Ledger
from labs.proxies import sources as said_in
from labs.proxies.balancing.algorithms import ALGORITHMS
from labs.proxies.balancing.balance import balance, outcomes
from labs.proxies.balancing.distance import first_page
from labs.proxies.balancing.percentiles import summary
from labs.proxies.balancing.real import fetch, real_proxy, real_servers
from labs.proxies.balancing.routing import Route, seen

NOTES = Ledger("13")

# ── the four that are guessed ─────────────────────────────────────────────────────────────────────────────────────────


@NOTES.says(
    "proxies-cannot-proxy",
    "A reverse proxy can act as a load balancer, but a load balancer cannot act as a proxy: it has no caching, no "
    "logging, and does not hide addresses.",
    said_in.GATEWAY,
)
def _cannot_proxy() -> Finding:
    from labs.http.shared_cache import SharedCache

    cache = SharedCache(now=lambda: 0.0)  # time stands still: nothing gets old
    with (
        real_servers("ab", headers={"Cache-Control": "max-age=60"}) as servers,
        real_proxy(servers, cache=cache) as proxy,
    ):
        via = [fetch(proxy.url).headers["via"] for _ in range(6)][-1]
        reached = sum(len(server.seen) for server in servers.values())
    fourth = seen("layer 4", "192.0.2.7", "shop.example", "/")
    return (
        {
            "layer 7": f"reads requests; of 6 requests {reached} reached a server and {cache.hits} were answered from "
            f"its cache; it names itself in Via: {via}",
            "layer 4": f"reads addresses and ports; of an https request it can see: {fourth}",
        },
        {"a layer-7 balancer cannot cache": reached == 6, "a layer-4 balancer cannot cache": not fourth.can_cache},
        "A layer-7 balancer is a reverse proxy with several upstream servers. A layer-4 balancer does not read "
        "requests, so it cannot cache them. It may still log connections, and hide addresses.",
    )


@NOTES.says(
    "proxies-hides",
    "A reverse proxy gives security: the outside world cannot see the servers, or reach them directly.",
    said_in.GATEWAY,
    said_in.FORWARDED,
)
def _hides() -> Finding:
    with real_servers("ab", headers={"Server": "acme/1.2"}) as servers, real_proxy(servers) as proxy:
        reply = fetch(proxy.url)
        asked = servers[reply.text].seen[0][1]
        around = fetch(f"http://{servers['a'].address[0]}:{servers['a'].address[1]}").text
        ports = [str(server.port) for server in servers.values()]
    told = " ".join([*reply.headers, *reply.headers.values()])
    leaks = [
        what
        for what, leaked in (("its port", any(port in told for port in ports)), ("its software", "acme" in told))
        if leaked
    ]
    return (
        {
            "told to the client": ", ".join(leaks) or "nothing about the server",
            "asked at its address": f"{around} answers a client that bypasses the proxy",
            "told to the server": f"X-Forwarded-For: {asked['x-forwarded-for']}",
        },
        {"the answer gives nothing away": not leaks, "nobody can bypass it": around != "a"},
        "The proxy hides the servers' addresses, but it does not close them. Let the servers accept connections from "
        "the proxy only (a firewall, a private network); otherwise anyone who learns an address can bypass it.",
    )


@NOTES.says(
    "proxies-one-server",
    "With only one server you do not need a load balancer, but you may need a reverse proxy, for what else it does.",
    said_in.GATEWAY,
)
def _one_server() -> Finding:
    alone = {summary(outcomes(balance(algorithm=name, speeds=(1,)), 500)) for name in ALGORITHMS}
    one = balance(speeds=(1,), cache=2)
    kept = len(one.of("hit"))
    return (
        {
            "one server, eight balancers": "the same result" if len(alone) == 1 else f"{len(alone)} different results",
            "one server behind a cache": f"{kept} of {len(one.of('arrive'))} requests never reached it",
        },
        len(alone) == 1 and kept > 0,
        "TLS, caching, compression and logs are some of it. And with a proxy in place a second server can "
        "be added, or the first replaced, without clients noticing.",
    )


@NOTES.says("proxies-cdn-near", "A CDN is near the user's location, so it reduces latency.", said_in.TLS_13)
def _cdn_near() -> Finding:
    def told(user: str, origin: str, edge: str) -> tuple[str, bool]:
        runs = [first_page(user, origin), first_page(user, origin, edge), first_page(user, origin, edge, cached=True)]
        without, asks, has = [1000 * run.end for run in runs]
        words = f"{without:.0f} ms without, {asks:.0f} ms if the edge has to ask, {has:.0f} ms if it has the page"
        return words, asks < without and has < without

    far, near = told("Sydney", "Frankfurt", "Singapore"), told("London", "Frankfurt", "New York")
    return (
        {"Sydney to Frankfurt": f"edge in Singapore: {far[0]}", "London to Frankfurt": f"edge in New York: {near[0]}"},
        {"where the edge is nearer than the origin": far[1], "where it is not": near[1]},
        "What counts is the distance to the edge, on every round trip. These are the shortest times that light in "
        "glass allows; real connections take longer.",
    )


# ── those that are met where their topic is ───────────────────────────────────────────────────────────────────────────


@NOTES.says("proxies-reverse", "A reverse proxy is just a forward proxy in the other direction.", said_in.GATEWAY)
def _reverse() -> Finding:
    with real_servers("s") as servers, real_proxy(servers, routes=[Route("shop.example", "/", "s")]) as proxy:
        status = {host: fetch(proxy.url, headers={"Host": host}).status for host in ("shop.example", "other.example")}
    return (
        {f"a client asks it for {host}": f"status {code}" for host, code in status.items()},
        {
            "it asks a server on the client's behalf": status["shop.example"] == 200,
            "it goes wherever the client wants": status["other.example"] == 200,
        },
        "The client chooses a forward proxy, and names any site it likes. A reverse proxy answers for its own sites "
        "only, and the client need not know that it is one.",
    )


@NOTES.says("proxies-balances", "A reverse proxy can be used for load balancing.", said_in.NGINX_UPSTREAM)
def _balances() -> Finding:
    with real_servers("abc") as servers, real_proxy(servers) as proxy:
        answers = [fetch(proxy.url).text for _ in range(6)]
    return (
        f"six requests to the one address of a real proxy were answered by {' '.join(answers)}",
        answers == list("abcabc"),
        "",
    )


@NOTES.says("proxies-cdn-cache", "A CDN, which is a reverse proxy, has a cache of its own.", said_in.HTTP_CACHING)
def _cdn_cache() -> Finding:
    cached, plain = balance(cache=2, load=0.9), balance(load=0.9)
    hits = len(cached.of("hit"))
    return (
        f"of {cached.settings['requests']} requests {hits} are answered from the cache, so the servers get "
        f"{len(cached.of('pick'))} instead of {len(plain.of('pick'))}",
        hits > 0 and len(cached.of("pick")) < len(plain.of("pick")),
        "It is a shared cache: it may store only what anybody may see. "
        "An answer marked private or no-store must not be stored there.",
    )
