"""A capacity plan as people get it wrong: each of these is a whole answer to the exercise, with one fault."""

from __future__ import annotations

from math import ceil, floor

Pair = tuple[float, float]


def _partitions(rate: float, per_consumer: float, per_partition: float) -> int:
    return ceil(rate / min(per_consumer, per_partition))


def _consumers(rate: float, per_consumer: float, partitions: int) -> int:
    """The fewest that keep up; as many as there are partitions, if none do."""
    enough = (n for n in range(1, partitions) if ceil(partitions / n) * rate / partitions <= per_consumer)
    return next(enough, partitions)


def cut_to_whole(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """Each rate cut to a whole number first."""
    rate, per_consumer, per_partition = int(rate), int(per_consumer) or 1, int(per_partition) or 1
    partitions = _partitions(rate, per_consumer, per_partition)
    return partitions, _consumers(rate, per_consumer, partitions) if partitions else 1


def rounded_as_whole(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """`(a + b - 1) // b`."""
    limit = min(per_consumer, per_partition)
    partitions = int((rate + limit - 1) // limit)
    return partitions, _consumers(rate, per_consumer, partitions) if partitions > 0 else partitions


def stricter(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """`>=` where `>` is meant."""
    partitions = _partitions(rate, per_consumer, per_partition)
    enough = (n for n in range(1, partitions) if ceil(partitions / n) * rate / partitions < per_consumer)
    return partitions, next(enough, partitions)


def luckiest(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """The load of whoever reads least."""
    partitions = _partitions(rate, per_consumer, per_partition)
    enough = (n for n in range(1, partitions) if partitions // n * rate / partitions <= per_consumer)
    return partitions, next(enough, partitions)


def parts_of_a_partition(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """A consumer reads the part of a partition for which it has room, so the whole of it."""
    partitions = _partitions(rate, per_consumer, per_partition)
    return partitions, ceil(partitions / ceil(per_consumer / (rate / partitions)))


def nearest_partitions(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """As many partitions for a consumer as it can nearly read."""
    partitions = _partitions(rate, per_consumer, per_partition)
    return partitions, ceil(partitions / max(1, round(per_consumer / (rate / partitions))))


def full_partitions(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """Each partition brings all that it can carry."""
    partitions = _partitions(rate, per_consumer, per_partition)
    enough = (n for n in range(1, partitions) if ceil(partitions / n) * per_partition <= per_consumer)
    return partitions, next(enough, partitions)


def ratio_of_the_limits(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """The same by division."""
    partitions = _partitions(rate, per_consumer, per_partition)
    return partitions, ceil(partitions * min(per_consumer, per_partition) / per_consumer)


def partitions_that_match(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """So many partitions that the fewest consumers share them evenly."""
    consumers = ceil(rate / per_consumer)
    return ceil(_partitions(rate, per_consumer, per_partition) / consumers) * consumers, consumers


def consumers_that_match(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """So many consumers that they share the partitions evenly."""
    partitions = _partitions(rate, per_consumer, per_partition)
    least = ceil(rate / per_consumer)
    return partitions, next(n for n in range(least, partitions + 1) if partitions % n == 0)


def fewest_consumers_first(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """The fewest consumers, and as many partitions as it takes to load them evenly enough."""
    consumers = ceil(rate / per_consumer)
    partitions = _partitions(rate, per_consumer, per_partition)
    while ceil(partitions / consumers) * rate / partitions > per_consumer and partitions % consumers:
        partitions += 1
    return partitions, consumers


def on_average(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """As if a partition could be cut in two."""
    return _partitions(rate, per_consumer, per_partition), ceil(rate / per_consumer)


def each_by_itself(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """Partitions by what they carry, consumers by what they process."""
    return ceil(rate / per_partition), ceil(rate / per_consumer)


def each_but_no_idle(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """The same, and no more consumers than partitions."""
    return ceil(rate / per_partition), min(ceil(rate / per_partition), ceil(rate / per_consumer))


def by_the_larger(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """`max` where `min` is meant."""
    return ceil(rate / max(per_consumer, per_partition)), ceil(rate / per_consumer)


def by_the_larger_alone(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """The same, and the consumers as they should be."""
    partitions = ceil(rate / max(per_consumer, per_partition))
    return partitions, _consumers(rate, per_consumer, partitions)


def by_the_consumer(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """As if a partition could carry anything."""
    partitions = ceil(rate / per_consumer)
    return partitions, _consumers(rate, per_consumer, partitions)


def by_the_partition(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """As if a consumer could read any partition."""
    partitions = ceil(rate / per_partition)
    return partitions, _consumers(rate, per_consumer, partitions)


def one_each(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """A consumer for each partition."""
    partitions = _partitions(rate, per_consumer, per_partition)
    return partitions, partitions


def partition_to_spare(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """One partition more."""
    partitions = _partitions(rate, per_consumer, per_partition) + 1
    return partitions, _consumers(rate, per_consumer, partitions)


def consumer_to_spare(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """One consumer more, if there is a partition for it."""
    partitions = _partitions(rate, per_consumer, per_partition)
    return partitions, min(partitions, _consumers(rate, per_consumer, partitions) + 1)


def one_more(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """`int(…) + 1`."""
    partitions = floor(rate / min(per_consumer, per_partition)) + 1
    return partitions, _consumers(rate, per_consumer, partitions)


def rounded_down(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """`//`, but for one at least."""
    return max(1, rate // min(per_consumer, per_partition)), max(1, rate // per_consumer)


def partitions_rounded_down(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """The same for the partitions alone."""
    partitions = max(1, floor(rate / min(per_consumer, per_partition)))
    return partitions, _consumers(rate, per_consumer, partitions)


def partitions_to_the_nearest(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """`round`, for the partitions alone."""
    partitions = max(1, round(rate / min(per_consumer, per_partition)))
    return partitions, _consumers(rate, per_consumer, partitions)


def to_the_nearest(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """`round`, but for one at least."""
    return max(1, round(rate / min(per_consumer, per_partition))), max(1, round(rate / per_consumer))


def swapped(rate: float, per_consumer: float, per_partition: float) -> Pair:
    """Consumers first."""
    partitions = _partitions(rate, per_consumer, per_partition)
    return _consumers(rate, per_consumer, partitions), partitions
