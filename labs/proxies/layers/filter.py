"""A packet filter: rules in order, the first one that matches decides; a packet that no rule matches is dropped.

rule          conditions on a packet's header, and an action, "accept" or "drop"
policy        what becomes of a packet that no rule matches; ours is default deny, `policy drop` in nftables
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from labs.proxies.layers.packet import Packet

ACCEPT, DROP = "accept", "drop"


@dataclass(frozen=True)
class Rule:
    """None stands for "any". A network is of one family: 0.0.0.0/0 matches no IPv6 address."""

    action: str
    source: str | None = None  # a network: "10.0.0.0/8", "2001:db8::/32"
    destination: str | None = None
    protocol: str | None = None
    port: tuple[int, int] | None = None  # the destination port: first and last, both included
    source_port: tuple[int, int] | None = None

    def matches(self, packet: Packet) -> bool:
        """Whether every condition of the rule holds for this packet."""
        return (
            within(packet.source, self.source)
            and within(packet.destination, self.destination)
            and self.protocol in (None, packet.protocol)
            and (self.port is None or self.port[0] <= packet.port <= self.port[1])
            and (self.source_port is None or self.source_port[0] <= packet.source_port <= self.source_port[1])
        )


def within(address: str, network: str | None) -> bool:
    """Whether the address is in the network; in None, every address is."""
    return network is None or ip_address(address) in ip_network(network)


def deciding(rules: Sequence[Rule], packet: Packet) -> int | None:
    """The place of the first rule that matches, from 0; None if none does."""
    return next((place for place, rule in enumerate(rules) if rule.matches(packet)), None)


def verdict(rules: Sequence[Rule], packet: Packet) -> str:
    """What becomes of the packet: "accept" or "drop"."""
    place = deciding(rules, packet)
    return DROP if place is None else rules[place].action
