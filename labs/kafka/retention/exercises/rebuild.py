"""Lesson 09: a table from a compacted topic, while it is being compacted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from labs.kafka.retention.compaction import compact
from labs.kafka.retention.exercises import rebuild_wrong as wrong
from labs.kafka.retention.log import Log, Policy, Record
from labs.kafka.retention.replay import rebuild, table_of
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.plain import Unfit, plain
from labs.kit.checking.reading import misread
from labs.kit.guarding.telling import show

ENOUGH = 60  # fetches: more than any of these logs takes
ENDLESS = "It fetches again and again: no fetch ever starts after the last record."
EARLY = "It fetched from offset {}, and the log starts at {}: the broker would answer `OFFSET_OUT_OF_RANGE`."
TWICE = "It fetched from offset {} after it had been given the record at offset {}: those records come twice."


@dataclass(frozen=True)
class Case:
    """A log with these (key, value), `per` records in a segment and `batch` in a fetch; the cleaner runs after every
    `cleans`-th fetch (0: never, 1: before the first as well). After each fetch, one record more of `later` is written.
    """

    records: tuple[tuple[str, str | None], ...]
    batch: int = 2
    per: int = 2
    cleans: int = 0
    first: int = 0
    later: tuple[tuple[str, str | None], ...] = ()


class Topic:
    """The log behind `fetch`."""

    def __init__(self, case: Case) -> None:
        self.case, self.fetches, self.later = case, 0, list(case.later)
        self.given, self.amiss = -1, ""  # what is wrong with an offset that was asked for
        self.log = Log(Policy(cleanup="compact", segment_bytes=100 * case.per, tombstones_for=10.0**9))
        self.all: list[Record] = []
        self.log.log_end = self.log.log_start = case.first
        self.log.segments[0] = type(self.log.segments[0])(case.first)
        for key, value in case.records:
            self.write(key, value)
        if case.cleans == 1:
            self.log.clean(0.0, compact)

    def write(self, key: str, value: str | None) -> None:
        """One record more."""
        self.log.append(float(self.log.log_end), key, value)
        self.all.append(self.log.segments[-1].records[-1])

    def fetch(self, offset: int) -> list[Record]:
        """The next records at or after an offset; then the world moves on."""
        self.fetches += 1
        if self.fetches > ENOUGH:
            raise _Endless
        found = [record for record in self.log.records() if record.offset >= offset][: self.case.batch]
        if not self.amiss and offset < self.log.log_start:
            self.amiss = EARLY.format(offset, self.log.log_start)
        if not self.amiss and offset <= self.given:
            self.amiss = TWICE.format(offset, self.given)
        self.given = max([self.given, *(record.offset for record in found)])
        if self.later and found:
            self.write(*self.later.pop(0))
        if self.case.cleans and self.fetches % self.case.cleans == 0:
            self.log.clean(float(self.fetches), compact)
        return found


class _Endless(Exception):
    pass


def small_cases() -> Iterator[Case]:
    """No compaction first, then more and more of it; tombstones; a log that begins at 5; records that come later."""
    yield Case((("A", "x"),))
    yield Case(())
    yield Case((("A", "x"), ("B", "y"), ("A", "z"), ("C", "w")))
    yield Case((("A", "x"), ("B", "y"), ("A", None), ("C", "w")))
    yield Case((("A", None), ("B", "y")))
    yield Case((("A", "x"), ("A", ""), ("B", "0")))
    yield Case((("A", "x"), ("B", "y"), ("A", None), ("A", "z")), 4)
    yield Case((("A", None), ("A", "x"), ("B", "y"), ("B", None)), 2)
    many = (("A", "1"), ("A", "2"), ("A", "3"), ("B", "4"), ("A", "5"), ("C", "6"), ("B", None), ("D", "8"), ("E", "9"))
    for cleans in (1, 2, 3):
        for batch in (1, 2, 5):
            yield Case(many, batch, 2, cleans)
    yield Case(many, 2, 2, 0, first=5)
    yield Case(many, 2, 2, 1, first=5)
    yield Case((("A", "1"), ("B", "2"), ("C", "3")), 1, 2, 1, later=(("A", None), ("B", "5"), ("D", "6"), ("C", None)))
    yield Case((("A", "1"),) * 8, 3, 2, 1)


def larger_cases() -> Any:
    """A Hypothesis strategy: up to twelve records and five later ones, any batch, any cleaning."""
    from hypothesis import strategies as st

    pair = st.tuples(st.sampled_from("ABCD"), st.sampled_from(["x", "y", "", None, None]))
    return st.builds(
        Case,
        st.lists(pair, min_size=4, max_size=12).map(tuple),
        st.integers(1, 4),
        st.integers(1, 3),
        st.integers(0, 3),
        st.sampled_from([0, 0, 9]),
        st.lists(pair, max_size=5).map(tuple),
    )


def _call(function: Callable[..., Any], case: Case) -> Any:
    topic = Topic(case)
    try:
        table = function(topic.fetch, case.first)
    except _Endless:
        return ENDLESS
    return _misfit(table) or (table, dict(table_of(topic.all)), topic.amiss)


def _misfit(table: Any) -> str:
    """Why this is no table, in a sentence; "" if it is one."""
    try:
        found = plain(table)
    except Unfit as unfit:
        return str(unfit)
    if not isinstance(found, dict):
        return misread(table, "a dict, key → value").sentence
    if not all(isinstance(key, str) for key in found):
        return f"The keys of the table have to be those of the records: {show(table, 80)}."
    return ""


Tables = tuple[tuple[tuple[str, str | None], ...], tuple[tuple[str, str], ...], str]


def _read(case: Case, answer: Any) -> Tables:
    if isinstance(answer, str):
        raise Wrong(answer)
    table, right, amiss = answer
    return tuple(sorted(table.items())), tuple(sorted(right.items())), amiss


def _dead(case: Case, answer: Tables) -> None:
    table, right = map(dict, answer[:2])
    for key, value in table.items():
        if key not in right and key not in dict((*case.records, *case.later)):
            raise Wrong(f"Key {key!r} is in the table, but no record here has it: begin with an empty table.", right)
        if key not in right:
            raise Wrong(f"Key {key!r} was deleted, and the table still has it: {show(value)}.", right)


def _newest(case: Case, answer: Tables) -> None:
    table, right = map(dict, answer[:2])
    for key, value in right.items():
        if key not in table:
            raise Wrong(f"Key {key!r} is missing: its value is {show(value)}.", right)
        if table[key] != value:
            raise Wrong(f"Key {key!r} has the value {show(table[key])}: expected {show(value)}.", right)


def _offsets(case: Case, answer: Tables) -> None:
    if answer[2]:
        raise Wrong(answer[2])


def _show(case: Case) -> str:
    def told(pairs: Sequence[tuple[str, str | None]]) -> str:
        return ", ".join(f"{key}={show(value)}" for key, value in pairs) or "nothing"

    where = f" from offset {case.first} on" if case.first else ""
    later = f"; after each fetch one more: {told(case.later)}" if case.later else ""
    often = {0: "", 1: "; compacted before the first fetch and after every one"}
    cleaned = often.get(case.cleans, f"; compacted after every {case.cleans} fetches")
    return f"a topic with {told(case.records)}{where}, {case.batch} per fetch{later}{cleaned}"


REBUILD = Exercise(
    id="kafka-rebuild",
    lesson="09",
    title="A table from a compacted topic",
    points=2,
    reference=rebuild,
    cases=small_cases,
    strategy=larger_cases,
    shape="Comes to an end, and returns a dict",
    read=_read,
    call=_call,
    properties=(
        ("It has no key that was deleted, and none from elsewhere", _dead),
        ("Every other key has its newest value", _newest),
        ("It begins at `start`, and fetches no record twice", _offsets),
    ),
    wrong=(
        Mistake("An empty value is a value. Only None deletes the key.", wrong.empty_is_none),
        Mistake(
            "A tombstone can come for a key that the table does not have: `del` raises KeyError then.",
            wrong.del_alone,
        ),
        Mistake("A tombstone has to remove its key. You keep it, with None for a value.", wrong.keeps_none),
        Mistake("You pass over tombstones: a deleted key keeps its old value.", wrong.skips_none),
        Mistake("You stop at a gap. Compaction leaves gaps: carry on with what `fetch` gives.", wrong.stops_at_gap),
        Mistake(
            "You count records to find the next offset. With gaps, that is too low: it is one after the last "
            "record's own offset.",
            wrong.counted,
        ),
        Mistake(
            "A record after its tombstone brings a key back, and your table does not have it. Take one record after "
            "the other, and forget a tombstone once you have applied it.",
            wrong.tombstones_last,
        ),
        Mistake("You fetch only once. Carry on until `fetch` gives an empty list.", wrong.once),
        Mistake(
            "The next fetch has to begin after the last record, or the same records come again and again.",
            wrong.at_the_last,
        ),
        Mistake("The first value of a key stays in your table. The newest one has to win.", wrong.first_wins),
        Mistake("You begin at offset 0. What lies before the log start is gone: begin at `start`.", wrong.from_zero),
        Mistake("You begin a new table with every fetch.", wrong.forgets),
        Mistake("You fetch the same records twice: keep what `fetch` has given you.", wrong.asks_twice),
        Mistake("Your table holds whole records. What belongs in it is their values.", wrong.whole_records),
        Mistake(
            "You skip a record with every fetch: the next offset is one after the last record, not two.",
            wrong.one_too_far,
        ),
    ),
    hints=(
        "Keep a position. Fetch from it until nothing comes.",
        "After a fetch the position is `records[-1].offset + 1`, whatever the number of records.",
        "`table.pop(key, None)` removes a key whether it is there or not.",
    ),
    show_case=_show,
    show_answer=lambda tables: show(dict(tables[0])),
)  # fmt: skip
