"""Maglev: every server fills places of one table, in turn and each in an order of its own; a lookup is one access.

Source: Eisenbud et al., Maglev: A Fast and Reliable Software Network Load Balancer, NSDI 2016, §3.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

SIZE = 65537  # places in the table: a prime number, much larger than there are servers


def permutation(offset: int, skip: int, size: int) -> list[int]:
    """The order in which a server would like to have the places; `size` is prime, so it meets every one once."""
    return [(offset + turn * skip) % size for turn in range(size)]


def fill(preferences: Sequence[Sequence[int]]) -> list[int]:
    """The table: the servers take turns, and each takes the place that it likes best of those that are free."""
    size = len(preferences[0])
    table, filled, nexts = [-1] * size, 0, [0] * len(preferences)
    while True:
        for server, likes in enumerate(preferences):
            while table[likes[nexts[server]]] >= 0:
                nexts[server] += 1
            table[likes[nexts[server]]] = server
            filled += 1
            if filled == size:
                return table


def table(servers: Sequence[str], size: int = SIZE) -> list[int]:
    """The table of these servers, each place with the number of its server."""
    preferences = []
    for name in servers:
        digest = sha256(name.encode()).digest()
        offset, skip = int.from_bytes(digest[:8], "big") % size, int.from_bytes(digest[8:16], "big") % (size - 1) + 1
        preferences.append(permutation(offset, skip, size))
    return fill(preferences)
