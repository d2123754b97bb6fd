"""`make bench`: `import labs.<family>` stays below 50 ms, as the first cell of every lesson does it.

Measured is the processor's time: an import waits for nothing, so on a machine at rest the clock says the same.
"""

import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FAMILIES = sorted(path.parent.name for path in (ROOT / "labs").glob("*/__init__.py"))
LIMIT, RUNS = 50, 7
CODE = "import time; t = time.process_time(); import labs.{}; print((time.process_time() - t) * 1000)"


def milliseconds(family):
    """The median over fresh processes; the first, which may have to compile, is not counted."""
    command = [sys.executable, "-c", CODE.format(family)]
    runs = [subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True) for _ in range(RUNS + 1)]
    return statistics.median(float(run.stdout) for run in runs[1:])


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_imported_at_once(family):
    took = milliseconds(family)
    print(f"import labs.{family}: {took:.1f} ms")
    assert took < LIMIT
