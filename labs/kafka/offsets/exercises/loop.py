"""The consumer loop of lesson 07: the learner's own code, put through every crash there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from labs.kafka.offsets.crash_picture import draw_tries
from labs.kafka.offsets.crashes import Try, every_crash
from labs.kafka.offsets.exercises import loop_wrong as wrong
from labs.kafka.offsets.exercises.failing_sink import Plain, every_failure
from labs.kafka.offsets.loops import Loop, commit_then_process, process_then_commit
from labs.kafka.offsets.process import LoopGoesOn
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.wording import listed

GOES_ON = "`poll` gave [] again and again, and the loop keeps polling: [] means that it is to stop."
ELSEWHERE = (
    "Another thread writes to the sink. The loop then does not know when a record is done, or whether it failed: write "
    "in the loop itself, one record after the other."
)
SLOWLY = dict(backlog=3, rate=1.0)  # three records are there, the others come one by one: some batches are short


@dataclass(frozen=True)
class Case:
    """A log to be read: so many records from offset `first` on, of which a poll gives at most `batch`."""

    records: int
    batch: int
    first: int = 0
    slowly: bool = False

    @property
    def end(self) -> int:
        """The offset that the next record would get."""
        return self.first + self.records


@dataclass(frozen=True)
class Runs:
    """Every run; compared by what became of the records, however many steps the loop took."""

    calm: tuple[int, ...]  # what was done, undisturbed
    fates: tuple[Any, ...]  # of all runs: what was lost, what was repeated, what is committed
    failures: tuple[Any, ...]  # the same where the sink failed
    crashed: tuple[Try, ...] = field(compare=False)  # the undisturbed run first
    failed: tuple[Try, ...] = field(compare=False)


def small_cases() -> Iterator[Case]:
    """Logs from offset 0 on, and from 8 on, where one more digit begins on the way."""
    for records, batch in ((1, 1), (2, 1), (3, 1), (2, 2), (3, 2), (4, 2), (6, 2), (7, 3), (8, 1)):
        yield Case(records, batch)
    yield from (Case(1, 1, first=8), Case(3, 2, first=8), Case(4, 4, first=8), Case(5, 2, slowly=True))


def _call(loop: Loop, case: Case) -> Any:
    """Every crash of the loop (of two crashes in one run where that is quick), and every failure of the sink."""
    sinks: list[Plain] = []

    def run(consumer: Any, sink: Any) -> None:
        sinks.append(Plain(sink))
        loop(consumer, sinks[-1])

    settings: dict[str, Any] = dict(log_start=case.first, committed=case.first or None)
    settings |= SLOWLY if case.slowly else {}
    try:
        crashed = tuple(every_crash(run, case.records, case.batch, twice=case.records <= 3, **settings))
        failed = tuple(every_failure(loop, case.records, case.batch, case.first))
    except LoopGoesOn:
        return GOES_ON
    return ELSEWHERE if any(sink.elsewhere for sink in sinks) else (crashed, failed)


def _read(case: Case, answer: Any) -> Runs:
    if isinstance(answer, str):
        raise Wrong(answer)
    crashed, failed = answer
    return Runs(crashed[0].done, _fates(crashed), _fates(failed), tuple(crashed), tuple(failed))


def _fates(tries: Sequence[Try]) -> tuple[Any, ...]:
    """What became of the records in some run, each once, in an order of its own."""
    return tuple(sorted({(tuple(one.lost), tuple(one.repeated), str(one.committed)) for one in tries}))


# ── what is asked of it ───────────────────────────────────────────────────────────────────────────────────────────────


def _undisturbed(case: Case, answer: Runs) -> None:
    if answer.calm != tuple(range(case.first, case.end)):
        told = ", ".join(map(str, answer.calm)) or "nothing"
        log = f"{case.first} to {case.end - 1}" if case.records > 1 else f"only {case.first}"
        raise Wrong(f"Without any crash it processed {told}, and the log holds {log}.")


def _loses_nothing(case: Case, answer: Runs) -> None:
    bad = [one for one in answer.crashed if one.lost and one.after]
    if bad:
        share = f"{len(bad)} of {len(answer.crashed) - 1} crashes lose{'s' * (len(bad) == 1)} something."
        raise Wrong(f"A crash after {bad[0].after} loses {_list(bad[0].lost)}. ({share})")


def _heeds_failures(case: Case, answer: Runs) -> None:
    bad = [one for one in answer.failed if one.lost]
    if bad:
        number = bad[0].after.split()[1]
        raise Wrong(
            f"When write number {number} fails (`sink.write` raises an exception), {_list(bad[0].lost)} "
            f"{'are' if len(bad[0].lost) > 1 else 'is'} lost."
        )


def _committed(case: Case, answer: Runs) -> None:
    for one in answer.crashed:
        if one.committed != case.end and not one.lost:
            begin = case.first if one.committed is None else one.committed
            told = "nothing is committed" if one.committed is None else f"{one.committed} is committed"
            again = _list([offset for offset in range(begin, case.end) if offset >= case.first])
            then = f"does {again} again" if begin < case.end else "begins past the end of the log"
            when = f"After a crash ({one.after}) the rest is done" if one.after else "All is done, it stops cleanly"
            raise Wrong(f"{when}, and {told}: whoever starts next {then}.")


def _repeats_little(case: Case, answer: Runs) -> None:
    for one in answer.crashed:
        if ", and the next one" not in one.after and len(one.done) - len(set(one.done)) > 2 * case.batch:
            raise Wrong(
                f"A crash after {one.after} makes it do {_list(one.repeated)} again, "
                f"and a poll hands out {case.batch} at most."
            )


def _list(offsets: Sequence[int]) -> str:
    return "record" + "s" * (len(offsets) > 1) + " " + listed(offsets)


# ── showing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _show_case(case: Case) -> str:
    records = f"{case.records} record{'s' * (case.records > 1)}"
    where = f", from offset {case.first} on" * bool(case.first)
    pace = ", which come in slowly" * case.slowly
    return f"a log of {records}{where}{pace}; a poll gives {case.batch} at most"


def _picture(case: Case, answer: Runs, right: Runs) -> tuple[str, str]:
    """The bad crashes; where none is bad by itself, the undisturbed run."""
    bad = [one for one in answer.crashed if one.lost]
    bad = bad or [one for one in answer.crashed if len(one.repeated) > 2 * case.batch]
    if not bad and (failed := [one for one in answer.failed if one.lost]):
        return draw_tries(failed, "your loop: the failures of the sink that lose records")
    return draw_tries(bad or answer.crashed[:1], "your loop: the crashes that go wrong" if bad else "your loop")


def _summary(answer: Runs) -> str:
    crashes = answer.crashed[1:]
    lost, again = sum(bool(one.lost) for one in crashes), sum(bool(one.repeated) for one in crashes)
    calm = f"without a crash, {answer.crashed[0].committed} is committed at the end"
    return f"{len(crashes)} crashes: {lost} lose records, {again} repeat some; {calm}"


# ── the exercise ──────────────────────────────────────────────────────────────────────────────────────────────────────

COUNT = (
    "You commit how many records this consumer has processed. That is the offset only as long as it began at 0, and "
    "whoever takes over does not: commit `record.offset + 1`, or `commit_sync()` without a number."
)
LEFT = (
    "You do not commit a batch in which a write has failed, but you poll on, and the commit of the next batch covers "
    "this one, too. Let the exception pass, or try again until the record is done."
)
NEXT = "The committed offset is the next to read: one more, or `commit_sync()` without a number."
SOME = "`poll` gives a list: process every record in it, in order."

LOOP = Exercise(
    id="kafka-loop",
    lesson="07",
    title="A loop that loses nothing",
    points=3,
    reference=process_then_commit,
    cases=small_cases,
    call=_call,
    shape="Stops when poll gives [], and writes each record itself",
    read=_read,
    properties=(
        ("Without a crash, every record is processed once, in order", _undisturbed),
        ("No crash, at whatever moment, loses a record", _loses_nothing),
        ("No failure of the sink loses a record", _heeds_failures),
        ("When all is done, all is committed", _committed),
        ("A crash repeats two batches at most", _repeats_little),
    ),
    wrong=(  # of those that agree equally often the first is named: so what shows in few cases comes first
        Mistake(
            "You sort the records by their offset as text, so 10 comes before 9. They are in order already.",
            wrong.sorted_as_text,
        ),
        Mistake(
            "You stop at a batch that is shorter than the one before. More may come: only [] means stop.",
            wrong.until_a_short_one,
        ),
        Mistake(
            "You drop a batch that is shorter than the first. A poll gives what is there: only [] means stop.",
            wrong.full_ones_only,
        ),
        Mistake(
            "You commit the batch although a write in it has failed. Commit only when all of it is done.",
            wrong.whatever_happened,
        ),
        Mistake(
            "You catch what a failed write raises, go on, and commit: that record is never done. Let the exception "
            "pass, or try again until it is done.",
            wrong.swallowed,
        ),
        Mistake(LEFT, wrong.left_behind),
        Mistake(LEFT, wrong.left_behind_done),
        Mistake(COUNT, wrong.count),
        Mistake(COUNT, wrong.count_each),
        Mistake("You commit the length of the batch. That is a number of records, and not an offset.", wrong.length),
        Mistake(
            "You commit before you process. What is committed and not yet done when it crashes is never done.",
            commit_then_process,
        ),
        Mistake(
            "You commit before you process. What is committed and not yet done when it crashes is never done.",
            wrong.commit_first_without_waiting,
        ),
        Mistake(
            "You commit each record before you process it: the one in progress when it crashes is never done.",
            wrong.each_before,
        ),
        Mistake(
            "You commit the position inside the batch. The position is already past the whole batch: `commit_sync()` "
            "says that the records still in your hands are done, too.",
            wrong.position_inside,
        ),
        Mistake(
            "You poll again before you commit. "
            "The position is then past the next batch too, and `commit_sync()` says that it is done.",
            wrong.poll_ahead,
        ),
        Mistake("You commit the offset of the last record that you have processed. " + NEXT, wrong.last_offset),
        Mistake("You commit the offset of the record that you have just processed. " + NEXT, wrong.each_offset),
        Mistake("You commit where the batch began, and not where it ends. " + NEXT, wrong.first_offset),
        Mistake("You commit one too many: the next record to read is the last one's offset + 1.", wrong.one_too_many),
        Mistake(
            "You commit once, at the very end. A crash before that makes it begin from the start.", wrong.at_the_end
        ),
        Mistake("You commit too rarely: a crash repeats everything since the last commit.", wrong.every_third),
        Mistake("You never commit: whoever takes over begins from the start.", wrong.never),
        Mistake("You poll once. Records keep coming: go on until `poll` gives [].", wrong.one_batch),
        Mistake(
            "You poll twice in each round, and process what one of the two gave. Keep what `poll` gives: `while "
            "records := consumer.poll():`.",
            wrong.poll_twice,
        ),
        Mistake("You skip record 0: in Python `not 0` is true.", wrong.zero_is_nothing),
        Mistake("You process only the first record of each batch. " + SOME, wrong.first_record),
        Mistake("You process only the last record of each batch. " + SOME, wrong.last_record),
        Mistake("You skip the first record of each batch. " + SOME, wrong.without_the_first),
        Mistake("You skip the last record of each batch. " + SOME, wrong.without_the_last),
        Mistake(
            "You process each batch from its end. Later records may build on earlier ones: keep their order.",
            wrong.backwards,
        ),
        Mistake("`map(sink.write, …)` writes nothing before somebody reads it. Use `for`.", wrong.lazily),
        Mistake(
            "The loop goes on while a thread is at work, and does not hear that it failed. "
            "Call `sink.write` in the loop itself.",
            wrong.in_threads,
        ),
    ),
    hints=(
        "Three calls, and an order: poll, write, commit. "
        "Which of write and commit may be repeated, and which may be missing?",
        "`while records := consumer.poll():` goes on until poll gives []. Inside, process every record of the list.",
        "Commit after the last record of the batch is written; "
        "`commit_sync()` commits the position, which is then right.",
    ),
    show_case=_show_case,
    show_answer=_summary,
    picture=_picture,
    right="a right loop",
    examples=0,
)
