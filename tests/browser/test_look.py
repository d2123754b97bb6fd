"""`python -m tools.look`: every picture of a lesson, at its moments, in both themes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import chromium
from tools.lesson import ROOT

MISSING = not os.environ.get("CI") and not chromium.found()
pytestmark = pytest.mark.skipif(MISSING, reason=chromium.HOW_TO_GET_IT)


def brightness(path: Path) -> int:
    """How bright the top left pixel of a picture is, 0 to 255, as Chromium itself sees it."""
    from PIL import Image

    return int(Image.open(path).convert("L").getpixel((0, 0)))


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    into = tmp_path_factory.mktemp("look")
    command = [sys.executable, "-m", "tools.look", "00", "--into", str(into)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert (done.returncode, done.stderr) == (0, "")
    assert (into / "index.html").read_text().count("<img ") == len(list(into.glob("*.png")))
    return sorted(into.glob("*.png"))


def test_every_picture_is_taken_in_both_themes(taken: list[Path]) -> None:
    light, dark = ([p for p in taken if p.stem.endswith(theme)] for theme in ("light", "dark"))
    assert [p.name.replace("-dark", "") for p in dark] == [p.name.replace("-light", "") for p in light] != []
    assert all(brightness(path) > 200 for path in light)
    assert all(brightness(path) < 60 for path in dark)


def test_what_moves_is_taken_at_its_moments(taken: list[Path]) -> None:
    moving = [path.read_bytes() for path in taken if "-start-light" in path.name or "-end-light" in path.name]
    assert moving and len(set(moving)) == len(moving), "start and end show the same"
    faults = [path for path in taken if "-3-fault-" in path.name]
    assert faults, "lesson 00 has a button that stops a worker"
    assert all(path.read_bytes() != Path(str(path).replace("3-fault", "4-end")).read_bytes() for path in faults)
