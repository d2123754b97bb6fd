"""Lesson 10: the hand-off to the dead-letter topic, the learner's own code, put through every crash there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from labs.kafka.failing.exercises import hand_off_wrong as wrong
from labs.kafka.failing.hand_off_picture import draw_tries
from labs.kafka.failing.handing_off import GoesOn, HandOff, Letter, Try, every_way, hand_off
from labs.kafka.failing.records import DEAD, Record
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.guarding.telling import show

GOES_ON = "`poll` gave None again and again, and it keeps polling: None means that it is to stop."


@dataclass(frozen=True)
class Case:
    """A log to be read, and why some of its records fail: (offset, words) …"""

    records: tuple[Record, ...]
    fails: tuple[tuple[int, str], ...]

    @property
    def end(self) -> int:
        """The offset that the next record would get."""
        return self.records[-1].offset + 1


@dataclass(frozen=True)
class Runs:
    """Every run; compared by what became of the records."""

    calm: tuple[Any, ...]  # done, written, and what process was called with, undisturbed
    fates: tuple[Any, ...]  # of all runs
    refusals: tuple[Any, ...]
    removals: tuple[Any, ...]
    crashed: tuple[Try, ...] = field(compare=False)  # the undisturbed run first
    refused: tuple[Try, ...] = field(compare=False)
    removed: tuple[Try, ...] = field(compare=False)


def _log(count: int, first: int = 0, **odd: Any) -> tuple[Record, ...]:
    keys = ("ann", "bob", "dan")
    return tuple(
        Record(odd.get("key", keys[i % 3]), 1 + i // 3, first + i, odd.get("value", "order {}").format(first + i),
               odd.get("headers", (("trace", f"t{first + i}"),)))
        for i in range(count)
    )  # fmt: skip


def small_cases() -> Iterator[Case]:
    """Logs of one to four records, from 0 and from 8 on; no key, an empty value, no headers, a name that is twice."""
    gone, late = "no such customer", "time limit passed"
    yield Case(_log(1), ())
    yield Case(_log(1), ((0, gone),))
    yield Case(_log(2), ((0, gone),))
    yield Case(_log(2), ((1, late),))
    yield Case(_log(3), ((0, gone), (1, late)))
    yield Case(_log(4), ((1, gone), (3, gone)))
    yield Case(_log(4, 8), ((9, gone),))
    yield Case(_log(2, key=None), ((1, gone),))
    yield Case(_log(2, key=""), ((0, gone),))
    yield Case(_log(1, value=""), ((0, gone),))
    yield Case(_log(2, headers=()), ((1, late),))
    yield Case(_log(2, headers=(("via", "a"), ("via", "b"), ("error", "an older one"))), ((0, gone),))


def _call(code: HandOff, case: Case) -> Any:
    fails = dict(case.fails)
    try:
        return every_way(code, case.records, fails)
    except GoesOn:
        return GOES_ON


def _read(case: Case, answer: Any) -> Runs:
    if isinstance(answer, str):
        raise Wrong(answer)
    crashed, _, _ = answer
    calm = crashed[0]
    return Runs((calm.done, calm.letters, calm.called), *(_fates(case, runs) for runs in answer), *answer)


def _fates(case: Case, tries: Sequence[Try]) -> tuple[Any, ...]:
    """What became of the records in some run, each once, in an order of its own."""
    told = {(*(one.times(record) for record in case.records), str(one.committed), one.alive) for one in tries}
    return tuple(sorted(told, key=str))


def _letter(record: Record, words: str) -> Letter:
    return Letter(DEAD, record.key, record.value, (*record.headers, ("error", words)))


# ── what is asked of it ───────────────────────────────────────────────────────────────────────────────────────────────


def _lives(case: Case, answer: Runs) -> None:
    if not answer.crashed[0].alive:
        raise Wrong(
            "A failed record ends it. Started again, it meets the same record and dies again, and so on: "
            "nothing behind that record is ever read."
        )


def _undisturbed(case: Case, answer: Runs) -> None:
    fails, calm = dict(case.fails), answer.crashed[0]
    for record in case.records:
        done = calm.done.count(record.offset)
        if done != (record.offset not in fails):
            times = f"done {done} times" if done else "never done"
            raise Wrong(f"Without any crash record {record.offset} was {times}.", "each record in one place")
    if twice := [record.offset for record in case.records if calm.called.count(record.offset) > 1]:
        raise Wrong(f"Without any crash `process` was called more than once with record {twice[0]}: it makes all "
                    "the tries itself.")  # fmt: skip
    if calm.done != tuple(sorted(calm.done)):
        raise Wrong(f"Without any crash the records were done in the order {list(calm.done)}.")
    if len(calm.letters) != len(fails):
        raise Wrong(f"Records that fail: {len(fails)}. Records written to other topics: {len(calm.letters)}.")


def _complete(case: Case, answer: Runs) -> None:
    fails = dict(case.fails)
    right = [_letter(record, fails[record.offset]) for record in case.records if record.offset in fails]
    for got, wanted in zip(answer.crashed[0].letters, right, strict=False):
        for what in ("topic", "key", "value", "headers"):
            mine, theirs = getattr(got, what), getattr(wanted, what)
            if mine != theirs:
                raise Wrong(f"The dead letter has the {what} {show(mine, 100)}.", theirs)


def _in_neither(case: Case, answer: Runs) -> None:
    bad = [one for one in answer.crashed[1:] if one.neither(case.records)]
    if bad:
        record, share = bad[0].neither(case.records)[0], f"{len(bad)} of {len(answer.crashed) - 1} crashes lose one."
        raise Wrong(f"After a crash ({bad[0].after}) record {record} is in neither place. ({share})")


def _heeds_refusals(case: Case, answer: Runs) -> None:
    bad = [one for one in answer.refused if one.neither(case.records)]
    if bad:
        raise Wrong(
            f"When `flush` raises NotAcknowledged, record {bad[0].neither(case.records)[0]} is neither done nor in the "
            "dead-letter topic."
        )


def _done_is_not_dead(case: Case, answer: Runs) -> None:
    for one in answer.removed:
        if both := [record.offset for record in case.records if all(one.times(record))]:
            raise Wrong(f"When `commit` raises CommitFailed, record {both[0]} is done, and a dead letter as well.")


def _committed(case: Case, answer: Runs) -> None:
    for one in answer.crashed:
        if one.committed != case.end and not one.neither(case.records):
            when = f"After a crash ({one.after}) the rest is done" if one.after else "All is done"
            raise Wrong(f"{when}, and {one.committed} is committed.", case.end)


def _repeats_little(case: Case, answer: Runs) -> None:
    for one in answer.crashed:
        if len(one.again(case.records)) > 1:
            raise Wrong(f"A crash ({one.after}) repeats the records {one.again(case.records)}: one is enough.")


# ── showing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _show_case(case: Case) -> str:
    odd = case.records[0]
    about = (
        f", key={odd.key!r}" * (not odd.key) + ", empty values" * (not odd.value) + ", no headers" * (not odd.headers)
    )
    failing = ", ".join(str(offset) for offset, _ in case.fails) or "none"
    records = f"{len(case.records)} record{'s' * (len(case.records) > 1)}"
    return f"a log of {records} from offset {odd.offset} on{about}; failing: {failing}"


def _picture(case: Case, answer: Runs, right: Runs) -> tuple[str, str]:
    """The bad crashes; where none is bad by itself, the undisturbed run."""
    bad = [one for one in answer.crashed[1:] if one.neither(case.records) or len(one.again(case.records)) > 1]
    if not bad and (refused := [one for one in answer.refused if one.neither(case.records)]):
        return draw_tries(refused, case.records, "your hand-off: the first dead letter is refused")
    title = "your hand-off: the crashes that go wrong" if bad else "your hand-off, without a crash"
    return draw_tries(bad or answer.crashed[:1], case.records, title)


def _summary(answer: Any) -> str:
    if not isinstance(answer, Runs):
        return str(answer)
    calm, crashes = answer.crashed[0], answer.crashed[1:]
    letters = ", ".join(f"{x.topic}: {x.key!r} {x.value!r} {list(x.headers)}" for x in calm.letters) or "no dead letter"
    return f"{len(crashes)} crashes; without one: done {list(calm.done)}, {letters}, committed {calm.committed}"


REFUSED = (
    "`flush` raises NotAcknowledged, and you commit all the same: the record is in neither place. "
    "The buffer has been dropped, so trying again means producing again."
)
EARLY = "The offset is committed before the dead letter is acknowledged: a crash between the two loses the record."

HAND_OFF = Exercise(
    id="kafka-hand-off",
    lesson="10",
    title="A hand-off that loses nothing",
    points=3,
    reference=hand_off,
    cases=small_cases,
    call=_call,
    read=_read,
    shape="Stops when poll gives None",
    properties=(
        ("A failed record does not end it", _lives),
        ("Without a crash, each record is done or a dead letter, once, in order", _undisturbed),
        ("A dead letter has the record's key, value and headers, and the cause", _complete),
        ("No crash, at whatever moment, leaves a record in neither place", _in_neither),
        ("A dead letter that is not acknowledged is not passed over", _heeds_refusals),
        ("A commit that fails makes no dead letter of a record that is done", _done_is_not_dead),
        ("When all is done, all is committed", _committed),
        ("A crash repeats one record at most", _repeats_little),
    ),
    wrong=(
        Mistake(
            "You drop the headers that an older failure has named `error`. Keep them all, and add yours.",
            wrong.replaces_the_error,
        ),
        Mistake("You make a dict of the headers: of a name that comes twice, one is lost.", wrong.headers_as_dict),
        Mistake(REFUSED, wrong.swallows_refusal),
        Mistake(REFUSED, wrong.commits_in_finally),
        Mistake(
            "Your `commit` stands inside the `try`: if it fails, a record that is done becomes a dead letter.",
            wrong.commits_inside,
        ),
        Mistake(
            "You call `process` again for a record that has failed. It has made all of its tries.", wrong.tries_again
        ),
        Mistake('You leave out an empty key: `""` is a key, and only None is none.', wrong.empty_key_is_none),
        Mistake(
            "You lose the headers of the record: whoever traces the order cannot follow it here.", wrong.loses_headers
        ),
        Mistake("You lose the key: the dead letter can land in any partition, and its order is gone.", wrong.loses_key),
        Mistake("You lose the cause: nobody can tell why it failed. Add the header `error`.", wrong.loses_cause),
        Mistake("The value is the text of the error, and the order itself is lost.", wrong.error_as_value),
        Mistake(
            "The header `error` has the name of the exception's type. Its text tells more: `str(problem)`.",
            wrong.type_as_cause,
        ),
        Mistake(
            "You never flush: `produce` only puts the record into a buffer, and a crash takes it along. " + EARLY,
            wrong.never_flushes,
        ),
        Mistake("You flush after the commit. " + EARLY, wrong.flush_after_commit),
        Mistake("You commit before you produce. " + EARLY, wrong.commits_first),
        Mistake(
            "You commit as soon as a record is read: a crash in the middle of its work loses it.", wrong.commits_on_read
        ),
        Mistake(
            "You send every failed record back to the end of `orders`, where it fails again. It belongs in "
            "`orders.DLT`.",
            wrong.back_to_main,
        ),
        Mistake(
            "You commit only what was done: after a restart, a failed record is read and written again.",
            wrong.commits_done_only,
        ),
        Mistake("You flush and commit once, at the end: a crash repeats everything.", wrong.at_the_end),
        Mistake(
            "You commit the offset of the record. The committed offset is the next to read: one more.", wrong.own_offset
        ),
        Mistake("You never commit.", wrong.never_commits),
        Mistake("You skip a failed record: it is neither done nor in the dead-letter topic.", wrong.skips),
        Mistake(
            "You let the exception of `process` escape: the consumer dies at the same record again and again.",
            wrong.passes,
        ),
        Mistake("You stop at the first failed record.", wrong.stops),
        Mistake("You write every record to the dead-letter topic, those that are done as well.", wrong.all_letters),
        Mistake("Record 0 is a record: ask whether poll gave None, not whether the offset is true.", wrong.zero_stops),
    ),
    hints=(
        "Three steps after a failure: produce, wait for the acknowledgement, commit. What may a crash between them do?",
        '`[*record.headers, ("error", str(problem))]` keeps what is there and adds the cause.',
        "One `commit(record.offset + 1)` at the end of the loop serves both: what was done, and what was handed off.",
    ),
    show_case=_show_case,
    show_answer=_summary,
    picture=_picture,
    right="a right hand-off",
    examples=0,
)
