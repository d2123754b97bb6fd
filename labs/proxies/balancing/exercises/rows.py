"""What the two exercises on picking a server share: a case is a row of picks, since a balancer remembers.

For each pick the case has the servers as they are then: names come in any order, and one may contain another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from numbers import Real
from typing import Any

from labs.kit.checking.exercise import Wrong
from labs.kit.guarding.telling import show
from labs.proxies.balancing.algorithms import Request, Server

Case = tuple[tuple[Server, ...], ...]  # the servers at the first pick, at the second …

Pick = Callable[[Sequence[Server], Mapping[str, float], Request], Any]

SHAPE = "Returns a pair: the name of a server that is up, and a dictionary to remember"


def row(function: Pick, case: Case) -> list[Any]:
    """Every answer of a balancer, each pick remembering what the one before returned; it ends at an unusable one."""
    answers: list[Any] = []
    memory: Any = {}
    for number, servers in enumerate(case, 1):
        answers.append(function(list(servers), dict(memory), _request(number)))
        if misfit(answers[-1], servers):
            break
        answers[-1] = (answers[-1][0], dict(answers[-1][1]))  # as it was returned, whatever becomes of it later
        memory = answers[-1][1]
    return answers


def _request(number: int) -> Request:
    """Each from another client, with other dice."""
    dice = (number * 0.37 % 1, number * 0.61 % 1)
    return Request(number, f"/{number * 7 % 5}", f"192.0.2.{number * 11 % 250}", dice)


def misfit(answer: Any, servers: Sequence[Server]) -> str:
    """What is wrong with the form of an answer; empty if nothing is."""
    if answer is None:
        return "it returned nothing. Does every path end in a `return`?"
    if isinstance(answer, Server):
        return f"it returned the whole server {answer.name!r}, not a pair `(name, memory)`."
    if not isinstance(answer, tuple | list) or not 2 <= len(answer) <= 3:
        return f"it returned {show(answer, 80)}, not a pair `(name, memory)`."
    if isinstance(answer[0], Server):
        return f"it returned the whole server {answer[0].name!r}: return its name, `server.name`."
    names = {s.name: s.up for s in servers}
    if isinstance(answer[0], Mapping) and isinstance(answer[1], str):
        return "it returned the memory first. Return the name first, then the memory: `name, memory`."
    if not isinstance(answer[0], str) or answer[0] not in names:
        return f"it picked {show(answer[0], 60)}, and there is no such server."
    if not names[answer[0]]:
        return f"it picked {answer[0]}, which is not up."
    if not isinstance(answer[1], Mapping):
        return f"what it returned to remember is {show(answer[1], 60)}, not a dictionary."
    return ""


@dataclass(frozen=True)
class Picks:
    """The names picked, and what was remembered after each pick: credit by name, where it is not 0."""

    names: tuple[str, ...]
    memory: tuple[tuple[tuple[str, Any], ...], ...] = ()


def read(case: Case, answers: Any) -> Picks:
    """The picks; Wrong where an answer is unusable."""
    for number, (answer, servers) in enumerate(zip(answers, case, strict=False), 1):
        if problem := misfit(answer, servers):
            raise Wrong(f"Pick {number}: {problem}")
    return Picks(tuple(str(name) for name, _ in answers), tuple(_remembered(memory) for _, memory in answers))


def _remembered(memory: Mapping[Any, Any]) -> tuple[tuple[str, Any], ...]:
    plain = {str(name): float(value) if isinstance(value, Real) else show(value) for name, value in memory.items()}
    return tuple(sorted((name, value) for name, value in plain.items() if value != 0))


def first_difference(reference: Pick, case: Case, answer: Picks) -> tuple[int, str, str, Mapping[str, float]] | None:
    """The first pick, counted from 0, that is not the reference's: theirs, the right one, and the credits before it."""
    memory: Mapping[str, float] = {}
    for number, (servers, picked) in enumerate(zip(case, answer.names, strict=True)):
        right = reference(list(servers), memory, _request(number + 1))
        if picked != right[0]:
            return number, picked, right[0], memory
        memory = right[1]
    return None


# ── cases ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def steady(servers: Iterable[Server], picks: int, away: Mapping[str, Iterable[int]] | None = None) -> Case:
    """A row of picks with these servers; `away` says which one is not up at which picks, counted from 0."""
    out = {name: set(when) for name, when in (away or {}).items()}
    return tuple(
        tuple(server._replace(up=server.up and pick not in out.get(server.name, ())) for server in servers)
        for pick in range(picks)
    )


def weighing(weights: Sequence[float], names: Sequence[str] = "abcdef", active: Sequence[int] = ()) -> list[Server]:
    """Servers of these weights."""
    busy = [*active, *[0] * len(weights)]
    return [Server(name, w, n) for name, w, n in zip(names, weights, busy, strict=False)]  # type: ignore[arg-type]


# ── how it is shown ───────────────────────────────────────────────────────────────────────────────────────────────────


def show_servers(case: Case) -> str:
    """The servers at the first pick, and what is different at later ones."""
    lines = ["servers: " + ", ".join(map(told, case[0]))]
    for number, (before, now) in enumerate(pairwise(case), 2):
        if [s.name for s in before] != [s.name for s in now]:
            lines.append(f"from pick {number} on: {', '.join(map(told, now))}, in this order")
        elif news := [told(s) for s, was in zip(now, before, strict=True) if s != was]:
            lines.append(f"from pick {number} on: {', '.join(news)}")
    return "\n".join([*lines, f"{len(case)} pick{'s' * (len(case) != 1)}"])


def told(server: Server) -> str:
    """A server in words."""
    words = [f"weight {server.weight}"]
    words += [f"{server.active} unanswered"] if server.active else []
    words += [f"latency {server.latency} s"] if server.latency else []
    return f"{server.name} ({', '.join(words + ([] if server.up else ['not up']))})"


def show_names(answer: Any) -> str:
    """The names in a row."""
    return " ".join(answer.names) if isinstance(answer, Picks) else show(answer)


def numbers(values: Mapping[str, float], names: Iterable[str]) -> str:
    """Numbers by name: "a 2, b -1"."""
    return ", ".join(f"{name} {values.get(name, 0):g}" for name in names)
