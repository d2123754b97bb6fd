"""The world of one order, on a virtual clock: three participants, crashes, and a network that repeats and delays.

Whatever is committed survives a crash, nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from labs.kit.limits import OneOf
from labs.kit.trace import Clock, Fault, Trace
from labs.patterns.saga import steps
from labs.patterns.stores import Memory

WAY, WORK, PATIENCE = 0.4, 0.2, 2.0  # seconds on the wire, for a local transaction, and until somebody asks again
DOWN, LATE, AGAIN = 3.0, 9.0, 1.6  # a crash lasts, a late message takes, a duplicate follows: in seconds
HORIZON = 60.0  # seconds until nobody looks any more; after a late fault, half of that
ORDER = "A1"
NOBODY = "nobody"
SAFETY = ("log and keys", "log, no keys", "no log")
LIMITS = {
    "style": OneOf(("orchestrated", "choreographed")),
    "refuses": OneOf((NOBODY, "stock", "payment", "shipping")),
    "safety": OneOf(SAFETY),
    "heard": OneOf(("everybody", "the neighbour")),
}
SERVICES = ("stock", "payment", "shipping")
FAULTS = {"crash": ("order", *SERVICES), "twice": ("network",), "late": ("network",)}


class World:
    """Who is up, what is in the databases, and messages on their way."""

    def __init__(self, settings: dict[str, Any], faults: Sequence[Fault], seed: int, take: Any, undo: Any) -> None:
        self.clock, self.trace = Clock(), Trace(settings, tuple(faults), seed)
        free = {name: 0 if name == settings["refuses"] else most for name, most in steps.FREE.items()}
        self.stores = {name: Memory({"free": free[name], "taken": {}, "closed": {}}) for name in SERVICES}
        self.log = Memory({"log": []})
        self.life = dict.fromkeys(("order", *SERVICES), 0)  # goes up with each crash: what was begun before is void
        self.up = dict.fromkeys(self.life, True)
        self.waiting: dict[str, int] = {"twice": 0, "late": 0}
        self._take = steps.take_blindly if settings["safety"] == "log, no keys" and take is steps.take else take
        self._undo = undo
        self.woken: Callable[[str], None] = lambda who: None
        for fault in faults:
            self.clock.at(fault.t, lambda fault=fault: self._strike(fault))  # type: ignore[misc]

    def emit(self, kind: str, who: str, **data: Any) -> None:
        """Write something into the trace, now."""
        self.trace.emit(self.clock.now, kind, who, **data)

    def _strike(self, fault: Fault) -> None:
        if fault.kind in self.waiting:
            self.waiting[fault.kind] += 1
            self.emit(fault.kind, "network")
            return
        again = not self.up[fault.who]  # then it fails as it starts, and is down for longer
        self.up[fault.who], self.life[fault.who] = False, self.life[fault.who] + 1
        self.emit("crash", fault.who, again=again)
        life = self.life[fault.who]
        self.clock.after(DOWN, lambda: self._restart(fault.who) if self.life[fault.who] == life else None)

    def _restart(self, who: str) -> None:
        self.up[who] = True
        self.emit("restart", who)
        self.woken(who)

    def later(self, who: str, delay: float, action: Callable[[], None]) -> None:
        """Let `who` do something after `delay` seconds, unless it crashes before."""
        life = self.life[who]
        self.clock.after(delay, lambda: action() if self.life[who] == life and self.up[who] else None)

    def send(self, start: str, goal: str, label: str, arrive: Callable[[], None], fill: str = "data") -> None:
        """A message; `arrive` happens at its goal, if that is up then."""
        late, twice = (self.waiting[kind] > 0 for kind in ("late", "twice"))
        self.waiting = {kind: max(0, n - 1) for kind, n in self.waiting.items()}
        for delay in (LATE if late else WAY, *((AGAIN,) if twice else ())):
            self.emit("send", start, goal=goal, label=label, over=delay, fill=fill)
            self.clock.after(delay, lambda: arrive() if self.up[goal] else self.emit("missed", goal, label=label))

    def work(self, action: str) -> str:
        """The local transaction of one action, at its service."""
        name, key = steps.SERVICE[action], steps.key_of(ORDER, action)
        with self.stores[name].transaction() as rows:
            undoes = action in steps.UNDOES
            had, closed, before = key in rows["taken"], rows["closed"].get(key, ""), sum(rows["taken"].values())
            outcome: str = self._undo(rows, key) if undoes else self._take(rows, key, steps.AMOUNT[action])
            held = {"free": rows["free"], "taken": sum(rows["taken"].values())}
            known = {"had": had, "closed": closed, "closes": not closed and key in rows["closed"]}
        changed = held["taken"] != before
        self.emit("commit", name, action=action, outcome=outcome, changed=changed, **held, **known)
        return outcome
