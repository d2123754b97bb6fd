"""A tiny course of one lesson, built once, to try the build and the validator on."""

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools.build import build
from tools.lesson import Lesson, read
from tools.validate import load

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of the tiny course with its notebooks built. Look, do not touch."""
    root = tmp_path_factory.mktemp("a course")
    shutil.copytree(FIXTURES / "lessons", root / "lessons")
    (root / "labs" / "kit" / "picture").mkdir(parents=True)
    (root / "labs" / "kit" / "picture" / "scene.py").write_text("SCENE = 1\n")
    assert build(root=root) == []
    return root


@pytest.fixture
def course(built: Path, tmp_path: Path) -> Path:
    """A copy of the tiny course, to touch."""
    return Path(shutil.copytree(built, tmp_path / "course"))


@pytest.fixture
def lesson(built: Path) -> Lesson:
    return read(built / "lessons" / "01_tiny.md", built)


@pytest.fixture
def notebook(built: Path) -> Callable[[str], Any]:
    """A copy of a built notebook, by the folder that it is in."""
    return lambda folder: copy.deepcopy(load(built / folder / "01_tiny.ipynb"))
