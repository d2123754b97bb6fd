"""How many workers it takes to empty a queue in time, and how long they take."""

from __future__ import annotations


def drain(backlog: int, arrivals: int, per_worker: int, within: int) -> tuple[int, float]:
    """The fewest workers that empty the queue within so many seconds, and after how many seconds it is empty.

    `backlog` messages wait, `arrivals` more come every second all the while, and a worker does `per_worker` per second.
    ValueError where nobody could: a worker that does nothing, or no time.
    """
    if per_worker <= 0 or within <= 0:
        raise ValueError("per_worker and within must be above 0")
    workers = -(-(arrivals * within + backlog) // (per_worker * within))  # rounded up
    if not backlog:
        return workers, 0.0
    return workers, backlog / (workers * per_worker - arrivals)
