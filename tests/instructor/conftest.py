"""nbgrader's programs, as they are found where the instructor has activated the environment."""

import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from nbconvert.preprocessors import ExecutePreprocessor
from nbgrader import api

# Each new gradebook is marked with the version of nbgrader's tables, which a process of 2 s says: asked once a worker.
api.get_alembic_version = cache(api.get_alembic_version)


def preprocess(self: Any, *given: Any, run: Any = ExecutePreprocessor.preprocess, **named: Any) -> Any:
    """A kernel may die before it has begun: conftest.py at the top says why."""
    try:
        return run(self, *given, **named)
    except RuntimeError:
        if self.code_cells_executed:
            raise
        return run(self, *given, **named)


ExecutePreprocessor.preprocess = preprocess  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """nbgrader calls alembic by name."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
