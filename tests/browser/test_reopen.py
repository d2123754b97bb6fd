"""The next day: what was run and saved opens without its kernel, with stills where the live pictures were."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tools.views import WIDGET_VIEW

SAVE = "async () => { await window.jupyterapp.commands.execute('docmanager:save') }"


@pytest.fixture(scope="module")
def saved(lab: Any, tiny: Path) -> Iterator[tuple[Path, list[str]]]:
    """The file as it was saved after a run, and what the page then showed; its kernel is gone."""
    with lab.open("01_tiny", folder=tiny) as notebook:
        notebook.run_all()
        slider = notebook.page.locator(".widget-slider .noUi-handle")
        slider.wait_for()
        notebook.page.evaluate(SAVE)
        slider.focus()
        slider.press("ArrowRight")
        shown = [notebook.page.locator(".widget-slider .widget-readout").inner_text()]
        notebook.page.evaluate(SAVE)
        expect(slider).to_be_visible()
        assert notebook.page.locator(".jp-Dialog").count() == 0, "JupyterLab asks about a file that has changed"
    yield notebook.path, shown


def test_a_saved_page_stays_alive(saved: tuple[Path, list[str]]) -> None:
    assert saved[1] == ["1"]


def test_no_widget_is_saved_and_its_still_is(saved: tuple[Path, list[str]]) -> None:
    text = saved[0].read_text(encoding="utf-8")
    assert WIDGET_VIEW not in text and "widgets" not in json.loads(text)["metadata"]
    assert "<img alt=" in text
    assert any(cell.get("execution_count") for cell in json.loads(text)["cells"])


def test_opened_again_it_shows_stills(lab: Any, saved: tuple[Path, list[str]]) -> None:
    with lab.open("01_tiny", folder=saved[0].parent) as notebook:
        expect(notebook.pictures()).to_have_count(1)
        assert notebook.pictures().first.evaluate("img => img.decode().then(() => true)")
        text = notebook.page.locator(".jp-Notebook").inner_text()
        assert "Error displaying widget" not in text and "Loading widget" not in text
