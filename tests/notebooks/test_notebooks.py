"""The course's own notebooks: sound, fresh, and the same to the byte when they are built again."""

from pathlib import Path

import pytest

from tools.build import build, check
from tools.lesson import COPIES, ROOT, lessons
from tools.validate import load, problems

NOTEBOOKS = [ROOT / copy / f"{path.stem}.ipynb" for path in lessons() for copy in COPIES]


def test_every_notebook_is_built_from_its_lesson_as_it_is() -> None:
    assert check() == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_notebook_is_sound(path: Path) -> None:
    assert problems(load(path), path.parent.name) == []


def test_building_again_gives_no_difference(tmp_path: Path) -> None:
    """Pictures among it, which nbval does not compare."""
    assert build(into=tmp_path) == []
    different = [
        f"{path.parent.name}/{path.name}"
        for path in NOTEBOOKS
        if path.read_bytes() != (tmp_path / path.parent.name / path.name).read_bytes()
    ]
    assert different == [], "built again, these differ; make build FORCE=1, then look with git diff"
