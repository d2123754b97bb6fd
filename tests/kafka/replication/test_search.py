"""The search: what it proves, what it finds, and that it leaves no state out."""

import pytest

from labs.kafka.replication import search as module
from labs.kafka.replication.search import search


@pytest.mark.parametrize("unclean", [False, True])
def test_all_and_two_in_sync_lose_nothing_while_failures_come_one_at_a_time(unclean):
    found = search("all", 2, careful=True, unclean=unclean)
    assert not found.way and found.states > 5000


def test_any_number_of_failures_adds_no_state_in_the_end():
    few, many = (search("all", 2, careful=True, failures=n) for n in (8, 30))
    assert not many.way and many.states == few.states


@pytest.mark.parametrize(
    ("settings", "failures"),
    [
        ({"acks": "0"}, 1),
        ({"acks": "1"}, 1),
        ({"acks": "1", "min_insync": 2}, 1),
        ({"acks": "all", "min_insync": 1}, 1),
        ({"acks": "all", "min_insync": 1, "unclean": True}, 1),
        ({"acks": "all", "min_insync": 2, "elr": False}, 1),
    ],
)
def test_every_weaker_setting_has_a_loss_even_then(settings, failures):
    found = search(careful=True, **settings)
    assert found.failures == failures and found.way


def test_without_the_rule_more_failures_are_needed_for_more_in_sync():
    assert [search("all", least, slow=True).failures for least in (1, 2)] == [1, 2]


def test_with_disks_kept_and_clean_elections_one_in_sync_is_enough():
    assert not search("all", 1, failures=2, kinds=("kill", "cut")).way


@pytest.mark.parametrize("settings", [{"min_insync": 1}, {"min_insync": 2}, {"min_insync": 2, "elr": False}])
@pytest.mark.parametrize("acks", ["1", "all"])
def test_states_that_are_taken_for_one_go_on_alike(acks, settings, monkeypatch):
    """With every state kept apart the verdict is the same, and so is the number of steps."""
    short = search(acks, failures=1, **settings)
    monkeypatch.setattr(module, "_plain", lambda p: p)
    full = search(acks, failures=1, **settings)
    assert (short.failures, len(short.way)) == (full.failures, len(full.way)) and short.states <= full.states


def test_two_records_lose_nothing_either():
    assert not search("all", 2, careful=True, records=2, failures=1).way


def test_a_result_reads_like_a_sentence():
    assert str(search("1", careful=True)) == "lost with 1 failure: record 1 is acknowledged by b1 → b1 is killed"
    assert str(search("all", 2, careful=True, failures=0)).startswith("nothing is lost, in ")
