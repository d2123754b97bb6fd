"""Which mistake is named: the one that comes out as the learner's function did, and is right where it is."""

from functools import partial

import pytest

from labs.kit.checking.exercise import Exercise, Mistake
from labs.kit.checking.mistakes import Outcome, named


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


def attempt(function, cases):
    yield from (Outcome("answer", function(*case)) for case in cases)


def holds(function, cases):
    return all(function(*case) == case[0] for case in cases)


def failures(function):
    return [(case, Outcome("answer", function(*case))) for case in CASES if not holds(function, [case])]


@pytest.mark.parametrize("order", [(SMALL, ALL), (ALL, SMALL)])
@pytest.mark.parametrize("mine", [SMALL, ALL])
def test_the_one_that_fails_in_the_same_cases_is_named_wherever_it_is_listed(order, mine):
    assert named(exercise(*order), failures(mine.function), attempt, holds) == mine.says


def test_one_that_fails_where_the_learner_is_right_is_not_theirs():
    assert named(exercise(ALL), failures(SMALL.function), attempt, holds) == ""


@pytest.mark.parametrize("end", ["time", "ended"])
def test_after_a_call_that_did_not_end_nothing_is_known_of_later_cases(end):
    endless = [((0.5,), Outcome("answer", 0)), ((1.5,), Outcome(end))]

    def both(function, cases):
        yield from (Outcome(end) if case == (1.5,) else next(attempt(function, [case])) for case in cases)

    assert named(exercise(ALL), endless, both, holds) == ALL.says
