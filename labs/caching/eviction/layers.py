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
    trace = Trace({"asked": tuple(asked)}, faults, seed)
    kept: dict[str, set[str]] = {name: set() for name in NAMES}
    t, down, waiting = 0.0, False, list(faults)
    for number, request in enumerate(asked):
        while waiting and waiting[0].t <= t:
            down = _strike(trace, t, waiting.pop(0), kept) or down
        t = _one(trace, t + 1, number, request, kept, down)
    for fault in waiting:
        _strike(trace, t, fault, kept)
    trace.end = t + 1
    return trace


def _strike(trace: Trace, t: float, fault: Fault, kept: dict[str, set[str]]) -> bool:
    """A layer loses its copies, or the database goes down: whether it is that."""
    kept[fault.who].clear()
    trace.emit(t, fault.kind, fault.who)
    return fault.kind == "down"


def _one(trace: Trace, t: float, number: int, request: str, kept: dict[str, set[str]], down: bool) -> float:
    user, thing = request.split()
    private, took, source = thing == "cart", 0.0, ""
    passed: list[tuple[Layer, str]] = []
    for layer in LAYERS:
        name = request if private or not layer.shared else thing
        last = layer is LAYERS[-1]
        found = (not down) if last else name in kept[layer.name]
        took += layer.costs
        trace.emit(t, "ask", layer.name, number=number, request=request, found=found, took=took)
        t += 1
        if found:
            source = layer.name
            for above, under in passed:
                if above.private or not private:
                    kept[above.name].add(under)
            break
        passed.append((layer, name))
    trace.emit(t, "answer", user, number=number, request=request, source=source, took=took,
               kept={name: sorted(keys) for name, keys in kept.items()})  # fmt: skip
    return t + 1
