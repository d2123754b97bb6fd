"""The exercises of lesson 10: right answers in any style pass, wrong ones are caught and told nothing untrue. (Stub,
solution and the named mistakes of every exercise: tests/kit.)
"""

import pytest

from labs.kafka.failing.exercises import hand_off_wrong, redrive_wrong, retry_wrong
from labs.kit import check
from tests.kafka.failing import answers_to_hand_off, answers_to_redrive, answers_to_retry
from tests.kit.answers import fails, passes, right_ones, wrong_ones

ANSWERS = [one.answers for one in (answers_to_retry, answers_to_hand_off, answers_to_redrive)]


@pytest.mark.parametrize(("exercise", "function"), right_ones(*ANSWERS))
def test_a_right_answer_passes_in_whatever_style(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(*ANSWERS))
def test_a_wrong_answer_is_caught_and_told_only_what_is_true(exercise, function, told):
    fails(exercise, function, told)


@pytest.mark.parametrize(
    ("exercise", "wrong", "smallest"),
    [
        ("kafka-retry", retry_wrong.retries_everything, "tries=2"),
        ("kafka-retry", retry_wrong.sleeps_at_last, "tries=1"),
        ("kafka-hand-off", hand_off_wrong.flush_after_commit, "a log of 1 record from offset 0 on; failing: 0"),
        ("kafka-hand-off", hand_off_wrong.headers_as_dict, "a log of 2 records"),
        ("kafka-redrive", redrive_wrong.failed_only, "{0: 'a', 1: 'a'}"),
    ],
)
def test_the_smallest_case_that_shows_a_mistake_is_shown(exercise, wrong, smallest):
    report = check(exercise, wrong)
    assert smallest in repr(report) and repr(report) == repr(check(exercise, wrong))


def test_a_hand_off_that_goes_on_is_told_what_none_means():
    def deaf(consumer, process, producer):
        while True:
            record = consumer.poll()
            if record is not None:
                process(record)
                consumer.commit(record.offset + 1)

    assert "`poll` gave None again and again" in repr(check("kafka-hand-off", deaf))
