"""Every exercise of the course: the stub is not started, the course's own solution passes, and every plausible wrong
answer fails and is told its own sentence.
"""

import json
import pickle
from functools import wraps

import pytest

from labs.kit.checking import catalogue
from labs.kit.checking.checks import check
from labs.kit.checking.plain import plain, tree, value

EXERCISES = [catalogue.find(name) for name in catalogue.ids()]
MISTAKES = [
    pytest.param(exercise, number, id=f"{exercise.id}-{number}-{mistake.says[:40]}")
    for exercise in EXERCISES
    for number, mistake in enumerate(exercise.wrong)
]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_the_stub_is_not_started_and_the_solution_passes(exercise):
    @wraps(exercise.reference)
    def stub(*args, **named):
        raise NotImplementedError

    assert check(exercise.id, stub).verdict == "not started"
    report = check(exercise.id, exercise.reference)
    assert report.verdict == "passed", report


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_its_cases_and_answers_can_travel(exercise):
    """A case goes to the learner's process by pickle, an answer comes back as JSON."""
    cases = list(exercise.cases())
    assert cases and [pickle.loads(pickle.dumps(case)) for case in cases] == cases
    for case in cases[:: max(1, len(cases) // 50)]:
        raw = exercise.call(exercise.reference, case)
        answer = exercise.read(case, plain(raw))
        assert answer == exercise.read(case, raw) == value(json.loads(json.dumps(tree(answer))))


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_there_are_three_plausible_mistakes_each_with_its_own_sentence(exercise):
    sentences = [mistake.says for mistake in exercise.wrong]
    assert len(sentences) >= 3 and all(sentence.endswith((".", "?", "!")) for sentence in sentences)


@pytest.mark.parametrize(("exercise", "number"), MISTAKES)
def test_a_mistake_fails_and_is_told_its_own_sentence(exercise, number):
    mistake = exercise.wrong[number]
    report = check(exercise.id, mistake.function)
    assert report.verdict == "failed", report
    assert report.misconception == mistake.says, report
    assert "cannot be judged" not in repr(report), "one of the properties stumbles over an answer as people give it"
