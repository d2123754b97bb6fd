"""Lesson 05: which partition a record goes to."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

from labs.kafka.partitions.exercises import partition_for_wrong as wrong
from labs.kafka.partitions.exercises.keys import COUNTS, KEYS, some_key
from labs.kafka.partitions.partitioners import partition_for
from labs.kafka.partitions.records import Record
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import whole
from labs.kit.guarding.telling import show

Case = tuple[Record, int, int]  # the record, the number of partitions, the one that the producer sticks to


def _cases() -> list[Case]:
    cases: list[Case] = []
    for partitions, key in product((1, 2, 3, 6, 8, 12), (None, b"", b"ada", b"ben", b"hana", b"nora")):
        for explicit, sticky in product((None, 0, 1, partitions - 1), (0, partitions - 1)):
            if explicit is None or explicit < partitions:
                cases.append((Record("orders", b"an order", key, explicit), partitions, sticky))
    for i, key in enumerate(KEYS):
        partitions = COUNTS[i % len(COUNTS)]
        cases.append((Record("orders", b"an order", key), partitions, i % partitions))
    more = (Record("orders", None), Record("orders", None, b"ada"), Record("orders", b"", timestamp=5),
            Record("refunds", b"ben", headers=(("key", b"ada"),)), Record("refunds", b"3", None, 2))  # fmt: skip
    cases += [(record, partitions, 2) for record in more for partitions in (3, 7, 11)]
    return list(dict.fromkeys(cases))


def _larger() -> Any:
    from hypothesis import strategies as st

    @st.composite
    def one(draw: Any) -> Case:
        partitions = draw(st.integers(1, 64))
        number = st.integers(0, partitions - 1)
        record = Record(
            "orders", draw(st.one_of(st.none(), st.just(b"an order"))), draw(st.one_of(st.none(), some_key()))
        )
        return replace(record, partition=draw(st.one_of(st.none(), number))), partitions, draw(number)

    return one()


def _read(case: Case, answer: Any) -> int:
    return whole(answer, "the number of a partition")


def _exists(case: Case, answer: int) -> None:
    if not 0 <= answer < case[1]:
        raise Wrong(f"There is no partition {answer}: they are numbered from 0 to {case[1] - 1}.")


def _explicit(case: Case, answer: int) -> None:
    record, _, _ = case
    if record.partition is not None and answer != record.partition:
        raise Wrong(f"The record names partition {record.partition}, and you put it into {answer}.")


def _keyed(case: Case, answer: int) -> None:
    record, partitions, _ = case
    right = partition_for(*case)
    if record.partition is None and record.key is not None and answer != right:
        many = "one partition" if partitions == 1 else f"{partitions} partitions"
        raise Wrong(f"With {many}, this key belongs to {right}, and you put it into {answer}.")


def _keyless(case: Case, answer: int) -> None:
    record, _, sticky = case
    if record.partition is None and record.key is None and answer != sticky:
        raise Wrong(
            f"Neither partition nor key: the producer sticks to {sticky}, and you put the record into {answer}."
        )


def _show_case(case: Case) -> str:
    """The call, without what has its default."""
    record, partitions, sticky = case
    named = {"key": record.key, "partition": record.partition, "headers": record.headers, "timestamp": record.timestamp}
    told = [f"{name}={show(it, 60)}" for name, it in named.items() if it is not None and it != ()]
    fields = ", ".join([show(record.topic), show(record.value), *told])
    return f"partition_for(Record({fields}), partitions={partitions}, sticky={sticky})"


PARTITION_FOR = Exercise(
    id="kafka-partition-for",
    lesson="05",
    title="Which partition?",
    points=2,
    reference=partition_for,
    cases=_cases,
    strategy=_larger,
    shape="Returns the number of a partition",
    read=_read,
    show_case=_show_case,
    properties=(
        ("The partition exists", _exists),
        ("A partition that the record names wins", _explicit),
        ("Else the key decides, as in Kafka's Java client", _keyed),
        ("With neither, the record goes to the partition that the producer sticks to", _keyless),
    ),
    wrong=(  # of those that agree equally often the first is named: so what shows in few cases comes first
        Mistake(
            "You ask `if record.partition`, and 0 is false in Python: partition 0 cannot be chosen. Ask `is not None`.",
            wrong.zero_is_none,
        ),
        Mistake(
            "You ask `if record.key`, and an empty key is false in Python. An empty key is a key, with a hash of its "
            "own: ask `is not None`.",
            wrong.empty_is_none,
        ),
        Mistake(
            'You ask whether `partition` and `key` are true, and 0 and b"" are not. Ask `is not None`.',
            wrong.both_falsy,
        ),
        Mistake(
            "You drop the minus with `abs`. Kafka clears the sign bit, `& 0x7fffffff`, which gives another number.",
            wrong.absolute,
        ),
        Mistake(
            "You divide the signed hash. In Python that ends in a partition that exists, but not in Kafka's: "
            "mask first, `& 0x7fffffff`.",
            wrong.unmasked,
        ),
        Mistake(
            "You divide first and mask afterwards. For a negative hash the two orders differ: mask, then `%`.",
            wrong.masked_late,
        ),
        Mistake(
            "You put no brackets round the mask. In Python `%` comes before `&`, so you mask with "
            "`0x7fffffff % partitions`: write `(hash & 0x7fffffff) % partitions`.",
            wrong.no_brackets,
        ),
        Mistake("You keep all 32 bits, `& 0xffffffff`. Kafka clears the sign bit: `& 0x7fffffff`.", wrong.all_bits),
        Mistake("You hash with CRC32, which is librdkafka's default. The Java client uses murmur2.", wrong.crc),
        Mistake(
            "You divide by one partition too few, so the last one stays empty. `% partitions` gives 0 to "
            "partitions - 1 already.",
            wrong.one_too_few,
        ),
        Mistake(
            "You let the key win over a partition that the record names. It is the other way round.", wrong.key_first
        ),
        Mistake("You never look at the partition that the record names.", wrong.never_explicit),
        Mistake(
            "You hash a missing key as if it were empty, so all records without a key end in one partition for good.",
            wrong.none_is_empty,
        ),
        Mistake(
            "You hash the value of a record that has no key. Kafka never looks into a value.", wrong.hashes_the_value
        ),
        Mistake(
            "You move on by one for each record without a key. That is round robin; "
            "the sticky partition stays until its batch is full.",
            wrong.moves_on,
        ),
        Mistake("You put every record without a key into partition 0. It goes to the sticky partition.", wrong.to_zero),
        Mistake(
            "You treat a record without a value like one without a key. It has a key, and the key decides.",
            wrong.tombstone_is_keyless,
        ),
    ),
    hints=(
        "Three questions, in this order: does the record name a partition? Does it have a key? Otherwise: sticky.",
        'Both questions are asked with `is not None`: 0 is a partition, and b"" is a key.',
        "`(kafkas_murmur2(record.key) & 0x7fffffff) % partitions`",
    ),
)
