"""What a proxy changes in a message that passes: it takes off what was meant for this one connection, and writes down
who asked. Nothing of the server behind it need show.

hop by hop     for one connection, like Transfer-Encoding; also whatever the field Connection names    RFC 9110 §7.6.1
Via            the proxies that a message has come through                                             §7.6.3
Forwarded      who asked the proxy, how, and for which host                                            RFC 7239
X-Forwarded-…  the same, older, and read by more servers
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address

from labs.http.syntax import MEMBER, TOKEN, Headers, members, unquoted, words

# Meant for one connection only: RFC 9110 §7.6.1, and its older companions.
HOP_BY_HOP = {
    "connection", "keep-alive", "te", "transfer-encoding", "upgrade", "proxy-connection", "trailer",
    "proxy-authenticate", "proxy-authentication-info", "proxy-authorization",
}  # fmt: skip
# Meant for everybody who handles the message: naming one in Connection is forbidden, and takes nothing off (§7.6.1).
# A proxy that believed `Connection: Content-Length` would send on a body without its length.
FOR_ALL = {"host", "content-length", "cache-control", "date", "age", "vary", "authorization", "set-cookie", "via"}
IDEMPOTENT = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"}  # may be sent twice: RFC 9110 §9.2.2


def end_to_end(headers: Headers, also: Iterable[str] = ()) -> Headers:
    """The headers that go on: without those for one connection, or that `Connection` names, or that are in `also`."""
    named = set(words(headers, "connection")) - FOR_ALL
    gone = HOP_BY_HOP | named | {a.lower() for a in also}
    return [(name, value) for name, value in headers if name.lower() not in gone]


def says_who_asks(name: str) -> bool:
    """Whether a field with this name claims to know the client. Some servers read `_` as `-`, so both are looked at."""
    name = name.lower().replace("_", "-")
    return name in ("forwarded", "x-real-ip") or name.startswith("x-forwarded-")


def to_server(
    headers: Headers, client: str, scheme: str, version: str = "1.1", trusted: bool = False, standard: bool = False
) -> Headers:
    """The request's headers as the server gets them: with who asked (X-Forwarded-For) and how (X-Forwarded-Proto).

    The proxy at the edge does not believe what a client says of itself: it writes these anew. Where the client is a
    proxy that we trust (`trusted`), the lists are carried on, with that proxy at their end. `standard` writes Forwarded
    besides. Source: RFC 7239 §8 (why), §5; RFC 9110 §7.6.3 (Via has the version in which the message came).
    """
    kept = end_to_end(headers)
    chain, proto, standing = [client], scheme, []
    if trusted:
        chain = [*members(kept, "x-forwarded-for"), client]
        proto = next(iter(members(kept, "x-forwarded-proto")), scheme)
        standing = members(kept, "forwarded")
    host = next((v for n, v in kept if n.lower() == "host"), "")
    told = [("X-Forwarded-For", ", ".join(chain)), ("X-Forwarded-Proto", proto)]
    if standard:
        told.append(("Forwarded", ", ".join([*standing, forwarded(client, scheme, host)])))
    kept = [(name, value) for name, value in kept if not says_who_asks(name)]
    return [*kept, *told, ("Via", f"{version} proxy")]


def to_client(headers: Headers, version: str = "1.1") -> Headers:
    """The response's headers as the client gets them: nothing that names the server or its software."""
    return [*end_to_end(headers, also=("server", "x-powered-by")), ("Via", f"{version} proxy")]


def forwarded(client: str, scheme: str, host: str = "") -> str:
    """One element of Forwarded: for=192.0.2.7;proto=http;host=shop.example. An IPv6 address is quoted, in brackets:
    RFC 7239 §6. What is no address is written as "unknown"."""
    try:
        address = ip_address(client)
        named = f'"[{address}]"' if address.version == 6 else str(address)
    except ValueError:
        named = "unknown"
    pairs = [f"for={named}", f"proto={scheme}"]
    if host:
        pairs.append(f"host={host}" if TOKEN.fullmatch(host) else f'host="{host}"')
    return ";".join(pairs)


def read_forwarded(headers: Headers) -> list[dict[str, str]]:
    """The elements of Forwarded in order, the client's first; a list that is spoilt anywhere says nothing: [].

    Names are in small letters. The field can be written by anybody: RFC 7239 §8.1.
    """
    found = []
    for element in members(headers, "forwarded"):
        pairs: dict[str, str] = {}
        for pair in re.findall(MEMBER.pattern.replace(",", ";"), element):
            name, equals, value = pair.strip(" \t").partition("=")
            whole = TOKEN.fullmatch(value) or re.fullmatch(r'"(?:[^"\\]|\\.)*"', value)
            if not equals or not TOKEN.fullmatch(name) or not whole or name.lower() in pairs:
                return []
            pairs[name.lower()] = unquoted(value)
        found.append(pairs)
    return found
