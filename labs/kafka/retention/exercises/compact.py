"""Lesson 09: compaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labs.kafka.retention.compaction import compact
from labs.kafka.retention.exercises import compact_wrong as wrong
from labs.kafka.retention.exercises.logs import in_segments, rec, told
from labs.kafka.retention.log import Record, Segment
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.guarding.telling import show

Case = tuple[list[Segment], float, float]


def small_cases() -> Iterator[Case]:
    """Values alone; with an open segment that matters; tombstones in each state of their life; what is falsy."""
    yield in_segments([rec(0, "A", "x"), rec(1, "A", "y"), rec(2, "B", "z")], 0, 2), 100.0, 60.0
    yield in_segments([rec(0, "A"), rec(1, "B"), rec(2, "A"), rec(3, "C")], 0, 3), 100.0, 60.0
    yield in_segments([rec(0, "A", "x"), rec(1, "B", "y"), rec(2, "A", "z")], 0, 2), 100.0, 60.0
    yield in_segments([rec(0, "A"), rec(1, "B"), rec(2, "A"), rec(3, "B"), rec(4, "C")], 0, 2, 4), 100.0, 60.0
    yield in_segments([rec(0, "A", "x"), rec(1, "A", None), rec(2, "B")], 0, 2), 100.0, 60.0
    yield in_segments([rec(0, "A", None), rec(1, "A", "x"), rec(2, "B")], 0, 2), 100.0, 60.0
    for horizon in (101.0, 100.0, 99.0, 0.0):
        yield in_segments([rec(1, "A", None, horizon), rec(2, "B"), rec(4, "C")], 0, 4), 100.0, 60.0
    yield in_segments([rec(1, "A", "x"), rec(3, "A", None, 90.0), rec(4, "C")], 0, 4), 100.0, 60.0
    yield in_segments([rec(1, "A", None, 90.0), rec(3, "A", "x"), rec(4, "C")], 0, 4), 100.0, 60.0
    yield in_segments([rec(1, "A", None, 150.0), rec(3, "A", None), rec(4, "C")], 0, 4), 100.0, 60.0
    yield in_segments([rec(0, "A", None), rec(1, "B"), rec(2, "C")], 0, 2), 100.0, 0.0
    yield in_segments([rec(0, "A", None, None, 10.0), rec(1, "B"), rec(2, "C")], 0, 2), 100.0, 60.0
    yield in_segments([rec(0, "A", ""), rec(1, "B", "0"), rec(2, "", "x"), rec(3, "C")], 0, 3), 100.0, 60.0
    yield in_segments([rec(0, "A", "x"), rec(1, "A", ""), rec(2, "C")], 0, 2), 100.0, 60.0
    yield in_segments([rec(0, "", "x"), rec(1, "B"), rec(2, "", "y"), rec(3, "C")], 0, 3), 100.0, 60.0
    yield in_segments([rec(0, "A", "new", None, 50.0), rec(1, "A", "late", None, 20.0), rec(2, "B")], 0, 2), 100.0, 60.0
    yield in_segments([rec(0, "A"), rec(1, "B")], 0), 100.0, 60.0
    yield [Segment(0)], 100.0, 60.0
    yield in_segments([rec(0, "A", "x"), rec(1, "B"), rec(2, "A", None)], 0, 2), 100.0, 60.0
    yield in_segments([rec(7, "B"), rec(9, "A"), rec(10, "B"), rec(11, "A"), rec(12, "B")], 7, 10, 12), 100.0, 60.0
    yield in_segments([rec(0, "A", "x"), rec(1, "AB", "y"), rec(2, "a", "z"), rec(3, "C")], 0, 3), 100.0, 60.0
    yield in_segments([rec(0, "A", None), rec(1, "B")], 0, 1), 0.0, 60.0


def larger_cases() -> Any:
    """A Hypothesis strategy: up to ten records of three keys in up to four segments, a third of them tombstones."""
    from hypothesis import strategies as st

    value = st.sampled_from(["x", "y", "", None, None])
    horizon = st.sampled_from([None, None, 0.0, 99.0, 100.0, 101.0])
    steps = st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(["A", "B", ""]), value, horizon, st.booleans()),
        min_size=3,
        max_size=10,
    )

    def case(steps: list[Any], now: float, kept: float) -> Case:
        records, bases, offset = [], [0], 0
        for gap, key, value, horizon, rolls in steps:
            offset += gap
            bases += [offset] * rolls
            records.append(rec(offset, key, value, horizon if value is None else None, time=float(offset * 7 % 5)))
        return in_segments(records, *bases), now, kept

    return st.builds(case, steps, st.sampled_from([100.0]), st.sampled_from([0.0, 60.0]))


Left = tuple[tuple[int, str, str | None, float | None, tuple[float, int]], ...]


def _read(case: Case, answer: Any) -> Left:
    if isinstance(answer, str | bytes | dict) or not hasattr(answer, "__iter__"):
        raise Wrong(f"It returned {show(answer, 60)}: expected a list of records.")
    left = list(answer)
    for record in left:
        if not isinstance(record, Record):
            raise Wrong(f"The list holds {show(record, 60)}: expected records.")
    return tuple((r.offset, r.key, r.value, r.horizon, (r.time, r.size)) for r in left)


def _expected(case: Case) -> Left:
    return _read(case, compact(*case))


def _unchanged(case: Case, answer: Left) -> None:
    there = {r.offset: r for segment in case[0] for r in segment.records}
    for offset, key, value, _, rest in answer:
        if offset not in there:
            raise Wrong(f"No record had offset {offset} before: a record keeps its offset.", _expected(case))
        was = there[offset]
        if (was.key, was.value, (was.time, was.size)) != (key, value, rest):
            raise Wrong(f"The record at offset {offset} has changed: it was {told(was)}.")
    offsets = [one[0] for one in answer]
    if len(set(offsets)) < len(offsets):
        raise Wrong("A record is there twice.")
    if offsets != sorted(offsets):
        raise Wrong("The records are no longer in the order of their offsets.", _expected(case))


def _open(case: Case, answer: Left) -> None:
    for one in answer:
        if one[0] in {record.offset for record in case[0][-1].records}:
            raise Wrong(f"The record at offset {one[0]} is in the open segment, which is not part of the answer.")


def _of_closed(case: Case, answer: Left) -> Left:
    """Without the records of the open segment: a property of its own judges those."""
    opened = {record.offset for record in case[0][-1].records}
    return tuple(one for one in answer if one[0] not in opened)


def _newest(case: Case, answer: Left) -> None:
    answer = _of_closed(case, answer)
    right, offsets = _expected(case), {one[0] for one in answer}
    for offset, key, value, *_ in right:
        if value is not None and offset not in offsets:
            raise Wrong(
                f"The newest record of key {key!r} in the closed segments, at offset {offset}, is missing.", right
            )
    wanted = {one[0] for one in right}
    for offset, key, value, *_ in answer:
        if offset not in wanted and value is not None:
            raise Wrong(f"The record at offset {offset} stays, though there is a newer one of key {key!r}.", right)


def _tombstones(case: Case, answer: Left) -> None:
    answer = _of_closed(case, answer)
    right = _expected(case)
    wanted, found = {one[0]: one for one in right}, {one[0]: one for one in answer}
    for offset, key, value, horizon, _ in right:
        if value is None and offset not in found:
            met = next(r.horizon for segment in case[0] for r in segment.records if r.offset == offset)
            why = "though this is the first cleaning that meets it" if met is None else "before its horizon"
            raise Wrong(f"The tombstone of {key!r} at offset {offset} is gone, {why}.", right)
        if value is None and found[offset][3] != horizon:
            raise Wrong(
                f"The tombstone at offset {offset} has the horizon {show(found[offset][3])}: expected {show(horizon)}.",
                right,
            )
    for offset, key, value, horizon, _ in answer:
        if value is None and offset not in wanted:
            raise Wrong(f"The tombstone of {key!r} at offset {offset} stays, {_why_not(case, offset)}.", right)
        if value is not None and horizon is not None:
            raise Wrong(f"The record at offset {offset} has been given a horizon, but it is not a tombstone.", right)


def _why_not(case: Case, offset: int) -> str:
    """Why a tombstone that stayed should have gone."""
    closed = {r.offset: r for segment in case[0][:-1] for r in segment.records}
    newer = any(r.key == closed[offset].key and r.offset > offset for r in closed.values())
    return "though there is a newer record of its key" if newer else "though its horizon has been reached"


def _told(left: Left) -> list[str]:
    return [told(Record(offset, 0.0, key, value, 100, horizon)) for offset, key, value, horizon, _ in left]


def _show(case: Case) -> str:
    segments, now, kept = case
    last = len(segments) - 1
    each = [
        ("open: " if i == last else "") + (", ".join(_timed(r, case) for r in segment.records) or "empty")
        for i, segment in enumerate(segments)
    ]
    return f"compact([{' | '.join(each)}], now={now:g}, tombstones_for={kept:g})"


def _timed(record: Record, case: Case) -> str:
    """With its timestamp where timestamps are not all the same."""
    several = len({r.time for segment in case[0] for r in segment.records}) > 1
    return told(record) + (f" at {record.time:g}" if several else "")


COMPACT = Exercise(
    id="kafka-compact",
    lesson="09",
    title="Compaction",
    points=3,
    reference=compact,
    cases=small_cases,
    strategy=larger_cases,
    shape="Returns records",
    read=_read,
    properties=(
        ("Offsets, keys, values and order are what they were", _unchanged),
        ("The open segment is left out", _open),
        ("Of each key the newest record in the closed segments stays, and no older one", _newest),
        ("A tombstone stays until its horizon, which the first cleaning sets", _tombstones),
    ),
    wrong=(
        Mistake("An empty value is a value. Only None is a tombstone.", wrong.empty_is_none),
        Mistake("The empty string is a key like any other: of its records, too, only the newest stays.",
                wrong.empty_key_is_none),
        Mistake("A horizon of 0 is a horizon. Ask whether it `is None`.", wrong.zero_is_none),
        Mistake(
            "At the horizon itself the tombstone goes: it stays only as long as `now` is before it.",
            wrong.after_horizon,
        ),
        Mistake(
            "You drop a tombstone before you know whether it is the key's newest record: the old value of a deleted "
            "key comes back.",
            wrong.risen,
        ),
        Mistake("Newest means the highest offset, not the latest timestamp.", wrong.by_time),
        Mistake("A tombstone's clock starts with its first cleaning, not when it was written.", wrong.from_writing),
        Mistake(
            "A tombstone's clock starts with its first cleaning, not when it was written.", wrong.marked_from_writing
        ),
        Mistake("You set a new horizon in each cleaning. Only the first cleaning sets it.", wrong.anew),
        Mistake("You set a new horizon in each cleaning. Only the first cleaning sets it.", wrong.anew_until_due),
        Mistake(
            "A tombstone protects readers only as long as it is its key's newest record. Once a newer one exists, it "
            "goes like any older record, without waiting for its horizon.",
            wrong.old_tombstones_stay,
        ),
        Mistake("A record cannot be changed: `replace(record, horizon=…)` makes a new one.", wrong.assigned),
        Mistake("You drop tombstones at once: a reader that is behind never learns of the deletion.", wrong.at_once),
        Mistake("Your tombstones stay for ever. They go once `now` has reached their horizon.", wrong.for_ever),
        Mistake(
            "You check the horizon right after setting it. The first cleaning never drops a tombstone.",
            wrong.set_and_asked,
        ),
        Mistake(
            "The first cleaning has to write the horizon into the tombstone: `replace(record, horizon=…)`.",
            wrong.no_horizon,
        ),
        Mistake("You set a horizon on every record. Only a tombstone has one.", wrong.all_marked),
        Mistake(
            "Records of the open segment do not count: they do not push out a closed one yet.",
            wrong.open_counts,
        ),
        Mistake("The open segment is never compacted: leave its records out.", wrong.open_cleaned),
        Mistake("The open segment is left as it is, but it is not part of the answer.", wrong.open_added),
        Mistake(
            "You compact each segment by itself. A newer record in a later closed segment counts too.",
            wrong.apart,
        ),
        Mistake(
            "A dictionary keeps a key where it came first. The records have to stay in the order of their "
            "offsets.",
            wrong.in_key_order,
        ),
        Mistake(
            "You give the records new offsets. They keep their own, and gaps appear: consumers have committed "
            "these numbers.",
            wrong.renumbered,
        ),
        Mistake("You keep the oldest record of each key. Its newest one stays.", wrong.oldest),
        Mistake("You keep the oldest record of each key. Its newest one stays.", wrong.oldest_as_it_was),
        Mistake("You keep every record. Only the newest of each key stays.", wrong.all_of_them),
    ),
    hints=(
        "First find the highest offset of each key in the closed segments, `segments[:-1]`. A dictionary does it: "
        "later records overwrite earlier ones.",
        "Then go through the same records again, in order, and keep those whose offset is the one you have found.",
        "Look at each tombstone that is left once more. If its horizon is None, set it to `now + tombstones_for`. "
        "Otherwise it goes if its horizon is `<= now`.",
    ),
    show_case=_show,
    show_answer=lambda left: "; ".join(_told(left)) or "nothing",
)  # fmt: skip
