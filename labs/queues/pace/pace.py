"""Pace: records come in at one rate and go out at another, and what is left over waits in a queue.

Rates are records a second. A worker that has finished takes the next record, so all workers together take
`workers * per_worker` a second, and never more than there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from labs.kit.trace import Fault, Trace


def pace(
    *, arrivals: int = 60, workers: int = 1, per_worker: int = 15, until: int = 20, faults: Iterable[Fault] = (),
    seed: int = 0,
) -> Trace:  # fmt: skip
    """The queue, second by second: events "second" with came, done and waiting (records). Nothing here is random."""
    if arrivals < 0 or workers < 0 or per_worker < 0:
        raise ValueError("arrivals, workers and per_worker cannot be negative")
    if until < 1:
        raise ValueError(f"a run lasts at least 1 second, not {until}")
    trace = Trace(dict(arrivals=arrivals, workers=workers, per_worker=per_worker), tuple(faults), seed, float(until))
    waiting = 0
    for second in range(until):
        done = min(waiting + arrivals, workers * per_worker)
        waiting += arrivals - done
        trace.emit(second + 1.0, "second", "queue", came=arrivals, done=done, waiting=waiting)
    return trace


def workers_needed(arrivals: int, per_worker: int) -> int:
    """The fewest workers that keep up with the arrivals."""
    if per_worker <= 0:
        raise ValueError("a worker that processes nothing never keeps up")
    return ceil(arrivals / per_worker)
