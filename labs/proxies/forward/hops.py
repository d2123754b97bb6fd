"""What a forward proxy does to a message on its way: it reads a whole address, and asks that address's server.

    GET http://shop.example/cart HTTP/1.1        GET /cart HTTP/1.1
    Host: shop.example                      →    Host: shop.example
    Proxy-Connection: keep-alive                 Via: 1.1 proxy
                                                 Connection: close

tells         what it says of its client: "nothing", "Forwarded" (RFC 7239) or "X-Forwarded-For"
Max-Forwards  how many proxies an OPTIONS may still pass: RFC 9110 §7.6.2
"""

from __future__ import annotations

import re

from labs.http.forwarding import end_to_end, forwarded
from labs.http.messages import Answer, Request
from labs.http.syntax import Headers, NotHTTP, Refuse, members, value, without
from labs.http.targets import DEFAULT_PORT, read_host

NAME = "proxy"  # what it calls itself in Via
TELLS = ("nothing", "Forwarded", "X-Forwarded-For")


def check_is_for_proxy(request: Request, scheme: str) -> None:
    """A forward proxy is asked by a whole address, or by CONNECT: RFC 9112 §3.2.2, §3.2.3."""
    if request.target.form not in ("absolute", "authority"):
        raise Refuse(400, "this is a proxy: ask it by a whole address")
    if request.target.scheme == "https":  # a client that wants a secret kept from the proxy asks for a tunnel
        raise Refuse(400, "https goes through a tunnel: CONNECT")
    if request.method == "TRACE":  # it sends back whatever a proxy adds
        raise Refuse(501, "TRACE is not served here")
    framed = {"content-length", "transfer-encoding"} & {name.lower() for name, _ in request.headers}
    if request.method == "CONNECT" and framed:
        raise NotHTTP("CONNECT has no body: RFC 9110 §9.3.6")
    if any(one.split()[1:2] == [NAME] for one in members(request.headers, "via")):
        raise Refuse(400, "this request has come through here before")


def destination(request: Request) -> tuple[str, int]:
    """The host, in lowercase and without brackets, and the port that a request is to go to."""
    host = read_host(request.host)
    port = host.port if host.port is not None else DEFAULT_PORT[request.target.scheme or "http"]
    return host.name.strip("[]"), port


def forwards_left(request: Request) -> int | None:
    """How many times an OPTIONS may still be passed on; None without a limit. NotHTTP for what is no number."""
    told = value(request.headers, "max-forwards")
    if request.method != "OPTIONS" or told is None:
        return None
    if not re.fullmatch("[0-9]{1,9}", told):
        raise NotHTTP("Max-Forwards is no number")
    return int(told)


def onward(request: Request, client: str, tells: str = "nothing") -> Request:
    """The request as the origin gets it: asked by its path, without what was meant for the proxy, with Via.

    The proxy adds itself to the lists that it finds; what they held before is the client's own word.
    """
    headers = end_to_end(request.headers)
    if (left := forwards_left(request)) is not None:
        headers = [*without(headers, "max-forwards"), ("Max-Forwards", str(left - 1))]
    if tells == "Forwarded":
        headers = _added(headers, "Forwarded", forwarded(client, "http", request.host))
    elif tells == "X-Forwarded-For":
        headers = _added(headers, "X-Forwarded-For", client)
    return request._replace(headers=_added(headers, "Via", f"{request.version} {NAME}"))


def back(answer: Answer) -> Answer:
    """The answer as the client gets it."""
    return answer._replace(headers=_added(end_to_end(answer.headers), "Via", f"{answer.version} {NAME}"))


def _added(headers: Headers, name: str, member: str) -> Headers:
    """The headers with one more member at the end of a list."""
    return [*without(headers, name), (name, ", ".join([*members(headers, name), member]))]


def pass_on(headers: Headers, hop_by_hop: list[str]) -> Headers:
    """The fields that go on: not Connection, what it names, or what is in the list (in lowercase): RFC 9110 §7.6.1."""
    named = {name.strip(" \t").lower() for n, told in headers if n.lower() == "connection" for name in told.split(",")}
    return [(name, told) for name, told in headers if name.lower() not in {"connection"} | named | set(hop_by_hop)]
