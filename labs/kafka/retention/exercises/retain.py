"""Lesson 09: which segments go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labs.kafka.retention.exercises import retain_wrong as wrong
from labs.kafka.retention.exercises.logs import aged
from labs.kafka.retention.log import Segment
from labs.kafka.retention.retention import retain
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import misread, whole
from labs.kit.guarding.telling import show

Case = tuple[list[Segment], float, float | None, int | None]


def small_cases() -> Iterator[Case]:
    """By time, at and around the limit; by size, at and around the limit; both; and what is unusual."""
    yield [aged(0, 0, 10)], 20.0, 60.0, None
    yield [aged(0, 0, 10), aged(2, 50)], 65.0, 60.0, None
    for now in (70.0, 71.0, 110.0, 111.0):
        yield [aged(0, 0, 10), aged(2, 50)], now, 60.0, None
    yield [aged(0, 20, 10), aged(2, 50)], 75.0, 60.0, None  # timestamps out of order
    yield [aged(0, 0, 90), aged(2, 10), aged(3, 95)], 100.0, 60.0, None  # an old segment behind a young one
    yield [aged(0, 0), aged(1, 10), Segment(2)], 200.0, 60.0, None
    yield [Segment(0)], 200.0, 60.0, 100
    yield [aged(0, 0), aged(1, 500)], 100.0, 60.0, None  # a record from the future
    yield [aged(0, 500), aged(1, 500)], 100.0, 60.0, None
    yield [aged(0, 0), aged(1, 10)], 11.0, 0.0, None
    yield [aged(0, 0), aged(1, 10)], 10.0, 0.0, None
    three = [aged(0, 0, 10), aged(2, 20, 30), aged(4, 40)]  # 200, 200 and 100 bytes
    for limit in (501, 500, 400, 300, 299, 100, 99, 0):
        yield three, 50.0, None, limit
    yield [aged(0, 0, 1, 2), aged(3, 3, size=50), aged(4, 4)], 50.0, None, 150
    yield [aged(0, 0), aged(1, 1), Segment(2)], 50.0, None, 100
    yield [aged(0, 0), aged(1, 1), Segment(2)], 50.0, None, 0
    yield three, 500.0, None, None
    for limit in (500, 300, 100):
        yield three, 75.0, 60.0, limit
        yield three, 95.0, 60.0, limit
    yield [aged(0, 90), aged(1, 0), aged(2, 95)], 100.0, 60.0, 200  # by size the first, by time the second
    yield [aged(8, 0, 1), aged(10, 5), aged(11, 70)], 100.0, 60.0, None
    yield [aged(98, 0), aged(99, 5), aged(100, 6), aged(101, 99)], 100.0, 60.0, 300
    yield [aged(0, 0), aged(1, 5), aged(2, 6), aged(3, 7)], 8.0, 60.0, 150


def larger_cases() -> Any:
    """A Hypothesis strategy: one to five segments, timestamps near the limit, sizes of 50 and 100 bytes."""
    from hypothesis import strategies as st

    times = st.lists(st.sampled_from([0.0, 20.0, 39.0, 40.0, 41.0, 80.0, 100.0, 130.0]), min_size=1, max_size=3)
    parts = st.lists(st.tuples(times, st.sampled_from([50, 100])), min_size=2, max_size=5)

    def case(start: int, parts: list[Any], empty: bool, retention: float | None, limit: int | None) -> Case:
        segments, base = [], start
        for its, size in parts:
            segments.append(aged(base, *its, size=size))
            base += len(its)
        return [*segments, *([Segment(base)] if empty else [])], 100.0, retention, limit

    return st.builds(
        case,
        st.sampled_from([0, 7, 97]),
        parts,
        st.booleans(),
        st.sampled_from([None, 60.0, 20.0, 0.0]),
        st.sampled_from([None, 0, 50, 100, 200, 250, 300, 500]),
    )


def _read(case: Case, answer: Any) -> tuple[int, ...]:
    if not isinstance(answer, list | tuple | set | frozenset):
        raise misread(answer, "a list of base offsets")
    named = [whole(base, "base offsets, whole numbers", "The list holds") for base in answer]
    bases = [segment.base for segment in case[0]]
    for base in named:
        if base not in bases:
            raise Wrong(f"No segment begins at offset {base}: segments go as a whole, and are named by their base.")
    if len(set(named)) < len(named):
        raise Wrong("A segment is named twice.")
    return tuple(sorted(named))


def _ages(segment: Segment, now: float) -> str:
    newest = max((record.time for record in segment.records), default=None)
    return "it is empty" if newest is None else f"its newest record is {now - newest:g} s old"


def _keeps(case: Case, answer: tuple[int, ...]) -> None:
    segments, now, _, _ = case
    right = retain(*case)
    stays = next((segment.base for segment in segments if segment.base not in right), None)
    for segment in segments:
        if segment.base in answer and segment.base not in right:
            if segment.base != stays:
                raise Wrong(
                    f"Segment {segment.base} has to stay, since segment {stays} before it stays: a log has no holes.",
                    right,
                )
            left = sum(s.size for s in segments if s.base > segment.base)
            raise Wrong(
                f"Segment {segment.base} has to stay: {_ages(segment, now)}, and {left} bytes would be left.", right
            )


def _deletes(case: Case, answer: tuple[int, ...]) -> None:
    segments, now, _, _ = case
    right = retain(*case)
    for segment in segments:
        if segment.base in right and segment.base not in answer:
            left = sum(s.size for s in segments if s.base > segment.base)
            raise Wrong(
                f"Segment {segment.base} has to go: {_ages(segment, now)}, and without it {left} bytes are left.", right
            )


def _show(case: Case) -> str:
    segments, now, retention, limit = case
    last = len(segments) - 1
    each = [
        f"{s.base}{' (open)' if i == last else ''}: {s.size} bytes"
        + (f", times {' '.join(f'{r.time:g}' for r in s.records)}" if s.records else "")
        for i, s in enumerate(segments)
    ]
    limits = f"retention={show(retention)}, retention_bytes={limit}"
    return f"retain([{' | '.join(each)}], now={now:g}, {limits})"


RETAIN = Exercise(
    id="kafka-retain",
    lesson="09",
    title="Which segments go?",
    points=2,
    reference=retain,
    cases=small_cases,
    strategy=larger_cases,
    shape="Returns base offsets",
    read=_read,
    properties=(("Nothing goes that has to stay", _keeps), ("Everything goes that has to go", _deletes)),
    wrong=(
        Mistake("0 is a limit like any other: only None means that there is no limit.", wrong.zero_is_none),
        Mistake("A record exactly as old as the limit is still within it. It has to be older to go.", wrong.at_limit),
        Mistake("What is left may be exactly the limit: the segment goes then too.", wrong.strictly_more),
        Mistake("By size you only look at the closed segments. The bytes of the open one count too.", wrong.open_free),
        Mistake("Timestamps need not be in order: the newest record need not be the last one.", wrong.last_record),
        Mistake(
            "A record from the future is not old, but `abs` makes it so: subtract, and let the age be negative.",
            wrong.absolute,
        ),
        Mistake("An open segment that is empty stays: nothing would be gained.", wrong.empty_goes),
        Mistake("An open segment that is empty stays: nothing would be gained.", wrong.empty_goes_by_size),
        Mistake("The open segment can be empty: `max` of nothing raises ValueError.", wrong.max_of_nothing),
        Mistake("The open segment can be empty: `max` of nothing raises ValueError.", wrong.max_of_nothing_in_the_end),
        Mistake("None means that there is no limit, and cannot be compared with a number.", wrong.compares_none),
        Mistake("None means that there is no limit, and cannot be compared with a number.", wrong.compares_no_bytes),
        Mistake("None means that there is no limit, and cannot be compared with a number.", wrong.compares_no_age),
        Mistake("Either limit is enough. You delete only what exceeds both.", wrong.both_needed),
        Mistake("Either limit is enough. You delete only what exceeds both.", wrong.both_set_and_needed),
        Mistake("With a limit in bytes you no longer look at the age. Both limits apply.", wrong.either_or),
        Mistake("With a limit on age you no longer look at the bytes. Both limits apply.", wrong.time_only),
        Mistake(
            "You look at the age from the oldest segment of all. Size comes first; age carries on from the first "
            "segment that is left.",
            wrong.time_first,
        ),
        Mistake(
            "Retention stops at the first segment that stays: a log has no holes. You also take old ones after it.",
            wrong.holes,
        ),
        Mistake("By age the open segment goes too (it is rolled first, so that it is closed).", wrong.never_open),
        Mistake(
            "You delete until what is left is below the limit: one segment too many. It goes only if what is left is "
            "still at least the limit.",
            wrong.one_too_many,
        ),
        Mistake(
            "You take retention_bytes for the most that may be left, and delete until no more is. It is the least: a "
            "segment goes only if what is left is still at least the limit.",
            wrong.upper_bound,
        ),
        Mistake(
            "You compare each segment with the size of the whole log. What has gone no longer counts.", wrong.whole_log
        ),
        Mistake(
            "You look at the first record. The segment goes only when its newest record is too old.", wrong.first_record
        ),
        Mistake(
            "You look at the oldest record. The segment goes only when its newest record is too old.",
            wrong.oldest_record,
        ),
        Mistake("You name the segments that stay. Those that go are wanted.", wrong.inverted),
        Mistake("At most one segment goes in your answer. All that are due go together.", wrong.one_at_most),
    ),
    hints=(
        "Begin with two numbers: how many of the oldest segments go by size, and how many by age.",
        "By size: start with the bytes of all segments, the open one included. The oldest goes if the total without it "
        "is still at least the limit. Subtract it, and look at the next.",
        "By age: carry on from the first segment that is left, and stop at the first whose newest record is young "
        "enough. `max(record.time for record in segment.records)` is the newest.",
    ),
    show_case=_show,
    show_answer=lambda bases: show(list(bases)),
    keeps=True,
)
