"""Health checks and the retry budget, by themselves."""

from itertools import product

import pytest

from labs.kit import Fault
from labs.proxies.balancing.balance import balance, outcomes
from labs.proxies.balancing.health import OUT_FOR, Health, judge
from labs.proxies.balancing.retries import RetryBudget


def after(marks, rise=2, fall=3):
    health = Health()
    for mark in marks:
        health = judge(health, mark == "+", rise, fall)
    return health


@pytest.mark.parametrize(
    ("marks", "health"),
    [("", (True, 0)), ("--", (True, 2)), ("---", (False, 0)), ("--+--", (True, 2)), ("---+", (False, 1)),
     ("---++", (True, 0)), ("---+-+", (False, 1)), ("---++--", (True, 2))],
)  # fmt: skip
def test_it_takes_a_row(marks, health):
    assert after(marks) == health


def test_sides_change_only_at_the_end_of_a_full_row():
    for marks in product("+-", repeat=9):
        before, now = after(marks[:-1]), after(marks)
        if before.up and not now.up:
            assert marks[-3:] == tuple("---")
        if not before.up and now.up:
            assert marks[-2:] == tuple("++")


def test_haproxy_counts_the_same():
    """HAProxy keeps one number (from `struct check`): up at rise and above, full at rise + fall - 1."""
    rise, fall = 2, 3
    for marks in product("+-", repeat=10):
        number, health = rise + fall - 1, Health()
        for mark in marks:
            if mark == "+":
                number = rise + fall - 1 if number >= rise or number + 1 >= rise else number + 1
            else:
                number = number - 1 if number - 1 >= rise else 0
            health = judge(health, mark == "+", rise, fall)
            assert health.up == (number >= rise), marks


def test_a_budget_pays_a_share_of_what_came_lately():
    budget = RetryBudget(0.2, window=10)
    for second in range(10):
        budget.request(second)
    assert [budget.retry(9.5) for _ in range(3)] == [True, True, False]
    assert not budget.retry(11.0)  # two requests are out of the window by now
    for second in range(11, 21):
        budget.request(second)
    assert budget.retry(20.0)


def test_a_reserve_lets_a_quiet_service_retry():
    assert RetryBudget(0.2, reserve=1).retry(0.0)
    assert not RetryBudget(0.2).retry(0.0)


@pytest.mark.parametrize("wrong", [{"share": 1.5}, {"share": 0.1, "window": 0}, {"share": 0.1, "reserve": -1}])
def test_a_budget_that_cannot_be_is_one_sentence(wrong):
    with pytest.raises(ValueError, match="a retry budget is a share from 0 to 1"):
        RetryBudget(**wrong)


def test_a_passive_check_ejects_after_one_failed_request_and_lets_it_try_again_ten_seconds_later():
    crash = (Fault(4, "crash", "b"), Fault(9, "return", "b"))
    trace = balance(algorithm="least connections", checks=False, passive=True, faults=crash, requests=100)
    news = [(e.kind, e.who, e["by"]) for e in trace.of("eject", "readmit")]
    assert news == [("eject", "b", "answers"), ("readmit", "b", "answers")]
    out, back = (e.t for e in trace.of("eject", "readmit"))
    assert back == pytest.approx(out + OUT_FOR)
    assert not [e for e in trace.of("pick") if out < e.t < back and e["to"] == "b"]
    assert [e["to"] for e in trace.of("pick") if e.t > back].count("b") > 5


def test_a_server_that_stays_down_costs_a_passive_check_one_request_each_time():
    trace = balance(
        algorithm="least connections", checks=False, passive=True, faults=[Fault(4, "crash", "b")], requests=150
    )
    assert len(trace.of("eject")) >= 3
    assert len(trace.of("refused")) == len(trace.of("eject")) - bool(trace.of("lost"))


def test_with_both_checks_a_server_is_back_only_when_both_agree():
    crash = (Fault(4, "crash", "b"), Fault(6, "return", "b"))
    trace = balance(algorithm="least connections", passive=True, faults=crash, requests=100)
    assert [(e.kind, e["by"]) for e in trace.of("eject", "readmit")] == [("eject", "answers"), ("readmit", "answers")]


def test_in_a_black_hole_the_answers_that_come_are_quicker_than_with_all_servers_well():
    """The lesson says so of a longer run; in the picture's 45 requests it does not show."""
    crash = [Fault(4, "crash", "b")]
    well, dead = (
        [seconds for ok, seconds in outcomes(balance(algorithm="least connections", checks=False, faults=f), 500) if ok]
        for f in ([], crash)
    )
    assert len(dead) < 250 < len(well) and sum(dead) / len(dead) < 0.7 * sum(well) / len(well)


def test_a_budget_of_20_per_cent_allows_most_of_the_retries_that_one_dead_server_causes():
    for algorithm in ("round robin", "least connections", "two choices", "peak EWMA", "ip hash"):
        run = balance(algorithm=algorithm, requests=60, retries=1, budget=0.2, faults=[Fault(4, "crash", "b")])
        allowed = sum(e["attempt"] > 1 for e in run.of("pick"))
        assert allowed > len(run.of("no retry")), algorithm
    least = balance(algorithm="least connections", requests=60, retries=1, budget=0.2, faults=[Fault(4, "crash", "b")])
    assert least.of("no retry"), "all of them? Then the lesson may say so."
