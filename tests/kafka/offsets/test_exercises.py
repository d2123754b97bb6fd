"""The exercises of lesson 07: right answers in any style pass, wrong ones are caught and told nothing untrue. (Stub,
solution and the named mistakes of every exercise: tests/kit.)
"""

import pytest

from labs.kafka.offsets.exercises import commit_wrong, failing_sink, loop_wrong, resume_wrong, sink_wrong
from labs.kafka.offsets.exercises.payments import Database, Payment
from labs.kafka.offsets.loops import commit_each, commit_then_process, commit_without_waiting, process_then_commit
from labs.kit import check
from labs.kit.checking import catalogue
from tests.kafka.offsets import answers_to_commit, answers_to_loop, answers_to_resume, answers_to_sink
from tests.kit.answers import fails, passes, right_ones, wrong_ones

IDS = ("kafka-commit", "kafka-resume", "kafka-loop", "kafka-sink")
EXERCISES = {name: catalogue.find(name) for name in IDS}
ANSWERS = [one.answers for one in (answers_to_commit, answers_to_resume, answers_to_loop, answers_to_sink)]


@pytest.mark.parametrize(("exercise", "function"), right_ones(*ANSWERS))
def test_a_right_answer_passes_in_whatever_style(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize("loop", [commit_each, commit_without_waiting, process_then_commit])
def test_the_lessons_own_loops_that_lose_nothing_pass(loop):
    passes("kafka-loop", loop)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(*ANSWERS))
def test_a_wrong_answer_is_caught_and_told_only_what_is_true(exercise, function, told):
    fails(exercise, function, told)


@pytest.mark.parametrize(
    ("exercise", "wrong", "smallest"),
    [
        ("kafka-commit", commit_wrong.highest, "(3, [3])"),
        ("kafka-commit", commit_wrong.highest_plus_one, "(3, [4])"),
        ("kafka-commit", commit_wrong.one_too_low, "(3, [])"),
        ("kafka-resume", resume_wrong.zero_is_none, "committed=0"),
        ("kafka-resume", resume_wrong.believed, "committed=5, log_start=0, log_end=4"),
        ("kafka-resume", resume_wrong.oldest_is_zero, "log_start=2"),
        ("kafka-loop", commit_then_process, "a log of 1 record;"),
        ("kafka-loop", loop_wrong.position_inside, "a log of 2 records"),
        ("kafka-loop", loop_wrong.at_the_end, "a log of 3 records"),
        ("kafka-loop", loop_wrong.sorted_as_text, "a log of 4 records, from offset 8 on"),
        ("kafka-loop", loop_wrong.until_a_short_one, "which come in slowly"),
        ("kafka-sink", sink_wrong.plain, "offset=0"),
        ("kafka-sink", sink_wrong.one_next, "partition=1, offset=0"),
        ("kafka-sink", sink_wrong.last_or_zero, "offset=0"),
    ],
)
def test_the_smallest_case_that_shows_a_mistake_is_shown(exercise, wrong, smallest):
    report = check(exercise, wrong)
    assert smallest in repr(report) and repr(report) == repr(check(exercise, wrong))
    assert "image/svg" in report._repr_mimebundle_()["text/html"] or not EXERCISES[exercise].picture


def test_a_number_that_is_no_count_of_anything_has_no_picture_but_words():
    report = check("kafka-resume", lambda *place: 10**9)
    assert report.drawing is None and "1000000000" in repr(report)


def test_a_loop_that_goes_on_is_told_what_the_empty_list_means():
    def deaf(consumer, sink):
        while True:
            for record in consumer.poll():
                sink.write(record)
            consumer.commit_sync()

    assert "`poll` gave [] again and again" in repr(check("kafka-loop", deaf))


def test_a_list_given_to_the_sink_is_named():
    def in_one(consumer, sink):
        while records := consumer.poll():
            sink.write(records)

    assert "sink.write takes one record, and was given a list of them" in repr(check("kafka-loop", in_one))


def test_a_failing_sink_fails_at_every_write_and_a_loop_that_tries_again_loses_nothing():
    def tries_again(consumer, sink):
        while records := consumer.poll():
            for record in records:
                for _ in range(failing_sink.FAILS + 1):
                    try:
                        sink.write(record)
                        break
                    except failing_sink.SinkDown:
                        continue
            consumer.commit_sync()

    for loop in (tries_again, process_then_commit):
        tries = list(failing_sink.every_failure(loop, 5, 2, first=8))
        assert [one.after for one in tries] == [f"write {n} fails" for n in range(1, 6)]
        assert all(not one.lost and one.committed == 13 for one in tries)
    lost = [one.lost for one in failing_sink.every_failure(loop_wrong.swallowed, 7, 2)]
    assert lost[0] == [0, 1, 2, 3, 4] and lost[6] == [6]


def test_what_the_database_holds_changes_only_by_put():
    database = Database()
    database.put("seen", [1])
    database.get("seen").append(2)
    assert database.get("seen") == [1]
    with pytest.raises(AttributeError):
        database.seen = set()  # it would not outlive a crash


def test_a_sink_that_remembers_in_python_is_told_where_memory_survives():
    had = set()

    def remembers(database, record):
        if (record.partition, record.offset) not in had:
            had.add((record.partition, record.offset))
            database.put(record.account, database.get(record.account, 0) + record.amount)

    report = check("kafka-sink", remembers)
    assert "It remembers something outside the database." in report.failure.sentence


def test_balances_of_any_kind_of_number_are_equal():
    from decimal import Decimal
    from fractions import Fraction

    for kind in (float, Decimal, Fraction):

        def write(database, record, kind=kind):
            with database.transaction():
                if record.offset >= database.get(("next", record.partition), 0):
                    database.put(record.account, database.get(record.account, kind(0)) + record.amount)
                    database.put(("next", record.partition), record.offset + 1)

        passes("kafka-sink", write)
    assert Payment(0, 0, "ann", 1).amount == 1


def test_the_exercises_have_hints_and_properties_of_different_names():
    for exercise in EXERCISES.values():
        assert len(exercise.hints) == 3
        assert len({name for name, _ in exercise.properties}) == len(exercise.properties)
