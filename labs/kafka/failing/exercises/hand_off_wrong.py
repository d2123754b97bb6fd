"""Hand-offs as people get them wrong: each of these is a whole answer to the exercise, with one fault."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from labs.kafka.failing.records import DEAD, MAIN, NotAcknowledged


def _headers(record: Any, problem: Exception) -> list[tuple[str, str]]:
    return [*record.headers, ("error", str(problem))]


def _with(consumer: Any, process: Any, producer: Any, letter: Callable[[Any, Exception], tuple[Any, ...]]) -> None:
    """A hand-off in the right order, with another letter."""
    while (record := consumer.poll()) is not None:
        try:
            process(record)
        except Exception as problem:
            producer.produce(*letter(record, problem))
            producer.flush()
        consumer.commit(record.offset + 1)


# ── the letter ────────────────────────────────────────────────────────────────────────────────────────────────────────


def replaces_the_error(consumer: Any, process: Any, producer: Any) -> None:
    """An older `error` is dropped."""

    def letter(r: Any, problem: Exception) -> tuple[Any, ...]:
        kept = [pair for pair in r.headers if pair[0] != "error"]
        return DEAD, r.key, r.value, [*kept, ("error", str(problem))]

    _with(consumer, process, producer, letter)


def headers_as_dict(consumer: Any, process: Any, producer: Any) -> None:
    """`dict(record.headers)`."""
    _with(
        consumer,
        process,
        producer,
        lambda r, e: (DEAD, r.key, r.value, list((dict(r.headers) | {"error": str(e)}).items())),
    )


def commits_inside(consumer: Any, process: Any, producer: Any) -> None:
    """`try: process(…); commit(…)`."""
    while (record := consumer.poll()) is not None:
        try:
            process(record)
            consumer.commit(record.offset + 1)
        except Exception as problem:
            producer.produce(DEAD, record.key, record.value, _headers(record, problem))
            producer.flush()
            consumer.commit(record.offset + 1)


def tries_again(consumer: Any, process: Any, producer: Any) -> None:
    """A second chance for what has failed for good."""

    def twice(record: Any) -> None:
        try:
            process(record)
        except Exception:
            process(record)

    _with(consumer, twice, producer, lambda r, e: (DEAD, r.key, r.value, _headers(r, e)))


def empty_key_is_none(consumer: Any, process: Any, producer: Any) -> None:
    """`record.key or None`."""
    _with(consumer, process, producer, lambda r, e: (DEAD, r.key or None, r.value, _headers(r, e)))


def loses_headers(consumer: Any, process: Any, producer: Any) -> None:
    """Only the cause."""
    _with(consumer, process, producer, lambda r, e: (DEAD, r.key, r.value, [("error", str(e))]))


def loses_key(consumer: Any, process: Any, producer: Any) -> None:
    """No key."""
    _with(consumer, process, producer, lambda r, e: (DEAD, None, r.value, _headers(r, e)))


def loses_cause(consumer: Any, process: Any, producer: Any) -> None:
    """The headers as they are."""
    _with(consumer, process, producer, lambda r, e: (DEAD, r.key, r.value, r.headers))


def error_as_value(consumer: Any, process: Any, producer: Any) -> None:
    """The error in the place of the value."""
    _with(consumer, process, producer, lambda r, e: (DEAD, r.key, str(e), _headers(r, e)))


def type_as_cause(consumer: Any, process: Any, producer: Any) -> None:
    """The type's name."""
    _with(consumer, process, producer, lambda r, e: (DEAD, r.key, r.value, [*r.headers, ("error", type(e).__name__)]))


def back_to_main(consumer: Any, process: Any, producer: Any) -> None:
    """To the main topic."""
    _with(consumer, process, producer, lambda r, e: (MAIN, r.key, r.value, _headers(r, e)))


# ── the order of the steps ────────────────────────────────────────────────────────────────────────────────────────────


def swallows_refusal(consumer: Any, process: Any, producer: Any) -> None:
    """`except NotAcknowledged: pass`."""
    while (record := consumer.poll()) is not None:
        try:
            process(record)
        except Exception as problem:
            try:
                producer.produce(DEAD, record.key, record.value, _headers(record, problem))
                producer.flush()
            except NotAcknowledged:
                pass
        consumer.commit(record.offset + 1)


def commits_in_finally(consumer: Any, process: Any, producer: Any) -> None:
    """`finally: commit`."""
    while (record := consumer.poll()) is not None:
        try:
            process(record)
        except Exception as problem:
            producer.produce(DEAD, record.key, record.value, _headers(record, problem))
            producer.flush()
        finally:
            consumer.commit(record.offset + 1)


def never_flushes(consumer: Any, process: Any, producer: Any) -> None:
    """produce, then commit."""
    while (record := consumer.poll()) is not None:
        try:
            process(record)
        except Exception as problem:
            producer.produce(DEAD, record.key, record.value, _headers(record, problem))
        consumer.commit(record.offset + 1)


def flush_after_commit(consumer: Any, process: Any, producer: Any) -> None:
    """produce, commit, flush."""
    while (record := consumer.poll()) is not None:
        try:
            process(record)
        except Exception as problem:
            producer.produce(DEAD, record.key, record.value, _headers(record, problem))
        consumer.commit(record.offset + 1)
        producer.flush()


def commits_first(consumer: Any, process: Any, producer: Any) -> None:
    """commit, produce, flush."""
    while (record := consumer.poll()) is not None:
        try:
            process(record)
            consumer.commit(record.offset + 1)
        except Exception as problem:
            consumer.commit(record.offset + 1)
            producer.produce(DEAD, record.key, record.value, _headers(record, problem))
            producer.flush()


def commits_on_read(consumer: Any, process: Any, producer: Any) -> None:
    """The commit stands at the head of the loop."""
    while (record := consumer.poll()) is not None:
        consumer.commit(record.offset + 1)
        try:
            process(record)
        except Exception as problem:
            producer.produce(DEAD, record.key, record.value, _headers(record, problem))
            producer.flush()


def commits_done_only(consumer: Any, process: Any, producer: Any) -> None:
    """No commit after a hand-off."""
    while (record := consumer.poll()) is not None:
        try:
            process(record)
        except Exception as problem:
            producer.produce(DEAD, record.key, record.value, _headers(record, problem))
            producer.flush()
        else:
            consumer.commit(record.offset + 1)


def at_the_end(consumer: Any, process: Any, producer: Any) -> None:
    """One flush, one commit."""
    last = None
    while (record := consumer.poll()) is not None:
        try:
            process(record)
        except Exception as problem:
            producer.produce(DEAD, record.key, record.value, _headers(record, problem))
        last = record.offset
    producer.flush()
    if last is not None:
        consumer.commit(last + 1)


def own_offset(consumer: Any, process: Any, producer: Any) -> None:
    """`commit(record.offset)`."""
    while (record := consumer.poll()) is not None:
        try:
            process(record)
        except Exception as problem:
            producer.produce(DEAD, record.key, record.value, _headers(record, problem))
            producer.flush()
        consumer.commit(record.offset)


def never_commits(consumer: Any, process: Any, producer: Any) -> None:
    """No commit."""
    while (record := consumer.poll()) is not None:
        try:
            process(record)
        except Exception as problem:
            producer.produce(DEAD, record.key, record.value, _headers(record, problem))
            producer.flush()


def skips(consumer: Any, process: Any, producer: Any) -> None:
    """A failed record is passed over."""
    while (record := consumer.poll()) is not None:
        with suppress(Exception):
            process(record)
        consumer.commit(record.offset + 1)


def passes(consumer: Any, process: Any, producer: Any) -> None:
    """No `except`."""
    while (record := consumer.poll()) is not None:
        process(record)
        consumer.commit(record.offset + 1)


def stops(consumer: Any, process: Any, producer: Any) -> None:
    """`return` after the first hand-off."""
    while (record := consumer.poll()) is not None:
        try:
            process(record)
            consumer.commit(record.offset + 1)
        except Exception as problem:
            producer.produce(DEAD, record.key, record.value, _headers(record, problem))
            producer.flush()
            consumer.commit(record.offset + 1)
            return


def all_letters(consumer: Any, process: Any, producer: Any) -> None:
    """`finally` writes a letter for every record."""
    while (record := consumer.poll()) is not None:
        cause = ""
        try:
            process(record)
        except Exception as problem:
            cause = str(problem)
        producer.produce(DEAD, record.key, record.value, [*record.headers, ("error", cause)])
        producer.flush()
        consumer.commit(record.offset + 1)


def zero_stops(consumer: Any, process: Any, producer: Any) -> None:
    """It ends at an offset that is not true."""
    record = consumer.poll()
    while record is not None and record.offset:
        try:
            process(record)
        except Exception as problem:
            producer.produce(DEAD, record.key, record.value, _headers(record, problem))
            producer.flush()
        consumer.commit(record.offset + 1)
        record = consumer.poll()
