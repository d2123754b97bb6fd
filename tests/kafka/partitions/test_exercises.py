"""The exercises of lesson 05: right answers in any style pass, wrong ones are caught and told nothing untrue, and the
cases hold what is easily forgotten. (Stub, solution and the named mistakes of every exercise: tests/kit.)
"""

import pytest

from labs.kafka.partitions import murmur2
from labs.kit import check
from labs.kit.checking import catalogue
from tests.kafka.partitions import answers
from tests.kit.answers import fails, passes, right_ones, wrong_ones

IDS = ("kafka-murmur2", "kafka-partition-for", "kafka-moved-keys", "kafka-salt")
EXERCISES = {name: catalogue.find(name) for name in IDS}
ANSWERS = (answers.murmur, answers.place, answers.moved, answers.salt)


@pytest.mark.parametrize(("exercise", "function"), right_ones(*ANSWERS))
def test_a_right_answer_passes_in_whatever_style(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(*ANSWERS))
def test_a_wrong_answer_is_caught_and_told_only_what_is_true(exercise, function, told):
    fails(exercise, function, told)


def test_these_are_the_exercises():
    assert {name for name in catalogue.ids() if catalogue.find(name).lesson == "05"} == set(IDS)
    assert all(len(EXERCISES[name].hints) == 3 and len(EXERCISES[name].wrong) >= 10 for name in IDS)


def test_keys_have_every_tail_and_sign_and_bytes_of_every_kind():
    keys = [key for (key,) in EXERCISES["kafka-murmur2"].cases()]
    assert keys[0] == b"" and {len(key) % 4 for key in keys if len(key) > 12} == {0, 1, 2, 3}
    assert any(len(key) % 4 == n and key[-1] > 127 for key in keys for n in (1, 2, 3))
    assert 20 < sum(murmur2(key) < 0 for key in keys) < len(keys) - 20


def test_records_vary_in_everything_and_zero_and_empty_are_among_it():
    cases = list(EXERCISES["kafka-partition-for"].cases())
    records = [record for record, _, _ in cases]
    assert {0, None} <= {record.partition for record in records} and {b"", None} <= {record.key for record in records}
    assert {None, b"an order"} <= {record.value for record in records}
    assert {sticky for _, _, sticky in cases} > {0, 1, 2} and max(n for _, n, _ in cases) == 100
    assert all(record.partition is None or record.partition < n for record, n, _ in cases)


def test_growths_hold_none_at_all_and_keys_from_old_to_old_partitions():
    cases = list(EXERCISES["kafka-moved-keys"].cases())
    assert any(before == after for _, before, after in cases) and any(not keys for keys, _, _ in cases)
    assert all(len(set(keys)) == len(keys) and after >= before for keys, before, after in cases)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (None, "It returned None: expected a list of keys. Is the `return` missing?"),
        ({b"ada"}, "It returned a set, which has no order"),
        (["ada"], "The list holds 'ada': expected keys, which are bytes."),
        ("ada", "It returned 'ada': expected a list of keys."),
        ([b"nobody"], "not one of the keys"),
    ],
)
def test_an_answer_of_the_wrong_kind_is_one_sentence(answer, told):
    assert told in repr(check("kafka-moved-keys", lambda keys, before, after: answer))


@pytest.mark.parametrize("answer", [3, (1, 2, 3), (1, 2), (1.5, [1]), ("1", [1]), (True, [1]), (1, ["1"])])
def test_no_pair_of_places_is_one_sentence(answer):
    report = check("kafka-salt", lambda *case: answer)
    assert ("bad", EXERCISES["kafka-salt"].shape) in report.marks and "expected" in repr(report)


def test_a_partition_that_is_not_there_is_said_so():
    report = check("kafka-partition-for", lambda record, partitions, sticky: partitions)
    assert "There is no partition 1: they are numbered from 0 to 0." in repr(report)
