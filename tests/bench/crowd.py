"""Many processes that check the course's own solutions cold, all at the same time: none may fail for want of time.

    python tests/bench/crowd.py 30        # on two cores this is a load of some 30

Each checks five solutions, which have to pass, and a wrong answer that only a late, larger case shows, which has to
fail. It prints how many did, and ends with 1 where one did not.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = ("kafka-range", "kafka-sticky", "proxies-health", "tokens-sign", "tokens-verify")
ONE = f"""
from labs.kit.checking import catalogue
from labs.kit.checking.checks import check

for name in {SOLUTIONS}:
    report = check(name, catalogue.find(name).reference)
    print("passed" if report.passed else "SHOULD PASS: " + repr(report))

def rare(members, topics):
    right = catalogue.find("kafka-range").reference(members, topics)
    return {{}} if len(members) > 4 and max(topics.values()) > 5 else right

report = check("kafka-range", rare)
print("SHOULD FAIL" if report.passed else "failed")
"""


def crowd(processes: int) -> tuple[int, int, list[str]]:
    """How many solutions passed, how many wrong answers failed, and what came out otherwise."""
    with tempfile.TemporaryDirectory() as work:
        running = [
            subprocess.Popen(
                [sys.executable, "-c", ONE],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env={**os.environ, "COURSE_WORK": f"{work}/{number}", "PYTHONPATH": str(ROOT)},
            )
            for number in range(processes)
        ]
        lines = [line for one in running for line in one.communicate()[0].splitlines()]
    return lines.count("passed"), lines.count("failed"), [line for line in lines if line not in ("passed", "failed")]


if __name__ == "__main__":
    many, start = int(sys.argv[1]), time.monotonic()
    passed, failed, odd = crowd(many)
    print(f"{passed} of {many * len(SOLUTIONS)} solutions passed, {failed} of {many} wrong answers failed", end=", ")
    print(f"in {time.monotonic() - start:.0f} s", *odd, sep="\n")
    sys.exit(passed < many * len(SOLUTIONS) or failed < many)
