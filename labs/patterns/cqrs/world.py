"""Two services, their relays, two feeds, a projector and a reader, on a virtual clock.

What was committed survives a crash, nothing else. A feed keeps its events in order, each at its position, like one
Kafka partition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from labs.kit.limits import Number, OneOf, Whole
from labs.kit.trace import Clock, Fault, Trace
from labs.patterns.cqrs import parts
from labs.patterns.stores import Memory

WORK, WAY, POLL = 0.2, 0.4, 0.5  # seconds: a local transaction, a message on its way, a relay that looks for work
DOWN, LATE = 3.0, 4.0  # seconds: a crash lasts, a message is held up
PATIENCE = 4.0  # seconds a read waits for its own write at most
HORIZON = 40.0
PUBLISH = ("outbox", "no outbox")
PROJECT = ("by version", "blindly")
READ = ("not at all", "at once", "after own writes")
REBUILD = ("beside the old one", "in place")
LIMITS: dict[str, Any] = {
    "publish": OneOf(PUBLISH), "project": OneOf(PROJECT), "read": OneOf(READ), "rebuild": OneOf(REBUILD),
    "look_every": Number(0.2, 5, "seconds"), "writes": Whole(1, 6),
}  # fmt: skip
FAULTS = {"crash": (*parts.SERVICES, "projector"), "late": ("network",), "rebuild": ("projector",)}

# When, which service, which row, and what it becomes (None: deleted)
SCRIPT: tuple[tuple[float, str, str, Any], ...] = (
    (1.0, "customers", "c1", {"name": "Ada"}),
    (3.0, "orders", "o1", {"customer": "c1", "item": "tea"}),
    (6.0, "orders", "o2", {"customer": "c1", "item": "rice"}),
    (9.0, "customers", "c1", {"name": "Ada L."}),
    (11.0, "orders", "o1", None),
    (13.0, "orders", "o3", {"customer": "c1", "item": "figs"}),
)


class World:
    """Who is up, what is in the stores and feeds, and what is on its way."""

    def __init__(self, settings: dict[str, Any], faults: Sequence[Fault], seed: int, project: Any, serve: Any) -> None:
        self.clock, self.trace = Clock(), Trace(settings, tuple(faults), seed)
        self.settings, self.project, self.serve = settings, project, serve
        self.stores = {name: Memory(parts.empty_store()) for name in parts.SERVICES}
        self.feeds: dict[str, list[parts.Event]] = {name: [] for name in parts.SERVICES}
        self.life = dict.fromkeys((*parts.SERVICES, "projector"), 0)  # goes up with each crash
        self.up = dict.fromkeys(self.life, True)
        self.late = 0
        self.woken: dict[str, Callable[[], None]] = {}
        self.rebuild: Callable[[], None] = lambda: None
        for fault in faults:
            self.clock.at(fault.t, lambda fault=fault: self._strike(fault))  # type: ignore[misc]

    def emit(self, kind: str, who: str, **data: Any) -> None:
        """Write something into the trace, now."""
        self.trace.emit(self.clock.now, kind, who, **data)

    def _strike(self, fault: Fault) -> None:
        if fault.kind == "late":
            self.late += 1
            self.emit("late", "network")
        elif fault.kind == "rebuild":
            self.rebuild()
        else:  # also while it is down: then it fails as it starts, and is down for longer
            again = not self.up[fault.who]
            self.up[fault.who], self.life[fault.who] = False, self.life[fault.who] + 1
            self.emit("crash", fault.who, again=again)
            life = self.life[fault.who]
            self.clock.after(DOWN, lambda: self._restart(fault.who, life))

    def _restart(self, who: str, life: int) -> None:
        if self.life[who] != life:
            return
        self.up[who] = True
        self.emit("restart", who)
        self.woken[who]()

    def later(self, who: str, delay: float, action: Callable[[], None]) -> None:
        """Let `who` do something after `delay` seconds, unless it crashes before."""
        life = self.life[who]
        self.clock.after(delay, lambda: action() if self.life[who] == life and self.up[who] else None)

    def way(self) -> float:
        """How long the next message takes, in seconds."""
        self.late, late = max(0, self.late - 1), self.late > 0
        return LATE if late else WAY

    def arrive(self, service: str, event: parts.Event) -> None:
        """An event is at the end of its feed."""
        self.feeds[service].append(event)
        self.emit("published", service, position=len(self.feeds[service]) - 1, event=event)

    def rows(self, service: str) -> Any:
        """A service's rows as they are now."""
        with self.stores[service].transaction() as store:
            return store["rows"]

    def join(self) -> dict[str, Any]:
        """What the read model should be now."""
        return parts.join(self.rows("customers"), self.rows("orders"))
