"""On a machine that does many things at once a right answer passes, and a wrong one fails (30 of them: tests/bench)."""

from tests.bench.crowd import SOLUTIONS, crowd


def test_six_processes_that_check_at_the_same_time():
    assert crowd(6) == (6 * len(SOLUTIONS), 6, [])
