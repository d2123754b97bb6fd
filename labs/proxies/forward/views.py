"""One request on its way through a forward proxy: the bytes on each hop, and who has read what of them.

The messages are made and read by the same code that the real proxy runs (labs/http, hops.py). What goes through a
tunnel is told from the outside only: what stands in the open, and that the rest is sealed.
"""

from __future__ import annotations

from labs.http.messages import Answer, Request, head, read_request_head
from labs.http.wire import answer_bytes, request_bytes
from labs.kit.limits import Limits, OneOf, YesNo, check_settings
from labs.kit.trace import Fault, Trace
from labs.proxies.forward.hops import TELLS, back, onward

CLIENT, PROXY, SITE = "203.0.113.7", "198.51.100.1", "shop.example"
FACTS = ("client's address", "site", "path", "cookie", "page")
SCHEMES = ("http", "https")
LIMITS: Limits = {"scheme": OneOf(SCHEMES), "tells": OneOf(TELLS), "cookie": YesNo()}
PAGE = Answer(200, [("Content-Type", "text/html")], b"<h1>Your cart</h1>")
SEALED = "▒▒▒▒▒▒▒▒  sealed by TLS  ▒▒▒▒▒▒▒▒"


def views(
    scheme: str = "http", tells: str = "nothing", cookie: bool = True, *, faults: tuple[Fault, ...] = ()
) -> Trace:
    """Alice's client asks for her cart by way of a proxy: `hop` events with their lines, `knows` for who read what.

    `tells` is what the proxy writes down of its client; a tunnel leaves it no place to write.
    """
    check_settings(LIMITS, {"scheme": scheme, "tells": tells, "cookie": cookie})
    trace = Trace({"scheme": scheme, "tells": tells, "cookie": cookie}, faults, end=10)
    (_plain if scheme == "http" else _tunnelled)(trace, tells, cookie)
    return trace


def _plain(trace: Trace, tells: str, cookie: bool) -> None:
    asked = _asked(f"http://{SITE}/cart", cookie, [("Proxy-Connection", "keep-alive")])
    passed = onward(asked, CLIENT, tells)
    first = f"{asked.method} http://{SITE}{asked.asked} HTTP/1.1"
    _hop(trace, 1, "client", "proxy", head(first, asked.headers))
    _knows(trace, 2, "proxy", "client's address", "site", "path", *["cookie"] * cookie)
    _hop(trace, 3.5, "proxy", "origin", request_bytes(passed))
    _knows(trace, 4.5, "origin", "site", "path", *["cookie"] * cookie, *["client's address"] * (tells != "nothing"))
    _hop(trace, 6, "origin", "proxy", answer_bytes(PAGE, "GET", stays=False))
    _knows(trace, 6, "origin", "page")
    _knows(trace, 7, "proxy", "page")
    _hop(trace, 7.5, "proxy", "client", answer_bytes(back(PAGE), "GET", stays=True))


def _tunnelled(trace: Trace, tells: str, cookie: bool) -> None:
    asked = _asked("/cart", cookie, [])
    request = request_bytes(asked)
    _hop(trace, 1, "client", "proxy", head(f"CONNECT {SITE}:443 HTTP/1.1", [("Host", f"{SITE}:443")]))
    _knows(trace, 2, "proxy", "client's address", "site")
    _hop(trace, 2.5, "proxy", "client", b"HTTP/1.1 200 Connection established\r\n\r\n")
    _hop(trace, 4, "client", "origin", request, sealed=True)
    _knows(trace, 5.5, "origin", "site", "path", *["cookie"] * cookie)
    _hop(trace, 6.5, "origin", "client", answer_bytes(PAGE, "GET", stays=False), sealed=True)
    _knows(trace, 6.5, "origin", "page")


def _asked(target: str, cookie: bool, more: list[tuple[str, str]]) -> Request:
    """The client's request, read from its bytes."""
    fields = [("Host", SITE), *[("Cookie", "session=alice-42")] * cookie, *more]
    return read_request_head(head(f"GET {target} HTTP/1.1", fields))


def _hop(trace: Trace, t: float, who: str, to: str, raw: bytes, sealed: bool = False) -> None:
    trace.emit(t, "hop", who, to=to, lines=raw.decode("latin-1").partition("\r\n\r\n")[0].split("\r\n"), sealed=sealed)


def _knows(trace: Trace, t: float, who: str, *facts: str) -> None:
    for fact in facts:
        trace.emit(t, "knows", who, fact=fact)


def known(trace: Trace, who: str) -> list[str]:
    """What somebody has read by the end, in the order of FACTS."""
    read = {event["fact"] for event in trace.of("knows", who=who)}
    return [fact for fact in FACTS if fact in read]
