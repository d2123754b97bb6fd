"""What a class is given opens, and answers nothing for it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.handout import HandoutError, handout, main
from tools.lesson import lessons, read


@pytest.fixture(scope="module")
def given(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("class") / "course"
    handout(folder)
    return folder


def test_no_folder_that_holds_answers_is_handed_out(given):
    assert {path.name for path in given.iterdir() if path.is_dir()} == {"labs", "notebooks", "docs", "tools"}
    assert not list(given.rglob("test_*.py")) and not (given / ".git").exists()


def test_what_make_lab_starts_can_be_started_there(given):
    code = "import tools.lab, labs.kit; from labs.kit.checking import catalogue; print(len(catalogue.ids()))"
    told = subprocess.run([sys.executable, "-c", code], cwd=given, capture_output=True, text=True, check=True)
    assert int(told.stdout) >= 20
    assert "tools.lab" in (given / "Makefile").read_text() and "pytest" not in (given / "Makefile").read_text()


def solution_lines(lesson) -> set[str]:
    """The lines of the answers that say something: whole statements, not brackets, not `return total`."""
    lines: set[str] = set()
    for cell in lesson.cells:
        if cell.exercise:
            inside = False
            for line in cell.source.split("\n"):
                inside = (inside or "BEGIN SOLUTION" in line) and "END SOLUTION" not in line
                if inside and len(line.strip()) >= 30 and "SOLUTION" not in line:
                    lines.add(line.strip())
    return lines


def stored(path: Path) -> str:
    """All that a notebook shows before it is run: code, text and plain outputs."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [o.get("data", {}).get("text/plain", "") for c in cells for o in c.get("outputs", [])]
    return "\n".join("".join(part) for part in [*(c["source"] for c in cells), *outputs])


@pytest.mark.parametrize("path", lessons(), ids=lambda path: path.stem)
def test_no_notebook_shows_the_lines_of_its_answers(given, path):
    lines, shown = solution_lines(read(path)), stored(given / "notebooks" / f"{path.stem}.ipynb")
    there = sorted(line for line in lines if line in shown)
    assert not there, f"{len(there)} of {len(lines)} lines of its solutions stand in the notebook itself"


def test_a_folder_in_use_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("precious")
    assert main([str(tmp_path)]) == 1 and "is there already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_what_is_no_clone_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(HandoutError, match="not a git clone"):
        handout(tmp_path / "to", root=tmp_path / "nowhere")
