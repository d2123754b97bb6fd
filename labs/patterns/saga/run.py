"""One order from beginning to end, in one of the two styles, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labs.kit.limits import check_faults, check_settings
from labs.kit.trace import Fault, Trace
from labs.patterns.saga import steps
from labs.patterns.saga.choreography import Choreography
from labs.patterns.saga.orchestration import Orchestrator
from labs.patterns.saga.world import FAULTS, HORIZON, LIMITS, PATIENCE, SAFETY, SERVICES, World


def run_saga(
    style: str = "orchestrated", refuses: str = "shipping", safety: str = SAFETY[0], heard: str = "everybody",
    *, decide: Any = steps.next_action, take: Any = steps.take, undo: Any = steps.undo,
    faults: Sequence[Fault] = (), seed: int = 0,
) -> Trace:  # fmt: skip
    """One order, from beginning to end. `decide`, `take` and `undo` may be the learner's own."""
    settings = {"style": style, "refuses": refuses, "safety": safety, "heard": heard}
    check_settings(LIMITS, settings)
    check_faults(faults, FAULTS)
    world = World(settings, faults, seed, take, undo)
    saga = Orchestrator(world, decide) if style == "orchestrated" else Choreography(world)
    world.clock.at(0.2, lambda: saga.go_on() if world.up["order"] else None)  # else when it is back: see `woken`
    world.clock.run(horizon(faults))
    world.trace.end = max((e.t + e.get("over", 0) for e in world.trace), default=0) + 1.5
    return world.trace


def horizon(faults: Sequence[Fault]) -> float:
    """When nobody looks any more."""
    return max([HORIZON, *(fault.t + HORIZON / 2 for fault in faults)])


# ── what became of it ─────────────────────────────────────────────────────────────────────────────────────────────────


def held(trace: Trace) -> dict[str, int]:
    """What each service holds for the order at the end."""
    latest = dict.fromkeys(SERVICES, 0)
    for e in trace.of("commit"):
        latest[e.who] = e["taken"]
    return latest


def ended(trace: Trace) -> str:
    """ "approved", "rejected", or "open"."""
    over = trace.of("over")
    return ("approved" if over[-1]["well"] else "rejected") if over else "open"


def is_busy(trace: Trace) -> bool:
    """Whether somebody is still at work when nobody looks any more: an orchestrator that never comes to an end."""
    return any(e.t > horizon(trace.faults) - 3 * PATIENCE for e in trace.of("send"))


def expected(trace: Trace) -> dict[str, int]:
    """What each service should hold, by how the order ended; an open order may end as nothing."""
    amounts = {steps.SERVICE[action]: amount for action, amount in steps.AMOUNT.items()}
    return amounts if ended(trace) == "approved" else dict.fromkeys(SERVICES, 0)


def is_right(trace: Trace) -> bool:
    """Whether the order has ended, and money and stock with it."""
    return ended(trace) != "open" and held(trace) == expected(trace)
