"""What queueing theory says of a queue in the long run: what the models are held to.

Names such as M/D/1 say how the arrivals are spaced, how long the work takes, and how many workers there are: M is
exponential (random, without memory), D is always the same. `load` is the share of the time that a worker is busy, below
1; numbers are means. Source: Kleinrock, Queueing Systems I (1975), chapters 3 and 5; Little (1961) for `little`.
"""

from __future__ import annotations

from math import factorial


def mm1_waiting(load: float) -> float:
    """How many wait on average (whoever is being served not counted), M/M/1."""
    return load**2 / (1 - load)


def md1_waiting(load: float) -> float:
    """The same where the work always takes equally long, M/D/1: half as many."""
    return mm1_waiting(load) / 2


def mmc_waiting(load: float, workers: int) -> float:
    """The same for `workers` that share one queue, M/M/c: Erlang's C formula."""
    offered = load * workers
    all_busy = offered**workers / factorial(workers) / (1 - load)
    waits = all_busy / (sum(offered**k / factorial(k) for k in range(workers)) + all_busy)
    return waits * load / (1 - load)


def mm1_time(load: float, work: float) -> float:
    """Mean seconds at an M/M/1 server, waiting and being served; `work` is the mean service time (s)."""
    return work / (1 - load)


def mmc_time(load: float, work: float, workers: int) -> float:
    """The same for `workers` that share one queue, M/M/c: by Little's law, from how many wait."""
    return work + mmc_waiting(load, workers) * work / (load * workers)


def mm1k_lost(load: float, room: int) -> float:
    """The share of the arrivals that find no room, M/M/1/K; `room` counts the one being served too.

    Here the load may be 1 or more: it is what arrives, divided by what the worker can do.
    """
    if load == 1:
        return 1 / (room + 1)
    return (1 - load) * load**room / (1 - load ** (room + 1))


def little(rate: float, seconds: float) -> float:
    """Little's law: how many are there on average, if `rate` per second come and each stays `seconds` on average.

    It holds for any queue, whatever its arrivals, work and order, over any time at whose ends nobody is there.
    """
    return rate * seconds
