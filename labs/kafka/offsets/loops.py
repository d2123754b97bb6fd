"""The loop at the heart of every consumer, in six versions that differ in when they commit, and one with a mistake.

A loop is ordinary code: it is handed a consumer and a sink (where results go), and returns when `poll` gives [].

    consumer.poll()                  wait for records: at most `batch` of them, of one partition; [] means: stop
    consumer.commit_sync()           commit the position, and wait until it is stored; or commit_sync(4), a given offset
    consumer.commit_async()          the same without waiting
    sink.write(record)               do the work of a record and write down its result: an effect on the world
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Loop = Callable[[Any, Any], None]  # (consumer, sink): simulated ones are in calls.py, real ones in real.py


def process_then_commit(consumer: Any, sink: Any) -> None:
    """At least once: after a crash the batch is done again."""
    while records := consumer.poll():
        for record in records:
            sink.write(record)
        consumer.commit_sync()


def commit_then_process(consumer: Any, sink: Any) -> None:
    """At most once: after a crash the rest of the batch is never done."""
    while records := consumer.poll():
        consumer.commit_sync()
        for record in records:
            sink.write(record)


def commit_each(consumer: Any, sink: Any) -> None:
    """At least once with little to repeat, at the price of a round trip for each record."""
    while records := consumer.poll():
        for record in records:
            sink.write(record)
            consumer.commit_sync(record.offset + 1, record.partition)


def commit_without_waiting(consumer: Any, sink: Any) -> None:
    """At least once; the next batch begins before this one's commit has arrived, so a crash may repeat both."""
    while records := consumer.poll():
        for record in records:
            sink.write(record)
        consumer.commit_async()


def leave_it_to_poll(consumer: Any, sink: Any) -> None:
    """enable.auto.commit: now and then, `poll` commits what the polls before it have handed out."""
    while records := consumer.poll():
        for record in records:
            sink.write(record)


def commit_the_last(consumer: Any, sink: Any) -> None:
    """The mistake of one: it commits the last record that is done, and not the next to read."""
    while records := consumer.poll():
        for record in records:
            sink.write(record)
        consumer.commit_sync(records[-1].offset)


def commit_with_the_results(consumer: Any, sink: Any) -> None:
    """Exactly once, from Kafka to Kafka: results and offsets become visible together, or not at all."""
    while records := consumer.poll():
        sink.begin_transaction()
        for record in records:
            sink.write(record)
        sink.send_offsets_to_transaction(consumer.positions())
        sink.commit_transaction()


LOOPS: dict[str, Loop] = {
    "after": process_then_commit,
    "before": commit_then_process,
    "each": commit_each,
    "async": commit_without_waiting,
    "auto": leave_it_to_poll,
    "transaction": commit_with_the_results,
}
COMMITS = {
    "after": "process, then commit (sync)",
    "before": "commit (sync), then process",
    "each": "commit after each record (sync)",
    "async": "process, then commit (async)",
    "auto": "auto-commit",
    "transaction": "results and offsets in one transaction",
}
