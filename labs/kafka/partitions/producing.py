"""A run: customers order, and a producer writes each order to a partition of the topic.

| event   | who         | what happened                                                                                |
|---------|-------------|----------------------------------------------------------------------------------------------|
| add     | orders      | the topic has `partitions` partitions from now on                                            |
| hot     | a customer  | from now on each order is most likely this one's                                             |
| second  | librdkafka  | a second client starts, and writes every other record                                        |
| append  | a client    | a record of `key`, its `number`-th, is at `offset` of `partition`; `how` says what decided   |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from labs.kafka.partitions.murmur2 import masked, murmur2
from labs.kafka.partitions.partitioners import KEYLESS, RoundRobin, Sticky
from labs.kafka.partitions.records import CLIENTS, Record
from labs.kit.guarding.telling import show
from labs.kit.limits import Function, Limit, Maybe, OneOf, Whole, YesNo, check_faults, settle, takes
from labs.kit.trace import Fault, Trace

CUSTOMERS = ("ada", "ben", "hana", "lea", "sam", "quin", "nora", "zoe")
TOPIC, MORE, MOST = "orders", 2, 16  # how many partitions an "add" adds, and up to how many there can be
HOT = 75  # the hot customer's share of all orders, in percent
SIZE = 100  # bytes of a record
FAULTS = ("add", "hot", "second")

Choose = Callable[[Record, int, int], int]  # record, number of partitions, sticky partition -> partition


@dataclass(frozen=True)
class Settings:
    """`batch` is in records of 100 bytes; `choose` stands in for the client's own partitioner."""

    records: int = 24
    partitions: int = 6
    customers: int = 4
    keyed: bool = True
    client: str = "Java"
    keyless: str = "sticky"
    batch: int = 4
    choose: Choose | None = None


LIMITS: dict[str, Limit] = {
    "records": Whole(1, 60),
    "partitions": Whole(1, 12),
    "customers": Whole(1, len(CUSTOMERS)),
    "keyed": YesNo(),
    "client": OneOf(tuple(CLIENTS)),
    "keyless": OneOf(KEYLESS),
    "batch": Whole(1, 20, "records"),
    "choose": Maybe(Function("record, partitions and sticky")),
}


class BadPartition(ValueError):
    """A partitioner's answer that is no partition; says why in one sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Producer:
    """It writes records of one topic, and counts the offsets of each partition."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.settings, self.partitions = settings, settings.partitions
        self.fallback = RoundRobin() if settings.keyless == "round robin" else Sticky(settings.batch * SIZE, seed)
        self.ends: dict[int, int] = {}  # partition -> the offset of its next record

    def write(self, record: Record, client: str) -> dict[str, Any]:
        """Choose the partition, append the record there, and say where it is."""
        fallback = self.fallback.choose(SIZE, self.partitions)
        partition, how = self._choose(record, client, fallback)
        offset = self.ends.get(partition, 0)
        self.ends[partition] = offset + 1
        if record.key is None and record.partition is None:
            self.fallback.wrote(SIZE)
        return {"partition": partition, "offset": offset, "how": how, "partitions": self.partitions}

    def _choose(self, record: Record, client: str, fallback: int) -> tuple[int, str]:
        if self.settings.choose is not None and client == self.settings.client:
            answer = self.settings.choose(record, self.partitions, fallback)
            return _usable(answer, self.partitions), "yours"
        if record.key is None:
            return fallback, self.settings.keyless
        return CLIENTS[client](record.key, self.partitions), "key"


def _usable(answer: Any, partitions: int) -> int:
    if isinstance(answer, bool) or not isinstance(answer, int) or not 0 <= answer < partitions:
        raise BadPartition(
            f"partition_for returned {show(answer, 60)}, and the partitions are 0 to {partitions - 1}."
            + (" Is its return missing?" if answer is None else "")
        )
    return answer


@takes(Settings)
def produce(*, faults: Iterable[Fault] = (), seed: int = 0, **settings: Any) -> Trace:
    """One record a second, from 1 s on. ValueError, in one sentence, for settings or faults that cannot be."""
    chosen = settle(Settings, LIMITS, settings, seed)
    until = chosen.records + 1.0
    struck = list(check_faults(faults, FAULTS, until, "target"))
    names = CUSTOMERS[: chosen.customers]
    for fault in struck:
        if fault.who not in {"add": ("partitions",), "hot": names, "second": ("librdkafka",)}[fault.kind]:
            raise ValueError(f"{fault.kind!r} cannot strike {show(fault.who, 60)}")
    trace = Trace({**asdict(chosen), "choose": chosen.choose}, tuple(struck), seed, until)
    producer, orders, counts = Producer(chosen, seed), _orders(names, Random(seed)), dict.fromkeys(names, 0)
    hot, second = "", False
    coin = Random(seed + 1)
    for i in range(chosen.records + 1):
        t = min(i + 1.0, until)
        while struck and struck[0].t <= t:
            fault = struck.pop(0)
            if fault.kind == "add":
                producer.partitions = min(producer.partitions + MORE, MOST)
            hot, second = fault.who if fault.kind == "hot" else hot, second or fault.kind == "second"
            trace.emit(fault.t, fault.kind, TOPIC if fault.kind == "add" else fault.who, partitions=producer.partitions)
        if i == chosen.records:
            break
        customer = hot if hot and coin.randrange(100) < HOT else next(orders)
        counts[customer] += 1
        key = customer.encode() if chosen.keyed else None
        client = "librdkafka" if second and i % 2 else chosen.client
        placed = producer.write(Record(TOPIC, b"an order", key), client)
        trace.emit(t, "append", client, key=customer if chosen.keyed else None, customer=customer,
                   number=counts[customer], turn=i + 1, **_hashed(key, client), **placed)  # fmt: skip
    return trace


def _orders(names: tuple[str, ...], random: Random) -> Iterator[str]:
    """Each customer orders once in a round, the rounds in orders of their own."""
    while True:
        yield from random.sample(names, len(names))


def _hashed(key: bytes | None, client: str) -> dict[str, Any]:
    """The way of a key through the client's hash, for those who want to see it."""
    if key is None:
        return {"hash": None, "positive": None}
    if client == "Java":
        return {"hash": murmur2(key), "positive": masked(murmur2(key))}
    from zlib import crc32

    return {"hash": crc32(key), "positive": crc32(key)}
