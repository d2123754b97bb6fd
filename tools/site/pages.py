"""The lessons as pages to read: Sphinx makes them from the built notebooks, stills in place; nothing is run for it."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

from labs.kit.course import LESSONS, PARTS
from tools.site.live import run, without_views
from tools.site.wheels import ROOT

STATIC = Path(__file__).resolve().parent / "static"
TITLE = "Run, break, rebuild"
CONFIG = f"""\
project = "{TITLE}"
author = "the course's authors"
copyright = "MIT (code), CC BY 4.0 (text and pictures)"
language = "en-GB"
extensions = ["myst_nb"]
html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["course.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {{
    "use_download_button": False,
    "use_fullscreen_button": False,
    "show_toc_level": 2,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}}
nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js = {{}}  # else a page would load it from a content network
mathjax_path = "mathjax-is-not-used.js"  # likewise; the lessons have no formula
myst_enable_extensions = []
myst_heading_anchors = 3
suppress_warnings = ["mystnb.unknown_mime_type", "myst.header", "misc.highlighting_failure"]
"""
LIVE = "live/lab/index.html?path={name}.ipynb"
DOWNLOAD = "notebooks/{name}.ipynb"
LINK = """\
<p class="run-live"><a href="{live}">Run it live</a> <span>in this browser, with nothing to install; the first time it
downloads some 30 MB. Or <a href="{download}" download>download the notebook</a>: its first cell installs the course
where it is missing, as on Google Colab.</span></p>
"""
HOME = f"""\
# {TITLE}: a course on system design

You watch a small, readable model of a real system move, break it at a moment of your choosing, write the piece that
matters, and are told, kindly and exactly, where it is wrong.

Each lesson is here twice: as a page to read, its pictures as stills, and live. **Run it live**, at the top of a lesson,
opens it in your browser with Python in the page: nothing is installed, and nothing of what you do leaves your machine.
Your answers, predictions and attempts are kept in this browser's storage: in this browser only, and until you clear it.
[What a page does not have](in_the_browser.md) says where it differs from the course on your own machine.

"""
HERE = """\
# What a page does not have

Python in a page (Pyodide) has no sockets, no threads and no processes. So:

- Where a lesson asks a real system (a Kafka client, a web server, Redis, a process that is killed), the cell says so in
  one sentence and shows what that system answered when the course was built.
- The package cryptography is not there. Signatures (HMAC, RSA, P-256, Ed25519) are computed all the same, by plain
  Python that nobody should use for real keys; encryption (JWE, TLS, the tunnel of a VPN) is shown as it was recorded.
- Tables and figures are drawn by the course itself, in place of pandas and matplotlib: the same numbers, plainer looks.
- A loop without an end in your code is stopped after some seconds while it is checked. Elsewhere nothing can stop it:
  choose *Kernel → Restart Kernel*.
- Close the page and the kernel is gone. A lesson that you open again shows its stills until you choose *Run → Run All
  Cells*. What you wrote, predicted and had checked is still there. When a lesson that you have written in gets a newer
  edition, yours stays as it is, and the newer one lies beside it.

To start afresh, clear this site's data in your browser's settings; a lesson alone: delete its file in the list on the
left and load the page again. To keep your work, download it from there.
"""


def build_pages(scratch: Path, to: Path) -> None:
    """Build the pages into the folder `to`, beside what is live there; `scratch` holds what they are made from."""
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(STATIC, scratch / "_static")
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    for path in notebooks:
        (scratch / path.name).write_text(with_link(without_views(path), path.stem), encoding="utf-8")
    for name in ("glossary", "claims"):
        text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8").replace("](../notebooks/", "](")
        (scratch / f"{name}.md").write_text(text, encoding="utf-8")
    (scratch / "in_the_browser.md").write_text(HERE, encoding="utf-8")
    (scratch / "index.md").write_text(HOME + contents([path.stem for path in notebooks]), encoding="utf-8")
    (scratch / "conf.py").write_text(CONFIG, encoding="utf-8")
    sphinx = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going", "-d", str(scratch / "trees")]
    run([*sphinx, str(scratch), str(to)], scratch)


def with_link(text: str, name: str) -> str:
    """A notebook's text with the links to its live form and to its file under its title."""
    notebook = json.loads(text)
    first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    source = "".join(first["source"])
    link = LINK.format(live=LIVE.format(name=name), download=DOWNLOAD.format(name=name))
    first["source"] = re.sub(r"\A(# .*\n?)", lambda title: f"{title[1]}\n{link}\n", source, count=1)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if html := output.get("data", {}).get("text/html"):  # pandas heads a column of labels with nothing
                output["data"]["text/html"] = "".join(html).replace("<th></th>", "<td></td>")
    return json.dumps(notebook, ensure_ascii=False)


def contents(names: list[str]) -> str:
    """The table of contents of these notebooks, by the parts of the course."""
    out = []
    for number, part in enumerate(PARTS):
        inside = [lesson.file for lesson in LESSONS if lesson.part == number and lesson.file in names]
        if inside:
            out.append(_tree(part, inside))
    return "\n".join([*out, _tree("For reference", ["glossary", "claims", "in_the_browser"])])


def _tree(caption: str, names: list[str]) -> str:
    return "\n".join(["```{toctree}", ":maxdepth: 1", f":caption: {caption}", "", *names, "```", ""])
