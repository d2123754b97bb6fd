"""Hashes that send the same client, or the same page, to the same server: nginx's own, so that both agree."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Address
from types import MappingProxyType
from zlib import crc32

POINTS = 160  # points on the ring for each unit of weight
RING = 2**32


@lru_cache(maxsize=1024)
def client_hash(client: str) -> tuple[int, ...]:
    """Twenty hashes of an IPv4 address, the next to be used when the server of the one before is not up.

    Only the first three of the four numbers count: neighbours in one small network go to the same server. Raises
    ValueError (AddressValueError) for what is no such address. Source: ngx_http_upstream_ip_hash_module.c.
    """
    network, value, hashes = IPv4Address(client).packed[:3], 89, []
    for _ in range(20):
        for byte in network:
            value = (value * 113 + byte) % 6271
        hashes.append(value)
    return tuple(hashes)


@lru_cache(maxsize=64)
def ring(servers: tuple[tuple[str, int], ...]) -> tuple[tuple[int, str], ...]:
    """The ring for ((name, weight), …): (point, name) in order round the ring.

    A name may be "host" or "host:port". Each point of a server is the CRC-32 of its host, a zero byte, its port and the
    point before. Source: ngx_http_upstream_hash_module.c, ngx_http_upstream_init_chash.
    """
    points: dict[int, str] = {}
    for name, weight in servers:
        host, colon, port = name.rpartition(":")
        if not (colon and port.isdigit()):
            host, port = name, ""
        base, point = crc32(host.encode() + b"\0" + port.encode()), 0
        for _ in range(weight * POINTS):
            point = crc32(point.to_bytes(4, "little"), base)
            points.setdefault(point, name)
    return tuple(sorted(points.items()))


@lru_cache(maxsize=4096)
def distances(servers: tuple[tuple[str, int], ...], key: str) -> Mapping[str, float]:
    """How far ahead of the key each server's nearest point lies, in thousandths of the whole ring."""
    points, here = ring(servers), crc32(key.encode())
    start, found = bisect_left(points, (here, "")), dict[str, float]()
    for i in range(len(points)):
        point, name = points[(start + i) % len(points)]
        if name not in found:
            found[name] = 1000 * ((point - here) % RING) / RING
            if len(found) == len(servers):
                break
    return MappingProxyType(found)
