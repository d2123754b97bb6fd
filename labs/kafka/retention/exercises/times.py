"""Lesson 09: the offset for a moment in time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labs.kafka.retention.exercises import times_wrong as wrong
from labs.kafka.retention.log import Record
from labs.kafka.retention.replay import offset_for_time
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import whole

Case = tuple[list[Record], int, float]


def at_times(*pairs: tuple[int, float]) -> list[Record]:
    """Records with these offsets and timestamps."""
    return [Record(offset, time, "k", "v") for offset, time in pairs]


def small_cases() -> Iterator[Case]:
    """Every moment around three records; gaps; timestamps out of order; a log start inside the file; nothing there."""
    plain = at_times((0, 10), (1, 20), (2, 30))
    for time in (20, 15, 5, 10, 30, 31, 0):
        yield plain, 0, float(time)
    gaps = at_times((3, 10), (7, 20), (12, 30))
    for time in (15, 20, 31, 5):
        yield gaps, 3, float(time)
    mixed = at_times((0, 10), (1, 40), (2, 20), (3, 30), (4, 50))
    for time in (15, 20, 25, 41, 51):
        yield mixed, 0, float(time)
    yield at_times((0, 10), (1, 10), (2, 20), (3, 20)), 0, 20.0
    yield plain, 1, 5.0
    yield plain, 2, 20.0
    yield mixed, 2, 15.0
    yield gaps, 5, 5.0
    yield [], 0, 10.0
    yield [], 7, 0.0
    yield plain, 3, 10.0
    yield at_times((0, 0), (1, 5)), 0, 0.0
    yield at_times((9, 10), (10, 20), (100, 30)), 9, 11.0
    yield at_times((5, 40), (6, 10), (8, 40), (9, 20)), 6, 20.0


def larger_cases() -> Any:
    """A Hypothesis strategy: up to eight records with gaps, timestamps in any order."""
    from hypothesis import strategies as st

    def case(steps: list[tuple[int, int]], start: int, time: int) -> Case:
        records, offset = [], 0
        for gap, stamp in steps:
            offset += gap
            records.append((offset, float(stamp)))
        return at_times(*records), start, float(time)

    steps = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 12)), min_size=2, max_size=8)
    return st.builds(case, steps, st.integers(0, 12), st.integers(0, 13))


def _read(case: Case, answer: Any) -> int | None:
    return None if answer is None else whole(answer, "an offset, a whole number, or None")


def _none(case: Case, answer: int | None) -> None:
    right = offset_for_time(*case)
    if right is None and answer is not None:
        raise Wrong(f"No record from offset {case[1]} on has the timestamp {case[2]:g} or a later one: expected None.")
    if right is not None and answer is None:
        raise Wrong(f"There is such a record: the one at offset {right}.", right)


def _late_enough(case: Case, answer: int | None) -> None:
    records, start, time = case
    if answer is None:
        return
    found = next((record for record in records if record.offset == answer), None)
    right = offset_for_time(*case)
    if found is None:
        raise Wrong(f"There is no record at offset {answer}.", right)
    if answer < start:
        raise Wrong(f"The record at offset {answer} lies before the log start.", right)
    if found.time < time:
        raise Wrong(f"The record at offset {answer} is older: its timestamp is {found.time:g}.", right)


def _first(case: Case, answer: int | None) -> None:
    right = offset_for_time(*case)
    if answer is not None and right is not None and answer > right:
        raise Wrong(f"A reader that starts at {answer} misses the record at offset {right}.", right)


def _show(case: Case) -> str:
    records, start, time = case
    listed = ", ".join(f"{record.offset} at {record.time:g}" for record in records)
    return f"offset_for_time([{listed}], log_start={start}, time={time:g})"


TIMES = Exercise(
    id="kafka-offset-for-time",
    lesson="09",
    title="The offset for a moment",
    points=1,
    reference=offset_for_time,
    cases=small_cases,
    strategy=larger_cases,
    shape="Returns an offset or None",
    read=_read,
    properties=(
        ("None exactly where there is no such record", _none),
        ("The record is in the log, and not older than asked", _late_enough),
        ("It is the first one: nothing of that time is missed", _first),
    ),
    wrong=(
        Mistake("0 is a time like any other.", wrong.zero_is_nothing),
        Mistake("Offset 0 is falsy: an answer of 0 becomes None. Compare with `is None`.", wrong.zero_offset),
        Mistake("A record with exactly this timestamp counts: later or equal.", wrong.later_only),
        Mistake("What lies before the log start can no longer be read.", wrong.no_log_start),
        Mistake("The record at the log start counts: it is the first one that can be read.", wrong.after_log_start),
        Mistake("An index in the list is not an offset: offsets have gaps, and need not begin at 0.", wrong.index),
        Mistake(
            "You search as if the timestamps were in order. They come from producers, and need not be.", wrong.bisected
        ),
        Mistake("You take the record with the earliest such timestamp. First means the lowest offset.", wrong.earliest),
        Mistake("You give the last record up to that moment. The first at or after it is wanted.", wrong.last_before),
        Mistake(
            "You give the nearest record, before or after. The first at or after the moment is wanted.", wrong.nearest
        ),
        Mistake("Where there is no such record you give the log end. None says that there is none.", wrong.log_end),
        Mistake("Where there is no such record you give -1. None says that there is none.", wrong.minus_one),
        Mistake("Where there is no such record, `next` without a default raises StopIteration.", wrong.no_default),
        Mistake(
            "You search from the first record of the file, and then move up to the log start. The search itself has "
            "to begin there: the record at the log start may be too old, or missing.",
            wrong.moved_up,
        ),
        Mistake("`log_start` is an offset, and you use it as an index: offsets have gaps.", wrong.sliced),
        Mistake("You give up at the first record that does not fit. Carry on to the next.", wrong.gives_up),
        Mistake("You give the last record that is recent enough. The first one is wanted.", wrong.last),
    ),
    hints=(
        "Go through the records in their order, and return at the first that fits.",
        "Two conditions: the offset is at least `log_start`, and the timestamp is at least `time`.",
    ),
    show_case=_show,
)
