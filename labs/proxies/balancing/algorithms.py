"""Which server gets the next request? The eight usual answers, each a function of what a proxy knows at that moment.

    pick(servers, memory, request) -> Choice(name, memory, scores)

Nothing is hidden in an object: what an algorithm has to remember from one pick to the next it returns as `memory`
and is handed again. Randomness comes with the request (`request.dice`), so the same request meets the same luck under
every algorithm, and a run can be repeated. `scores` are the numbers that the pick was made by, to be looked at.

All pass over a server that is not `up` (ejected, or tried in vain for this request already). At least one is up:
the caller sees to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from labs.proxies.balancing.hashing import TRIES, Weighted, client_hash, distances, ring


class Server(NamedTuple):
    """A server as the proxy in front of it sees it."""

    name: str
    weight: int = 1  # how large a share it should have, beside the others
    active: int = 0  # requests that this proxy has sent there and that are not answered yet
    latency: float = 0.0  # seconds: its recent answers, weighed as `observe` says; 0 when there are none
    up: bool = True


@dataclass(frozen=True)
class Request:
    """A request as far as a balancer looks at it."""

    number: int = 1
    path: str = "/"
    client: str = "192.0.2.1"
    dice: tuple[float, float] = (0.0, 0.0)  # two random numbers, each at least 0 and less than 1


class Choice(NamedTuple):
    """The server picked, what to remember until the next pick, and the score of each server that was compared."""

    name: str
    memory: Mapping[str, float] = {}
    scores: Mapping[str, float] = {}


Pick = Callable[[Sequence[Server], Mapping[str, float], Request], Choice]


def smooth_weighted(servers: Sequence[Server], memory: Mapping[str, float], request: Request) -> Choice:
    """Smooth weighted round robin, as nginx does it: weights 5, 1, 1 give a a b a c a a and not a a a a a b c.

    Every server earns its weight, the richest is picked (the first of equals), and pays what all have earned together.
    Source: nginx, src/http/ngx_http_upstream_round_robin.c, ngx_http_upstream_get_peer.
    """
    up = [s for s in servers if s.up]
    scores = {s.name: memory.get(s.name, 0) + s.weight for s in up}
    best = max(up, key=lambda s: scores[s.name])
    return Choice(best.name, {**memory, **scores, best.name: scores[best.name] - sum(s.weight for s in up)}, scores)


def round_robin(servers: Sequence[Server], memory: Mapping[str, float], request: Request) -> Choice:
    """One after the other, whatever their weights: the same as above with all weights 1."""
    alike = [Server(s.name, 1, s.active, s.latency, s.up) for s in servers]
    return smooth_weighted(alike, memory, request)


def random_choice(servers: Sequence[Server], memory: Mapping[str, float], request: Request) -> Choice:
    """Any of them, each as likely as the next."""
    up = [s for s in servers if s.up]
    return Choice(up[int(request.dice[0] * len(up))].name, memory)


def least_connections(servers: Sequence[Server], memory: Mapping[str, float], request: Request) -> Choice:
    """The server with the fewest unanswered requests for its weight; equals take turns by smooth weighted round robin.

    Source: nginx, src/http/modules/ngx_http_upstream_least_conn_module.c.
    """
    scores = {s.name: s.active / s.weight for s in servers if s.up}
    least = [s for s in servers if s.up and scores[s.name] == min(scores.values())]
    return Choice(*smooth_weighted(least, memory, request)[:2], scores)


def two_choices(servers: Sequence[Server], memory: Mapping[str, float], request: Request) -> Choice:
    """Draw two at random and take the one with fewer unanswered requests (the first drawn of equals).

    Source: Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, IEEE TPDS 12 (2001).
    """
    scores = {s.name: float(s.active) for s in _two(servers, request)}
    return Choice(min(scores, key=scores.__getitem__), memory, scores)


def peak_ewma(servers: Sequence[Server], memory: Mapping[str, float], request: Request) -> Choice:
    """Draw two at random and take the one that costs less: its recent latency times the requests it would then have.

    One that has been given work and has not answered yet is avoided: nobody knows how slow it is.
    Source: Twitter Finagle, com.twitter.finagle.loadbalancer.PeakEwma.
    """
    scores = {
        s.name: s.latency * (s.active + 1) if s.latency or not s.active else 1e6 + s.active
        for s in _two(servers, request)
    }
    return Choice(min(scores, key=scores.__getitem__), memory, scores)


def observe(latency: float, since: float, answer: float, decay: float = 10.0) -> float:
    """The recent latency after one more answer: a slower one counts at once, faster ones only little by little.

    `latency` was measured `since` seconds ago, `answer` is what was measured now, all in seconds. With an answer of 0
    this is what the latency has faded to meanwhile. `decay` (s): after so long the old value counts for 1/e.
    """
    from math import exp

    keep = exp(-since / decay)
    return max(answer, latency * keep + answer * (1 - keep))


def ip_hash(servers: Sequence[Server], memory: Mapping[str, float], request: Request) -> Choice:
    """The same client address, the same server; when that one is not up, hash once more, as nginx does.

    Source: nginx, src/http/modules/ngx_http_upstream_ip_hash_module.c; as there, round robin after 21 tries in vain.
    """
    total = sum(s.weight for s in servers)
    for number in client_hash(request.client):
        place = number % total
        for server in servers:
            place -= server.weight
            if place < 0:
                break
        if server.up:
            return Choice(server.name, memory)
    return Choice(*smooth_weighted(servers, memory, request)[:2])


def ring_hash(servers: Sequence[Server], memory: Mapping[str, float], request: Request) -> Choice:
    """The same path, the same server: the first point at or after the path's on a ring. When a server goes, only what
    was its own finds another. The score is how far its nearest point lies ahead, in thousandths of the ring.

    Where 21 points in a row belong to servers that are not up, it is round robin's turn, as in nginx.
    Source: nginx, src/http/modules/ngx_http_upstream_hash_module.c (`hash … consistent`); Karger et al., STOC 1997.
    """
    weighted = tuple(map(_NAME_AND_WEIGHT, servers))
    around = ring(weighted)
    first = around.at(request.path)
    for number in range(first, first + TRIES):
        server = servers[around.owners[number % len(around.points)]]
        if server.up:
            return Choice(server.name, memory, _Ahead(servers, weighted, request.path))
    return Choice(*smooth_weighted(servers, memory, request)[:2])


_NAME_AND_WEIGHT = itemgetter(0, 1)


class _Ahead(Mapping[str, float]):
    """The scores of the ring, worked out when somebody looks at them: the pick needs none."""

    def __init__(self, servers: Sequence[Server], weighted: Weighted, key: str) -> None:
        self._servers, self._weighted, self._key = servers, weighted, key

    def _all(self) -> dict[str, float]:
        ahead = distances(self._weighted, self._key)
        return {s.name: far for s, far in zip(self._servers, ahead, strict=True) if s.up}

    def __getitem__(self, name: str) -> float:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


ALGORITHMS: dict[str, Pick] = {
    "round robin": round_robin,
    "smooth weighted": smooth_weighted,
    "random": random_choice,
    "least connections": least_connections,
    "two choices": two_choices,
    "peak EWMA": peak_ewma,
    "ip hash": ip_hash,
    "ring hash": ring_hash,
}


class BadChoice(ValueError):
    """A balancer gave an answer that no proxy can use; the text says in one sentence what is wrong with it."""


def usable(answer: object, servers: Sequence[Server], name: str = "the balancer") -> Choice:
    """The answer of anyone's balancer as a Choice: (name, memory) will do, or with scores (name, memory, scores).

    Raises BadChoice for an answer that no proxy can use; scores that are no numbers are left out.
    """
    parts = tuple(answer) if isinstance(answer, tuple | list) and 2 <= len(answer) <= 3 else (answer, {})
    picked, memory = parts[0], parts[1]
    by_name = {s.name: s for s in servers}
    if not isinstance(picked, str) or picked not in by_name:
        raise BadChoice(f"{name} picked {picked!r}: there are only {', '.join(map(repr, by_name))}.")
    if not by_name[picked].up:
        raise BadChoice(f"{name} picked {picked!r}, which is not up: it gets no requests until it is readmitted.")
    if not isinstance(memory, Mapping):
        raise BadChoice(f"{name} returned {memory!r} to remember: it must be a dictionary {{name: number}}.")
    scores = parts[2] if len(parts) == 3 and isinstance(parts[2], Mapping) else {}
    shown = {who: scores[who] for who in by_name if isinstance(scores.get(who), int | float)}
    return Choice(picked, dict(memory), shown)


def _two(servers: Sequence[Server], request: Request) -> list[Server]:
    """Two different servers that are up, drawn by the request's dice; the one there is, if there is only one."""
    up = [s for s in servers if s.up]
    first = up.pop(int(request.dice[0] * len(up)))
    return [first, up[int(request.dice[1] * len(up))]] if up else [first]
