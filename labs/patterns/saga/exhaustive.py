"""Every crash, every duplicate, every late message, at every moment of a run; which of these runs end wrong?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labs.kit.trace import Fault, Trace
from labs.patterns.saga.run import is_right, run_saga
from labs.patterns.saga.world import FAULTS, NOBODY, SERVICES

REFUSALS = (NOBODY, *SERVICES)


def moments(trace: Trace) -> list[float]:
    """A moment before each time at which something happens, and one after the last."""
    times = sorted({round(e.t, 3) for e in trace})
    return [round(t - 0.01, 3) for t in times] + [times[-1] + 0.01]


def single(trace: Trace) -> list[Fault]:
    """Every fault there is, at every moment of this run."""
    return [Fault(t, kind, who) for t in moments(trace) for kind, all_ in FAULTS.items() for who in all_]


def runs(style: str, pairs: bool = False, **settings: Any) -> Iterator[Trace]:
    """Every run with one fault, for each service that may refuse.

    With `pairs` every run with two, too: the second at any later moment of what the first has made of the run.
    """
    for refuses in REFUSALS:
        calm = run_saga(style, refuses, **settings)
        yield calm
        for fault in single(calm):
            disturbed = run_saga(style, refuses, faults=[fault], **settings)
            yield disturbed
            for other in single(disturbed) if pairs else ():
                if other.t >= fault.t:
                    yield run_saga(style, refuses, faults=[fault, other], **settings)


def count(style: str, **settings: Any) -> tuple[int, int]:
    """(how many runs, how many of them do not end right)."""
    right = [is_right(trace) for trace in runs(style, **settings)]
    return len(right), right.count(False)
