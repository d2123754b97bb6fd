"""Lesson 10: the loop that keeps the order of each key, in the consumer and in the redrive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from labs.kafka.failing.exercises import redrive_wrong as wrong
from labs.kafka.failing.parking import work_through
from labs.kafka.failing.records import Permanent, Record
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.guarding.copies import told_of
from labs.kit.guarding.telling import show


@dataclass(frozen=True)
class Case:
    """The records to work through, the keys that are held, and the offsets of those that fail."""

    records: tuple[Record, ...]
    held: tuple[str, ...]
    fails: tuple[int, ...]


@dataclass(frozen=True)
class Answer:
    """The offsets of the records that were processed, in order, and of those that are parked."""

    tried: tuple[int, ...]
    parked: tuple[int, ...]
    changed: str  # which of its arguments it has changed


def _records(keys: str | list[Any], first: int = 0) -> tuple[Record, ...]:
    counts: dict[Any, int] = {}
    made = []
    for offset, key in enumerate(keys, first):
        counts[key] = counts.get(key, 0) + 1
        made.append(Record(key, counts[key], offset, f"order {offset}"))
    return tuple(made)


def small_cases() -> Iterator[Case]:
    """Up to four records of two keys, each subset of them failing; keys that are falsy, alike, or missing."""
    for keys in ("", "a", "aa", "ab", "aba", "aab", "abab", "abba", "aaaa"):
        for count in range(min(len(keys), 2) + 1):
            for fails in combinations(range(len(keys)), count):
                yield Case(_records(keys), (), fails)
    yield Case(_records("ab"), ("a",), ())
    yield Case(_records("abab"), ("b",), (0,))
    yield Case(_records("abc"), ("a", "b", "c"), ())
    yield Case(_records("ab"), ("z",), ())
    for odd in (["", "x", "", "x"], ["1", "10", "1", "10"], ["ann", "anna", "ann", "anna"], ["Ö", "O", "Ö"]):
        yield Case(_records(odd), (), (0,))
        yield Case(_records(odd), (), (1,))
        yield Case(_records(odd), (odd[0],), ())
    for none in ([None, None, "a", None, "a"], [None, "a", None, "a"]):
        yield Case(_records(none), (), (0,))
        yield Case(_records(none), (), (0, 1))
        yield Case(_records(none), ("a",), (0,))
    yield Case(_records("abab", 8), (), (9,))
    yield Case(_records("abcabcabcabc", 95), ("c",), (98, 99))
    yield Case(tuple(reversed(_records("abab"))), (), (3,))


def larger_cases() -> Any:
    """A Hypothesis strategy."""
    from hypothesis import strategies as st

    keys = st.lists(st.sampled_from(["a", "b", "c", "", None]), max_size=14)

    def case(some: list[Any]) -> Any:
        fails = st.lists(st.integers(0, max(0, len(some) - 1)), unique=True, max_size=4).map(tuple)
        held = st.lists(st.sampled_from(["a", "b", ""]), unique=True, max_size=2).map(tuple)
        return st.builds(Case, st.just(_records(some)), held, fails)

    return keys.flatmap(case)


def _call(function: Callable[..., Any], case: Case) -> Any:
    tried: list[int] = []

    def process(record: Any) -> None:
        if not isinstance(record, Record):
            raise TypeError(f"process takes one record, and was given {show(record, 60)}")
        tried.append(record.offset)
        if len(tried) > 20 * (len(case.records) + 1):
            raise _Stop
        if record.offset in case.fails:
            raise KINDS[record.offset % len(KINDS)]("no such customer")

    records, held = list(case.records), list(case.held)
    try:
        parked = function(records, held, process)
    except _Stop:
        return "It goes on trying the same records: one try of each is all that it has.", ()
    pairs = (("records", case.records, records), ("held", case.held, held))
    changed = next((f"`{name}`" for name, given, now in pairs if list(given) != now), "")
    if isinstance(parked, list | tuple) and all(isinstance(one, Record) for one in parked):
        return tuple(tried), tuple(one.offset for one in parked), changed
    return f"It returned {show(parked, 60)}: expected a list of records.", (), ""


class DriverError(Exception):
    """An exception of some library."""


KINDS: tuple[type[Exception], ...] = (ValueError, KeyError, DriverError, Permanent)


class _Stop(BaseException):
    """Too many calls."""


def _read(case: Case, answer: Any) -> Answer:
    tried, parked, changed = answer
    if isinstance(tried, str):
        raise Wrong(tried)
    return Answer(tried, parked, changed)


# ── what is asked of it ───────────────────────────────────────────────────────────────────────────────────────────────


def _named(case: Case, offset: int) -> str:
    record = next((one for one in case.records if one.offset == offset), None)
    return f"record {offset} ({'without a key' if record is None or record.key is None else f'key {record.key!r}'})"


def _right(case: Case) -> Answer:
    return _read(case, _call(work_through, case))


def _in_one_place(case: Case, answer: Answer) -> None:
    for record in case.records:
        times = answer.parked.count(record.offset)
        finished = record.offset in answer.tried and record.offset not in case.fails
        if times + finished == 0:
            raise Wrong(f"{_named(case, record.offset).capitalize()} is neither done nor parked: it is lost.")
        if answer.tried.count(record.offset) > 1:
            raise Wrong(f"{_named(case, record.offset).capitalize()} is processed more than once.")
        if times > 1:
            raise Wrong(f"{_named(case, record.offset).capitalize()} is parked more than once.")
        if times and finished:
            raise Wrong(f"{_named(case, record.offset).capitalize()} is done, and parked as well.")


def _never_overtaken(case: Case, answer: Answer) -> None:
    right = _right(case)
    early = next((offset for offset in answer.tried if offset not in right.tried), None)
    if early is not None:
        raise Wrong(f"It processes {_named(case, early)} although an earlier record of this key waits.")


def _not_held_up(case: Case, answer: Answer) -> None:
    right = _right(case)
    late = next((offset for offset in right.tried if offset not in answer.tried), None)
    if late is not None:
        raise Wrong(f"It does not process {_named(case, late)}, although no earlier record of its key waits.")


def _in_order(case: Case, answer: Answer) -> None:
    right = _right(case)
    if answer.tried != right.tried:
        raise Wrong(f"It processes the records in the order {list(answer.tried)}.", list(right.tried))
    if answer.parked != right.parked:
        raise Wrong(f"It parks the records in the order {list(answer.parked)}.", list(right.parked))


def _leaves(case: Case, answer: Answer) -> None:
    if answer.changed:
        raise Wrong(told_of(answer.changed))


def _show_case(case: Case) -> str:
    keys = ", ".join(f"{one.offset}: {one.key!r}" for one in case.records)
    return f"records {{{keys}}}, held={list(case.held)!r}; failing: {list(case.fails) or 'none'}"


def _show_answer(answer: Any) -> str:
    if not isinstance(answer, Answer):
        return str(answer)
    return f"processed {list(answer.tried)}, parked {list(answer.parked)}"


NONE = "Records without a key (None) are in no order, so one of them holds up no other."

REDRIVE = Exercise(
    id="kafka-redrive",
    lesson="10",
    title="A redrive that keeps the order",
    points=2,
    reference=work_through,
    cases=small_cases,
    strategy=larger_cases,
    call=_call,
    read=_read,
    shape="Returns a list of records",
    properties=(
        ("Each record is done or parked, and once", _in_one_place),
        ("No record overtakes an earlier one of its key", _never_overtaken),
        ("The records of other keys are not held up", _not_held_up),
        ("Everything happens in the order of the list", _in_order),
        ("It leaves what it is given as it was", _leaves),
    ),
    wrong=(
        Mistake(NONE, wrong.none_is_a_key),
        Mistake(
            "You add to the list `held` itself, which is the caller's. Make a set of your own from it.",
            wrong.adds_to_held,
        ),
        Mistake('The empty key "" is a key like any other; only None is none.', wrong.empty_is_none),
        Mistake(
            "You look for the key inside text, so 'ann' is found in 'anna'. Compare whole keys.", wrong.inside_text
        ),
        Mistake(
            "You sort what is parked by its offset as text, so 10 comes before 9. It is in order already.",
            wrong.sorted_as_text,
        ),
        Mistake("You forget `held`: these keys have a record parked before this list begins.", wrong.forgets_held),
        Mistake("You only heed `held`. A record that fails now holds its key as well.", wrong.only_held),
        Mistake("You park what failed, and let the later records of its key overtake it.", wrong.failed_only),
        Mistake("You stop at the first failure. Other keys have nothing to do with it.", wrong.stops),
        Mistake("You stop at the first failure, and lose what comes after it.", wrong.stops_and_loses),
        Mistake("You park what fails and lose what is held behind it.", wrong.loses_the_held),
        Mistake("You park what is held and lose what failed.", wrong.loses_the_failed),
        Mistake("You put what failed behind what was held: parked records must keep their order.", wrong.failed_last),
        Mistake(
            "You put what failed in front of what waits: parked records must keep the order of the list.",
            wrong.failed_first,
        ),
        Mistake(
            "You remove records from the list that you are walking through, so the loop skips the next one.",
            wrong.removes_as_it_goes,
        ),
        Mistake("You try a failed record again at once. Here, each gets one try.", wrong.tries_twice),
        Mistake("You go through the records key by key, so they are done in another order.", wrong.key_by_key),
        Mistake("You try what failed once more at the end. That is for the next redrive, in order.", wrong.once_more),
        Mistake(
            "You let the exception of a failed record escape, and nobody learns what is to be parked.", wrong.raises
        ),
        Mistake(
            "You catch only the exceptions that you know. `except Exception` takes whatever `process` raises.",
            wrong.known_kinds,
        ),
        Mistake("You let go of a key although an earlier record of it is still parked.", wrong.releases),
        Mistake("You process everything, and return nothing to park.", wrong.parks_nothing),
        Mistake("You park everything, and process nothing.", wrong.parks_all),
    ),
    hints=(
        "Keep a set of the keys that wait. It begins with `held`.",
        "Ask that set before you process a record, and add to it when one fails.",
        "Append to one list, in one pass: then what is parked is in order by itself. And what of the key None?",
    ),
    show_case=_show_case,
    show_answer=_show_answer,
)
