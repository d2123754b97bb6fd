"""`make bench`: what a check costs, and what it is worth where many run at the same time."""

import os
import subprocess
import sys
import time

from labs.kit.checking import catalogue, processes
from labs.kit.guarding.guard import guarded
from tests.bench.crowd import ROOT, SOLUTIONS, crowd

COLD = """
import time
start = time.perf_counter()
from labs.kit.checking.checks import check
from labs.kafka.groups.assignors import range_assign
assert check("kafka-range", range_assign).passed
print(time.perf_counter() - start)
"""


def best(times, of):
    """The best of so many runs, in seconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        of()
        found.append(time.perf_counter() - start)
    return min(found)


def test_a_passing_check_takes_less_than_a_second_from_a_cold_start(tmp_path):
    env = {**os.environ, "COURSE_WORK": str(tmp_path), "PYTHONPATH": str(ROOT)}
    cold = min(float(subprocess.check_output([sys.executable, "-c", COLD], env=env)) for _ in range(3))
    print(f"\na check of kafka-range, cold: {cold:.2f} s")
    assert cold < 1


def test_a_process_for_each_check_costs_milliseconds():
    exercise = catalogue.find("kafka-range")

    def once():
        with processes.ask(exercise, exercise.reference) as child:
            assert not next(child.replies([next(iter(exercise.cases()))])).problem

    print(f"\na process, one case, and its end: {best(20, once) * 1000:.1f} ms")


def test_a_guarded_call_costs_little():
    safe = guarded(lambda numbers: [2 * number for number in numbers])
    each = best(20, lambda: [safe([1, 2, 3]) for _ in range(20)]) / 20
    print(f"\na guarded call: {each * 1000:.3f} ms")
    assert each < 0.0003


def test_thirty_processes_that_check_at_the_same_time():
    assert crowd(30) == (30 * len(SOLUTIONS), 30, [])
