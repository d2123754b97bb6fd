"""Consumer loops as people get them wrong: each of these is a whole answer to the exercise, with one fault."""

from __future__ import annotations

from threading import Thread
from typing import Any

# ── when it commits ───────────────────────────────────────────────────────────────────────────────────────────────────


def commit_first_without_waiting(consumer: Any, sink: Any) -> None:
    """Commit, without waiting, then process."""
    while records := consumer.poll():
        consumer.commit_async()
        for record in records:
            sink.write(record)


def each_before(consumer: Any, sink: Any) -> None:
    """Each record is committed before it is processed."""
    while records := consumer.poll():
        for record in records:
            consumer.commit_sync(record.offset + 1)
            sink.write(record)


def position_inside(consumer: Any, sink: Any) -> None:
    """The position is committed inside the batch."""
    while records := consumer.poll():
        for record in records:
            sink.write(record)
            consumer.commit_sync()


def poll_ahead(consumer: Any, sink: Any) -> None:
    """The next batch is fetched before the last one is committed."""
    records = consumer.poll()
    while records:
        following = consumer.poll()
        for record in records:
            sink.write(record)
        consumer.commit_sync()
        records = following


def never(consumer: Any, sink: Any) -> None:
    """It does not commit."""
    while records := consumer.poll():
        for record in records:
            sink.write(record)


def at_the_end(consumer: Any, sink: Any) -> None:
    """One commit, when all is done."""
    never(consumer, sink)
    consumer.commit_sync()


def every_third(consumer: Any, sink: Any) -> None:
    """One commit for three batches."""
    batches = 0
    while records := consumer.poll():
        for record in records:
            sink.write(record)
        batches += 1
        if batches % 3 == 0:
            consumer.commit_sync()
    consumer.commit_sync()


def whatever_happened(consumer: Any, sink: Any) -> None:
    """`finally` commits after a failed write, too."""
    while records := consumer.poll():
        try:
            for record in records:
                sink.write(record)
        finally:
            consumer.commit_sync()


def swallowed(consumer: Any, sink: Any) -> None:
    """A failed write is passed over."""
    while records := consumer.poll():
        for record in records:
            try:
                sink.write(record)
            except Exception:  # the mistake itself
                continue
        consumer.commit_sync()


def left_behind(consumer: Any, sink: Any) -> None:
    """A batch whose write has failed is left as it is, and the next one is polled."""
    while records := consumer.poll():
        try:
            for record in records:
                sink.write(record)
        except Exception:  # the mistake itself
            continue
        consumer.commit_sync()


def left_behind_done(consumer: Any, sink: Any) -> None:
    """The same, but the other records of the batch are done."""
    while records := consumer.poll():
        whole = True
        for record in records:
            try:
                sink.write(record)
            except Exception:  # the mistake itself
                whole = False
        if whole:
            consumer.commit_sync()


# ── what it commits ───────────────────────────────────────────────────────────────────────────────────────────────────


def last_offset(consumer: Any, sink: Any) -> None:
    """The offset of the last record."""
    while records := consumer.poll():
        for record in records:
            sink.write(record)
        consumer.commit_sync(records[-1].offset)


def each_offset(consumer: Any, sink: Any) -> None:
    """The offset of each record."""
    while records := consumer.poll():
        for record in records:
            sink.write(record)
            consumer.commit_sync(record.offset)


def first_offset(consumer: Any, sink: Any) -> None:
    """The offset of the first record."""
    while records := consumer.poll():
        for record in records:
            sink.write(record)
        consumer.commit_sync(records[0].offset)


def one_too_many(consumer: Any, sink: Any) -> None:
    """Two more than the last record."""
    while records := consumer.poll():
        for record in records:
            sink.write(record)
        consumer.commit_sync(records[-1].offset + 2)


def count(consumer: Any, sink: Any) -> None:
    """How many records it has done since it started."""
    done = 0
    while records := consumer.poll():
        for record in records:
            sink.write(record)
            done += 1
        consumer.commit_sync(done)


def count_each(consumer: Any, sink: Any) -> None:
    """The same after each record."""
    done = 0
    while records := consumer.poll():
        for record in records:
            sink.write(record)
            done += 1
            consumer.commit_sync(done)


def length(consumer: Any, sink: Any) -> None:
    """The length of the batch."""
    while records := consumer.poll():
        for record in records:
            sink.write(record)
        consumer.commit_sync(len(records))


# ── what it processes ─────────────────────────────────────────────────────────────────────────────────────────────────


def one_batch(consumer: Any, sink: Any) -> None:
    """One poll."""
    for record in consumer.poll():
        sink.write(record)
    consumer.commit_sync()


def until_a_short_one(consumer: Any, sink: Any) -> None:
    """A batch that is shorter than the one before is taken for the last."""
    before = 0
    while records := consumer.poll():
        for record in records:
            sink.write(record)
        consumer.commit_sync()
        if len(records) < before:
            break
        before = len(records)


def full_ones_only(consumer: Any, sink: Any) -> None:
    """A batch that is shorter than the first is dropped."""
    records = consumer.poll()
    size = len(records)
    while records and len(records) == size:
        for record in records:
            sink.write(record)
        consumer.commit_sync()
        records = consumer.poll()


def poll_twice(consumer: Any, sink: Any) -> None:
    """The poll in the condition takes a batch, too."""
    while consumer.poll():
        for record in consumer.poll():
            sink.write(record)
        consumer.commit_sync()


def first_record(consumer: Any, sink: Any) -> None:
    """One record of each batch."""
    while records := consumer.poll():
        sink.write(records[0])
        consumer.commit_sync()


def last_record(consumer: Any, sink: Any) -> None:
    """The last one of each batch."""
    while records := consumer.poll():
        sink.write(records[-1])
        consumer.commit_sync()


def without_the_first(consumer: Any, sink: Any) -> None:
    """All but the first one of each batch."""
    while records := consumer.poll():
        for record in records[1:]:
            sink.write(record)
        consumer.commit_sync()


def without_the_last(consumer: Any, sink: Any) -> None:
    """All but the last one of each batch."""
    while records := consumer.poll():
        for record in records[:-1]:
            sink.write(record)
        consumer.commit_sync()


def zero_is_nothing(consumer: Any, sink: Any) -> None:
    """`if record.offset`."""
    while records := consumer.poll():
        for record in records:
            if record.offset:
                sink.write(record)
        consumer.commit_sync()


def backwards(consumer: Any, sink: Any) -> None:
    """The last record first."""
    while records := consumer.poll():
        for record in reversed(records):
            sink.write(record)
        consumer.commit_sync()


def sorted_as_text(consumer: Any, sink: Any) -> None:
    """Record 10 before record 9."""
    while records := consumer.poll():
        for record in sorted(records, key=lambda record: str(record.offset)):
            sink.write(record)
        consumer.commit_sync()


def lazily(consumer: Any, sink: Any) -> None:
    """`map` writes nothing before it is read."""
    while records := consumer.poll():
        map(sink.write, records)
        consumer.commit_sync()


def in_threads(consumer: Any, sink: Any) -> None:
    """A thread for each record."""
    while records := consumer.poll():
        threads = [Thread(target=sink.write, args=(record,)) for record in records]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        consumer.commit_sync()
