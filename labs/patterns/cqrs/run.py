"""Six writes from beginning to end, and whether the read model has become the join of the write stores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labs.kit.limits import check_faults, check_settings
from labs.kit.trace import Fault, Trace
from labs.patterns.cqrs import parts
from labs.patterns.cqrs.reading import Projector, Reader
from labs.patterns.cqrs.services import Service
from labs.patterns.cqrs.world import FAULTS, HORIZON, LIMITS, PROJECT, PUBLISH, READ, REBUILD, SCRIPT, World


def run_cqrs(
    publish: str = PUBLISH[0], project: str = PROJECT[0], read: str = READ[0], rebuild: str = REBUILD[0],
    look_every: float = 0.5, writes: int = 6, *, relay: Any = parts.relay, projector: Any = None,
    serve: Any = parts.may_serve, faults: Sequence[Fault] = (), seed: int = 0,
) -> Trace:  # fmt: skip
    """The first `writes` of SCRIPT; the projector looks for events every `look_every` seconds.

    `relay`, `projector` and `serve` may be the learner's own.
    """
    settings: dict[str, Any] = {"publish": publish, "project": project, "read": read, "rebuild": rebuild,
                "look_every": look_every, "writes": writes}  # fmt: skip
    check_settings(LIMITS, settings)
    check_faults(faults, FAULTS)
    ours = parts.project if project == "by version" else parts.project_blindly
    world = World(settings, faults, seed, projector or ours, serve)
    services = {name: Service(world, name, relay) for name in parts.SERVICES}
    follower = Projector(world)
    reader = Reader(world, follower)
    for t, name, id, row in SCRIPT[:writes]:
        world.clock.at(t, lambda name=name, id=id, row=row: services[name].command(  # type: ignore[misc]
            id, row, lambda version: reader.wrote(name, id, version)))  # fmt: skip
    world.clock.at(0.3, follower.go_on)
    world.clock.run(max([HORIZON, *(fault.t + HORIZON / 2 for fault in faults)]))
    last = max((e.t + e.get("over", 0) for e in world.trace), default=0)
    world.trace.emit(last, "settled", "world", view=follower.view()["orders"], join=world.join())
    world.trace.end = last + 1.5
    return world.trace


# ── what became of it ─────────────────────────────────────────────────────────────────────────────────────────────────


def differences(trace: Trace) -> list[str]:
    """The orders in which the read model differs from the join at the end."""
    view, join = trace.events[-1]["view"], trace.events[-1]["join"]
    return sorted(id for id in {*view, *join} if view.get(id) != join.get(id))


def unseen(trace: Trace) -> int:
    """How many reads did not show their own author's write."""
    return sum(not e["seen"] for e in trace.of("read"))


def longest_wait(trace: Trace) -> float:
    """How long the slowest read waited for its answer, in seconds."""
    return float(max((e["waited"] for e in trace.of("read")), default=0.0))


def vanished(trace: Trace) -> int:
    """How many orders that were served before a rebuild are not served right after its beginning, at most."""
    served, most = 0, 0
    for e in trace:
        if e.kind == "rebuild" and trace.settings["rebuild"] == "in place":
            most, served = max(most, served), 0
        elif e.kind == "switch" or (e.kind == "projected" and e["table"] == 0):
            served = len(e["orders"])
    return most
