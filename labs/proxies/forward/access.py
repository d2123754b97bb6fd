"""Whom may a forward proxy be sent to? Rules on what is asked, and then on where the name really leads.

rule        a method, a host and a port that are let through; what no rule lets through is refused
open proxy  a proxy that lets anybody go anywhere
inner       an address that means something only inside: this machine, this network, the cloud's own services
SSRF        server-side request forgery: a server is made to send a request that its sender could not have sent

A name may lead anywhere, and whoever owns it decides where, again at each lookup. So the addresses are checked, all
of them, and the connection goes to an address that was checked: the name is not looked up a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple

# IANA's registries of special-purpose addresses (RFC 6890), and multicast; those for documentation are nobody's.
# The one single address is Azure's own service for its machines: it looks like any other of the open internet.
INNER = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
    )
)  # fmt: skip
OUTER_6 = ip_network("2000::/3")  # all of IPv6 that is given out for use in the internet
INNER_6 = tuple(ip_network(text) for text in ("2001::/23", "2002::/16"))  # but not these: they carry an IPv4 address


def is_inner(text: str) -> bool:
    """Whether this address is not one of the open internet. What is no address counts as inner, to be safe."""
    try:
        address = ip_address(text)
    except ValueError:
        return True
    if isinstance(address, IPv6Address):
        if (mapped := address.ipv4_mapped) is None:  # ::ffff:10.0.0.1 is 10.0.0.1 for whoever connects to it
            return address not in OUTER_6 or any(address in net for net in INNER_6)
        address = mapped
    assert isinstance(address, IPv4Address)
    return any(address in net for net in INNER)


class Rule(NamedTuple):
    """What is let through: a method ("*" for any but CONNECT), a host ("*", "shop.example", "*.example"), ports."""

    method: str = "*"
    host: str = "*"
    ports: tuple[int, ...] = (80, 443)

    def lets_through(self, method: str, host: str, port: int) -> bool:
        """Whether this request is one of those. `host` in lowercase; *.example does not cover example itself."""
        named = method != "CONNECT" if self.method == "*" else method == self.method
        fits = self.host == "*" or host == self.host or (self.host.startswith("*.") and host.endswith(self.host[1:]))
        return named and fits and port in self.ports


# Any site, but a tunnel only to the port of https: RFC 9110 §9.3.6 asks for such a list, or one of safe targets,
# since almost nothing in a tunnel can be looked at. Without it a proxy passes mail on for strangers.
USUAL = (Rule(ports=(80,)), Rule("CONNECT", ports=(443,)))


def asked_too_much(rules: Iterable[Rule], method: str, host: str, port: int) -> str:
    """The reason to refuse this request, or an empty string."""
    if any(rule.lets_through(method, host, port) for rule in rules):
        return ""
    return f"no rule lets {method} go to {host}:{port}"


def leads_inside(addresses: Sequence[str]) -> str:
    """The reason to refuse this name, or an empty string."""
    if not addresses:
        return "the name has no address"
    return "the name leads to an inner address" if any(is_inner(address) for address in addresses) else ""


def may_connect(method: str, port: int, addresses: Sequence[str], inner: Sequence[str]) -> bool:
    """The whole of it in one function, with networks of one's own choice for inner ones: what lesson 12 asks for."""
    if port != (443 if method == "CONNECT" else 80):
        return False
    networks = [ip_network(text) for text in inner]

    def outside(text: str) -> bool:
        address = ip_address(text)
        plain = getattr(address, "ipv4_mapped", None) or address
        return not any(plain in network for network in networks)

    return bool(addresses) and all(outside(address) for address in addresses)
