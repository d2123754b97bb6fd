"""The exercises of lesson 17: right answers in any style pass, wrong ones are caught and told nothing untrue, and the
cases hold what is easily forgotten. (Stub, solution and the named mistakes of every exercise: tests/kit.)
"""

import pytest

from labs.kit import check
from labs.kit.checking import catalogue
from tests.caching.sharding import answers
from tests.kit.answers import fails, passes, right_ones, wrong_ones

IDS = ("caching-ring-lookup", "caching-replicas", "caching-rendezvous", "caching-bounded")
EXERCISES = {name: catalogue.find(name) for name in IDS}
ANSWERS = (answers.lookup, answers.copies, answers.scores, answers.bounds)


@pytest.mark.parametrize(("exercise", "function"), right_ones(*ANSWERS))
def test_a_right_answer_passes_in_whatever_style(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(*ANSWERS))
def test_a_wrong_answer_is_caught_and_told_only_what_is_true(exercise, function, told):
    fails(exercise, function, told)


def test_these_are_the_exercises():
    assert {name for name in catalogue.ids() if catalogue.find(name).lesson == "17"} == set(IDS)
    assert all(len(EXERCISES[name].hints) == 3 and len(EXERCISES[name].wrong) >= 10 for name in IDS)


def test_places_lie_before_on_between_and_after_the_points():
    cases = list(EXERCISES["caching-ring-lookup"].cases())
    assert any(place == 0 for _, place in cases) and any(place > points[-1][0] for points, place in cases)
    assert any(place in dict(points) for points, place in cases) and any(len(points) == 1 for points, _ in cases)


def test_more_copies_are_asked_for_than_there_are_servers():
    cases = list(EXERCISES["caching-replicas"].cases())
    assert any(copies > len({server for _, server in points}) for points, _, copies in cases)


@pytest.mark.parametrize(
    ("exercise", "answer", "told"),
    [
        ("caching-ring-lookup", None, "It returned None: expected the name of a server. Is the `return` missing?"),
        ("caching-ring-lookup", (10, "a"), "a point with its server: expected only the server"),
        ("caching-ring-lookup", "z", "It returned 'z': the servers are a."),
        ("caching-replicas", "a", "It returned 'a': expected a list of names."),
        ("caching-rendezvous", {"a"}, "It returned a set, which has no order"),
        ("caching-rendezvous", [1], "The list holds 1: the servers are a."),
        ("caching-rendezvous", [(0.5, "a")], "The list holds (0.5, 'a'), a server with its number: expected only the"),
        ("caching-replicas", [("a", 1)], "The list holds ('a', 1), a server with its number: expected only"),
    ],
)
def test_an_answer_of_the_wrong_kind_is_one_sentence(exercise, answer, told):
    assert told in repr(check(exercise, lambda *case: answer))
