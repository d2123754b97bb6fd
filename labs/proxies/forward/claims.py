"""What the notes claim about forward proxies, put to a run."""

from __future__ import annotations

from labs.http.messages import read_request_head
from labs.http.syntax import Refuse
from labs.kit.guessing.ledger import Finding, Ledger
from labs.proxies.forward.access import Rule, asked_too_much
from labs.proxies.forward.crowd import KINDS, crowd
from labs.proxies.forward.hops import check_is_for_proxy, destination
from labs.proxies.forward.shelf import shelf
from labs.proxies.forward.views import CLIENT, PROXY, known, views
from labs.proxies.sources import COLLAPSED, CONNECT, FORWARDED, GATEWAY, HTTP_CACHING, SQUID_COLLAPSED, STORING, VIA

NOTES = Ledger("12")


@NOTES.says("proxies-on-behalf", "A proxy connects to the server on behalf of the client, which does not.", GATEWAY)
def on_behalf() -> Finding:
    """Who is at the two ends of each connection that carries the request?"""
    hops = [(event.who, event["to"]) for event in views().of("hop")]
    return (
        {"the request and its answer travel": ", ".join(f"{a} → {b}" for a, b in hops)},
        ("client", "origin") not in hops,
        "Two connections, each with an end at the proxy. A tunnel passes bytes on between two connections as well.",
    )


@NOTES.says("proxies-anonymous", "The server sees the proxy's IP address; basically the client is anonymous.",
            FORWARDED, VIA)  # fmt: skip
def anonymous() -> Finding:
    """What the origin has read by the end."""
    plain, told = known(views(cookie=False), "origin"), known(views(tells="X-Forwarded-For"), "origin")
    cookie = known(views(), "origin")
    return (
        {
            "the proxy tells nothing, no cookie": ", ".join(plain),
            "the proxy tells nothing, a cookie": ", ".join(cookie),
            "the proxy writes X-Forwarded-For": ", ".join(told),
        },
        {
            "the address is hidden unless the proxy tells it": "client's address" not in plain,
            "the client is anonymous": "cookie" not in cookie and "client's address" not in told,
        },
        "The address is hidden, unless the proxy writes it down, as Squid does by default. Cookies, logins and the "
        "browser's own habits travel on. And the proxy itself knows everything.",
    )


@NOTES.says(
    "proxies-grouping",
    "When clients c1 and c2 ask for the same thing at the same time, the proxy hits the server with one request only.",
    COLLAPSED, SQUID_COLLAPSED,
)  # fmt: skip
def grouping() -> Finding:
    """Two clients, with each kind of answer, with collapsing and without."""
    with_it = {answer: len(crowd(2, answer).of("ask")) for answer in KINDS}
    without = len(crowd(2, collapse=False).of("ask"))
    seen = {f"collapsing, {answer}: requests": str(n) for answer, n in with_it.items()}
    return (
        seen | {"no collapsing: requests": str(without)},
        {"an answer for all": with_it["max-age=60"] == 1, "a private one, or no collapsing": without == 1},
        "It is allowed, not required. Squid has it switched off unless `collapsed_forwarding on` is set. "
        "An answer for one client cannot be shared.",
    )


@NOTES.says("proxies-restricts", "A proxy gives access to restricted content.", GATEWAY)
def restricted() -> Finding:
    """A site that lets in one address only: the proxy's."""
    addresses = {"client": CLIENT, "proxy": PROXY}
    asks = next(addresses[event.who] for event in views().of("hop") if event["to"] == "origin")
    lets_in = {who: address == PROXY for who, address in (("asked directly", CLIENT), ("by way of the proxy", asks))}
    return (
        {f"a site for {PROXY} only, {way}": "answers" if ok else "refuses" for way, ok in lets_in.items()},
        {"the site goes by addresses": lets_in["by way of the proxy"], "the site asks for a login": False},
        "A site that goes by addresses sees the proxy's, so its clients get what the proxy may get: a library's "
        "journals, another country's films, and also the inner network that nobody wanted to open.",
    )  # fmt: skip


@NOTES.says(
    "proxies-blocks-sites", "A proxy brings security: clients can be kept from a site such as facebook.com.", CONNECT
)
def blocks() -> Finding:
    """A proxy with a list of the sites that may be asked for."""
    rules = (Rule(host="*.example"), Rule("CONNECT", "*.example", (443,)))
    asked = (("GET", "www.facebook.com", 80), ("CONNECT", "www.facebook.com", 443), ("CONNECT", "shop.example", 443))
    told = {f"{m} {h}:{p}": asked_too_much(rules, m, h, p) for m, h, p in asked}
    return (
        {what: why or "goes out" for what, why in told.items()},
        [bool(why) for why in told.values()] == [True, True, False],
        "By its name, even for https, since CONNECT says the host. A list of forbidden names does not stop a client "
        "that asks for the site's address, or for another proxy; a list of permitted ones, as here, does. Not by the "
        "page within an https site, and only for clients that have no other way out: a firewall has to see to that.",
    )


@NOTES.says(
    "proxies-caches",
    "A hundred clients ask for static content: the proxy gets it from the server, caches it, and answers the next "
    "requests itself.",
    HTTP_CACHING, STORING,
)  # fmt: skip
def caches() -> Finding:
    """The same page asked for every four seconds, with three kinds of Cache-Control."""
    says = ("max-age=20", "private", "no-store")
    hits = {one: sum(event["how"] == "hit" for event in shelf(one).of("served")) for one in says}
    return (
        {f"{one}: answered by the cache": f"{n} of {len(shelf(one).of('served'))}" for one, n in hits.items()},
        {"static content that says how long it is fresh": hits["max-age=20"] > 0, "https through a tunnel": False},
        "As long as the answer is fresh, and was meant for all. What goes through a tunnel cannot be cached: the proxy "
        "cannot read it. With most of the web on https, caching has moved to browsers and to CDNs.",
    )


@NOTES.says("proxies-one-each", "For n applications you have to set up n proxy servers.", GATEWAY, CONNECT)
def one_each() -> Finding:
    """One proxy, asked for three applications on two protocols."""
    asked = (
        b"GET http://shop.example/ HTTP/1.1\r\nHost: shop.example\r\n\r\n",
        b"POST http://api.example/v1 HTTP/1.1\r\nHost: api.example\r\n\r\n",
        b"CONNECT chat.example:443 HTTP/1.1\r\nHost: chat.example:443\r\n\r\n",
    )
    taken = {}
    for raw in asked:
        request = read_request_head(raw)
        try:
            check_is_for_proxy(request, "http")
            host, port = destination(request)
            taken[raw.split(b" HTTP")[0].decode()] = f"goes to {host}, port {port}"
        except Refuse as refusal:
            taken[raw.split(b" HTTP")[0].decode()] = refusal.why
    return (
        taken,
        not all(told.startswith("goes to") for told in taken.values()),
        "Each request says where it wants to go, so one proxy serves any number of applications and sites. What is "
        "needed per application is a setting that names the proxy (many read `https_proxy`).",
    )
