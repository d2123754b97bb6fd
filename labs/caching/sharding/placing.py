"""Which server has this key? Four answers, each a function of the servers there are now and the key.

    place(servers, key) -> one of the servers

They need no table that somebody would have to keep: every client works the answer out by itself, and all agree.
`hash % n` and jump see the servers as a numbered list; the ring and rendezvous know them by name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

from labs.caching.sharding import ketama

Place = Callable[[Sequence[str], str], str]


def modulo(servers: Sequence[str], key: str) -> str:
    """The remainder of the key's hash decides: simple, even, and nearly every key moves when a server comes or goes."""
    return servers[ketama.place(key) % len(servers)]


def on_ring(points: int = ketama.POINTS) -> Place:
    """The ring, with so many points per server: the first point at or after the key's place."""
    return lambda servers, key: ketama.ring(servers, points).owner(key)


def chance(server: str, key: str) -> float:
    """A number between 0 and 1, neither included, that looks random and is always the same for this pair."""
    number = int.from_bytes(sha256(f"{server}\0{key}".encode()).digest()[:6], "big")
    return (number + 0.5) / 2**48


def rendezvous(weights: Mapping[str, float], key: str, copies: int = 1) -> list[str]:
    """The servers with the `copies` highest scores for this key, the highest first; fewer where there are fewer.

    A score is -weight / log(chance): on average a server of twice the weight wins twice as many keys.
    Sources: Thaler and Ravishankar, 1998; for the weights, Schindelhauer and Schomaker, 2005.
    """
    scores = {name: -weight / math.log(chance(name, key)) for name, weight in weights.items()}
    return sorted(scores, key=lambda name: (-scores[name], name))[:copies]


def by_rendezvous(servers: Sequence[str], key: str) -> str:
    """Every server draws a number for this key, and the highest has it."""
    return max(servers, key=lambda server: (chance(server, key), server))


def jump(number: int, buckets: int) -> int:
    """The bucket, from 0 to buckets - 1, of a 64-bit number: no table, no points, and very even shares.

    It steps through the sizes of the pool at which this number would have moved; the last step that stays below
    `buckets` is the answer. Only the last bucket can be taken away.
    Source: Lamping and Veach, A Fast, Minimal Memory, Consistent Hash Algorithm, 2014.
    """
    bucket, following = -1, 0
    while following < buckets:
        bucket = following
        number = (number * 2862933555777941757 + 1) % 2**64
        following = int((bucket + 1) * (2**31 / ((number >> 33) + 1)))
    return bucket


def by_jump(servers: Sequence[str], key: str) -> str:
    """Jump hash on the key's SHA-256, its first 64 bits."""
    return servers[jump(int.from_bytes(sha256(key.encode()).digest()[:8], "big"), len(servers))]


PLACINGS = ("hash % n", "ring", "rendezvous", "jump")


def placing(name: str, points: int = ketama.POINTS) -> Place:
    """One of PLACINGS by its name; `points` are those of the ring."""
    known: dict[str, Place] = {"hash % n": modulo, "rendezvous": by_rendezvous, "jump": by_jump}
    return on_ring(points) if name == "ring" else known[name]
