"""The live lessons: JupyterLite with the notebooks; its kernel has the labs and asks nobody else for anything."""

from __future__ import annotations

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
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "doNotDisturbMode": True,
        "fetchNews": "false",
    },
}


def build_live(cache: Path, scratch: Path, to: Path) -> None:
    """Build JupyterLite into the folder `to`; `scratch` holds what it is built from."""
    shutil.rmtree(scratch, ignore_errors=True)
    packages = lay(cache, scratch / "static" / "pyodide")
    (scratch / "files").mkdir()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        (scratch / "files" / path.name).write_text(without_views(path), encoding="utf-8")
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
    with_stills(to / "lab")


def with_stills(lab: Path) -> None:
    """Let JupyterLab save stills in place of widgets (stills.js)."""
    shutil.copy(Path(__file__).with_name("stills.js"), lab)
    page = lab / "index.html"
    text = page.read_text(encoding="utf-8")
    assert text.count("</head>") == 1
    page.write_text(text.replace("</head>", '<script type="module" src="stills.js"></script></head>'), encoding="utf-8")


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


def run(command: list[str], where: Path) -> None:
    """Run a tool quietly; what it said is shown where it fails."""
    done = subprocess.run(command, cwd=where, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise SystemExit(f"{done.stdout[-4000:]}\n{' '.join(command[:3])} failed; what it said is above.")
