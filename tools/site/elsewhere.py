"""The lessons to download, for Google Colab and wherever the course is not yet installed: a first cell sees to that."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import nbformat

from tools.site.wheels import ROOT
from tools.views import strip_views

FIRST = """\
# Installs the course where it is missing, as on Google Colab. Elsewhere this cell does nothing.
import sys

try:
    import labs.kit
except ImportError:
    %pip install --quiet "{source}"
if "google.colab" in sys.modules:
    from google.colab import output

    output.enable_custom_widget_manager()  # else Colab shows its own widgets only"""


def source(environ: Mapping[str, str]) -> str:
    """Where pip finds the course: the repository on GitHub that is building this site, or else this folder."""
    if "GITHUB_REPOSITORY" in environ:
        return f"git+{environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{environ['GITHUB_REPOSITORY']}"
    return ROOT.as_uri()


def build_downloads(to: Path) -> None:
    """Put every lesson into the folder `to`, as learners get it, with the cell that installs the course before it."""
    to.mkdir(parents=True, exist_ok=True)
    first = FIRST.format(source=source(os.environ))
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        strip_views(notebook)
        notebook.cells.insert(0, nbformat.v4.new_code_cell(first, id="install-the-course"))
        (to / path.name).write_text(nbformat.writes(notebook), encoding="utf-8")
