"""Our murmur2 beside kafka-python's, on keys of several lengths.

    python -m tests.bench.murmur2

Figures are microseconds per key, the median of several rounds in which both take turns. The peer comes with the
dependency group `bench`.
"""

from collections.abc import Callable, Iterator
from random import Random

from labs.kafka.partitions import murmur2
from tests.bench.tokens import microseconds

LENGTHS = (0, 3, 8, 16, 36, 200)
KEYS = 500


def sides(length: int) -> dict[str, Callable[[], None]]:
    """What hashes KEYS keys of this length, ours and theirs."""
    from kafka.partitioner.default import murmur2 as theirs

    random = Random(length)
    keys = [random.randbytes(length) for _ in range(KEYS)]
    assert [murmur2(key) & 0xFFFFFFFF for key in keys] == [theirs(key) & 0xFFFFFFFF for key in keys]

    def through(hashed: Callable[[bytes], int]) -> Callable[[], None]:
        def call() -> None:
            for key in keys:
                hashed(key)

        return call

    return {"ours": through(murmur2), "kafka-python": through(theirs)}


def measure() -> Iterator[tuple[int, dict[str, float]]]:
    """Rows of the table: length of the keys in bytes, microseconds of each side."""
    for length in LENGTHS:
        yield length, {name: time / KEYS for name, time in microseconds(sides(length)).items()}


def table(rows: list[tuple[int, dict[str, float]]]) -> Iterator[str]:
    layout = "{:>6}{:>10}{:>18}"
    yield layout.format("bytes", "ours, µs", "kafka-python, µs")
    for length, times in rows:
        yield layout.format(length, *(f"{times[name]:.2f}" for name in ("ours", "kafka-python")))


if __name__ == "__main__":
    for line in table(list(measure())):
        print(line, flush=True)
