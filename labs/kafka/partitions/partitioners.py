"""Which partition a record goes to: the one it names, else the one of its key, else the one the producer sticks to."""

from __future__ import annotations

from random import Random

from labs.kafka.partitions.records import Record, java_partition


def partition_for(record: Record, partitions: int, sticky: int) -> int:
    """As Kafka's Java client decides since 2.4; `sticky` is the partition for records that leave it open."""
    if record.partition is not None:
        return record.partition
    if record.key is not None:
        return java_partition(record.key, partitions)
    return sticky


class Sticky:
    """Without a key: one partition until `batch_size` bytes have gone there and the batch is full, then one picked at
    random, which may be the same again (KIP-794). A batch begins with a header of so many bytes (`header`).

    Before 3.3 a new one, other than the last, was picked for each batch (KIP-480).
    """

    def __init__(self, batch_size: int, seed: int, header: int = 0) -> None:
        self.batch_size, self.header, self.random = batch_size, header, Random(seed)
        self.partition = -1
        self.bytes = self.batch = 0  # how much this partition has got, and how much of that is in the open batch

    def choose(self, size: int, partitions: int) -> int:
        """The partition for a record of so many bytes."""
        if self.partition < 0:
            self.partition = self.random.randrange(partitions)
        elif self.header + self.batch + size > self.batch_size:  # the batch is full
            self.batch = 0
            if self.bytes >= self.batch_size:
                self.partition, self.bytes = self.random.randrange(partitions), 0
        return self.partition

    def wrote(self, size: int) -> None:
        """So many bytes have gone to the partition."""
        self.bytes += size
        self.batch += size


class RoundRobin:
    """The next partition for each record: 0, 1, 2 … As Kafka's RoundRobinPartitioner, which has to be asked for."""

    def __init__(self) -> None:
        self.turn = 0

    def choose(self, size: int, partitions: int) -> int:
        """Whose turn it is."""
        return self.turn % partitions

    def wrote(self, size: int) -> None:
        """The turn passes on, however large the record was."""
        self.turn += 1


KEYLESS = ("sticky", "round robin")
