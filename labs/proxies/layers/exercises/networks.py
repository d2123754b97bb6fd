"""Whether an address is in a network: as it is, and as people compare it with whole numbers between the dots."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

BY_OCTETS = "You compare whole numbers between the dots. A network may end within one: 172.31.0.9 is in 172.16.0.0/12."


def within(address: str, network: str) -> bool:
    """The right answer."""
    return ip_address(address) in ip_network(network)


def by_octets(address: str, network: str) -> bool:
    """As many numbers between the dots as the length has whole bytes; the rest of the length is lost."""
    if ":" in address + network:
        return within(address, network)
    start, _, bits = network.partition("/")
    whole = (int(bits) + 7) // 8
    return address.split(".")[:whole] == start.split(".")[:whole]
