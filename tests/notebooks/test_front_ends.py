"""What docs/front-ends.md says of the places where a notebook can be opened."""

import re

import nbformat
import pytest

from tools.lesson import ROOT, lessons

PAGE = (ROOT / "docs" / "front-ends.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [path.stem for path in lessons()])
def test_as_html_a_notebook_keeps_every_still_and_needs_no_kernel(name):
    from nbconvert import HTMLExporter

    nb = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    html, _ = HTMLExporter().from_notebook_node(nb)
    outputs = [output.get("data", {}) for cell in nb.cells for output in cell.get("outputs", [])]
    stills = sum("".join(data.get("text/html", "")).count("<img ") for data in outputs)
    stills += sum("image/svg+xml" in data or "image/png" in data for data in outputs)
    assert html.count("<img ") + html.count("jp-RenderedSVG") >= stills > 0
    assert "jupyter.widget-view" not in html


def test_the_first_cell_for_colab_does_nothing_where_the_course_is(monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    monkeypatch.setattr(shell, "run_line_magic", lambda *told: pytest.fail(f"it would run {told}"))
    cell = re.search(r"```python\n(.*?)```", PAGE, re.S)[1]
    assert "%pip install" in cell
    shell.run_cell(cell).raise_error()
