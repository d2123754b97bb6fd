"""The exercises of lesson 04: right answers in any style pass, wrong ones are caught and told nothing untrue."""

import pytest

from labs.kit import check
from tests.kit.answers import fails, passes, right_ones, wrong_ones
from tests.queues.buffer.answers import backoff, bounded, drain, latest

ALL = (drain, bounded, backoff, latest)


@pytest.mark.parametrize(("exercise", "function"), right_ones(*ALL))
def test_a_right_answer_passes_in_whatever_style(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(*ALL))
def test_a_wrong_answer_is_caught_and_told_only_what_is_true(exercise, function, told):
    fails(exercise, function, told)


@pytest.mark.parametrize(
    ("exercise", "wrong", "sentence"),
    [
        ("queues-drain", lambda b, a, p, w: 3, "It returned 3: expected two things, `workers, seconds`."),
        ("queues-drain", lambda b, a, p, w: (2.5, 1), "The workers are 2.5: expected a whole number, 0 or more."),
        ("queues-drain", lambda b, a, p, w: (1, None), "The seconds are None: expected a number, 0 or more."),
        ("queues-drain", lambda b, a, p, w: (4, 30.0), "4 workers"),
        ("queues-bounded", lambda w, m, b, p: (w, True, []), 'The producer is told True: expected "'),
        ("queues-bounded", lambda w, m, b, p: (w, "accepted", None), "`lost` is None: expected a list"),
        ("queues-backoff", lambda f, b, c, u: "1", "It returned '1': expected a number of seconds."),
        ("queues-backoff", lambda f, b, c, u: -1, "It returned -1: a pause cannot be shorter than 0 s."),
        ("queues-latest", lambda w, r: r, "expected a list of reports, each a pair of a car and a place."),
    ],
)
def test_what_is_of_the_wrong_kind_is_told_in_a_sentence(exercise, wrong, sentence):
    assert sentence in repr(check(exercise, wrong))
