"""A pool of cache servers to play with: controls, faults and monitors around its picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from labs.caching.sharding import ketama
from labs.caching.sharding.captions import CHANGES
from labs.caching.sharding.picture import draw_pool
from labs.caching.sharding.placing import PLACINGS, Place
from labs.caching.sharding.pool import CURES, NAMES, serve_pool
from labs.caching.sharding.rings import Points, listed
from labs.kit.guarding.fence import fenced
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Fault, Trace

CONTROLS = {
    control.name: control
    for control in (
        Control("placement", "ring", options=PLACINGS),
        Control("servers", 10, low=1, high=len(NAMES)),
        Control("points", 4, low=1, high=160, label="points per server"),
        Control("writes", 0.0, low=0, high=0.5, step=0.1, label="share of writes"),
        Control("cure", "none", options=CURES, label="cure for a hot key"),
    )
}
STRIKES = {
    "add": Strike("add", "add a server", who=lambda trace: "servers"),
    "kill": Strike("kill", "kill it, or start it again"),
    "cut": Strike("cut", "cut it off, or reconnect it"),
    "hot": Strike("hot", "make product-1 hot, or cool again", who=lambda trace: "product-1"),
}


def _moved(trace: Trace) -> str:
    told = [str(len(event["moved"])) for event in trace.of(*CHANGES)]
    return " + ".join(told) + f" of {trace.settings['keys']}" if told else "none"


def _misses(trace: Trace) -> str:
    reads = trace.of("read")
    return f"{sum(not event['hit'] for event in reads)} of {len(reads)} reads"


def _busiest(trace: Trace) -> str:
    counts: dict[str, int] = {}
    for event in trace.of("read"):
        if event["server"]:
            counts[event["server"]] = counts.get(event["server"], 0) + 1
    if not counts:
        return "none"
    most = max(counts.values())
    names = sorted(name for name, count in counts.items() if count == most)
    each = " each" * (len(names) > 1)
    return f"{', '.join(names)}: {most} of {len(trace.of('read'))} reads{each}"


def _stale(trace: Trace) -> tuple[str, bool]:
    many = sum(event["stale"] for event in trace.of("read"))
    return (f"{many}", many == 0)


MONITORS = {
    "moved": ("keys that moved", _moved),
    "misses": ("went to the database", _misses),
    "busiest": ("busiest server", _busiest),
    "stale": ("stale reads", _stale),
}


def explore_pool(
    *controls: str,
    strikes: Sequence[str] = ("add", "kill"),
    watch: Sequence[str] = ("moved", "misses", "busiest"),
    versus: tuple[str, Any, Any] | None = None,
    faults: Sequence[Fault] = (),
    lookup: Callable[[Points, int], str] | None = None,
    score: Callable[..., list[str]] | None = None,
    after: Any = None,
    seed: int = 0,
    **settings: Any,
) -> Explorer:
    """A pool to play with: the named controls (see CONTROLS), faults (see STRIKES) and monitors (see MONITORS).

    `settings` are those of `serve_pool`: they set where a control begins, or hold what has no control. `lookup` and
    `score` are the learner's own, for a ring and for rendezvous; a mistake in one is a sentence, not a dead picture.
    """
    shown = [_with_room(control, faults) for control in pick_controls(controls, CONTROLS, settings)]
    run = fenced(serve_pool, lookup, score)

    def served(**chosen: Any) -> Trace:
        merged = {**settings, **chosen}
        if lookup is not None:
            merged["place"] = _by_lookup(lookup, merged.get("points", 4))
        if score is not None:
            merged["place"] = _by_score(score)
        return run(**merged)

    targets = (lambda trace: _there(trace)) if {"kill", "cut"} & set(strikes) else (lambda trace: ())
    return explore(
        served, draw_pool, controls=shown, strikes=[STRIKES[name] for name in strikes], targets=targets,
        monitors=[MONITORS[name] for name in watch], versus=versus, faults=faults, seed=seed, after=after,
    )  # fmt: skip


def _with_room(control: Control, faults: Sequence[Fault]) -> Control:
    """The control, without the numbers of servers at which the first faults could not happen."""
    if control.name != "servers":
        return control
    added = sum(fault.kind == "add" for fault in faults)
    struck = [1 + NAMES.index(fault.who) for fault in faults if fault.who in NAMES]
    return replace(control, low=max(struck, default=1), high=len(NAMES) - added)


def _there(trace: Trace) -> list[str]:
    return list(NAMES[: trace.settings["servers"] + len(trace.of("add"))])


def _by_lookup(lookup: Callable[[Points, int], str], points: int) -> Place:
    rings: dict[tuple[str, ...], Points] = {}

    def place(servers: Sequence[str], key: str) -> str:
        if tuple(servers) not in rings:
            rings[tuple(servers)] = listed(servers, points)
        return lookup(list(rings[tuple(servers)]), ketama.place(key))

    return place


def _by_score(score: Callable[..., list[str]]) -> Place:
    def place(servers: Sequence[str], key: str) -> str:
        answer = score(dict.fromkeys(servers, 1), key, 1)
        return answer[0] if isinstance(answer, list | tuple) and answer else answer  # type: ignore[return-value]

    return place
