"""Which mistake is named: the one that comes out as the learner's function did, and is right where it is."""

from functools import partial

import pytest

from labs.kit.exercise import Exercise, Mistake
from labs.kit.mistakes import Outcome, named


def rounded(number, *, places=0, below=0):
    return round(number, places) if number < below else number


CASES = [(number,) for number in (0.5, 1.5, 2.25, 10.75)]
SMALL = Mistake("Small numbers are rounded.", partial(rounded, below=1))
ALL = Mistake("All numbers are rounded.", partial(rounded, below=99))


def exercise(*wrong):
    return Exercise(
        id="kit-numbers", lesson="00", title="", points=1, reference=rounded, cases=lambda: CASES, properties=(),
        wrong=wrong,
    )  # fmt: skip


def attempt(function, case):
    answer = function(*case)
    return Outcome("right") if answer == case[0] else Outcome("answer", answer)


def failures(function):
    return [(case, attempt(function, case)) for case in CASES if attempt(function, case).kind != "right"]


@pytest.mark.parametrize("order", [(SMALL, ALL), (ALL, SMALL)])
@pytest.mark.parametrize("mine", [SMALL, ALL])
def test_the_one_that_fails_in_the_same_cases_is_named_wherever_it_is_listed(order, mine):
    assert named(exercise(*order), failures(mine.function), attempt) == mine.says


def test_one_that_fails_where_the_learner_is_right_is_not_theirs():
    assert named(exercise(ALL), failures(SMALL.function), attempt) == ""


def test_after_a_call_that_did_not_end_nothing_is_known_of_later_cases():
    endless = [((0.5,), Outcome("answer", 0)), ((1.5,), Outcome("time"))]
    assert named(exercise(ALL), endless, lambda f, c: attempt(f, c) if c != (1.5,) else Outcome("time")) == ALL.says
