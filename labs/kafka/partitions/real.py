"""The real thing: producers of confluent-kafka (librdkafka) write keys to a cluster, and say which partition took them.

The cluster is the mock in this process or, where KAFKA_BOOTSTRAP names a broker, that one (labs/kafka/real.py). The
client chooses the partition, so both give the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from labs.kafka.partitions.records import Record, java_partition, librdkafka_partition
from labs.kafka.real import RealCluster, real_cluster
from labs.kit.guarding.fence import fenced
from labs.kit.guarding.telling import LearnerError
from labs.kit.not_here import NotHere

PARTITIONERS = {"murmur2_random": "as the Java client", "consistent_random": "librdkafka's default"}
TOPIC = "keys"


def sample_keys(many: int) -> list[bytes]:
    """So many different keys: customers by number, some of them not in ASCII."""
    return [f"customer-{n}".encode() if n % 5 else f"Größe {n} 🙂".encode() for n in range(many)]


def real_places(keys: Sequence[bytes], partitions: int, partitioner: str) -> list[int]:
    """The partition that a real producer writes each key to. NotHere if there is no cluster to write to."""
    with real_cluster({TOPIC: partitions}) as cluster:
        return written(cluster, keys, partitioner)


def written(cluster: RealCluster, keys: Sequence[bytes | None], partitioner: str, **settings: Any) -> list[int]:
    """One record per key into the topic `keys`; the partition that each is acknowledged from, in order."""
    from confluent_kafka import Producer

    places: dict[int, int] = {}
    about = {"bootstrap.servers": cluster.bootstrap, "partitioner": partitioner, "log_level": 0, "linger.ms": 5}
    in_order = {"max.in.flight.requests.per.connection": 1}  # else a request that is repeated comes after the next
    producer = Producer({**about, **in_order, **settings})

    def acknowledged(number: int, _: Any, message: Any) -> None:
        places[number] = message.partition()

    for i, key in enumerate(keys):
        producer.produce(cluster.named(TOPIC), b"", key, on_delivery=partial(acknowledged, i))
        producer.poll(0)
    if producer.flush(60) or len(places) < len(keys) or min(places.values(), default=0) < 0:
        raise NotHere(f"Only {len(places)} of {len(keys)} records were acknowledged in 60 s; run it again.")
    return [places[i] for i in range(len(keys))]


def compare_clients(yours: Callable[[Record, int, int], int], many: int = 500, partitions: int = 6) -> Any:
    """A table (pandas DataFrame): how many of `many` keys each real producer puts where the models and `yours` do."""
    import pandas

    keys = sample_keys(many)
    mine = _yours(yours, keys, partitions)
    rows = []
    for partitioner, called in PARTITIONERS.items():
        places = real_places(keys, partitions, partitioner)
        models: Mapping[str, Callable[[bytes, int], int]] = {
            "murmur2": java_partition, "CRC32": librdkafka_partition,
        }  # fmt: skip
        agree = {
            f"agrees with {name}": f"{_same(places, [place(key, partitions) for key in keys])} of {many}"
            for name, place in models.items()
        }
        agree["agrees with yours"] = mine if isinstance(mine, str) else f"{_same(places, mine)} of {many}"
        rows.append({"the real producer": f"{partitioner} ({called})", **agree})
    return pandas.DataFrame(rows).set_index("the real producer")


def _yours(yours: Callable[[Record, int, int], int], keys: Sequence[bytes], partitions: int) -> list[int] | str:
    """Where the learner's function puts the keys; or, in a word, why it does not."""

    def all_of_them() -> list[int]:
        return [yours(Record(TOPIC, b"", key), partitions, 0) for key in keys]

    try:
        return fenced(all_of_them, yours)()
    except LearnerError as error:
        return "not written yet" if error.kind == "unfinished" else "not usable"


def _same(one: Sequence[int], other: Sequence[int]) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True))
