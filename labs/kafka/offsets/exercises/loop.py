"""The consumer loop of lesson 07: the learner's own code, put through every crash there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from labs.kafka.offsets.crash_picture import draw_tries
from labs.kafka.offsets.crashes import Try, every_crash
from labs.kafka.offsets.loops import Loop, commit_the_last, commit_then_process, process_then_commit
from labs.kafka.offsets.process import LoopGoesOn
from labs.kit.exercise import Exercise, Misconception, Wrong

Case = tuple[int, int]  # records in the log, records a poll
Answer = tuple[Try, ...]  # the undisturbed run first

GOES_ON = "`poll` gave [] again and again, and the loop goes on polling: [] means that it is to stop."


def _cases() -> Iterator[Case]:
    yield from ((1, 1), (2, 1), (3, 1), (2, 2), (3, 2), (4, 2), (6, 2), (7, 3), (8, 1))


def _call(loop: Loop, case: Case) -> Any:
    """Every crash of the loop; of two crashes in one run where that is quick."""
    records, batch = case
    try:
        return tuple(every_crash(loop, records, batch, twice=records <= 3))
    except LoopGoesOn:
        return GOES_ON


def _read(case: Case, answer: Any) -> Answer:
    if isinstance(answer, str):
        raise Wrong(answer)
    return tuple(answer)


def _undisturbed(case: Case, answer: Answer) -> None:
    done = answer[0].done
    if done != tuple(range(case[0])):
        told = ", ".join(map(str, done)) or "nothing"
        raise Wrong(f"Without any crash it processed {told}, and the log holds 0 to {case[0] - 1}.")


def _loses_nothing(case: Case, answer: Answer) -> None:
    bad = [one for one in answer if one.lost and one.after]
    if bad:
        raise Wrong(
            f"A crash after {bad[0].after} loses {_list(bad[0].lost)}. ({len(bad)} of {len(answer) - 1} crashes "
            f"lose something.)"
        )


def _committed(case: Case, answer: Answer) -> None:
    mark = answer[0].committed
    if mark != case[0] and not answer[0].lost:
        told = "nothing is committed" if mark is None else f"{mark} is committed"
        begin = 0 if mark is None else mark
        again = (
            f"does {_list(list(range(begin, case[0])))} again" if begin < case[0] else "begins past the end of the log"
        )
        raise Wrong(f"All is done, it stops in good order, and {told}: whoever starts next {again}.")


def _repeats_little(case: Case, answer: Answer) -> None:
    for one in answer:
        if ", and the next one" not in one.after and len(one.done) - len(set(one.done)) > 2 * case[1]:
            raise Wrong(
                f"A crash after {one.after} makes it do {_list(one.repeated)} again, and a poll hands out "
                f"{case[1]} at most."
            )


def _list(offsets: Sequence[int]) -> str:
    return "record" + "s" * (len(offsets) > 1) + " " + " and ".join(", ".join(map(str, offsets)).rsplit(", ", 1))


def _looks_like(loop: Loop, sentence: str) -> Misconception:
    """Recognise a loop by what it does in every one of its crashes."""

    def recognise(case: Case, answer: Answer, right: Answer) -> str | None:
        return sentence if answer == _call(loop, case) != right else None

    return recognise


def _picture(case: Case, answer: Answer, right: Answer) -> tuple[str, str]:
    """The bad crashes; where none is bad by itself, the undisturbed run."""
    bad = [one for one in answer if one.lost] or [one for one in answer if len(one.repeated) > 2 * case[1]]
    return draw_tries(bad or answer[:1], "your loop: the crashes that go wrong" if bad else "your loop")


# Loops with a fault, to recognise a learner's by.


def _each_before(consumer: Any, sink: Any) -> None:
    while records := consumer.poll():
        for record in records:
            consumer.commit_sync(record.offset + 1)
            sink.write(record)


def _position_inside(consumer: Any, sink: Any) -> None:
    while records := consumer.poll():
        for record in records:
            sink.write(record)
            consumer.commit_sync()


def _each_offset(consumer: Any, sink: Any) -> None:
    while records := consumer.poll():
        for record in records:
            sink.write(record)
            consumer.commit_sync(record.offset)


def _never(consumer: Any, sink: Any) -> None:
    while records := consumer.poll():
        for record in records:
            sink.write(record)


def _at_the_end(consumer: Any, sink: Any) -> None:
    _never(consumer, sink)
    consumer.commit_sync()


def _one_batch(consumer: Any, sink: Any) -> None:
    for record in consumer.poll():
        sink.write(record)
    consumer.commit_sync()


def _first_record(consumer: Any, sink: Any) -> None:
    while records := consumer.poll():
        sink.write(records[0])
        consumer.commit_sync()


def _summary(answer: Answer) -> str:
    lost, again = sum(bool(one.lost) for one in answer[1:]), sum(bool(one.repeated) for one in answer[1:])
    calm = f"without a crash, {answer[0].committed} is committed at the end"
    return f"{len(answer) - 1} crashes: {lost} lose records, {again} repeat some; {calm}"


LOOP = Exercise(
    id="kafka-loop",
    lesson="07",
    title="A loop that loses nothing",
    points=3,
    reference=process_then_commit,
    cases=_cases,
    call=_call,
    shape="Stops when poll gives []",
    read=_read,
    properties=(
        ("Without a crash, every record is processed once, in order", _undisturbed),
        ("No crash, at whatever moment, loses a record", _loses_nothing),
        ("When all is done, all is committed", _committed),
        ("A crash repeats two batches at most", _repeats_little),
    ),
    misconceptions=(
        _looks_like(
            commit_then_process,
            "Your loop commits before it processes. What is committed and not yet done when it crashes is never "
            "done.",
        ),
        _looks_like(
            _each_before,
            "Your loop commits each record before it processes it: the one in work when it crashes is never done.",
        ),
        _looks_like(
            _position_inside,
            "Your loop commits the position inside the batch. The position is already behind the whole batch: "
            "`commit_sync()` says that the records still in your hands are done, too.",
        ),
        _looks_like(
            commit_the_last,
            "Your loop commits the offset of the last record that it has processed. The committed offset is the next "
            "to read: one more, or `commit_sync()` without a number.",
        ),
        _looks_like(
            _each_offset,
            "Your loop commits the offset of the record that it has just processed. The committed offset is the next "
            "to read: one more.",
        ),
        _looks_like(_never, "Your loop never commits: whoever takes over begins from the start."),
        _looks_like(
            _at_the_end, "Your loop commits once, at the very end. A crash before that makes it begin from the start."
        ),
        _looks_like(_one_batch, "Your loop polls once. Records keep coming: go on until `poll` gives []."),
        _looks_like(_first_record, "Your loop processes one record of each batch: `poll` gives a list."),
    ),
    hints=(
        "Three calls, and an order: poll, write, commit. Which of write and commit may be repeated, and which "
        "may be missing?",
        "`while records := consumer.poll():` goes on until poll gives []. Inside, process every record of the list.",
        "Commit after the last record of the batch is written; `commit_sync()` commits the position, which is "
        "then right.",
    ),
    show_case=lambda case: f"a log of {case[0]} record{'s' * (case[0] > 1)}; a poll gives {case[1]} at most",
    show_answer=_summary,
    picture=_picture,
    right="a right loop",
    examples=0,
)  # fmt: skip
