"""Plausible wrong answers to `proxies-least-connections`: nginx's balancer with one step not as it should be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from labs.kit.checking.exercise import Mistake
from labs.proxies.balancing.algorithms import Choice, Request, Server, smooth_weighted
from labs.proxies.balancing.exercises.smooth_steps import Credit, Servers, those_up, weighted

Turns = Callable[..., Any]


def load(server: Server) -> float:
    """How busy a server is."""
    return server.active / server.weight


def among_equals(servers: Servers, least: list[Server]) -> list[Server]:
    """Who takes turns."""
    return least


def least_busy(
    servers: Servers,
    memory: Mapping[str, float],
    request: Request,
    *,
    up: Callable[[Servers], list[Server]] = those_up,
    load: Callable[[Server], Any] = load,
    among: Callable[[Servers, list[Server]], list[Server]] = among_equals,
    turns: Turns = smooth_weighted,
) -> Any:
    """Least connections, in which one step may be replaced."""
    candidates = up(servers)
    fewest = min(load(server) for server in candidates)
    return turns(among(servers, [s for s in candidates if load(s) == fewest]), memory, request)


# ── how busy ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _no_weight(server: Server) -> float:
    return server.active


def _times_weight(server: Server) -> float:
    return server.active * server.weight


def _whole(server: Server) -> float:
    return server.active // server.weight


def _rounded(server: Server, places: int) -> float:
    return round(server.active / server.weight, places)


def _one_more(server: Server) -> float:
    return (server.active + 1) / server.weight


def _busiest(server: Server) -> float:
    return -server.active / server.weight


def _less_weight(server: Server) -> float:
    return server.active - server.weight


def _whole_weight(server: Server) -> float:
    return server.active / max(1, int(server.weight))


def _idle_or_not(server: Server) -> float:
    return server.active > 0


def _latency(server: Server) -> float:
    return server.latency


def _then_latency(server: Server) -> tuple[float, float]:
    return server.active / server.weight, server.latency


def _then_weight(server: Server) -> tuple[float, float]:
    return server.active / server.weight, -server.weight


def _then_number(server: Server) -> tuple[float, float]:
    return server.active / server.weight, server.active


def _upside_down(server: Server) -> float:
    return server.weight / server.active


# ── who takes turns ───────────────────────────────────────────────────────────────────────────────────────────────────


def _all_up(servers: Servers, least: list[Server]) -> list[Server]:
    return those_up(servers)


def _first_two(servers: Servers, least: list[Server]) -> list[Server]:
    return least[:2]


def _backwards(servers: Servers, least: list[Server]) -> list[Server]:
    return least[::-1]


def _by_name(servers: Servers, least: list[Server]) -> list[Server]:
    return sorted(least, key=lambda server: server.name)


def _alike(servers: Servers, least: list[Server]) -> list[Server]:
    return [server._replace(weight=1) for server in least]


# ── how they do ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _first(servers: Servers, memory: Mapping[str, float], request: Request) -> Choice:
    return Choice(servers[0].name, memory)


def _last(servers: Servers, memory: Mapping[str, float], request: Request) -> Choice:
    return Choice(servers[-1].name, memory)


def _at_random(servers: Servers, memory: Mapping[str, float], request: Request) -> Choice:
    return Choice(servers[int(request.dice[0] * len(servers))].name, memory)


def _in_rotation(servers: Servers, memory: Mapping[str, float], request: Request) -> Choice:
    turn = int(memory.get("turn", 0))
    return Choice(servers[turn % len(servers)].name, {**memory, "turn": turn + 1})


def _own_memory_only(servers: Servers, memory: Mapping[str, float], request: Request) -> Choice:
    choice = smooth_weighted(servers, memory, request)
    return Choice(choice.name, {s.name: choice.memory[s.name] for s in servers})


def _afresh(servers: Servers, memory: Mapping[str, float], request: Request) -> Choice:
    return smooth_weighted(servers, {}, request)


def _as_before(servers: Servers, memory: Mapping[str, float], request: Request) -> Choice:
    return Choice(smooth_weighted(servers, memory, request).name, memory)


def _alone_forgets(servers: Servers, memory: Mapping[str, float], request: Request) -> Choice:
    return Choice(servers[0].name, {}) if len(servers) == 1 else smooth_weighted(servers, memory, request)


def _everybody_earns(servers: Servers, memory: Mapping[str, float], request: Request) -> tuple[str, Credit]:
    """Only among the least is one picked."""

    def least(up: list[Server], credit: Credit) -> Server:
        fewest = min(map(load, up))
        return max((s for s in up if load(s) == fewest), key=lambda s: credit[s.name])

    return weighted(servers, memory, request, pick=least)


def _fewest_of_all(servers: Servers, memory: Mapping[str, float], request: Request) -> Any:
    """Compares with servers that are not up."""
    fewest = min(load(server) for server in servers)
    least = [server for server in those_up(servers) if load(server) == fewest]
    return smooth_weighted(least, memory, request)


def _turns_for_the_idle(servers: Servers, memory: Mapping[str, float], request: Request) -> Any:
    idle = [server for server in those_up(servers) if not server.active]
    return smooth_weighted(idle, memory, request) if idle else least_busy(servers, memory, request, turns=_first)


def _names_only(servers: Servers, memory: Mapping[str, float], request: Request) -> Any:
    return least_busy(servers, memory, request).name


def _least(**step: Any) -> Callable[..., Any]:
    return partial(least_busy, **step)


NEARLY = "Servers that are nearly equally busy count as equal. Compare the numbers as they are, without rounding."
FORGOTTEN = (
    "The unanswered requests are counted and the weights forgotten: a server of weight 2 with 2 of them is no busier "
    "than one of weight 1 with 1."
)

WRONG: Sequence[Mistake] = (  # the narrower mistakes first: of two that explain as much, the first is named
    Mistake("Weights are truncated to whole numbers. Divide by them as they are.", _least(load=_whole_weight)),
    Mistake(NEARLY, _least(load=partial(_rounded, places=2))),
    Mistake(NEARLY, _least(load=partial(_rounded, places=1))),
    Mistake("Turns are only taken among idle servers. Equals take turns however busy they are.", _turns_for_the_idle),
    Mistake("Only the first two of the equals take turns. All of them should.", _least(among=_first_two)),
    Mistake(
        "The equals are sorted by name before they take turns. Leave them in the order of the list.",
        _least(among=_by_name),
    ),
    Mistake(
        "The equals are reversed before they take turns. Leave them in the order of the list.", _least(among=_backwards)
    ),
    Mistake(
        "Equals take turns as if their weights were 1. A heavier one should have its turn more often.",
        _least(among=_alike),
    ),
    Mistake(
        "Among equals, the one with the lower latency is picked. Equals take turns, however quick they are.",
        _least(load=_then_latency),
    ),
    Mistake(
        "Among equals, only the heaviest take turns. All of them should, the heavy ones more often.",
        _least(load=_then_weight),
    ),
    Mistake(
        "Among equals, the one with fewer requests is picked. "
        "Compare `active / weight` only, and let equals take turns.",
        _least(load=_then_number),
    ),
    Mistake(
        "When a single server is the least busy, everybody's credit is forgotten. Return what `take_turns` returns.",
        _least(turns=_alone_forgets),
    ),
    Mistake(
        "The credit of those that are not among the equals this time is forgotten. Return all of `memory`, "
        "updated with the new credits.",
        _least(turns=_own_memory_only),
    ),
    Mistake(
        "Every server that is up earns credit. Only those among the equals should earn it in this pick.",
        _everybody_earns,
    ),
    Mistake(
        "Equals take turns one after the other, whatever their weights and credit. Hand them to `take_turns`.",
        _least(turns=_in_rotation),
    ),
    Mistake("One of the equals is picked at random. They should take turns.", _least(turns=_at_random)),
    Mistake(
        "The turn is never passed on, so among equals the heaviest is picked every time. "
        "Return what `take_turns` returns.",
        _least(turns=_as_before),
    ),
    Mistake("Every turn starts with an empty memory. Hand `memory` to `take_turns`.", _least(turns=_afresh)),
    Mistake(
        "The first of the equals is picked every time, "
        "so when all is quiet the first server does all the work. Equals should take turns.",
        _least(turns=_first),
    ),
    Mistake("The last of the equals is picked every time. Equals should take turns.", _least(turns=_last)),
    Mistake(
        "A server that is not up counts as the least busy, and then nobody is left. Look only at those that are up.",
        _fewest_of_all,
    ),
    Mistake(
        "It only tells idle servers from busy ones. Among busy ones, too, pick the least busy.",
        _least(load=_idle_or_not),
    ),
    Mistake(
        "It compares how busy they would be with one more request. Compare `active / weight` as it is.",
        _least(load=_one_more),
    ),
    Mistake("The weight is subtracted from `active`. Divide by it.", _least(load=_less_weight)),
    Mistake(
        "The remainder of the division is dropped, as `//` does: 3 requests for a weight of 2 would count as 1.",
        _least(load=_whole),
    ),
    Mistake("It multiplies by the weight. A heavy server may have more requests: divide.", _least(load=_times_weight)),
    Mistake(FORGOTTEN, _least(load=_no_weight)),
    Mistake(FORGOTTEN, _least(load=_no_weight, turns=_first)),
    Mistake("The busiest server is picked. Pick the least busy.", _least(load=_busiest)),
    Mistake("The latency is compared. Compare the number of unanswered requests per weight.", _least(load=_latency)),
    Mistake("The division is upside down, and fails for 0: it is `active / weight`.", _least(load=_upside_down)),
    Mistake("`active` is ignored: this is smooth weighted round robin among all that are up.", _least(among=_all_up)),
    Mistake("Return the memory, too: `name, memory`.", _names_only),
)
