"""JupyterLab as `make lab` opens it: tidy, the start notebook first, and an error in its console is noticed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE
from tools.lesson import ROOT


def test_make_lab_opens_the_start_notebook(lab: Any) -> None:
    page = lab.browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(lab.address)
    expect(page.locator(".lm-TabBar-tab.lm-mod-current", has_text="00_start_here.ipynb")).to_be_visible()
    page.close()


@pytest.fixture(scope="module")
def opened(lab: Any, tiny: Path) -> Iterator[Any]:
    with lab.open("01_tiny", folder=tiny) as notebook:
        yield notebook


def test_a_notebook_with_a_widget_opens_and_runs(opened: Any) -> None:
    expect(opened.pictures()).to_have_count(len(opened.stills()))
    opened.run_all()
    opened.page.locator(".widget-slider").wait_for()


def test_the_learners_jupyterlab_is_tidy(opened: Any) -> None:
    """No instructor's menu, no question about news, nothing that floats over the lesson."""
    menus = opened.page.locator("#jp-MainMenu").inner_text()
    assert "Kernel" in menus
    assert not any(word in menus for word in ("Nbgrader", "Assignment", "Formgrader"))
    assert opened.page.locator(".jp-Dialog").count() == 0
    assert opened.page.locator(".Toastify__toast").count() == 0


def test_the_theme_is_switched_and_the_side_bar_is_folded(opened: Any) -> None:
    back = "() => getComputedStyle(document.querySelector('.jp-Notebook')).backgroundColor"
    light = opened.page.evaluate(back)
    opened.theme("JupyterLab Dark")
    assert opened.page.evaluate(back) != light
    assert not opened.page.locator("#jp-left-stack").is_visible()
    assert opened.screenshot("tiny-dark").stat().st_size > 1000
    opened.theme("JupyterLab Light")
    assert opened.page.evaluate(back) == light


def test_run_all_pressed_before_there_is_a_kernel_says_so_and_takes_no_picture_away(lab: Any, tiny: Path) -> None:
    """JupyterLab alone would run nothing, empty every output and say not a word (jupyterlab/jupyterlab#8490)."""
    with lab.open("01_tiny", folder=tiny) as notebook:
        page, later = notebook.page, notebook.path.with_name("later.ipynb")
        later.write_bytes((tiny / "01_tiny.ipynb").read_bytes())
        held: list[Any] = []
        page.route("**/api/sessions?*", lambda r: held.append(r) if r.request.method == "POST" else r.continue_())
        path = f"{lab.opened}/{later.name}"
        page.evaluate("path => window.jupyterapp.commands.execute('docmanager:open', {path})", path)
        page.wait_for_function("() => window.jupyterapp.shell.currentWidget.context.path.endsWith('later.ipynb')")
        page.evaluate("async () => { await window.jupyterapp.shell.currentWidget.revealed }")
        status = "() => window.jupyterapp.shell.currentWidget.sessionContext.kernelDisplayStatus"
        assert page.evaluate(status) == "initializing"
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        expect(page.locator(".Toastify__toast", has_text="You can run code cells when")).to_be_visible()
        assert page.locator(".jp-Dialog").count() == 0
        panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        expect(panel.locator(".jp-OutputArea-output img[alt]")).to_have_count(len(notebook.stills()))
        for route in held:
            route.continue_()
        page.evaluate("async () => { await window.jupyterapp.shell.currentWidget.sessionContext.ready }")
        notebook.wait_idle()
        notebook.run_all()


def test_a_session_that_jupyterlab_has_dropped_is_taken_up_again(lab: Any, tiny: Path) -> None:
    """By a list of sessions that is older than the session: why Run All did nothing now and then."""
    with lab.open("01_tiny", folder=tiny) as notebook:
        page, sessions = notebook.page, "window.jupyterapp.serviceManager.sessions"
        page.route("**/api/sessions?*", lambda r: r.fulfill(json=[]) if r.request.method == "GET" else r.continue_())
        # More than once: a list that was asked for before has a say, too, and JupyterLab asks for one at a time.
        page.wait_for_function(f"""async () => {{
            await {sessions}.refreshRunning();
            return window.jupyterapp.shell.currentWidget.sessionContext.session === null;
        }}""")
        page.unroute("**/api/sessions?*")
        notebook.wait_idle()
        notebook.run_all()


@pytest.mark.parametrize("slip", ["console.error('lost')", "setTimeout(() => { throw new Error('lost') })"])
def test_an_error_in_the_console_fails(lab: Any, tiny: Path, slip: str) -> None:
    with pytest.raises(AssertionError, match="console shows errors"), lab.open("01_tiny", folder=tiny) as notebook:
        notebook.page.evaluate(f"() => {{ {slip} }}")
        notebook.page.evaluate("() => new Promise(done => setTimeout(done))")  # what the page says is on its way


def test_chromium_missing_is_said_once_and_is_an_error_where_nothing_may_be_skipped(tmp_path: Path) -> None:
    """Without Chromium the browser tests are skipped with a line that says how to get it; with CI=true they fail."""
    env = {name: value for name, value in os.environ.items() if name != "CI"}
    env["PATH"] = str(Path(sys.executable).parent)
    command = [sys.executable, "-m", "pytest", "-p", "tools.quick", "-rs", "-q", str(Path(__file__)), "-k", "tidy"]
    skipped = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)
    assert skipped.returncode == 0, skipped.stdout
    assert "Chromium was not found: install it (on Debian and Ubuntu: apt install chromium)" in skipped.stdout
    failed = subprocess.run(command, cwd=ROOT, env=env | {"CI": "true"}, capture_output=True, text=True, timeout=300)
    assert failed.returncode == 1
    assert "Chromium was not found" in failed.stdout
