"""How many partitions and how many consumers does a topic need, and what happens with fewer or with more?

Everything follows from one rule: within a group, a partition is read by one member. So consumers beyond the number of
partitions are idle, and where the partitions do not divide evenly somebody carries one more than others: it is the
*busiest* member, not the average one, that has to keep up. All rates are in records a second, all times in seconds.
Records are taken to be spread evenly over the partitions (no hot key).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf

from labs.kit.limits import Number, Whole


@dataclass(frozen=True)
class Plan:
    """How many partitions to create, and how many consumers to start."""

    partitions: int
    consumers: int


def capacity_plan(
    rate: float, *, per_consumer: float, per_partition: float = inf, headroom: float = 0.3, growth: float = 1.0
) -> Plan:
    """The fewest partitions, and for them the fewest consumers, that carry `rate` and keep `headroom` free.

    `per_consumer` is what one consumer processes, `per_partition` what one partition carries. A `headroom` of 0.3 loads
    nobody beyond 70 %; what is free takes bursts, and catches up after an outage. Partitions are planned for
    `growth` times the rate, because adding some later sends keys elsewhere; consumers for today's, for they are
    quickly added. A negative or zero rate, a headroom outside 0 … 1 or a growth below 1 is a ValueError.
    """
    _positive(rate=rate, per_consumer=per_consumer, per_partition=per_partition)
    if not Number(0, 1).allows(headroom) or headroom == 1:
        raise ValueError(f"headroom is the share that stays free, from 0 up to (not including) 1, not {headroom}")
    if not Number(1, inf).allows(growth) or growth == inf:
        raise ValueError(f"growth is how many times today's rate to plan for, 1 or more, not {growth}")
    # A partition can be read no faster than one consumer can read it, so the slower of the two sets the number.
    partitions = needed(rate * growth, min(per_consumer, per_partition) * (1 - headroom))
    consumers = next(
        c for c in range(1, partitions + 1) if not _exceeds(busiest(rate, partitions, c), per_consumer * (1 - headroom))
    )
    return Plan(partitions, consumers)


def needed(rate: float, each: float) -> int:
    """How many of something that takes `each` records a second it takes to carry `rate`: at least 1."""
    return max(1, ceil(round(rate / each, 9)))  # rounded, so that 0.1 + 0.2 does not cost a machine


def busiest(rate: float, partitions: int, consumers: int) -> float:
    """The rate that falls to the busiest consumer when `partitions` are shared out as evenly as they can be."""
    _counts(partitions=partitions, consumers=consumers)
    return rate * ceil(partitions / consumers) / partitions


def idle(partitions: int, consumers: int) -> int:
    """How many consumers have nothing to do because there is no partition left for them."""
    _counts(partitions=partitions, consumers=consumers)
    return max(0, consumers - partitions)


def throughput(
    rate: float, partitions: int, consumers: int, *, per_consumer: float, per_partition: float = inf
) -> float:
    """How many records a second are processed of `rate` that arrive: never more than arrive.

    A consumer with nothing left to read cannot help another one, so what counts is each one's own share.
    """
    _positive(rate=rate, per_consumer=per_consumer, per_partition=per_partition)
    _counts(partitions=partitions, consumers=consumers)
    carried = min(rate / partitions, per_partition)
    share, longer = divmod(partitions, consumers)
    shares = [share + 1] * longer + [share] * (consumers - longer)
    return sum(min(n * carried, per_consumer) for n in shares)


def backlog(
    seconds: float, rate: float, partitions: int, consumers: int, *, per_consumer: float, per_partition: float = inf
) -> float:
    """How many records wait after `seconds` at this rate if none waited before; it grows as long as the rate lasts."""
    done = throughput(rate, partitions, consumers, per_consumer=per_consumer, per_partition=per_partition)
    return max(0.0, rate - done) * seconds


def catch_up(outage: float, rate: float, partitions: int, consumers: int, *, per_consumer: float) -> float:
    """Seconds until nothing waits any more after nobody read for `outage` seconds; infinite if that never comes.

    Records go on arriving meanwhile, so what counts is what the busiest consumer can do beyond its share of the rate.
    """
    _positive(rate=rate, per_consumer=per_consumer)
    load = busiest(rate, partitions, consumers)
    return outage * load / (per_consumer - load) if per_consumer > load else inf


def _exceeds(load: float, limit: float) -> bool:
    return load > limit * (1 + 1e-9)  # the same tolerance as in `needed`


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not Number(0, inf).allows(value) or value == 0 or (name == "rate" and value == inf):
            raise ValueError(f"{name} must be a number above 0, and not {value!r}")


def _counts(**values: int) -> None:
    for name, value in values.items():
        if not Whole(1).allows(value):
            raise ValueError(f"there must be 1 or more {name}, and not {value!r}")
