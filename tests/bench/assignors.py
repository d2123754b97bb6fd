"""Our assignors beside kafka-python's, at the size of a large group with equal subscriptions.

    python -m tests.bench.assignors           the peer's sticky on a tenth of the group (it takes a second)
    python -m tests.bench.assignors --full    the peer's sticky on the whole of it, too (it takes more than a minute)

The peer comes with the dependency group `bench`; without it only our own figures are printed. Figures are milliseconds,
the best of three runs (one run of the peer's sticky); "after one leaves", everybody else owns what it had.
"""

import argparse
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

from labs.kafka.groups import Assignment, Member, range_assign, round_robin_assign, sticky_assign

SIZES = ((100, 1_000, 10), (1_000, 10_000, 1), (1_000, 10_000, 10), (1_000, 10_000, 100))
OURS = {"range": range_assign, "roundrobin": round_robin_assign, "sticky": sticky_assign}


def milliseconds(call: Callable[[], Any], runs: int = 3) -> float:
    def once() -> float:
        start = time.perf_counter()
        call()
        return time.perf_counter() - start

    return 1000 * min(once() for _ in range(runs))


def a_group(consumers: int, partitions: int, topics: int) -> tuple[list[Member], dict[str, int]]:
    sizes = {f"topic-{i:03}": partitions // topics for i in range(topics)}
    return [Member(f"consumer-{i:04}", tuple(sizes)) for i in range(consumers)], sizes


def without_the_first(members: list[Member], before: Assignment) -> list[Member]:
    return [replace(m, owned=tuple(before[m.id]), generation=1) for m in members[1:]]


class Peer:
    """kafka-python's assignors, asked with our members."""

    def __init__(self) -> None:
        from kafka.coordinator.assignors.range import RangePartitionAssignor
        from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
        from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

        self.assignors = {
            "range": RangePartitionAssignor,
            "roundrobin": RoundRobinPartitionAssignor,
            "sticky": StickyPartitionAssignor,
        }

    def question(self, name: str, members: list[Member], topics: dict[str, int]) -> Callable[[], Any]:
        from kafka import TopicPartition

        assignor = self.assignors[name]()
        cluster = SimpleNamespace(
            partitions_for_topic=lambda t: set(range(topics[t])), topics=lambda *_a, **_k: set(topics)
        )
        asked = []
        for m in members:
            metadata = assignor.metadata(m.topics)
            if m.owned:
                metadata = assignor._metadata(m.topics, [TopicPartition(*p) for p in m.owned], m.generation)
            asked.append(SimpleNamespace(member_id=m.id, group_instance_id=None, metadata=metadata))
        return lambda: assignor.assign(cluster, asked)


def measure(full: bool) -> Iterator[tuple[str, int, int, int, str, float, float | None]]:
    """Rows of the table: assignor, consumers, partitions, topics, group, our milliseconds, the peer's or None."""
    try:
        peer: Peer | None = Peer()
    except ImportError:
        peer = None
    for consumers, partitions, topics in SIZES:
        members, sizes = a_group(consumers, partitions, topics)
        left = without_the_first(members, sticky_assign(members, sizes))
        for name, group, asked in (
            ("range", "fresh", members),
            ("roundrobin", "fresh", members),
            ("sticky", "fresh", members),
            ("sticky", "after one leaves", left),
        ):
            slow = name == "sticky" and consumers > 100
            theirs = None
            if peer and (not slow or (full and topics == 10)):
                theirs = milliseconds(peer.question(name, asked, sizes), runs=1 if name == "sticky" else 3)
            ours = milliseconds(partial(OURS[name], asked, sizes))
            yield name, consumers, partitions, topics, group, ours, theirs


def table(rows: Iterable[tuple[str, int, int, int, str, float, float | None]]) -> Iterator[str]:
    layout = "{:<12}{:>10}{:>11}{:>7}  {:<18}{:>10}{:>11}"
    yield layout.format("assignor", "consumers", "partitions", "topics", "group", "ours, ms", "peer, ms")
    for *what, ours, theirs in rows:
        yield layout.format(*what, f"{ours:.1f}", "-" if theirs is None else f"{theirs:.1f}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--full", action="store_true", help="run the peer's sticky at full size, too")
    for line in table(measure(options.parse_args().full)):
        print(line, flush=True)
