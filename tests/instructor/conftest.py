"""nbgrader's programs, as they are found where the instructor has activated the environment."""

import os
import sys
from functools import cache
from pathlib import Path

import pytest
from nbgrader import api

# Each new gradebook is marked with the version of nbgrader's tables, which a process of 2 s says: asked once a worker.
api.get_alembic_version = cache(api.get_alembic_version)


@pytest.fixture(autouse=True)
def in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """nbgrader calls alembic by name."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
