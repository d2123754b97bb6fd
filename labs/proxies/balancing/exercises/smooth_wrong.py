"""Plausible wrong answers to `proxies-smooth-weighted`: nginx's balancer with one step that is not as it should be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from labs.kit.checking.exercise import Mistake
from labs.proxies.balancing.algorithms import Request, Server
from labs.proxies.balancing.exercises.smooth_steps import Credit, Servers, richest, those_up, weighted

# ── who earns, and what ───────────────────────────────────────────────────────────────────────────────────────────────


def _all(servers: Servers) -> list[Server]:
    return list(servers)


def _one(server: Server) -> float:
    return 1


def _whole(server: Server) -> float:
    return int(server.weight)


def _one_at_least(server: Server) -> float:
    return server.weight or 1


def _less_when_busy(server: Server) -> float:
    return server.weight - server.active


# ── who is picked ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _last_of_equals(up: list[Server], credit: Credit) -> Server:
    return richest(up[::-1], credit)


def _by_name(up: list[Server], credit: Credit) -> Server:
    return richest(sorted(up, key=lambda server: server.name), credit)


def _by_name_backwards(up: list[Server], credit: Credit) -> Server:
    return richest(sorted(up, key=lambda server: server.name, reverse=True), credit)


def _heavier_of_equals(up: list[Server], credit: Credit) -> Server:
    return richest(sorted(up, key=lambda server: -server.weight), credit)


def _idler_of_equals(up: list[Server], credit: Credit) -> Server:
    return richest(sorted(up, key=lambda server: server.active), credit)


def _poorest(up: list[Server], credit: Credit) -> Server:
    return min(up, key=lambda server: credit[server.name])


def _heaviest(up: list[Server], credit: Credit) -> Server:
    return max(up, key=lambda server: server.weight)


def _before_earning(up: list[Server], credit: Credit) -> Server:
    return max(up, key=lambda server: credit[server.name] - server.weight)


def _richer_than_nothing(up: list[Server], credit: Credit) -> Server:
    """A loop that begins at 0 finds nobody where nobody has more."""
    best, most = None, 0.0
    for server in up:
        if credit[server.name] > most:
            best, most = server, credit[server.name]
    if best is None:
        raise KeyError(None)
    return best


# ── what it pays ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _its_own(servers: Servers, earns: Any, best: Server, credit: Credit) -> float:
    return best.weight


def _nothing(servers: Servers, earns: Any, best: Server, credit: Credit) -> float:
    return 0


def _a_single_one(servers: Servers, earns: Any, best: Server, credit: Credit) -> float:
    return 1


def _all_it_has(servers: Servers, earns: Any, best: Server, credit: Credit) -> float:
    return credit[best.name]


def _for_those_down(servers: Servers, earns: Any, best: Server, credit: Credit) -> float:
    return sum(server.weight for server in servers)


def _all_their_credit(servers: Servers, earns: Any, best: Server, credit: Credit) -> float:
    return sum(credit.values())


def _the_others(servers: Servers, earns: Any, best: Server, credit: Credit) -> float:
    return sum(server.weight for server in those_up(servers)) - best.weight


def _their_number(servers: Servers, earns: Any, best: Server, credit: Credit) -> float:
    return len(those_up(servers))


# ── what is remembered ────────────────────────────────────────────────────────────────────────────────────────────────


def _those_up_only(memory: Credit, credit: Credit, best: str) -> Credit:
    return credit


def _the_one_picked(memory: Credit, credit: Credit, best: str) -> Credit:
    return {**memory, best: credit[best]}


def _as_before(memory: Credit, credit: Credit, best: str) -> Credit:
    return memory


def _never_below_0(memory: Credit, credit: Credit, best: str) -> Credit:
    return {**memory, **{name: max(0, value) for name, value in credit.items()}}


def _afresh(memory: Mapping[str, float]) -> Credit:
    return {}


def _in_blocks(servers: Servers, memory: Mapping[str, float], request: Request) -> tuple[str, Credit]:
    """a a a a a b c: each server's whole share in one go."""
    block = [server.name for server in those_up(servers) for _ in range(int(server.weight))]
    turn = int(memory.get("turn", 0))
    return block[turn % len(block)], {"turn": turn + 1}


def _by_place(servers: Servers, memory: Mapping[Any, float], request: Request) -> tuple[str, dict[Any, float]]:
    """Credit by place in the list."""
    places = [server._replace(name=str(place)) for place, server in enumerate(servers)]
    name, credit = weighted(places, memory, request)
    return servers[int(name)].name, credit


def _set_up_once(servers: Servers, memory: Mapping[str, float], request: Request) -> tuple[str, Credit]:
    """Nobody can join later."""
    had = dict(memory) or {server.name: 0 for server in servers}
    for server in those_up(servers):
        had[server.name] += 0
    return weighted(servers, had, request)


def _set_up_elsewhere(servers: Servers, memory: Mapping[str, float], request: Request) -> Any:
    """Breaks off at the very first pick."""
    return weighted(servers, {server.name: memory[server.name] for server in servers}, request)


def _first_remembered(servers: Servers, memory: Mapping[str, float], request: Request) -> tuple[str, Credit]:
    """Among equals, the one that has been in the dictionary longest."""
    seen = list(memory)
    order = sorted(servers, key=lambda server: seen.index(server.name) if server.name in seen else len(seen))
    return weighted(order, memory, request)


def _begins_with_its_weight(servers: Servers, memory: Mapping[str, float], request: Request) -> tuple[str, Credit]:
    """A server that is new has its weight before it has earned anything."""
    return weighted(servers, {**{server.name: server.weight for server in servers if server.up}, **memory}, request)


def _richest_of_all(servers: Servers, memory: Mapping[str, float], request: Request) -> tuple[str, Credit]:
    """Picks from the credits, whoever is up."""
    credit = {**memory, **{s.name: memory.get(s.name, 0) + s.weight for s in those_up(servers)}}
    best = max(credit, key=lambda name: credit[name])
    return best, {**credit, best: credit[best] - sum(s.weight for s in those_up(servers))}


def _weights(**step: Any) -> Callable[..., Any]:
    return partial(weighted, **step)


EARNS_WHILE_DOWN = (
    "A server earns while it is not up. "
    "When it comes back, it has saved up so much that it gets many requests in a row."
)
WRONG = (  # the narrower mistakes first: of two that explain as much, the first is named
    Mistake("Credit is kept by place in the list, and the list may change. Keep it by name.", _by_place),
    Mistake("A server that joins later has no credit in `memory` yet: `memory.get(server.name, 0)`.", _set_up_once),
    Mistake(
        "A server that is not in `memory` yet starts with its weight, and then earns it as well. It starts with 0.",
        _begins_with_its_weight,
    ),
    Mistake("Fractions are dropped. Add the weights as they are.", _weights(earns=_whole)),
    Mistake("A server of weight 0 earns 1. It earns its weight.", _weights(earns=_one_at_least)),
    Mistake(
        "It looks for a server with more than 0 credit, and there may be none: the richest may have 0 or less.",
        _weights(pick=_richer_than_nothing),
    ),
    Mistake("Unanswered requests are counted. `active` does not matter here.", _weights(earns=_less_when_busy)),
    Mistake(
        "Among equals, the one with fewer requests is picked. Pick the first in the list.",
        _weights(pick=_idler_of_equals),
    ),
    Mistake(
        "Among equals, the one that came into the dictionary first is picked. Pick the first in the list of servers.",
        _first_remembered,
    ),
    Mistake("Among equals, the first by name is picked. Pick the first in the list.", _weights(pick=_by_name)),
    Mistake("Among equals, the heaviest is picked. Pick the first in the list.", _weights(pick=_heavier_of_equals)),
    Mistake("Among equals, the last by name is picked. Pick the first in the list.", _weights(pick=_by_name_backwards)),
    Mistake(
        "Among equals, the last is picked. nginx picks the first in the list: "
        "`max` does that, `>=` in a loop of your own does not.",
        _weights(pick=_last_of_equals),
    ),
    Mistake(
        "A server loses its credit while it is not up. It should keep it: "
        "return `memory` updated with the new credits.",
        _weights(keep=_those_up_only),
    ),
    Mistake("The richest of all is picked, even if it is not up. Pick among those that are up.", _richest_of_all),
    Mistake(
        "The server that is picked pays the weights of all servers, even of those that are not up and earn nothing.",
        _weights(pays=_for_those_down),
    ),
    Mistake(
        "The server that is picked pays all the credit that the servers have by now, saved credit and debts included. "
        "It pays only what they have earned in this pick: the sum of their weights.",
        _weights(pays=_all_their_credit),
    ),
    Mistake(EARNS_WHILE_DOWN, _weights(earning=_all)),
    Mistake(EARNS_WHILE_DOWN, _weights(earning=_all, pays=_for_those_down)),
    Mistake("All weights are treated as 1. Each server earns its own `weight`.", _weights(earns=_one)),
    Mistake(
        "Each server gets its whole share in one go, a a a a a b c. "
        "Smooth means that the others come in between: a a b a c a a.",
        _in_blocks,
    ),
    Mistake("The heaviest is picked every time. Pick by credit.", _weights(pick=_heaviest)),
    Mistake(
        "The server that is picked keeps its credit, so the heaviest is picked more and more. "
        "It should pay what all have earned in this pick.",
        _weights(pays=_nothing),
    ),
    Mistake(
        "The server that is picked pays its own weight only. "
        "It should pay the sum of the weights, so that the credits add up to 0 again.",
        _weights(pays=_its_own),
    ),
    Mistake(
        "The server that is picked pays the others' weights but not its own. "
        "It should pay the sum of what all have earned.",
        _weights(pays=_the_others),
    ),
    Mistake("The server that is picked pays 1. It should pay the sum of the weights.", _weights(pays=_a_single_one)),
    Mistake(
        "The server that is picked pays 1 per server. It should pay the sum of the weights.",
        _weights(pays=_their_number),
    ),
    Mistake(
        "The credit of the server that is picked is reset to 0. "
        "It pays the sum of the weights, which may well leave it below 0.",
        _weights(pays=_all_it_has),
    ),
    Mistake(
        "Credit is never allowed below 0. It has to be, or the server that was picked is back too soon.",
        _weights(keep=_never_below_0),
    ),
    Mistake("The poorest is picked. Pick the one with the most credit.", _weights(pick=_poorest)),
    Mistake(
        "The pick is made before anybody has earned. First all earn, then the richest is picked.",
        _weights(pick=_before_earning),
    ),
    Mistake(
        "Only the credit of the server that is picked is remembered. "
        "The others have earned as well: return everybody's.",
        _weights(keep=_the_one_picked),
    ),
    Mistake(
        "The memory is returned unchanged. Return the credits as they are after the pick.", _weights(keep=_as_before)
    ),
    Mistake(
        "Every pick starts with no credit. Start with `memory`, and return the credits as they are after the pick.",
        _weights(start=_afresh),
    ),
    Mistake("At the very first pick `memory` is empty: `memory.get(server.name, 0)`.", _set_up_elsewhere),
)
