"""The live lessons: JupyterLite with the notebooks; its kernel has the labs and asks nobody else for anything."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat

from tools.site.wheels import ROOT, lay
from tools.views import strip_views

SETTINGS = {
    # Light or dark as the reader's system is; and what would ask a server that is not there is not there.
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
    "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"},
    # What is run before there is a kernel is not run: let it say so, and leave the pictures where they are.
    "@jupyterlab/notebook-extension:tracker": {"enableKernelInitNotification": True},
}


def build_live(cache: Path, scratch: Path, to: Path) -> None:
    """Build JupyterLite into the folder `to`; `scratch` holds what it is built from."""
    shutil.rmtree(scratch, ignore_errors=True)
    packages = lay(cache, scratch / "static" / "pyodide")
    (scratch / "files").mkdir()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        (scratch / "files" / path.name).write_text(with_edition(without_views(path)), encoding="utf-8")
    (scratch / "jupyter-lite.json").write_text(json.dumps(configuration(packages), indent=1))
    (scratch / "overrides.json").write_text(json.dumps(SETTINGS, indent=1))
    lite = [
        Path(sys.executable).with_name("jupyter"),
        "lite",
        "build",
        "--apps=lab",
        "--no-sourcemaps",
        "--no-libarchive",
    ]
    folders = [f"--lite-dir={scratch}", f"--output-dir={to}", f"--LiteBuildConfig.cache_dir={scratch / 'cache'}"]
    shutil.rmtree(to, ignore_errors=True)
    run([*map(str, lite), "--no-unused-shared-packages", *folders], scratch)
    with_scripts(to / "lab")


def with_scripts(lab: Path) -> None:
    """Let JupyterLab save stills in place of widgets (stills.js) and look for newer editions (editions.js)."""
    page = lab / "index.html"
    text = page.read_text(encoding="utf-8")
    assert text.count("</head>") == 1
    for name in ("stills.js", "editions.js"):
        shutil.copy(Path(__file__).with_name(name), lab)
        text = text.replace("</head>", f'<script type="module" src="{name}"></script></head>')
    page.write_text(text, encoding="utf-8")


def configuration(packages: list[str]) -> dict[str, object]:
    """JupyterLite's own settings: every package is there before the first cell, and none comes from elsewhere."""
    kernel = {"disablePyPIFallback": True, "loadPyodideOptions": {"packages": packages}}
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Run, break, rebuild",
            "exposeAppInBrowser": True,
            "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel},
        },
    }


def without_views(path: Path) -> str:
    """A notebook's text with its stills, with no dead widget before them, and with no text kept as a list of lines.

    A Jupyter server joins the lines for JupyterLab; here there is none to do so.
    """
    notebook: Any = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    strip_views(notebook)
    notebook["metadata"]["kernelspec"] = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
    return json.dumps(notebook, ensure_ascii=False)


def with_edition(text: str) -> str:
    """A notebook that says which edition it is: by this, editions.js tells a newer one, and whether a copy was changed.

    As in tools.lab.source_hash, what is written in the cells decides, empty ones apart. editions.js says it in its own
    language, and has to come to the same hash.
    """
    notebook = json.loads(text)
    written = [(cell["cell_type"], cell["source"]) for cell in notebook["cells"] if cell["source"].strip()]
    said = "\0".join(word for cell in written for word in cell)
    notebook["metadata"]["edition"] = hashlib.sha256(said.encode()).hexdigest()
    return json.dumps(notebook, ensure_ascii=False)


def run(command: list[str], where: Path) -> None:
    """Run a tool quietly; what it said is shown where it fails."""
    done = subprocess.run(command, cwd=where, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise SystemExit(f"{done.stdout[-4000:]}\n{' '.join(command[:3])} failed; what it said is above.")
