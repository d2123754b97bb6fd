"""The exercises of lesson 08: right answers in any style pass, wrong ones are caught and told nothing untrue. (Stub,
solution and the named mistakes of every exercise: tests/kit.)
"""

import pytest

from tests.kafka.replication import answers
from tests.kit.answers import fails, passes, right_ones, wrong_ones

ALL = (answers.watermark, answers.elect, answers.truncate, answers.choose)


@pytest.mark.parametrize(("exercise", "function"), right_ones(*ALL))
def test_a_right_answer_passes_in_whatever_style(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(*ALL))
def test_a_wrong_answer_is_caught_and_told_only_what_is_true(exercise, function, told):
    fails(exercise, function, told)
