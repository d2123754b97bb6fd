"""The course's own notebooks: sound, fresh, and the same to the byte when they are built again."""

from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tools.build import build, check
from tools.lesson import COPIES, ROOT, lessons
from tools.validate import code_cells, load, problems

NOTEBOOKS = [ROOT / copy / f"{path.stem}.ipynb" for path in lessons() for copy in COPIES]


def test_every_notebook_is_built_from_its_lesson_as_it_is() -> None:
    assert check() == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_notebook_is_sound(path: Path) -> None:
    assert problems(load(path), path.parent.name) == []


def not_compared(nb: Any) -> list[int]:
    """The code cells whose outputs nbval lets pass unseen: bitmaps, and what is tagged so."""
    return [
        number
        for number, cell in code_cells(nb)
        if "nbval-ignore-output" in cell.metadata.get("tags", [])
        or any(kind in output.get("data", {}) for output in cell.outputs for kind in ("image/png", "image/jpeg"))
    ]


def test_what_nbval_lets_pass_unseen_is_found() -> None:
    plain = new_code_cell(outputs=[new_output("display_data", data={"text/html": "<img>", "text/plain": "x"})])
    bitmap = new_code_cell(outputs=[new_output("display_data", data={"image/png": "", "text/plain": "x"})])
    tagged = new_code_cell(metadata={"tags": ["nbval-ignore-output"], "reason": "it is late"})
    assert not_compared(new_notebook(cells=[plain, bitmap, tagged, plain])) == [2, 3]


def test_building_again_gives_no_difference(tmp_path: Path) -> None:
    """nbval runs every notebook again and compares. Here go those in which it lets something pass, and the first: it
    stands for what nbval passes over in all of them, such as the order of outputs and what is said about them.
    """
    names = {path.stem for path in NOTEBOOKS if not_compared(load(path))} | {NOTEBOOKS[0].stem}
    assert build(sorted(names), into=tmp_path) == []
    different = [
        f"{path.parent.name}/{path.name}"
        for path in NOTEBOOKS
        if path.stem in names and path.read_bytes() != (tmp_path / path.parent.name / path.name).read_bytes()
    ]
    assert different == [], "built again, these differ; make build FORCE=1, then look with git diff"
