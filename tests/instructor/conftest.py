"""nbgrader's programs, as they are found where the instructor has activated the environment."""

import os
import sys
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """nbgrader calls alembic by name."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
