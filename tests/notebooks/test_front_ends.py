"""What docs/front-ends.md says of the places where a notebook can be opened."""

import sys
from types import ModuleType, SimpleNamespace

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

from tools.lesson import ROOT, lessons
from tools.site import elsewhere


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


@pytest.fixture
def installed(monkeypatch):
    """A shell that runs the cell which installs the course, and the list of what it would give to pip."""
    asked = []
    shell = InteractiveShell()
    monkeypatch.setattr(shell, "run_line_magic", lambda *told, **_: asked.append(told))
    shell.run_cell(elsewhere.FIRST.format(source="the-course")).raise_error()
    return asked


def test_the_first_cell_of_a_download_does_nothing_where_the_course_is(installed):
    assert installed == []


@pytest.fixture
def no_course(monkeypatch):
    monkeypatch.setitem(sys.modules, "labs.kit", None)  # `import labs.kit` raises ImportError


def test_where_the_course_is_missing_it_is_installed(no_course, installed):
    assert installed == [("pip", 'install --quiet "the-course"')]


@pytest.fixture
def colab(monkeypatch):
    """What Colab offers of itself, and what was called."""
    called = []
    google, inside = ModuleType("google"), ModuleType("google.colab")
    inside.output = SimpleNamespace(enable_custom_widget_manager=lambda: called.append("widgets"))
    monkeypatch.setitem(sys.modules, "google", google)
    monkeypatch.setitem(sys.modules, "google.colab", inside)
    return called


def test_on_colab_its_manager_for_other_widgets_is_switched_on(colab, installed):
    assert colab == ["widgets"]


def test_the_course_comes_from_the_repository_that_builds_the_site():
    there = {"GITHUB_REPOSITORY": "school/course", "GITHUB_SERVER_URL": "https://github.example"}
    assert elsewhere.source(there) == "git+https://github.example/school/course"
    assert elsewhere.source({}) == ROOT.as_uri()


def test_every_lesson_is_there_to_download(tmp_path):
    elsewhere.build_downloads(tmp_path)
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        ours = nbformat.read(path, as_version=4)
        nb = nbformat.read(tmp_path / path.name, as_version=4)
        nbformat.validate(nb)
        assert "%pip install" in nb.cells[0].source
        assert [cell.source for cell in nb.cells[1:]] == [cell.source for cell in ours.cells]
        assert nb.cells[1:][-1].id == ours.cells[-1].id  # by which attempts and grades are found
