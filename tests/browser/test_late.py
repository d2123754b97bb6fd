"""A widget whose script comes late, as on a busy machine, works all the same: anywidget gives it up after 2 s."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import expect

from tests.browser.test_kit import CELLS, GIVEN

TOO_LATE = """
const after = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (ms) => {
    if (ms !== 2000) return after(ms);  // not anywidget's patience
    const up = new AbortController();
    queueMicrotask(() => up.abort());
    window.givenUp = (window.givenUp ?? 0) + 1;
    return up.signal;
};
"""
"""The time is up before any script is there."""

MAP = """
from labs.kit import predict
from labs.tokens.jwt.token_map import token_map

asked = predict("map-tried", "How many?", ["One", "Two"], answer="Two", because="So it is.")
token_map("eyJhbGciOiJub25lIn0.e30.", after=asked)
"""


def test_a_widget_that_comes_late_hears_the_kernel(lab: Any, tmp_path: Path) -> None:
    cells = [nbformat.v4.new_code_cell(source) for source in [GIVEN, *CELLS[2:6], MAP, "asked"]]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), tmp_path / "late.ipynb")
    with lab.open("late", folder=tmp_path, script=TOO_LATE) as notebook:
        notebook.run_all()
        assert notebook.page.evaluate("window.givenUp") >= 6
        for kit in notebook.kits()[:2]:
            moved = "k => kits.answered(k, () => kits.move(kits.fields(k)[0], kits.fields(k)[0].max))"
            assert kit.evaluate(moved) == ""
        shut = notebook.page.locator(".kit-lock:not([hidden]), .token-map > div[hidden]")
        expect(shut).to_have_count(2)
        notebook.pass_over_predictions()
        expect(shut).to_have_count(0)
        expect(notebook.page.locator(".kit-predict", has_text="You looked first")).to_have_count(2)
    for kept in lab.work.glob("predictions.json"):
        kept.unlink()
