"""Smooth weighted round robin in small steps. With one of them replaced by a flawed one it is a plausible wrong answer
to `proxies-smooth-weighted`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from labs.proxies.balancing.algorithms import Request, Server

Credit = dict[str, float]
Servers = Sequence[Server]


def those_up(servers: Servers) -> list[Server]:
    """The servers that get requests."""
    return [server for server in servers if server.up]


def own_weight(server: Server) -> float:
    """What a server earns."""
    return server.weight


def all_earned(servers: Servers, earns: Callable[[Server], float], best: Server, credit: Credit) -> float:
    """What the one that is picked pays."""
    return sum(earns(server) for server in those_up(servers))


def richest(up: list[Server], credit: Credit) -> Server:
    """The first of those with the most credit."""
    return max(up, key=lambda server: credit[server.name])


def everybody(memory: Credit, credit: Credit, best: str) -> Credit:
    """What is remembered."""
    return {**memory, **credit}


def weighted(
    servers: Servers, memory: Mapping[str, float], request: Request, *,
    earning: Callable[[Servers], list[Server]] = those_up,
    earns: Callable[[Server], float] = own_weight, pick: Callable[[list[Server], Credit], Server] = richest,
    pays: Callable[..., float] = all_earned, keep: Callable[[Credit, Credit, str], Credit] = everybody,
    start: Callable[[Mapping[str, float]], Credit] = dict,
) -> tuple[str, Credit]:  # fmt: skip
    """Smooth weighted round robin, in which one step may be replaced."""
    had = start(memory)
    credit = {server.name: had.get(server.name, 0) + earns(server) for server in earning(servers)}
    best = pick(those_up(servers), credit)
    credit[best.name] -= pays(servers, earns, best, credit)
    return best.name, keep(had, credit, best.name)
