"""A request that falls through the layers until one of them has what it asks for.

What is public (a logo) may be kept by every layer. What belongs to one user (a cart) may not be kept by what many users
share: only that user's browser may have it, and the application's cache, under the user's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from labs.kit.limits import Each, Text, check_faults, check_settings
from labs.kit.trace import Fault, Trace


@dataclass(frozen=True)
class Layer:
    """A place that may have an answer; `costs` is what asking it adds, there and back, in milliseconds."""

    name: str
    costs: float
    shared: bool = True
    private: bool = False  # whether it may keep what belongs to one user


LAYERS = (
    Layer("browser", 0.1, shared=False, private=True),
    Layer("CDN", 20),
    Layer("load balancer", 80),
    Layer("application cache", 1, private=True),
    Layer("database", 10, private=True),
)
NAMES = tuple(layer.name for layer in LAYERS)
ASKED = ("ada logo", "ada logo", "ben logo", "ada cart", "ada cart")
LIMITS = {"asked": Each(Text(), 1, 12)}


def fall(*, asked: Sequence[str] = ASKED, faults: Iterable[Fault] = (), seed: int = 0) -> Trace:
    """Requests such as "ada logo", one after the other; everything but a cart is public.

    Faults: "empty" a layer's cache, or take the database "down". Events: "ask" (a layer is asked; `found` or not) and
    "answer" (from which layer, after how many milliseconds; `source` is empty if nobody could answer). One request
    takes as many seconds in the trace as layers it asks, and one more.
    """
    check_settings(LIMITS, {"asked": asked})
    if any(len(request.split()) != 2 for request in asked):
        raise ValueError(f"asked must be requests like 'ada logo', a user and a thing, and not {list(asked)!r:.60}")
    faults = check_faults(faults, ("empty", "down"), 7.0 * len(asked), "layer")
    for fault in faults:
        if fault.who not in NAMES or (fault.kind == "down") != (fault.who == NAMES[-1]):
            raise ValueError(f"{fault.kind!r} cannot strike {fault.who!r}: empty a cache, or take the database down")
    run = _Run(Trace({"asked": tuple(asked)}, faults, seed))
    t = 0.0
    for number, request in enumerate(asked):
        t = run.one(t + 1, number, request)
    run.strike(until=t)
    run.trace.end = t + 1
    return run.trace


class _Run:
    """What each layer keeps, and the faults that are still to come."""

    def __init__(self, trace: Trace) -> None:
        self.trace, self.waiting, self.down = trace, list(trace.faults), False
        self.kept: dict[str, set[str]] = {name: set() for name in NAMES}

    def strike(self, until: float) -> None:
        """Everything that goes wrong up to this moment."""
        while self.waiting and self.waiting[0].t <= until:
            fault = self.waiting.pop(0)
            self.kept[fault.who].clear()
            self.down = self.down or fault.kind == "down"
            self.trace.emit(fault.t, fault.kind, fault.who)

    def one(self, t: float, number: int, request: str) -> float:
        """A request falls from layer to layer; returns when the next one may come."""
        user, thing = request.split()
        private, took, source = thing == "cart", 0.0, ""
        passed: list[tuple[Layer, str]] = []
        for layer in LAYERS:
            self.strike(until=t)
            name = request if private or not layer.shared else thing
            found = not self.down if layer is LAYERS[-1] else name in self.kept[layer.name]
            took += layer.costs
            self.trace.emit(t, "ask", layer.name, number=number, request=request, found=found, took=took)
            t += 1
            if found:
                source = layer.name
                break
            passed.append((layer, name))
        self.strike(until=t)
        for above, name in passed if source else []:  # each that was consulted for nothing keeps a copy, if it may
            if above.private or not private:
                self.kept[above.name].add(name)
        kept = {name: sorted(keys) for name, keys in self.kept.items()}
        self.trace.emit(t, "answer", user, number=number, request=request, source=source, took=took, kept=kept)
        return t + 1
