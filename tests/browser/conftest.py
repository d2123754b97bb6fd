"""A real JupyterLab, as `make lab` starts it, in a real Chromium: open a notebook, run it, look at it, press things.

    def test_something(lab):
        with lab.open("06_kafka_groups") as notebook:   # a fresh, untrusted copy, not run
            notebook.run_all()
            notebook.page.get_by_role("button", name="Play").first.click()

Leaving the `with` fails when the browser's console has shown an error. One notebook, opened and run once for all tests
of a file, is a fixture of scope "module" around the same `with`. With `-n 2` each worker has one JupyterLab and one
browser, and all tests of a lesson, or of a file, run in the same one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

from tests.ports import free_port
from tools import chromium
from tools.build import build
from tools.lab import fold_side_bar

PATIENCE = 180_000  # ms
# JupyterLab asks the server for all sessions now and then. A list that was asked for before the notebook's session
# began, and comes after, does not name it; JupyterLab then drops the session for good: "No Kernel". It is taken up
# again here, as a learner would do from the menu; the server still has it.
IDLE = """async () => {
    const context = window.jupyterapp.shell.currentWidget.sessionContext;
    await context.ready;
    if (!context.session) { await context.changeKernel({name: 'python3'}); }
    return context.session?.kernel?.status === 'idle';
}"""
expect.set_options(timeout=PATIENCE)  # a busy machine takes its time; what is there at once is seen at once

ROOT = Path(__file__).resolve().parent.parent.parent
FIXTURES = ROOT / "tests" / "notebooks" / "fixtures"
SCREENS = ROOT / ".build" / "screens"
FLAGS = [
    "--no-sandbox",  # in a container one is often root, and Chromium's sandbox does not start for root
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What the console may say: a pattern, and why it is no error of ours.
ALLOWED: dict[str, str] = {
    # A widget's own code comes from a blob: address; an error from there counts.
    r"(?s)^NotFoundError: Failed to execute 'removeChild'(?!.*blob:)": "JupyterLab redraws its own frame, now and then",
    r"^Could not restore the debugger state": "JupyterLab asks a kernel that is being restarted",
    # In list_kernels of jupyter_server 2: for a moment after its start a kernel is in the list without a last_activity.
    r"^Failed to load resource: .* 500 .*/api/kernels\?\d+\)$": "the server is asked for all kernels just then",
    r"^Error: \[anywidget\] Failed to initialize model": "a script that came late: late.js makes good for it",
    r"^Per comm-target subshell creation failed: Error: Canceled future": "the same: a widget's, asked for just before",
}

SCREEN = {"width": 1280, "height": 800}
KITS = (Path(__file__).parent / "kits.js").read_text(encoding="utf-8")
"""What a page can be asked about its pictures: `kits.look(kit)` and others."""
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
DARK, LIGHT = "JupyterLab Dark", "JupyterLab Light"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep a lesson's tests together, and a file's: they share an open notebook."""
    from xdist.scheduler import LoadScopeScheduling

    class ByLesson(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            lesson = re.search(r"\[(\d\d_\w+)", nodeid)
            return lesson[1] if lesson else nodeid.partition("::")[0]

    return ByLesson(config, log)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launched(chromium.found()) as browser:
        yield browser


@contextmanager
def launched(path: str | None) -> Iterator[Browser]:
    """This Chromium, for as long as one wants it."""
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(chromium.HOW_TO_GET_IT)
        pytest.skip(chromium.HOW_TO_GET_IT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(browser: Browser) -> Iterator[Lab]:
    """JupyterLab, started once for all browser tests, with a throwaway folder of its own."""
    # Its kernels are reached by files there, whose paths may have 107 characters: it lies at the top.
    work = Path(tempfile.mkdtemp(prefix="my work ", dir="/tmp" if sys.platform == "linux" else None))
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "tools.lab",
        "--no-browser",
        f"--port={port}",
        "--LabApp.expose_app_in_browser=True",
    ]
    if sys.platform == "linux":  # a port that was free a moment ago is sometimes taken when a kernel needs it
        command.append("--KernelManager.transport=ipc")
    env = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER_")}
    with (work / "jupyter.log").open("w") as log:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env=env | {"COURSE_WORK": str(work)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        assert server.stdout is not None
        said = "".join(server.stdout.readline() for _ in range(5))
        address = re.search(r"(http://[^/]+)/lab\S*\?token=(\w+)", said)
        assert address, f"JupyterLab did not start: {said}{(work / 'jupyter.log').read_text()}"
        yield Lab(browser, address[0], address[1], address[2], work)
    finally:
        server.terminate()
        try:
            server.wait(60)  # it ends its kernels one after the other
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(work, ignore_errors=True)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny lesson's notebook."""
    place = tmp_path_factory.mktemp("tiny")
    shutil.copytree(FIXTURES / "lessons", place / "lessons")
    with ThreadPoolExecutor() as aside:  # Playwright keeps an event loop running in this thread
        assert aside.submit(build, root=place).result() == []
    return place / "notebooks"


class Lab:
    """A running JupyterLab: `address` is what the learner is told, `work` their folder."""

    def __init__(self, browser: Browser, address: str, url: str, token: str, work: Path) -> None:
        self.browser, self.address, self.url, self.token, self.work = browser, address, url, token, work
        self.opened = 0

    def open(self, name: str, *, folder: Path = ROOT / "notebooks", script: str = "", **context: Any) -> Notebook:
        """Open a fresh copy of `folder`'s notebook of this name; not run, not trusted, its kernel ready.

        `script` runs in the page before all others. `context` goes to Playwright's new_context:
        reduced_motion="reduce", color_scheme="dark", viewport={…}.
        """
        self.opened += 1
        path = self.work / str(self.opened) / f"{name}.ipynb"
        path.parent.mkdir()
        shutil.copy(folder / path.name, path)
        return Notebook(self, path, script, context)

    def ask(self, path: str, method: str = "GET") -> Any:
        """What the server's own interface answers."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(self.url + path, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=180) as answer:
            return json.loads(answer.read() or "null")


class Notebook:
    """One notebook in a window of its own."""

    def __init__(self, lab: Lab, path: Path, script: str, context: dict[str, Any]) -> None:
        self.lab, self.path = lab, path
        self.saved = json.loads(path.read_text(encoding="utf-8"))
        self.errors: list[str] = []
        self.has_run = False
        self.context = lab.browser.new_context(**({"viewport": SCREEN} | context))
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(script + KITS)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._note(f"{error.name}: {error.message}\n{error.stack}"))
        fold_side_bar(lab.work, f"test-{lab.opened}")
        began = time.perf_counter()
        self.page.goto(f"{lab.url}/lab/workspaces/test-{lab.opened}?token={lab.token}")
        self.page.wait_for_function("() => window.jupyterapp")
        self.page.evaluate("async () => { await window.jupyterapp.restored }")
        self.start = time.perf_counter() - began
        """Seconds from the address being entered to JupyterLab being there."""
        began = time.perf_counter()
        self.page.evaluate(
            "path => { window.jupyterapp.commands.execute('docmanager:open', {path}) }", f"{lab.opened}/{path.name}"
        )
        first = self.pictures().locator("visible=true") if self.stills() else self.cells()
        first.first.wait_for(state="visible")
        self.first_picture = time.perf_counter() - began
        """Seconds from the notebook being opened to its first picture (or cell, where it has none) being there."""
        # What is run while JupyterLab starts a session is not run at all (jupyterlab/jupyterlab#15420). "Ready" is said
        # when there is one, before its kernel is connected; that the kernel has answered something leaves no doubt.
        self.wait_idle()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"{message.text} ({message.location.get('url', '')})")

    def _note(self, said: str) -> None:
        if not any(re.search(pattern, said) for pattern in ALLOWED):
            self.errors.append(said)

    def __enter__(self) -> Notebook:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None) -> None:
        self.context.close()
        for session in self.lab.ask("/api/sessions"):
            if session["path"] == f"{self.path.parent.name}/{self.path.name}":
                self.lab.ask(f"/api/sessions/{session['id']}", "DELETE")
        if e is None:
            assert self.errors == [], "the browser's console shows errors"

    def stills(self) -> list[str]:
        """The pictures saved in the notebook, as HTML."""
        found = []
        for cell in self.saved["cells"]:
            for output in cell.get("outputs", []):
                found += re.findall(r"<img\b[^>]*>", "".join(output.get("data", {}).get("text/html", [])))
        return found

    def pictures(self) -> Locator:
        """The pictures in the outputs; one that waits for a prediction is folded away."""
        return self.page.locator(".jp-OutputArea-output img[alt]")

    def cells(self) -> Locator:
        """The code cells, in order."""
        return self.page.locator(".jp-Notebook .jp-CodeCell")

    def outputs(self) -> Locator:
        """The output area of every code cell that has one."""
        return self.page.locator(".jp-Notebook .jp-OutputArea-output")

    def raised(self) -> list[str]:
        """The errors that cells have raised, as "ValueError: what it said", in order."""
        found: list[str] = self.page.evaluate(
            """() => Array.from(window.jupyterapp.shell.currentWidget.content.model.cells)
                .filter(cell => cell.type === 'code')
                .flatMap(cell => cell.outputs.toJSON())
                .filter(output => output.output_type === 'error')
                .map(output => `${output.ename}: ${output.evalue}`)"""
        )
        return found

    def run_all(self, timeout: float = 600) -> float:
        """Run All, until every cell has run and the kernel rests; return the seconds it took."""
        began = time.perf_counter()
        for again in (True, False):
            left, cells = self.page.evaluate(
                """async patience => {
                    const code = Array.from(window.jupyterapp.shell.currentWidget.content.model.cells)
                        .filter(c => c.type === 'code' && c.sharedModel.source);
                    code.forEach(c => { c.executionCount = null; });  // the saved ones would hide that nothing is run
                    const late = new Promise((_, fail) => setTimeout(fail, patience, new Error('it takes too long')));
                    await Promise.race([window.jupyterapp.commands.execute('notebook:run-all-cells'), late]);
                    return [code.filter(c => !c.executionCount).length, code.length];
                }""",
                timeout * 1000,
            )
            if left < cells:
                break
            if again:  # as a learner would; seen twice, on a very busy machine, before the kernel was waited for
                print(f"{self.path.name}: Run All ran nothing; it is pressed again")
        assert left == 0, f"{left} cells were not run: {self.raised()}"
        self.wait_idle()
        self.has_run = True
        return time.perf_counter() - began

    def wait_idle(self) -> None:
        """Until the kernel has answered everything, widgets included."""
        self.page.wait_for_function(IDLE)

    def kits(self) -> list[Locator]:
        """The live pictures."""
        found = self.page.locator(".kit")
        return [found.nth(i) for i in range(found.count())]

    def pass_over_predictions(self) -> None:
        """Open everything. By script, since JupyterLab hides the cells that are off the screen from a mouse."""
        self.page.evaluate("() => document.querySelectorAll('button.kit-skip').forEach(b => b.hidden || b.click())")
        expect(self.page.locator(".kit-lock:not([hidden])")).to_have_count(0)
        self.wait_idle()

    def tell(self, code: str) -> str:
        """What the notebook's kernel prints when it runs this code beside the cells."""
        printed: str = self.page.evaluate(
            """async code => {
                const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
                const asked = kernel.requestExecute({ code, store_history: false });
                let printed = '';
                asked.onIOPub = ({ content }) => { printed += content.text ?? content.evalue ?? ''; };
                await asked.done;
                return printed;
            }""",
            code,
        )
        return printed

    def axe(self, widgets: list[str]) -> list[str]:
        """What axe objects to in these, in sentences: https://dequeuniversity.com/rules/axe."""
        self.page.evaluate(AXE)
        found: list[str] = self.page.evaluate(
            """async widgets => {
                const include = widgets.filter(w => document.querySelector(w)).map(w => [w]);
                if (!include.length) return [];
                const { violations } = await axe.run({ include }, { resultTypes: ['violations'] });
                return violations.flatMap(({ id, nodes }) => nodes.map(
                    n => `${id}: ${n.target} ${n.html.slice(0, 120)} ${n.failureSummary}`));
            }""",
            widgets,
        )
        return found

    def resize(self, width: int, height: int) -> None:
        """Another size of the window, and the page laid out for it."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def theme(self, name: str) -> None:
        """Switch JupyterLab's theme: DARK or LIGHT."""
        self.page.evaluate("name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})", name)
        self.page.wait_for_function(
            "name => document.body.dataset.jpThemeName === name && !document.querySelector('#jp-splash-theme')",
            arg=name,
        )

    @contextmanager
    def themed(self, name: str) -> Iterator[None]:
        """In this theme; then in the light one again, since the server keeps a theme for all of its pages."""
        self.theme(name)
        try:
            yield
        finally:
            self.theme(LIGHT)

    def screenshot(self, name: str, what: Locator | None = None) -> Path:
        """A picture of the window, or of a part of it, in .build/screens/."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        path = SCREENS / f"{name}.png"
        (what or self.page).screenshot(path=path)
        return path
