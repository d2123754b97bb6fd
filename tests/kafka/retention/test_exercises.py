"""The exercises of lesson 09: right answers in any style pass, wrong ones are caught and told nothing untrue. (Stub,
solution and the named mistakes of every exercise: tests/kit.)
"""

import pytest

from labs.kafka.retention.exercises import compact_wrong, rebuild_wrong, retain_wrong, times_wrong
from labs.kit import check
from tests.kafka.retention import answers_to_compact, answers_to_rebuild, answers_to_retain, answers_to_times
from tests.kit.answers import fails, passes, right_ones, wrong_ones

ANSWERS = [one.answers for one in (answers_to_retain, answers_to_compact, answers_to_times, answers_to_rebuild)]


@pytest.mark.parametrize(("exercise", "function"), right_ones(*ANSWERS))
def test_a_right_answer_passes_in_whatever_style(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(*ANSWERS))
def test_a_wrong_answer_is_caught_and_told_only_what_is_true(exercise, function, told):
    fails(exercise, function, told)


@pytest.mark.parametrize(
    ("exercise", "wrong", "smallest"),
    [
        ("kafka-retain", retain_wrong.first_record, "now=65"),
        ("kafka-retain", retain_wrong.never_open, "now=111"),
        ("kafka-retain", retain_wrong.one_too_many, "retention_bytes=400"),
        ("kafka-compact", compact_wrong.at_once, "1 A=None"),
        ("kafka-compact", compact_wrong.open_counts, "open: "),
        ("kafka-offset-for-time", times_wrong.later_only, "time=20"),
        ("kafka-rebuild", rebuild_wrong.keeps_none, "a topic with"),
    ],
)
def test_the_smallest_case_that_shows_a_mistake_is_shown(exercise, wrong, smallest):
    report = check(exercise, wrong)
    assert smallest in repr(report) and repr(report) == repr(check(exercise, wrong))


@pytest.mark.parametrize(
    ("exercise", "wrong", "told"),
    [
        ("kafka-retain", answers_to_retain.pops_the_callers_list, "It changed its argument `segments`"),
        ("kafka-retain", answers_to_retain.filters, "since segment 0 before it stays: a log has no holes"),
        ("kafka-compact", answers_to_compact.checks_what_it_has_set, "though this is the first cleaning that meets it"),
        ("kafka-compact", compact_wrong.after_horizon, "stays, though its horizon has been reached"),
        ("kafka-compact", compact_wrong.after_horizon, "expected             2 B='v'"),
        ("kafka-rebuild", answers_to_rebuild.no_return, "It returned None: expected a dict, key → value. Is the"),
        ("kafka-rebuild", answers_to_rebuild.never_begins_anew, "no record here has it: begin with an empty table"),
    ],
)
def test_the_reason_is_the_one_that_counts(exercise, wrong, told):
    assert told in repr(check(exercise, wrong))


def test_what_is_wrong_with_the_form_of_a_table_is_said_without_what_the_check_knows():
    for odd in (answers_to_rebuild.no_return, answers_to_rebuild.lists, lambda fetch, start: {1: "x"}):
        assert "your answer" not in repr(check("kafka-rebuild", odd))


def test_a_record_of_the_open_segment_is_judged_once():
    report = repr(check("kafka-compact", compact_wrong.open_added))
    assert "is in the open segment" in report and "newer one of key" not in report and "unusual" not in report
