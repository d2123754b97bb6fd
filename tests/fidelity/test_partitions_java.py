"""Where Apache's Java client put 171 keys, and how long it stuck to a partition without one.

The vectors are what `ConsoleProducer` wrote to a real broker, once: `bin/kafka-console-producer.sh` with
`--reader-property parse.key=true` for the keys, and with `batch.size=1000` for 1,200 values of 100 bytes without any.
"""

import json
from itertools import groupby
from pathlib import Path

from labs.kafka.partitions import Sticky, java_partition

JAVA = json.loads((Path(__file__).parent / "vectors" / "partitions_java.json").read_text("utf-8"))
HEAD, AROUND = 61, 7  # bytes: a batch's header, and what a record is apart from its value (message format 2)


def test_every_key_is_where_java_put_it() -> None:
    assert len(JAVA["keys"]) == 171 and sum(not key.isascii() for key in JAVA["keys"]) > 10 and "" in JAVA["keys"]
    for key, places in JAVA["keys"].items():
        assert [java_partition(key.encode(), count) for count in JAVA["counts"]] == places, key


def runs(sticky: Sticky, size: int, records: int) -> list[int]:
    """How many records in a row go to one partition."""
    places = []
    for _ in range(records):
        places.append(sticky.choose(size, 6))
        sticky.wrote(size)
    return [len(list(run)) for _, run in groupby(places)]


def test_without_a_key_it_sticks_as_long_as_java_does() -> None:
    """Two batches of eight records; and once more so many where the same partition is picked again."""
    java = [length for _, length in JAVA["keyless"]["runs"]]
    model = runs(Sticky(1000, seed=1, header=HEAD), 100 + AROUND, 1200)
    assert sum(java) == sum(model) == 1200
    assert {length % 16 for length in java} == {length % 16 for length in model} == {0}
    assert min(java) == min(model) == 16
    assert max(java) > 16 and max(model) > 16  # it may pick the same again, as before 3.3 it would not
