"""The website in Chromium: pages to read, a lesson live, and not one request to anywhere else."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import AXE, SCREEN
from tests.site.conftest import ROOT, Quiet, Server
from tools.site.live import with_edition

LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
LIVE = "00_start_here"
PATIENCE = 300_000  # ms: on a busy machine Python takes a minute to start, not eight seconds


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A browser with nothing in its storage; a request to anywhere else than the site fails the test."""
    outside: list[str] = []
    context = browser.new_context(viewport=SCREEN)
    context.set_default_timeout(PATIENCE)
    context.on(
        "request", lambda request: request.url.startswith(("blob:", "data:", address)) or outside.append(request.url)
    )
    yield context
    context.close()
    assert outside == []


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_lesson_is_a_page_with_its_pictures_and_a_link_to_itself_alive(site: Path):
    for name in LESSONS:
        page = (site / f"{name}.html").read_text(encoding="utf-8")
        assert f'href="live/lab/index.html?path={name}.ipynb"' in page
        assert f'href="notebooks/{name}.ipynb"' in page and (site / "notebooks" / f"{name}.ipynb").exists()
        live = json.loads((site / "live" / "files" / f"{name}.ipynb").read_text(encoding="utf-8"))
        assert all(isinstance(cell["source"], str) for cell in live["cells"])  # else JupyterLab finds no headings
        notebook = (ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
        assert page.count("data:image/svg+xml;base64,") == notebook.count("data:image/svg+xml;base64,")


def test_no_page_names_a_content_network(site: Path):
    for page in site.glob("*.html"):
        loaded = re.findall(
            r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(https?://[^"]+)"', page.read_text(encoding="utf-8")
        )
        assert loaded == [], page.name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "06_kafka_groups", "19_jwt"])
def test_a_page_is_accessible(context: BrowserContext, address: str, name: str, scheme: str):
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/{name}.html")
    page.evaluate(
        """theme => {
            document.documentElement.dataset.theme = theme;
            const changing = document.getAnimations().filter(a => a instanceof CSSTransition);
            return Promise.all(changing.map(a => a.finished.catch(() => {})));  // until then a colour is in between
        }""",
        scheme,
    )
    page.evaluate(AXE)
    found = page.evaluate(
        """async tags => {
            const { violations } = await axe.run(document, { resultTypes: ['violations'], runOnly: tags });
            return violations.flatMap(({ id, nodes }) => nodes.map(
                n => `${id}: ${n.target} ${n.html.slice(0, 120)} ${n.failureSummary}`));
        }""",
        ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    )
    assert found == []


def test_the_prose_is_searched_in_the_page(context: BrowserContext, address: str):
    page = context.new_page()
    page.goto(f"{address}/search.html?q=rebalancing")
    expect(page.locator("#search-results a", has_text="06 · Kafka").first).to_be_visible(timeout=PATIENCE)


# ── live ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

RUN_ALL = """async () => {
    await window.jupyterapp.commands.execute('notebook:run-all-cells');
    const { sessionContext } = window.jupyterapp.shell.currentWidget;
    return sessionContext.session.kernel.status;
}"""
ERRORS = """() => Array.from(window.jupyterapp.shell.currentWidget.content.model.cells)
    .filter(cell => cell.type === 'code').flatMap(cell => cell.outputs.toJSON())
    .filter(output => output.output_type === 'error').map(output => `${output.ename}: ${output.evalue}`)"""
REPLACE = """([had, text]) => {
    const cells = Array.from(window.jupyterapp.shell.currentWidget.content.model.cells);
    cells.find(cell => cell.sharedModel.source.includes(had)).sharedModel.setSource(text);
}"""
SAVED = """async path =>
    JSON.stringify((await window.jupyterapp.serviceManager.contents.get(path, { content: true })).content)"""
TOLD = """async code => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    const asked = kernel.requestExecute({ code, store_history: false });
    let printed = '';
    asked.onIOPub = ({ content }) => { printed += content.text ?? content.evalue ?? ''; };
    await asked.done;
    return printed;
}"""


def open_live(page: Page) -> None:
    """Wait for the notebook that the address names, and for its kernel."""
    page.wait_for_function("() => window.jupyterapp")
    page.evaluate("async () => { await window.jupyterapp.restored }")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=PATIENCE)
    page.evaluate("async () => { await window.jupyterapp.shell.currentWidget.sessionContext.ready }")


def test_a_lesson_is_lived_through(context: BrowserContext, address: str):
    """One click from the page; then Run All, a prediction, a wrong answer; the next day all of it is still there."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/{LIVE}.html")
    began = time.perf_counter()
    page.get_by_role("link", name="Run it live").click()
    open_live(page)
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells') }")
    page.locator(".jp-OutputArea-output", has_text="It runs.").first.wait_for()
    first = time.perf_counter() - began
    page.locator(".kit").first.wait_for(state="attached")
    print(f"\nfrom the click: first output after {first:.1f} s, first live picture {time.perf_counter() - began:.1f} s")
    page.evaluate(RUN_ALL)
    assert page.evaluate(ERRORS) == []

    expect(page.locator(".kit-lock:not([hidden])").first).to_be_attached()
    page.evaluate("() => document.querySelector('.jp-Notebook input[type=radio]').click()")
    page.evaluate("() => document.querySelector('button.kit-record').click()")
    expect(page.locator(".kit-lock:not([hidden])")).to_have_count(0, timeout=PATIENCE)

    wrong = "def workers_needed(arrivals, per_worker):\n    return round(arrivals / per_worker)"
    page.evaluate(REPLACE, ["def workers_needed", wrong])
    page.evaluate(RUN_ALL)
    expect(page.locator(".jp-OutputArea-output", has_text="0 of 1 point").first).to_be_attached()
    page.evaluate("async () => { await window.jupyterapp.commands.execute('docmanager:save') }")

    later = context.new_page()
    later.set_default_timeout(PATIENCE)
    page.close()
    later.goto(f"{address}/live/lab/index.html?path={LIVE}.ipynb")
    open_live(later)
    kept = later.evaluate(
        TOLD, "from labs.kit import attempts, progress\nprint(attempts(), progress.predicted('queues-two-workers'))"
    )
    assert re.search(r"queues-workers +1 +not yet", kept) and "30 records" in kept
    expect(later.locator(".jp-OutputArea-output img[alt]").first).to_be_attached()
    saved = later.evaluate(SAVED, f"{LIVE}.ipynb")
    assert "round(arrivals" in saved and "widget-view+json" not in saved  # without its kernel it would be an error


class Republished(Quiet):
    """The site, with newer editions of some notebooks as soon as there are any: their text by name."""

    newer: dict[str, str]

    def do_GET(self) -> None:
        path, _, name = self.path.partition("?")[0].rpartition("/")
        if path.endswith("/live/files") and name in self.newer:
            content = self.newer[name].encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        else:
            super().do_GET()


@pytest.fixture
def newer(site: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Where the site is served with its newer editions, and those, none as yet."""
    editions: dict[str, str] = {}
    handler = type("Handler", (Republished,), {"newer": editions})
    with Server(("127.0.0.1", 0), partial(handler, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", editions
        server.shutdown()


def republished(site: Path, name: str) -> str:
    """The notebook's next edition: one cell more."""
    notebook = json.loads((site / "live" / "files" / name).read_text(encoding="utf-8"))
    cell = {"cell_type": "markdown", "id": "news", "metadata": {}, "source": "In other words."}
    return with_edition(json.dumps(notebook | {"cells": [cell, *notebook["cells"]]}))


NAMES = """async () =>
    (await window.jupyterapp.serviceManager.contents.get('', { content: true })).content.map(file => file.name)"""
SAVE_AS_IT_IS = """async path => {
    const { contents } = window.jupyterapp.serviceManager;
    await contents.save(path, await contents.get(path, { content: true }));
}"""


def test_a_newer_edition_is_laid_beside_what_was_changed_and_takes_the_place_of_what_was_not(
    browser: Browser, site: Path, newer: tuple[str, dict[str, str]]
):
    address, editions = newer
    changed, kept = f"{LIVE}.ipynb", f"{LESSONS[1]}.ipynb"
    beside = f"{LIVE} (new edition).ipynb"
    context = browser.new_context(viewport=SCREEN)
    context.set_default_timeout(PATIENCE)

    def visit() -> Page:
        page = context.new_page()
        page.goto(f"{address}/live/lab/index.html?path={changed}")
        open_live(page)
        return page

    page = visit()
    page.evaluate(REPLACE, ["def workers_needed", "def workers_needed():\n    return 'mine'"])
    page.evaluate("async () => { await window.jupyterapp.commands.execute('docmanager:save') }")
    page.evaluate(SAVE_AS_IT_IS, kept)
    page.close()
    for name in (changed, kept):
        editions[name] = republished(site, name)

    page = visit()
    expect(page.locator(".Toastify__toast", has_text=f"it lies beside it: {beside}")).to_be_visible()
    mine, theirs = page.evaluate(SAVED, changed), page.evaluate(SAVED, beside)
    assert "return 'mine'" in mine and "In other words." not in mine
    assert "return 'mine'" not in theirs and "In other words." in theirs
    assert "In other words." in page.evaluate(SAVED, kept)
    page.close()

    page = visit()
    assert [name for name in page.evaluate(NAMES) if "edition" in name] == [beside], "it is laid there once"
    assert "return 'mine'" in page.evaluate(SAVED, changed)
    context.close()
