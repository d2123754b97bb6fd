"""Who asked? The client's address behind proxies of our own: read from the right, and believe only what they wrote.

Each proxy adds the address that it was asked from at the end of the list. So the last entry was written by our own
proxy, the one before it by the proxy that this entry names, if that is one of ours, and so on. The first entry that is
none of our proxies is the client; whatever stands further left, the client may have made up. Source: RFC 7239 §8.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from labs.http.forwarding import read_forwarded
from labs.http.syntax import Headers, members


def node(text: str) -> str | None:
    """The address in one entry, without quotes, brackets and port; None for "unknown", a hidden name (`_gazonk`) and
    whatever else is no address: RFC 7239 §6."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text, closed, port = text[1:].partition("]")
        if not closed or (port and not (port[0] == ":" and _port(port[1:]))):
            return None
    elif text.count(":") == 1:
        text, _, port = text.partition(":")
        if not _port(port):
            return None
    try:
        return None if "%" in text else str(ip_address(text))
    except ValueError:
        return None


def _port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5


def client_address(peer: str, entries: Sequence[str], trusted: Sequence[str]) -> str | None:
    """The client's address, as Python's `ipaddress` writes it; None where our proxies do not know it.

    `peer` is the other end of our connection, `entries` the list that came with the request, `trusted` the networks of
    our proxies. If all of them are ours, it is the leftmost.
    """
    networks = [ip_network(network) for network in trusted]
    found: str | None = str(ip_address(peer))
    for entry in reversed([entry for entry in entries if entry.strip()]):
        if found is None or not any(ip_address(found) in network for network in networks):
            break
        found = node(entry)
    return found


def of_request(peer: str, headers: Headers, trusted: Sequence[str], standard: bool = False) -> str | None:
    """The same from a request's headers: from X-Forwarded-For or, if `standard`, from Forwarded.

    Our proxies write one of the two. The other may have come through them just as the client made it up, so a request
    that has both must not choose.
    """
    if standard:
        return client_address(peer, [pairs.get("for", "unknown") for pairs in read_forwarded(headers)], trusted)
    return client_address(peer, members(headers, "x-forwarded-for"), trusted)
