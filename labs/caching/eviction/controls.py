"""The pictures of the eviction policies and of the layers, with their controls and faults."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from labs.caching.eviction.layers import NAMES, fall
from labs.caching.eviction.layers_picture import draw_layers
from labs.caching.eviction.picture import draw_cache, draw_run
from labs.caching.eviction.policies import Policy
from labs.caching.eviction.replay import PATTERNS, after_strike, hit_ratio, replay
from labs.caching.eviction.table import POLICIES
from labs.kit.guarding.fence import fenced
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Fault, Trace

CONTROLS = {
    control.name: control
    for control in (
        Control("policy", "LRU", options=tuple(POLICIES)),
        Control("capacity", 100, low=20, high=300, step=20, label="capacity (entries)"),
        Control("skew", 1.0, low=0, high=1.6, step=0.2, label="skew of the keys"),
        Control("pattern", PATTERNS[0], options=PATTERNS, label="requests"),
    )
}
SCAN = Strike("scan", "A scan", lambda trace: "cache")
RESTART = Strike("restart", "A restart", lambda trace: "cache")


def explore_cache(
    asked: str, *, capacity: int = 4, policy: str = "LRU", mine: Callable[[int], Policy] | None = None,
    after: Any = None,
) -> Explorer:  # fmt: skip
    """A small cache and named requests, "a b c a"; `mine` is the learner's own policy, in place of the menu."""
    requests = asked.split()
    controls = [Control("capacity", capacity, low=2, high=7, label="capacity (entries)")]
    if mine is None:
        controls.insert(0, Control("policy", policy, options=tuple(POLICIES)))
    run = fenced(replay, mine)

    def replayed(**chosen: Any) -> Trace:
        return run(**{"policy": mine or policy, **chosen}, asked=requests)

    return explore(replayed, draw_cache, controls=controls, monitors=[("hits", _hits)], after=after)


def explore_policies(
    *controls: str, versus: tuple[str, Any, Any] | None = None, faults: Sequence[Fault] = (), after: Any = None,
    strikes: Sequence[Strike] = (SCAN, RESTART), seed: int = 0, **settings: Any,
) -> Explorer:  # fmt: skip
    """A large cache with some of CONTROLS: its hit ratio over 2,000 requests."""
    picked = pick_controls(controls, CONTROLS, settings)

    def run(**chosen: Any) -> Trace:
        return replay(**{**settings, **chosen})

    return explore(
        run, draw_run, controls=picked, strikes=list(strikes), versus=versus, faults=faults, seed=seed, after=after,
        monitors=[("hits in all", _hits), ("hits among the 100 requests after the last fault", _after)],
    )  # fmt: skip


def explore_layers(*, faults: Sequence[Fault] = ()) -> Explorer:
    """The five layers; each cache can be emptied, and the database taken down."""
    strikes = [
        Strike("empty", "Empty the browser", lambda trace: NAMES[0]),
        Strike("empty", "Empty the CDN", lambda trace: NAMES[1]),
        Strike("down", "Take the database down", lambda trace: NAMES[-1]),
    ]
    return explore(fall, draw_layers, strikes=strikes, faults=faults, monitors=[("a request took on average", _took)])


def _hits(trace: Trace) -> str:
    return f"{100 * hit_ratio(trace):.0f} %"


def _after(trace: Trace) -> str:
    share = after_strike(trace)
    return "–" if share is None else f"{100 * share:.0f} %"


def _took(trace: Trace) -> str:
    times = [e["took"] for e in trace.of("answer")]
    return f"{sum(times) / len(times):.0f} ms"
