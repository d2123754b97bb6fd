"""Topics, partitions and keys: which partition a record goes to, and what follows from that."""

from labs.kafka.partitions.murmur2 import masked, murmur2
from labs.kafka.partitions.partitioners import RoundRobin, Sticky, partition_for
from labs.kafka.partitions.producing import produce
from labs.kafka.partitions.records import Record, java_partition, librdkafka_partition

__all__ = [
    "Record",
    "RoundRobin",
    "Sticky",
    "java_partition",
    "librdkafka_partition",
    "masked",
    "murmur2",
    "partition_for",
    "produce",
]
