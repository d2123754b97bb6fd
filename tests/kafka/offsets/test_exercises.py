"""The four exercises of lesson 07: a stub is not started, the solution passes, a wrong answer hears its own words."""

import pytest

from labs.kafka.offsets.committed import offset_to_commit
from labs.kafka.offsets.exercises import loop as loops
from labs.kafka.offsets.exercises import numbers
from labs.kafka.offsets.exercises import sink as sinks
from labs.kafka.offsets.loops import commit_each, commit_then_process, commit_without_waiting, process_then_commit
from labs.kit import catalogue, check

EXERCISES = {name: catalogue.find(name) for name in catalogue.ids() if name.startswith("kafka-")}

IDS = ("kafka-commit", "kafka-resume", "kafka-loop", "kafka-sink")


def stub(*arguments):
    raise NotImplementedError()


@pytest.mark.parametrize("exercise", IDS)
def test_the_stub_is_not_started(exercise):
    assert check(exercise, stub).verdict == "not started"


def other_resume(committed, log_start, log_end, reset):
    usable = committed is not None and log_start <= committed <= log_end
    return committed if usable else {"earliest": log_start, "latest": log_end}.get(reset)


def seen_each(database, record):
    key = f"{record.partition}-{record.offset}"
    with database.transaction() as open_one:
        if not open_one.get(key, False):
            open_one.put(record.account, open_one.get(record.account, 0) + record.amount)
            open_one.put(key, True)


@pytest.mark.parametrize(
    ("exercise", "right"),
    [
        ("kafka-commit", offset_to_commit),
        ("kafka-resume", numbers.resume),
        ("kafka-resume", other_resume),
        ("kafka-loop", process_then_commit),
        ("kafka-loop", commit_each),
        ("kafka-loop", commit_without_waiting),
        ("kafka-sink", sinks.write_once),
        ("kafka-sink", seen_each),
    ],
)
def test_the_solution_passes_and_so_does_another_right_answer(exercise, right):
    report = check(exercise, right)
    assert report.passed, repr(report)
    assert report.points == EXERCISES[exercise].points


def remembers():
    had = set()

    def write(database, record):
        if (record.partition, record.offset) not in had:
            had.add((record.partition, record.offset))
            database.put(record.account, database.get(record.account, 0) + record.amount)

    return write


def deaf(consumer, sink):
    while True:
        for record in consumer.poll():
            sink.write(record)
        consumer.commit_sync()


WRONG = [
    ("kafka-commit", lambda c, d: max(d, default=c), "the last record that was processed", "(3, [3])"),
    ("kafka-commit", lambda c, d: max(d, default=c - 1) + 1, "looks at the highest record only", "(3, [4])"),
    ("kafka-commit", lambda c, d: c + len(d), "counts the records", "(3, [4])"),
    ("kafka-commit", lambda c, d: c, "never moves on", "(3, [3])"),
    ("kafka-commit", lambda c, d: d[-1] + 1 if d else c, "takes the last entry of the list", "(3, [4])"),
    ("kafka-commit", lambda c, d: str(c), "", "(3, [])"),
    ("kafka-commit", lambda c, d: offset_to_commit(c, d) - 1, "one too low", "(3, [])"),
    ("kafka-resume", lambda c, s, e, r: other_resume(c or None, s, e, r), "takes 0 for “no offset”", "committed=0"),
    (
        "kafka-resume", lambda c, s, e, r: c + 1 if c is not None and s <= c <= e else other_resume(c, s, e, r),
        "Added twice, a record is skipped", "committed=0",
    ),
    ("kafka-resume", lambda c, s, e, r: other_resume(c, s, e, r) if c is None else c, "believes every", "committed=6"),
    (
        "kafka-resume", lambda c, s, e, r: {"earliest": s, "latest": e}.get(r),
        "asks the policy always", "committed=0",
    ),
    (
        "kafka-resume", lambda c, s, e, r: 0 if c is None and r == "earliest" else other_resume(c, s, e, r),
        "", "log_start=2",
    ),
    ("kafka-loop", commit_then_process, "commits before it processes", "a log of 1 record;"),
    ("kafka-loop", loops.commit_the_last, "the offset of the last record", "a log of 1 record;"),
    ("kafka-loop", loops._position_inside, "commits the position inside the batch", "a log of 2 records"),
    ("kafka-loop", loops._never, "never commits", "a log of 1 record;"),
    ("kafka-loop", loops._at_the_end, "commits once, at the very end", "a log of 3 records"),
    ("kafka-loop", loops._one_batch, "polls once", "a log of 2 records"),
    ("kafka-loop", loops._first_record, "processes one record of each batch", "a log of 2 records"),
    ("kafka-loop", deaf, "", "a log of 1 record;"),
    ("kafka-sink", sinks._plain, "does not look whether", "offset=0"),
    ("kafka-sink", sinks._mark_first, "notes that it has had the record, and then adds", "offset=0"),
    ("kafka-sink", sinks._mark_last, "adds the amount, and then notes", "offset=0"),
    ("kafka-sink", sinks._one_next, "one number for all partitions", "partition=1, offset=0"),
    ("kafka-sink", sinks._marked_by(lambda r: r.offset), "goes by the offset alone", "partition=1, offset=0"),
    ("kafka-sink", sinks._marked_by(lambda r: (r.account, r.amount)), "two payments of the same amount", "offset=1"),
    ("kafka-sink", sinks._next_is_last, "skips offset 0", "offset=0"),
    ("kafka-sink", remembers(), "remembers in a variable of Python", "offset=0"),
]  # fmt: skip


@pytest.mark.parametrize(("exercise", "wrong", "words", "smallest"), WRONG)
def test_each_wrong_answer_hears_its_own_message_with_the_smallest_case(exercise, wrong, words, smallest):
    report = check(exercise, wrong)
    assert report.verdict == "failed"
    assert words in report.misconception
    assert smallest in repr(report)
    assert repr(report) == repr(check(exercise, wrong)) or wrong.__name__ == "write"  # its memory has grown
    assert "image/svg" in report._repr_mimebundle_()["text/html"] or not EXERCISES[exercise].picture or not words


def test_messages_differ_from_each_other():
    fresh = [one for one in WRONG if "variable of Python" not in one[2]]  # that one's memory has grown
    for exercise in IDS:
        told = [check(e, wrong).misconception for e, wrong, words, _ in fresh if e == exercise and words]
        assert len(set(told)) == len(told) >= 3


def test_a_loop_that_goes_on_is_told_what_the_empty_list_means():
    assert "`poll` gave [] again and again" in repr(check("kafka-loop", deaf))


def test_the_misconceptions_all_fit_somewhere():
    """No sentence is there in vain: each is the one given for the fault that it describes."""
    for exercise in IDS:
        assert len(EXERCISES[exercise].hints) == 3
        assert len({name for name, _ in EXERCISES[exercise].properties}) == len(EXERCISES[exercise].properties)
