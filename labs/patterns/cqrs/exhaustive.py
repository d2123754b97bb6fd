"""Every crash and every late event at every moment of a run; every order in which a projector can meet its events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from functools import cache
from itertools import combinations, islice, permutations
from typing import Any

from labs.kit.trace import Fault, Trace
from labs.patterns.cqrs import parts
from labs.patterns.cqrs.run import differences, run_cqrs
from labs.patterns.cqrs.world import FAULTS, SCRIPT

# ── faults ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def moments(trace: Trace) -> list[float]:
    """A moment before each time at which something happens, and one after the last."""
    times = sorted({round(e.t, 3) for e in trace})
    return [round(t - 0.01, 3) for t in times] + [times[-1] + 0.01]


def runs(pairs: int = 0, **settings: Any) -> Iterator[Trace]:
    """The run without a fault, then with each fault at each moment, then with each `pairs`-th two of them."""
    calm = run_cqrs(**settings)
    yield calm
    faults = [Fault(t, kind, who) for t in moments(calm) for kind, all_ in FAULTS.items() for who in all_]
    for fault in faults:
        yield run_cqrs(faults=[fault], **settings)
    for two in islice(combinations(faults, 2), 0, None, pairs) if pairs else ():
        yield run_cqrs(faults=sorted(two, key=lambda f: f.t), **settings)


@cache
def count(**settings: Any) -> tuple[int, int]:
    """(how many runs with at most one fault, how many of them leave the read model wrong)."""
    wrong = [bool(differences(trace)) for trace in runs(**settings)]
    return len(wrong), sum(wrong)


# ── orders of delivery ────────────────────────────────────────────────────────────────────────────────────────────────


def history(script: Sequence[Any] = SCRIPT) -> tuple[list[parts.Event], dict[str, Any]]:
    """The events of some writes, and the join of the write stores after them."""
    stores = {name: parts.empty_store() for name in parts.SERVICES}
    events = [parts.write(stores[service], service, id, row) for _, service, id, row in script]
    return events, parts.join(stores["customers"]["rows"], stores["orders"]["rows"])


def deliveries(events: Sequence[parts.Event]) -> Iterator[list[parts.Event]]:
    """Every order of the events, and each again with every event delivered a second time at the end."""
    for order in permutations(events):
        yield list(order)
        for again in order:
            yield [*order, again]


def count_orders(project: Callable[..., Any] = parts.project) -> tuple[int, int]:
    """(how many deliveries, how many of them leave the read model wrong)."""
    events, join = history()
    total = wrong = 0
    for delivery in deliveries(events):
        view = parts.empty_view()
        for event in delivery:
            project(view, deepcopy(event))
        total, wrong = total + 1, wrong + (view["orders"] != join)
    return total, wrong
