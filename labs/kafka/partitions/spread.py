"""How a new topic's partitions are spread over brokers."""

from __future__ import annotations


def spread_leaders(partitions: int, brokers: int) -> list[int]:
    """The broker that leads each partition, brokers being numbered from 1: one after the other, in turn.

    Kafka spreads them as evenly, in an order that it shuffles.
    """
    return [number % brokers + 1 for number in range(partitions)]
