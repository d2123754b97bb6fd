"""What the notes claim about topics, partitions and keys, each sentence put to a run."""

from __future__ import annotations

from dataclasses import MISSING, fields

from labs.kafka.partitions.measures import loads, split
from labs.kafka.partitions.moving import moved_keys
from labs.kafka.partitions.partitioners import partition_for
from labs.kafka.partitions.producing import produce
from labs.kafka.partitions.records import Record, java_partition
from labs.kafka.partitions.spread import spread_leaders
from labs.kafka.sources import (
    KIP_405,
    KIP_480,
    KIP_500,
    KIP_794,
    PRODUCER_CONFIG,
    PRODUCER_RECORD,
    REPLICATION,
    TOPIC_OPERATIONS,
    UPGRADE_4,
)
from labs.kit.guessing.ledger import Finding, Ledger
from labs.kit.trace import Fault

NOTES = Ledger("05")


@NOTES.says(
    "kafka-parts",
    "Kafka consists of producers, consumers, consumer groups, topics, partitions, offsets, brokers, a cluster "
    "and ZooKeeper.",
    KIP_500,
    UPGRADE_4,
)
def parts() -> Finding:
    """One record is written."""
    written = produce(records=1).of("append")[0]
    return (
        {"a record needs": f"a producer, a topic, partition {written['partition']}, offset {written['offset']}"},
        {"all of them but one": True, "ZooKeeper": False},
        "ZooKeeper kept the list of brokers, topics and leaders; records never went through it. "
        "It was removed in 4.0: controllers keep that list in a log of Kafka's own (KRaft).",
    )


@NOTES.says(
    "kafka-record-fields",
    "A message has a key (optional), a value (mandatory), a partition (optional) and a topic (mandatory).",
    PRODUCER_RECORD,
    TOPIC_OPERATIONS,
)
def record_fields() -> Finding:
    """The fields of a record, and a record without a value."""
    optional = {field.name for field in fields(Record) if field.default is not MISSING}
    tombstone = Record("orders", value=None, key=b"ada")
    further = {"headers", "timestamp"} & {field.name for field in fields(Record)}
    return (
        {
            "may be left out": ", ".join(sorted(optional)),
            "a record without a value": f"goes to partition {partition_for(tombstone, 6, 0)} of 6, as its key says",
        },
        {
            "key and partition are optional": {"key", "partition"} <= optional,
            "the topic is mandatory": "topic" not in optional,
            "the value is mandatory": tombstone.value is not None,
            "it has no other fields": not further,
        },
        "The value may be null: on a compacted topic that is a tombstone, which deletes the key (lesson 09). "
        "And a record has headers and a timestamp.",
    )


@NOTES.says(
    "kafka-key-first",
    "The key's hash decides first; without a key, the partition that was named; without both, round robin.",
    PRODUCER_CONFIG,
    KIP_480,
)
def key_first() -> Finding:
    """Records with a key, a partition, both and neither."""
    both = partition_for(Record("orders", b"", b"ada", 2), 6, 4)
    keyless = [event["partition"] for event in produce(keyed=False, records=4).of("append")]
    return (
        {
            "key ada (p5 of 6) and partition 2": f"p{both}",
            "key ada alone": f"p{partition_for(Record('orders', b'', b'ada'), 6, 4)}",
            "four records with neither": ", ".join(f"p{n}" for n in keyless),
        },
        {
            "the key goes before the partition": both == java_partition(b"ada", 6),
            "a key alone decides": partition_for(Record("orders", b"", b"ada"), 6, 4) == 5,
            "records with neither go round robin": keyless == [0, 1, 2, 3],
        },
        "A partition that the record names wins; then the key; with neither the producer sticks to one partition until "
        "a batch's worth has gone there (since 2.4). RoundRobinPartitioner has to be asked for, and ignores keys.",
    )


@NOTES.says(
    "kafka-hash-decides",
    "Kafka makes a hash of the key, and the hash decides on the partition.",
    TOPIC_OPERATIONS,
    PRODUCER_CONFIG,
)
def hash_decides() -> Finding:
    """Eight customers order, with six partitions and with two that are added halfway; and a thousand keys."""
    fixed = produce(customers=8, records=48)
    grown = produce(customers=8, records=48, faults=[Fault(24.5, "add", "partitions")])
    moved = moved_keys([f"customer-{n}".encode() for n in range(1000)], 6, 8)
    return (
        {
            "customers in two partitions, six partitions": f"{len(split(fixed))} of 8",
            "customers in two partitions, two added": f"{len(split(grown))} of 8",
            "keys that move from 6 to 8": f"{len(moved)} of 1,000",
        },
        {"with a fixed number of partitions": not split(fixed), "after partitions are added": not split(grown)},
        "The remainder decides, so the number of partitions has a say, too. And it is the client that hashes, not the "
        "broker: clients with another hash choose another partition.",
    )


@NOTES.says("kafka-topic-on-brokers", "Partitions of one topic can be on different brokers.", REPLICATION)
def topic_on_brokers() -> Finding:
    """Six partitions, one to four brokers."""
    seen = {brokers: spread_leaders(6, brokers) for brokers in (1, 3, 4)}
    return (
        {
            f"6 partitions on {brokers} broker{'s' * (brokers > 1)}": "; ".join(
                f"b{broker}: {', '.join(f'p{n}' for n, at in enumerate(leaders) if at == broker)}"
                for broker in sorted(set(leaders))
            )
            for brokers, leaders in seen.items()
        },
        len(set(seen[3])) == 3,
        "That is what a topic is cut for: its load is shared by brokers. Kafka spreads the partitions just as evenly, "
        "in an order that it shuffles.",
    )


@NOTES.says(
    "kafka-partition-limit",
    "There can be many brokers, but a partition can grow only as large as one machine.",
    REPLICATION,
    KIP_405,
)
def partition_limit() -> Finding:
    """A partition's log, with more brokers; and one hot key, with more partitions."""
    homes = {brokers: spread_leaders(6, brokers).count(1) for brokers in (3, 6, 30)}
    hot = {n: max(loads(produce(partitions=n, records=60, faults=[Fault(0, "hot", "ada")]))) for n in (6, 12)}
    return (
        {f"partitions on the first of {brokers} brokers": many for brokers, many in homes.items()}
        | {f"records in the hot key's partition, of 60, with {n} partitions": many for n, many in hot.items()},
        {
            "more brokers do not make a partition larger": homes[30] == homes[6] == 1,
            "the disk of its machine limits it, even with tiered storage": False,
        },
        "A log is on one broker's disk, and on that of each replica. Tiered storage (KIP-405) moves old segments to "
        "remote storage, so the disk no longer limits how much is kept. A hot key has one partition all the same.",
    )


@NOTES.says(
    "kafka-round-robin-even", "Records without a key are pushed into the partitions by round robin.", KIP_480, KIP_794
)
def round_robin() -> Finding:
    """2,400 records without a key, in batches of four."""
    from labs.kafka.partitions.partitioners import Sticky

    sticky, runs, counts, before = Sticky(4, seed=0), 0, [0] * 6, -1
    for _ in range(2400):
        partition = sticky.choose(1, 6)
        runs, before = runs + (partition != before), partition
        counts[partition] += 1
        sticky.wrote(1)
    return (
        {
            "times that the partition changes": f"{runs} in 2,400 records",
            "records in a partition": f"{min(counts)} to {max(counts)}",
        },
        runs == 2400,
        "Round robin was the default before 2.4. Sticky is even in the long run, in batches rather than in turns. "
        "KIP-480 (2.4) changed partition with each batch, so a slow broker got more than its share; "
        "KIP-794 (3.3) changes after batch.size bytes, and favours brokers that keep up.",
    )
