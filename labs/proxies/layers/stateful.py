"""A stateful filter: it remembers the conversations that it let begin, and lets their packets through, both ways.

It is the packet filter with one rule in front: `ct state established accept` in nftables. Linux's conntrack also checks
TCP's flags and sequence numbers, calls what does not fit `invalid`, and has a timeout for each state of a connection;
here a conversation is its flow, and nothing else, and one timeout serves all.
"""

from __future__ import annotations

from collections.abc import Sequence

from labs.proxies.layers.filter import ACCEPT, DROP, Rule, verdict
from labs.proxies.layers.packet import Packet

TIMEOUT = 30.0  # seconds: what Linux gives a UDP flow that has had no answer (nf_conntrack_udp_timeout)


class Stateful:
    """A filter with a table: flow → when it was last seen, in seconds."""

    def __init__(self, rules: Sequence[Rule], timeout: float = TIMEOUT) -> None:
        self.rules, self.timeout = rules, timeout
        self.table: dict[tuple[str, str, int, str, int], float] = {}

    def known(self, t: float, packet: Packet) -> bool:
        """Whether the packet belongs to a conversation in the table, in either direction, that has not timed out."""
        return any(flow in self.table and t - self.table[flow] <= self.timeout for flow in (packet.flow, packet.back))

    def verdict(self, t: float, packet: Packet) -> str:
        """Accept what belongs to a known conversation; check the rest against the rules; remember what is accepted."""
        begun = packet.back if packet.back in self.table else packet.flow
        if self.known(t, packet) or verdict(self.rules, packet) == ACCEPT:
            self.table[begun] = t
            return ACCEPT
        return DROP
