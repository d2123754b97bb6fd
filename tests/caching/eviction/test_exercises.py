"""The exercises of lesson 15: right answers in any style pass, wrong ones are caught and told nothing untrue."""

import pytest

from labs.kit import check
from tests.caching.eviction.answers import flight, jitter, lru, s3fifo
from tests.kit.answers import fails, passes, right_ones, wrong_ones

ALL = (lru, jitter, flight, s3fifo)


@pytest.mark.parametrize(("exercise", "function"), right_ones(*ALL))
def test_a_right_answer_passes_in_whatever_style(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(*ALL))
def test_a_wrong_answer_is_caught_and_told_only_what_is_true(exercise, function, told):
    fails(exercise, function, told)


def test_what_is_of_the_wrong_kind_is_told_in_a_sentence():
    assert "expected a dictionary" in repr(check("caching-jitter", lambda k, t, s, r: [t]))
    assert "expected a number of seconds" in repr(check("caching-jitter", lambda k, t, s, r: dict.fromkeys(k, "60")))
