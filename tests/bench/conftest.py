"""The browser tests' JupyterLab and Chromium, for the benchmarks that need a real browser."""

import importlib.util
from pathlib import Path

import pytest

from tools import chromium

_where = Path(__file__).resolve().parent.parent / "browser" / "conftest.py"
_spec = importlib.util.spec_from_file_location("browser_harness", _where)
assert _spec and _spec.loader
_harness = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_harness)
lab = _harness.lab


@pytest.fixture(scope="session")
def browser():
    """The whole Chromium, as learners use it."""
    with _harness.launched(chromium.found(whole=True)) as one:
        yield one
