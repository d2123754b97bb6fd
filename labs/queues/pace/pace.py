"""Pace: records come in at one rate and go out at another, and what is left over waits in a queue.

Rates are in records per second. A worker that has finished takes the next record, so all workers together take
`workers * per_worker` per second, and never more than there are. Lesson 04 has the queue with chance in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from labs.kit.limits import SEED, Limits, Whole, check_faults, check_settings
from labs.kit.trace import Fault, Trace

FAULTS = ("stop",)
LIMITS: Limits = {
    "arrivals": Whole(0, 10**6, "records per second"),
    "workers": Whole(0, 1000),
    "per_worker": Whole(0, 10**6, "records per second"),
    "until": Whole(1, 3600, "seconds"),
    "seed": SEED,
}


def pace(
    *, arrivals: int = 60, workers: int = 1, per_worker: int = 15, until: int = 20, faults: Iterable[Fault] = (),
    seed: int = 0,
) -> Trace:  # fmt: skip
    """The queue, second by second: events "second" with came, done and waiting (records). Nothing here is random.

    A fault "stop" stops a worker ("worker 2") for good, from the second in which it strikes. ValueError, in one
    sentence, for a setting outside LIMITS or another fault; `seed` is taken, as by every run, and not used.
    """
    settings = dict(arrivals=arrivals, workers=workers, per_worker=per_worker)
    check_settings(LIMITS, {**settings, "until": until, "seed": seed})
    faults = check_faults(faults, FAULTS, until, "worker")
    stops = _stops(faults, workers)
    trace = Trace(settings, faults, seed, float(until))
    waiting = 0
    for second in range(until):
        for name, t in stops.items():
            if second <= t < second + 1:
                trace.emit(t, "stop", name)
        working = workers - sum(t < second + 1 for t in stops.values())
        done = min(waiting + arrivals, working * per_worker)
        waiting += arrivals - done
        trace.emit(second + 1.0, "second", "queue", came=arrivals, done=done, waiting=waiting, working=working)
    for name, t in stops.items():
        if t >= until:  # at the very end: nobody sees any more what follows
            trace.emit(t, "stop", name)
    return trace


def _stops(faults: tuple[Fault, ...], workers: int) -> dict[str, float]:
    """When each worker stops: by name, in order of time. Only the first time counts."""
    names = worker_names(workers)
    stops: dict[str, float] = {}
    for fault in faults:
        if fault.who in names:  # one that a smaller setting has taken away cannot be stopped any more
            stops.setdefault(fault.who, fault.t)
    return stops


def worker_names(workers: int) -> list[str]:
    """The workers by name: worker 1, worker 2 …"""
    return [f"worker {number + 1}" for number in range(workers)]


def workers_needed(arrivals: int, per_worker: int) -> int:
    """The fewest workers that keep up with the arrivals."""
    if per_worker <= 0:
        raise ValueError("a worker that processes nothing never keeps up")
    return ceil(arrivals / per_worker)
