"""Hashes that send the same client, or the same page, to the same server: nginx's own, so that both agree."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address
from zlib import crc32

from labs.hashing.ring import ROUND, Ring

POINTS = 160  # points on the ring for each unit of weight
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


def chash_points(name: str, weight: int) -> list[int]:
    """The points of a server on nginx's ring. A name may be "host" or "host:port".

    Each is the CRC-32 of the host, a zero byte, the port and the point before.
    Source: ngx_http_upstream_hash_module.c, ngx_http_upstream_init_chash.
    """
    host, colon, port = name.rpartition(":")
    if not (colon and port.isdigit()):
        host, port = name, ""
    base, point, points = crc32(host.encode() + b"\0" + port.encode()), 0, []
    for _ in range(weight * POINTS):
        point = crc32(point.to_bytes(4, "little"), base)
        points.append(point)
    return points


def chash_place(key: str) -> int:
    """Where a key stands on nginx's ring: its CRC-32."""
    return crc32(key.encode())


@lru_cache(maxsize=64)
def ring(servers: Weighted) -> Ring:
    """nginx's ring of these servers."""
    return Ring([name for name, _ in servers], [chash_points(*server) for server in servers], chash_place)


@lru_cache(maxsize=4096)
def distances(servers: Weighted, key: str) -> list[float]:
    """For each server, how far ahead of the key its nearest point lies, in thousandths of the whole ring."""
    around, here, found = ring(servers), chash_place(key), dict[int, float]()
    start = around.at(key)
    for number in range(start, start + len(around.points)):
        point, place = around.points[number % len(around.points)], around.owners[number % len(around.points)]
        if place not in found:
            found[place] = 1000 * ((point - here) % ROUND) / ROUND
            if len(found) == len(servers):
                break
    return [found[place] for place in range(len(servers))]
