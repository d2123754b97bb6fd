"""One order on a virtual clock: three participants, a network that loses, repeats and delays, and crashes.

Two styles of saga run in it: `orchestrated` and `choreographed`. Whatever is committed survives a crash, nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from labs.kit.limits import OneOf, check_faults, check_settings
from labs.kit.trace import Clock, Fault, Trace
from labs.patterns.saga import steps
from labs.patterns.saga.choreography import PATIENCE, WORK, Choreography
from labs.patterns.stores import Memory

WAY = 0.4  # seconds on the wire
TRIES = 3  # after so many the outcome of a compensatable step is called unknown
DOWN, LATE, AGAIN = 3.0, 9.0, 1.6  # a crash lasts, a late message takes, a duplicate follows: in seconds
HORIZON = 60.0
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
        elif self.up[fault.who]:
            self.up[fault.who], self.life[fault.who] = False, self.life[fault.who] + 1
            self.emit("crash", fault.who)
            self.clock.after(DOWN, lambda: self._restart(fault.who))

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
            outcome: str = self._undo(rows, key) if undoes else self._take(rows, key, steps.AMOUNT[action])
            held = {"free": rows["free"], "taken": sum(rows["taken"].values())}
        self.emit("commit", name, action=action, outcome=outcome, **held)
        return outcome


class Orchestrator:
    """It asks `decide` what to do, sends it, waits for the reply, and writes that into its log. For ever the same."""

    def __init__(self, world: World, decide: Callable[..., Any]) -> None:
        self.world, self.decide = world, decide
        self.asked, self.tries = "", 0
        self.over = False
        world.woken = self._woken

    def _woken(self, who: str) -> None:
        if who != "order":
            return
        if self.world.trace.settings["safety"] == "no log":
            self.world.emit("forgotten", "order")
        else:
            self.asked = ""
            self.go_on()

    def go_on(self) -> None:
        """Send what comes next, or finish."""
        with self.world.log.transaction() as rows:
            log = [(name, outcome) for name, outcome in rows["log"]]
        action = self.decide(list(steps.STEPS), log)
        if action is None:
            well = all(outcome == "done" for _, outcome in log)
            if not self.over:
                self.world.emit("over", "order", well=well)
            self.over = True
            return
        self.tries = self.tries + 1 if action == self.asked else 1
        self.asked = action
        goal, tries = steps.SERVICE[action], self.tries
        self.world.send("order", goal, action, lambda: self._arrived(goal, action))
        self.world.later("order", PATIENCE, lambda: self._waited(action, tries))

    def _waited(self, action: str, tries: int) -> None:
        if action != self.asked or tries != self.tries or self.over:
            return
        if tries >= TRIES:
            self._note(action, "unknown")
        self.go_on()

    def _arrived(self, goal: str, action: str) -> None:
        def work() -> None:
            outcome = self.world.work(action)
            # The crash that matters fits in between: committed, and nobody told.
            self.world.later(goal, WORK, lambda: self._reply(goal, action, outcome))

        self.world.later(goal, WORK, work)

    def _reply(self, goal: str, action: str, outcome: str) -> None:
        fill = "good" if outcome == "done" else "bad"
        self.world.send(goal, "order", f"{action}: {outcome}", lambda: self._replied(action, outcome), fill)

    def _replied(self, action: str, outcome: str) -> None:
        if action == self.asked and not self.over:  # else it is an old reply, come late or twice
            self._note(action, outcome)
            self.go_on()

    def _note(self, action: str, outcome: str) -> None:
        with self.world.log.transaction() as rows:
            rows["log"].append((action, outcome))
        self.asked = ""
        self.world.emit("noted", "order", action=action, outcome=outcome)


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
    world.clock.at(0.2, (Orchestrator(world, decide) if style == "orchestrated" else Choreography(world)).go_on)
    world.clock.run(HORIZON)
    world.trace.end = max((e.t + e.get("over", 0) for e in world.trace), default=0) + 1.5
    return world.trace


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


def expected(trace: Trace) -> dict[str, int]:
    """What each service should hold, by how the order ended; an open order may end as nothing."""
    amounts = {steps.SERVICE[action]: amount for action, amount in steps.AMOUNT.items()}
    return amounts if ended(trace) == "approved" else dict.fromkeys(SERVICES, 0)


def is_right(trace: Trace) -> bool:
    """Whether the order has ended, and money and stock with it."""
    return ended(trace) != "open" and held(trace) == expected(trace)
