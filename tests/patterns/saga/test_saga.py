"""Sagas under every fault; the anomalies; the same code killed for real."""

import pytest

from labs.patterns.saga.exhaustive import count, runs
from labs.patterns.saga.isolation import CURES, bad_schedules, run_two
from labs.patterns.saga.isolation_picture import draw_two
from labs.patterns.saga.picture import CHARGED
from labs.patterns.saga.real import killed_at
from labs.patterns.saga.run import ended, held, is_right, run_saga
from labs.patterns.saga.world import SAFETY


@pytest.mark.parametrize("style", ["orchestrated", "choreographed"])
def test_every_single_fault_ends_right(style):
    total, wrong = count(style)
    assert total > 150 and wrong == 0


@pytest.mark.parametrize("style", ["orchestrated", "choreographed"])
def test_every_pair_of_faults_ends_right(style):
    """All of them: whoever refuses, a fault at any moment, and another at any later moment of the run it makes."""
    ends = [(is_right(trace), trace.faults) for trace in runs(style, pairs=True)]
    assert len(ends) > 5_000 and [faults for right, faults in ends if not right] == []


def test_without_log_or_keys_some_runs_end_wrong():
    assert count("orchestrated", safety=SAFETY[1])[1] > 0 and count("orchestrated", safety=SAFETY[2])[1] > 0


def test_the_moment():
    traces = [run_saga(refuses="nobody", safety=safety, faults=CHARGED) for safety in SAFETY]
    assert [held(trace)["payment"] for trace in traces] == [30, 60, 30]
    assert [ended(trace) for trace in traces] == ["approved", "approved", "open"]


def test_a_failure_that_only_the_neighbour_hears_leaves_stock_behind():
    assert held(run_saga("choreographed", heard="the neighbour"))["stock"] == 1


def test_anomalies_and_their_cures():
    once = [("A", "B", "A")]
    assert bad_schedules("dirty read", "none") == once == bad_schedules("lost update", "none")
    assert bad_schedules("dirty read", "semantic lock") == [] == bad_schedules("lost update", "semantic lock")
    assert bad_schedules("lost update", "re-read value") == []


@pytest.mark.parametrize("cure", CURES)
@pytest.mark.parametrize(("anomaly", "said"), [("dirty read", "1 item"), ("lost update", "approved")])
def test_the_picture_of_two_sagas_ends_with_what_came_of_each_schedule(anomaly, said, cure):
    scene = draw_two(run_two(anomaly, cure))
    bad = {" ".join(one) for one in bad_schedules(anomaly, cure)}
    for row in ("A A B", "A B A", "B A A"):
        end = f"g:{row}:in the end"
        assert scene.value(end, "fill", scene.end) == ("bad" if row in bad else "good")
        assert row not in bad or scene.value(end, "label", scene.end).endswith(said)
    assert sum("a dirty read" in caption or "a lost update" in caption for _, caption, *_ in scene.says) == len(bad)


@pytest.mark.parametrize(("refuses", "want"), [("shipping", (0, 0, 0)), ("nobody", (1, 30, 1))])
def test_killed_at_every_step_and_started_again(refuses, want):
    for death in range(1, 100):
        killed, found = killed_at(death, refuses)
        assert (found["stock"], found["payment"], found["shipping"]) == want, death
        if not killed:
            break
    assert death > 15
