"""Every notebook opens as a learner meets it: its pictures there before anything is run, alive after Run All."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tools.build import build
from tools.lesson import ROOT, lessons

NAMES = [path.stem for path in lessons()]
FIXTURES = ROOT / "tests" / "notebooks" / "fixtures"


def faults(notebook: Any) -> list[str]:
    """What JupyterLab shows where an output should be."""
    text = notebook.page.locator(".jp-Notebook").inner_text()
    return [sign for sign in ("Error displaying widget", "Loading widget", "Error creating widget") if sign in text]


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_opens_and_runs(lab: Any, name: str) -> None:
    with lab.open(name) as notebook:
        opens_and_runs(notebook)
        notebook.screenshot(f"{name}-run")


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("00")])
def test_make_lab_opens_the_start_notebook(lab: Any, name: str) -> None:
    page = lab.browser.new_page()
    page.goto(lab.address)
    expect(page.locator(".lm-TabBar-tab.lm-mod-current", has_text=f"{name}.ipynb")).to_be_visible(timeout=30_000)
    page.close()


def opens_and_runs(notebook: Any) -> None:
    """The pictures that are saved are shown at once; Run All goes through and brings no error that is not meant."""
    pictures = notebook.pictures()
    # Nothing is trusted and nothing was run: every saved picture is shown all the same.
    expect(pictures).to_have_count(len(notebook.stills()))
    shown = [(img.get_attribute("alt"), img.evaluate("img => img.decode().then(() => true)")) for img in pictures.all()]
    assert all(alt and loaded for alt, loaded in shown), shown
    assert faults(notebook) == []
    took = notebook.run_all()
    print(
        f"\n{notebook.path.stem}: JupyterLab there after {notebook.start:.1f} s, from open to first picture"
        f" {notebook.first_picture:.1f} s, Run All {took:.1f} s"
    )
    saved = [output for cell in notebook.saved["cells"] for output in cell.get("outputs", [])]
    meant = [f"{o['ename']}: {o['evalue']}" for o in saved if o["output_type"] == "error"]
    assert notebook.raised() == meant
    assert faults(notebook) == []


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny lesson's notebook."""
    place = tmp_path_factory.mktemp("tiny")
    shutil.copytree(FIXTURES / "lessons", place / "lessons")
    with ThreadPoolExecutor() as aside:  # Playwright keeps an event loop running in this thread
        assert aside.submit(build, root=place).result() == []
    return place / "notebooks"


@pytest.fixture(scope="module")
def opened(lab: Any, tiny: Path) -> Iterator[Any]:
    with lab.open("01_tiny", folder=tiny) as notebook:
        yield notebook


def test_a_notebook_with_a_widget_opens_and_runs(opened: Any) -> None:
    opens_and_runs(opened)
    opened.page.locator(".widget-slider").wait_for()


def test_the_learners_jupyterlab_is_tidy(opened: Any) -> None:
    """No instructor's menu, no question about news, nothing that floats over the lesson."""
    menus = opened.page.locator("#jp-MainMenu").inner_text()
    assert "Kernel" in menus
    assert not any(word in menus for word in ("Nbgrader", "Assignment", "Formgrader"))
    assert opened.page.locator(".jp-Dialog").count() == 0
    assert opened.page.locator(".Toastify__toast").count() == 0


def test_the_theme_is_switched_and_the_side_bar_folds(opened: Any) -> None:
    back = "() => getComputedStyle(document.querySelector('.jp-Notebook')).backgroundColor"
    light = opened.page.evaluate(back)
    opened.theme("JupyterLab Dark")
    assert opened.page.evaluate(back) != light
    opened.simplify()
    assert not opened.page.locator("#jp-left-stack").is_visible()
    assert opened.screenshot("tiny-dark").stat().st_size > 1000
    opened.theme("JupyterLab Light")
    assert opened.page.evaluate(back) == light


@pytest.mark.parametrize("slip", ["console.error('lost')", "setTimeout(() => { throw new Error('lost') })"])
def test_an_error_in_the_console_fails(lab: Any, tiny: Path, slip: str) -> None:
    with pytest.raises(AssertionError, match="console shows errors"), lab.open("01_tiny", folder=tiny) as notebook:
        notebook.page.evaluate(f"() => {{ {slip} }}")
        notebook.page.wait_for_timeout(100)


def test_chromium_missing_is_said_once_and_is_an_error_where_nothing_may_be_skipped(tmp_path: Path) -> None:
    """Without Chromium the browser tests are skipped with a line that says how to get it; with CI=true they fail."""
    env = {name: value for name, value in os.environ.items() if name != "CI"}
    env["PATH"] = str(Path(sys.executable).parent)
    command = [sys.executable, "-m", "pytest", "-p", "tools.quick", "-rs", "-q", str(Path(__file__)), "-k", "tidy"]
    skipped = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert skipped.returncode == 0, skipped.stdout
    assert "Chromium was not found: install it (on Debian and Ubuntu: apt install chromium)" in skipped.stdout
    failed = subprocess.run(command, cwd=ROOT, env=env | {"CI": "true"}, capture_output=True, text=True, timeout=60)
    assert failed.returncode == 1
    assert "Chromium was not found" in failed.stdout
