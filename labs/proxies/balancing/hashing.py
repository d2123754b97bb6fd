"""Hashes that send the same client, or the same page, to the same server: nginx's own, so that both agree."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from ipaddress import IPv4Address
from zlib import crc32

POINTS = 160  # points on the ring for each unit of weight
RING = 2**32
TRIES = 21  # servers that are looked at before it is round robin's turn (nginx: `++tries > 20`)

Weighted = tuple[tuple[str, int], ...]  # ((name, weight), …)


@lru_cache(maxsize=1024)
def client_hash(client: str) -> tuple[int, ...]:
    """A hash of an IPv4 address for each of the TRIES: the next is used when the server of the one before is not up.

    Only the first three of the four numbers count: neighbours in one small network go to the same server. Raises
    ValueError (AddressValueError) for what is no such address. Source: ngx_http_upstream_ip_hash_module.c.
    """
    network, value, hashes = IPv4Address(client).packed[:3], 89, []
    for _ in range(TRIES):
        for byte in network:
            value = (value * 113 + byte) % 6271
        hashes.append(value)
    return tuple(hashes)


class Ring:
    """Points in order round a ring, and for each of them its owner: the place of a server in `servers`.

    A name may be "host" or "host:port". Each point of a server is the CRC-32 of its host, a zero byte, its port and the
    point before. Source: ngx_http_upstream_hash_module.c, ngx_http_upstream_init_chash.
    """

    def __init__(self, servers: Weighted) -> None:
        owners: dict[int, int] = {}
        for place, (name, weight) in enumerate(servers):
            host, colon, port = name.rpartition(":")
            if not (colon and port.isdigit()):
                host, port = name, ""
            base, point = crc32(host.encode() + b"\0" + port.encode()), 0
            for _ in range(weight * POINTS):
                point = crc32(point.to_bytes(4, "little"), base)
                owners.setdefault(point, place)
        self.servers = servers
        self.points = sorted(owners)
        once = [owners[point] for point in self.points]
        self.owners = once + once[:1]  # after the last point comes the first again

    def at(self, key: str) -> int:
        """The number of the first point at or after the key's; one more than there are means the first again."""
        return bisect_left(self.points, crc32(key.encode()))

    def owner(self, key: str) -> str:
        """The name of the server to which the key belongs."""
        return self.servers[self.owners[bisect_left(self.points, crc32(key.encode()))]][0]


@lru_cache(maxsize=64)
def ring(servers: Weighted) -> Ring:
    """The ring of these servers."""
    return Ring(servers)


@lru_cache(maxsize=4096)
def distances(servers: Weighted, key: str) -> list[float]:
    """For each server, how far ahead of the key its nearest point lies, in thousandths of the whole ring."""
    around, here, found = ring(servers), crc32(key.encode()), dict[int, float]()
    start = around.at(key)
    for number in range(start, start + len(around.points)):
        point, place = around.points[number % len(around.points)], around.owners[number % len(around.points)]
        if place not in found:
            found[place] = 1000 * ((point - here) % RING) / RING
            if len(found) == len(servers):
                break
    return [found[place] for place in range(len(servers))]
