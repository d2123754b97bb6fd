"""`make bench`: a model is imported in less than 50 ms, the slowest of each family; `labs.kit`, too.

Measured is the processor's time: an import waits for nothing, so on a machine at rest the clock says the same.
"""

import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMIT, RUNS = 50, 3
CODE = "import time; t = time.process_time(); import {}; print((time.process_time() - t) * 1000)"
NO_MODELS = ("picture", "controls", "predictions", "claims", "captions", "exercises", "real")
"""Words in the names of what is built on the models, with the kit or a real client."""


def models(family):
    """The modules of a family that are models; the package itself is one."""
    for path in sorted((ROOT / "labs" / family).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if not any(word in part for part in parts for word in NO_MODELS):
            yield ".".join(parts).removesuffix(".__init__")


FAMILIES = {path.parent.name: [*models(path.parent.name)] for path in sorted((ROOT / "labs").glob("*/__init__.py"))}
FAMILIES["kit"] = ["labs.kit"]  # its other modules are imported by it, or where they are used


def milliseconds(module):
    """The median over fresh processes; the first, which may have to compile, is not counted."""
    command = [sys.executable, "-c", CODE.format(module)]
    runs = [subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True) for _ in range(RUNS + 1)]
    return statistics.median(float(run.stdout) for run in runs[1:])


@pytest.mark.parametrize("family", FAMILIES)
def test_every_model_of_a_family_is_imported_at_once(family):
    took, slowest = max((milliseconds(module), module) for module in FAMILIES[family])
    print(f"the slowest import of {len(FAMILIES[family])} in labs.{family}: {slowest}, {took:.1f} ms")
    assert took < LIMIT
