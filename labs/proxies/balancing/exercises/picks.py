"""The exercises of lesson 13: smooth weighted round robin and least connections; the health check beside it.

A balancer is asked again and again and remembers; so a case is a row of picks, each with the servers as they are then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise, product
from typing import Any

from labs.kit.exercise import Exercise, Misconception, Wrong
from labs.kit.telling import show
from labs.proxies.balancing.algorithms import Choice, Request, Server, least_connections, smooth_weighted

Case = tuple[tuple[Server, ...], ...]  # the servers at the first pick, at the second …
Names = tuple[str, ...]


def row(function: Callable[..., Any], case: Case) -> list[Any]:
    """Every answer of a balancer, each pick remembering what the one before gave back; it ends at an unusable one."""
    answers: list[Any] = []
    memory: Any = {}
    for number, servers in enumerate(case, 1):
        answers.append(function(list(servers), memory, Request(number)))
        if _misfit(answers[-1], servers):
            break
        memory = dict(answers[-1][1])
    return answers


def _misfit(answer: Any, servers: Sequence[Server]) -> str:
    """What is wrong with the form of an answer; empty if nothing is."""
    if answer is None:
        return "nothing came back: is there a `return` on every way?"
    if not isinstance(answer, tuple) or not 2 <= len(answer) <= 3:
        return f"it gave back {show(answer, 80)}, and not a pair `(name, memory)`."
    if isinstance(answer[0], Server):
        return f"it gave back the whole server {answer[0].name!r}: give its name, `server.name`."
    names = {s.name: s.up for s in servers}
    if not isinstance(answer[0], str) or answer[0] not in names:
        return f"it picked {show(answer[0], 60)}, and there is no such server."
    if not names[answer[0]]:
        return f"it picked {answer[0]}, which is not up."
    if not isinstance(answer[1], Mapping):
        return f"to remember it gave {show(answer[1], 60)}, and not a dictionary."
    return ""


def read(case: Case, answers: Any) -> Names:
    """The names picked; Wrong where an answer is none."""
    for number, (answer, servers) in enumerate(zip(answers, case, strict=False), 1):
        if problem := _misfit(answer, servers):
            raise Wrong(f"Pick {number}: {problem}")
    return tuple(answer[0] for answer in answers)


def same_as(wrong: Callable[..., Any], sentence: str) -> Misconception:
    """A misconception that gives what `wrong` gives."""

    def recognise(case: Case, answer: Names, right: Names) -> str | None:
        try:
            return sentence if answer == tuple(a[0] for a in row(wrong, case)) != right else None
        except (KeyError, ValueError, ZeroDivisionError):
            return None

    return recognise


def in_order(reference: Callable[..., Any]) -> Callable[[Case, Names], None]:
    """The picks are those of the reference, one by one."""

    def holds(case: Case, answer: Names) -> None:
        right = tuple(a[0] for a in row(reference, case))
        for number, (got, want) in enumerate(zip(answer, right, strict=True), 1):
            if got != want:
                raise Wrong(f"Pick {number} should be {want}, and is {got}.", right)

    return holds


def show_servers(case: Case) -> str:
    """The servers at the first pick, and what is otherwise at later ones."""
    lines = ["servers: " + ", ".join(_told(s) for s in case[0])]
    for number, (before, now) in enumerate(pairwise(case), 2):
        if news := [_told(s) for s, was in zip(now, before, strict=True) if s != was]:
            lines.append(f"from pick {number} on: {', '.join(news)}")
    return "\n".join([*lines, f"{len(case)} pick{'s' * (len(case) != 1)}"])


def _told(server: Server) -> str:
    words = [f"weight {server.weight}"] + ([f"{server.active} unanswered"] if server.active else [])
    return f"{server.name} ({', '.join(words + ([] if server.up else ['not up']))})"


def show_names(answer: Any) -> str:
    """The names in a row."""
    return " ".join(answer) if answer and all(isinstance(name, str) for name in answer) else show(answer)


# ── smooth weighted round robin ───────────────────────────────────────────────────────────────────────────────────────


def steady(weights: Sequence[int], picks: int = 0, down: Mapping[str, range] | None = None) -> Case:
    """A row of picks with these weights; `down` says which server is not up at which picks (counted from 0)."""
    away = down or {}
    return tuple(
        tuple(Server(chr(97 + i), w, up=pick not in away.get(chr(97 + i), ())) for i, w in enumerate(weights))
        for pick in range(picks or sum(weights) + 1)
    )


def weighted_cases() -> Iterator[Case]:
    """One server, two, three; then one of them is away for a while."""
    yield steady((1,), 2)
    for weights in sorted(product((1, 2, 3), repeat=2), key=sum):
        yield steady(weights)
    yield steady((1, 1), 6, {"a": range(1, 3)})
    yield steady((2, 1), 7, {"b": range(0, 3)})
    for weights in ((1, 1, 1), (2, 1, 1), (1, 2, 1), (5, 1, 1), (1, 1, 5), (3, 2, 1)):
        yield steady(weights)
    yield steady((1, 1, 1), 11, {"a": range(1, 2)})
    yield steady((1, 1, 1), 9, {"b": range(2, 5)})
    yield steady((2, 1, 1), 12, {"a": range(1, 3)})
    yield steady((3, 1, 2), 14, {"c": range(1, 8)})


def larger_rows() -> Any:
    """Up to six servers with weights to 9, one of them away for a while."""
    from hypothesis import strategies as st

    def with_gap(weights: list[int], start: int, length: int, who: int) -> Case:
        gap = {chr(97 + who % len(weights)): range(start, start + length)} if len(weights) > 1 else {}
        return steady(weights, min(30, sum(weights) + 8), gap)

    return st.builds(
        with_gap, st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 8), st.integers(0, 8),
        st.integers(0, 5),
    )  # fmt: skip


def full_round(case: Case, answer: Names) -> None:
    """When all are up, as many picks as the weights add up to give each server its weight."""
    total = sum(s.weight for s in case[0])
    if len(case) < total or not all(s.up for servers in case[:total] for s in servers):
        return
    for server in case[0]:
        got = answer[:total].count(server.name)
        if got != server.weight:
            raise Wrong(f"Of the first {total} picks {server.name} should have {server.weight}, and has {got}.")


def _weighted(
    servers: Sequence[Server], memory: Mapping[str, float], request: Request, *, last: bool = False,
    pays: str = "total", forgets: bool = False, all_earn: bool = False, fresh_start: bool = False, weights: bool = True,
) -> Choice:  # fmt: skip
    """Smooth weighted round robin with a fault."""
    up = [s for s in servers if s.up]
    earning = list(servers) if all_earn else up
    scores = {} if forgets else dict(memory)
    for s in earning:
        scores[s.name] = scores.get(s.name, 0) + (s.weight if weights else 1)
    if fresh_start:
        scores = {s.name: scores[s.name] for s in up}
    best = max(reversed(up) if last else up, key=lambda s: scores[s.name])
    everything = sum(s.weight for s in servers)
    price = {"total": sum((s.weight if weights else 1) for s in earning), "nothing": 0, "own": best.weight, "one": 1,
             "everything": everything, "all": scores[best.name]}  # fmt: skip
    scores[best.name] -= price[pays]
    return Choice(best.name, scores)


def _in_blocks(servers: Sequence[Server], memory: Mapping[str, float], request: Request) -> Choice:
    """a a a a a b c: each server's whole share in one go."""
    up = [s for s in servers if s.up]
    block = [s.name for s in up for _ in range(s.weight)]
    turn = int(memory.get("turn", 0))
    return Choice(block[turn % len(block)], {"turn": turn + 1})


SMOOTH = Exercise(
    id="proxies-smooth-weighted",
    lesson="13",
    title="Smooth weighted round robin",
    points=2,
    reference=smooth_weighted,
    cases=weighted_cases,
    strategy=larger_rows,
    call=row,
    read=read,
    shape="Gives back a pair: the name of a server that is up, and a dictionary to remember",
    properties=(
        ("In a full round every server gets its weight", full_round),
        ("The order is nginx’s", in_order(smooth_weighted)),
    ),
    misconceptions=(
        same_as(
            _in_blocks,
            "Your answer gives each server its whole share in one go, a a a a a b c. Smooth means that the heavy one "
            "is "
            "interrupted: a a b a c a a.",
        ),
        same_as(
            lambda s, m, r: _weighted(s, m, r, weights=False),
            "Your answer treats all alike: everybody earns 1. Each earns its own `weight`.",
        ),
        same_as(
            lambda s, m, r: _weighted(s, m, r, pays="nothing"),
            "Your answer lets the one that is picked keep its credit, so the heaviest wins every time. It pays what "
            "all "
            "have earned in this pick together.",
        ),
        same_as(
            lambda s, m, r: _weighted(s, m, r, pays="own"),
            "Your answer lets the one that is picked pay its own weight only. It pays the sum of the weights: then "
            "the "
            "credits of all add up to nothing again.",
        ),
        same_as(
            lambda s, m, r: _weighted(s, m, r, pays="all"),
            "Your answer sets the credit of the one that is picked back to 0. It pays the sum of the weights, and "
            "may "
            "well be below 0 after that.",
        ),
        same_as(
            lambda s, m, r: _weighted(s, m, r, forgets=True),
            "Your answer forgets: every pick begins with no credit. Start from `memory`, and give back the credits "
            "as "
            "they are after the pick.",
        ),
        same_as(
            lambda s, m, r: _weighted(s, m, r, last=True),
            "Your answer takes the last of equals. nginx takes the first in the list: `max` does that, `>=` in a "
            "loop "
            "of your own does not.",
        ),
        same_as(
            lambda s, m, r: _weighted(s, m, r, all_earn=True),
            "Your answer lets a server earn while it is not up. When it comes back it has saved up so much that it "
            "gets "
            "all requests at once.",
        ),
        same_as(
            lambda s, m, r: _weighted(s, m, r, pays="everything"),
            "Your answer lets the one that is picked pay the weights of all servers, also of those that are not up "
            "and "
            "have earned nothing.",
        ),
        same_as(
            lambda s, m, r: _weighted(s, m, r, fresh_start=True),
            "Your answer drops the credit of a server that is not up. It keeps what it had: give back `memory` with "
            "the new credits put over it.",
        ),
    ),
    hints=(
        "Three steps: all that are up earn their weight; the richest is picked; it pays what all have just earned.",
        "`memory` holds the credits after the pick before, and nothing at the very first: `memory.get(server.name, "
        "0)`.",
        "`best = max(up, key=lambda server: credit[server.name])` finds the first of the richest. Then take "
        "`sum(server.weight for server in up)` from its credit, and return its name and all credits.",
    ),
    show_case=show_servers,
    show_answer=show_names,
)


# ── least connections ─────────────────────────────────────────────────────────────────────────────────────────────────


def busy(weights: Sequence[int], *rows: Sequence[int], out: str = "") -> Case:
    """A pick for each row of unanswered requests, one number for each server."""
    return tuple(
        tuple(Server(name, w, n, up=name not in out) for name, w, n in zip("abcde", weights, row, strict=False))
        for row in rows
    )  # fmt: skip


def least_cases() -> Iterator[Case]:
    """One pick between two; weights; equals, who take turns; one that is out."""
    yield busy((1, 1), (1, 0))
    yield busy((1, 1), (0, 1))
    yield busy((1, 1), (0, 3), (1, 3), (2, 1))
    yield busy((2, 1), (1, 1))  # who multiplies by the weight fails here, who forgets it fails at the next
    yield busy((1, 2), (1, 1))
    yield busy((3, 1), (2, 1))
    yield busy((2, 1), (3, 1))
    yield busy((1, 2), (0, 0), (0, 0), (0, 0))
    yield busy((1, 1), (0, 0), (0, 0))
    yield busy((1, 1, 1), (0, 0, 0), (0, 0, 0), (0, 0, 0))
    yield busy((1, 1), (0, 1), out="a")
    yield busy((5, 1, 1), *[(0, 0, 0)] * 7)
    yield busy((1, 1, 1), (1, 0, 0), (1, 0, 0), (0, 1, 0), (0, 1, 0), (0, 0, 1))
    yield busy((2, 1, 1), (2, 1, 1), (2, 1, 1), (2, 1, 2), (4, 2, 2), (3, 2, 1))


def larger_loads() -> Any:
    """Up to five servers, up to ten picks."""
    from hypothesis import strategies as st

    def build(weights: list[int], numbers: list[list[int]], out: int) -> Case:
        rows = [[numbers[i % len(numbers)][j] for j in range(len(weights))] for i in range(len(numbers))]
        return busy(weights, *rows, out=chr(97 + out) if 0 <= out < len(weights) and len(weights) > 1 else "")

    return st.builds(
        build, st.lists(st.integers(1, 5), min_size=1, max_size=5),
        st.lists(st.lists(st.integers(0, 4), min_size=5, max_size=5), min_size=1, max_size=10), st.integers(-3, 4),
    )  # fmt: skip


def nobody_less(case: Case, answer: Names) -> None:
    """Nobody that is up has fewer unanswered requests for its weight than the one that is picked."""
    for number, (servers, name) in enumerate(zip(case, answer, strict=True), 1):
        mine = next(s for s in servers if s.name == name)
        for other in servers:
            if other.up and other.active * mine.weight < mine.active * other.weight:
                raise Wrong(f"Pick {number} is {_told(mine)}, but {_told(other)} has fewer for its weight.")


def _least(score: Callable[[Server], float], turns: Callable[..., Any] = smooth_weighted) -> Callable[..., Any]:
    def pick(servers: Sequence[Server], memory: Mapping[str, float], request: Request) -> Any:
        up = [s for s in servers if s.up]
        least = [s for s in up if score(s) == min(map(score, up))]
        return turns(least, memory, request)

    return pick


def _first(servers: Sequence[Server], memory: Mapping[str, float], request: Request) -> Choice:
    return Choice(servers[0].name, memory)


def _last(servers: Sequence[Server], memory: Mapping[str, float], request: Request) -> Choice:
    return Choice(servers[-1].name, memory)


def _heaviest(servers: Sequence[Server], memory: Mapping[str, float], request: Request) -> Choice:
    return Choice(max(servers, key=lambda s: s.weight).name, memory)


def _own_memory_only(servers: Sequence[Server], memory: Mapping[str, float], request: Request) -> Choice:
    choice = smooth_weighted(servers, memory, request)
    return Choice(choice.name, {s.name: choice.memory[s.name] for s in servers})


def _all_take_turns(servers: Sequence[Server], memory: Mapping[str, float], request: Request) -> Choice:
    """Everybody earns, but only among the least is one picked."""
    up = [s for s in servers if s.up]
    least = [s for s in up if s.active / s.weight == min(s.active / s.weight for s in up)]
    credit = {**memory, **{s.name: memory.get(s.name, 0) + s.weight for s in up}}
    best = max(least, key=lambda s: credit[s.name])
    return Choice(best.name, {**credit, best.name: credit[best.name] - sum(s.weight for s in up)})


def _per_weight(server: Server) -> float:
    return server.active / server.weight


WEIGHTS_FORGOTTEN = (
    "Your answer counts the unanswered requests and forgets the weights: a server of weight 2 with 2 of them is no "
    "busier than one of weight 1 with 1."
)

LEAST = Exercise(
    id="proxies-least-connections",
    lesson="13",
    title="Least connections",
    points=2,
    reference=least_connections,
    cases=least_cases,
    strategy=larger_loads,
    call=row,
    read=read,
    shape="Gives back a pair: the name of a server that is up, and a dictionary to remember",
    properties=(
        ("Nobody that is up has fewer unanswered requests for its weight", nobody_less),
        ("Equals take turns, in nginx’s order", in_order(least_connections)),
    ),
    misconceptions=(
        same_as(_least(lambda s: s.active), WEIGHTS_FORGOTTEN),
        same_as(_least(lambda s: s.active, _first), WEIGHTS_FORGOTTEN),
        same_as(
            _least(lambda s: -s.active / s.weight),
            "Your answer takes the busiest server. The least busy is wanted.",
        ),
        same_as(
            _least(lambda s: s.active * s.weight),
            "Your answer multiplies by the weight. A heavy server may have more: divide by it.",
        ),
        same_as(
            _least(lambda s: s.active // s.weight),
            "Your answer divides with `//`, which drops what remains: 3 for a weight of 2 would count as 1.",
        ),
        same_as(
            _least(_per_weight, _first),
            "Your answer takes the first of equals every time, so at a quiet hour the first server does all the "
            "work. "
            "Equals take turns.",
        ),
        same_as(_least(_per_weight, _last), "Your answer takes the last of equals every time. Equals take turns."),
        same_as(
            _least(_per_weight, _heaviest),
            "Your answer takes the heaviest of equals every time. Equals take turns, the heavy ones more often.",
        ),
        same_as(
            _least(_per_weight, _own_memory_only),
            "Your answer forgets the credit of those who are not among the equals this time. Give back all that is "
            "in "
            "`memory`, with the new credits put over it.",
        ),
        same_as(
            _all_take_turns,
            "Your answer lets everybody earn credit. Only those earn it that are among the equals in this pick.",
        ),
        same_as(smooth_weighted, "Your answer does not look at `active`: it is smooth weighted round robin."),
    ),
    hints=(
        "How busy a server is, is `server.active / server.weight`. Look only at those that are up.",
        "First find the smallest of these numbers, then gather all servers that have it: there may be several.",
        "Let the equals take turns: `smooth_weighted(equals, memory, request)` gives a name and what to remember.",
    ),
    show_case=show_servers,
    show_answer=show_names,
)
