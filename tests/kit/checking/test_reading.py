"""The readers of answers: what each lets through, and what it says of anything else."""

from decimal import Decimal
from fractions import Fraction

import numpy
import pytest

from labs.kit.checking import reading
from labs.kit.checking.exercise import Wrong
from labs.kit.checking.plain import plain

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    "answer", [0, -3, 10**400, numpy.int64(7), numpy.uint8(7)], ids=lambda answer: repr(answer)[:20]
)
def test_whole_numbers_of_any_kind_are_ints(answer):
    for number in (reading.whole(answer), reading.whole(plain(answer)), reading.whole(answer, rounded=True)):
        assert type(number) is int and number == answer


@pytest.mark.parametrize("answer", [True, False, numpy.bool_(True), 2.5, NAN, INF, "5", None, [5], 5j])
@pytest.mark.parametrize("rounded", [False, True])
def test_nothing_else_is_a_whole_number(answer, rounded):
    with pytest.raises(Wrong) as caught:
        reading.whole(answer, rounded=rounded)
    assert ": expected a whole number." in caught.value.sentence


@pytest.mark.parametrize("answer", [5.0, numpy.float64(5), Fraction(5)])
def test_a_rounded_number_is_whole_only_where_that_is_said(answer):
    number = reading.whole(answer, rounded=True)
    assert type(number) is int and number == 5
    with pytest.raises(Wrong):
        reading.whole(answer)


@pytest.mark.parametrize("answer", [0, 2.5, numpy.float32(0.5), Fraction(1, 2)])
def test_numbers_of_any_kind_are_floats(answer):
    assert type(reading.number(answer)) is float and reading.number(answer) == answer


@pytest.mark.parametrize(
    "answer", [True, NAN, INF, 10**400, "1", None, Decimal(1)], ids=lambda answer: repr(answer)[:20]
)
def test_nothing_else_is_a_number(answer):
    with pytest.raises(Wrong) as caught:
        reading.number(answer)
    assert ": expected a number." in caught.value.sentence


@pytest.mark.parametrize(
    ("reads", "sentence"),
    [
        (lambda: reading.whole(None), "It returned None: expected a whole number. Is the `return` missing?"),
        (lambda: reading.whole(None, it="The workers are"), "The workers are None: expected a whole number."),
        (lambda: reading.whole(2.5, "an offset"), "It returned 2.5: expected an offset."),
        (lambda: reading.number("1", "seconds", "The pause is"), "The pause is '1': expected seconds."),
        (lambda: reading.truth(1), "It returned 1: expected True or False."),
        (lambda: reading.truth(None), "It returned None: expected True or False. Is the `return` missing?"),
        (lambda: reading.word("Old", ("old", "new")), """It returned 'Old': expected "old" or "new"."""),
        (lambda: reading.word([], ("a", "b", "c")), """It returned []: expected "a", "b" or "c"."""),
        (lambda: reading.several((1, 2, 3), 2, "a pair"), "It returned (1, 2, 3): expected a pair."),
        (lambda: reading.several("ab", 2, "a pair"), "It returned 'ab': expected a pair."),
        (lambda: reading.as_list({1}, "a list"), "It returned a set, which has no order: expected a list."),
        (lambda: reading.as_list("ab", "a list"), "It returned 'ab': expected a list."),
        (lambda: reading.as_list({1}, "a list", "`lost` is"), "`lost` is {1}: expected a list."),
        (lambda: reading.pairs([(1, 2), (3,)], "pairs"), "It returned [(1, 2), (3,)]: expected pairs."),
        (lambda: reading.pairs(["ab"], "pairs"), "It returned ['ab']: expected pairs."),
    ],
)
def test_what_is_of_the_wrong_kind_is_told_in_a_sentence(reads, sentence):
    with pytest.raises(Wrong) as caught:
        reads()
    assert caught.value.sentence == sentence


def test_what_is_right_comes_out_in_one_form():
    assert reading.truth(False) is False and reading.word("new", ("old", "new")) == "new"
    assert reading.several([1, 2], 2, "") == reading.several((1, 2), 2, "") == (1, 2)
    assert reading.as_list((1, 2), "") == reading.as_list([1, 2], "") == [1, 2]
    assert reading.pairs(([1, 2], (3, 4)), "") == [(1, 2), (3, 4)] and reading.pairs([], "") == []
