"""The exercise of lesson 00: right answers in any style pass, wrong ones are caught and told nothing untrue."""

import pytest

from labs.kit import check
from tests.kit.answers import fails, passes, right_ones, wrong_ones
from tests.queues.pace.answers import answers


@pytest.mark.parametrize(("exercise", "function"), right_ones(answers))
def test_a_right_answer_passes_in_whatever_style(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(answers))
def test_a_wrong_answer_is_caught_and_told_only_what_is_true(exercise, function, told):
    fails(exercise, function, told)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda a, e: a // e, "2 workers take 30 of 40 records per second, so 10 more wait each second."),
        (lambda a, e: a // e + 1, "4 would keep up as well."),
        (lambda a, e: round(a / e), "1 worker takes 15 of 20 records per second, so 5 more wait each second."),
        (lambda a, e: a / e, "It returned 2.6666666666666665. Workers come whole: round up."),
        (lambda a, e: a - 100, "It returned -40: there cannot be fewer workers than none."),
        (lambda a, e: float("inf"), "It returned inf: expected a whole number of workers."),
        (lambda a, e: float("nan"), "It returned nan: expected a whole number of workers."),
        (lambda a, e: print(a / e), "You printed it: give it back with `return`."),
    ],
)
def test_the_case_that_is_shown_is_easy_to_picture(wrong, sentence):
    report = check("queues-workers", wrong)
    first = report.failure.case
    assert first in [(60, 15), (40, 15), (20, 15)], "an easier case would do"
    assert f"workers_needed(arrivals={first[0]}, per_worker={first[1]})" in repr(report)
    assert sentence in repr(report)
