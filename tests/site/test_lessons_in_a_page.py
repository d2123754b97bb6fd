"""Every lesson, answers and all, from top to bottom in a page's Python: Pyodide in node, with JupyterLite's kernel.

What comes out is what the notebooks hold, but for tables and figures, which the kit draws there, and for cells that
need a real system, which say so and show what was recorded.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from labs.kit.page.browser import ANSWERED, NO_RECORD, NOTHING
from tests.site.conftest import ROOT, VENV

SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))
KERNEL = VENV / "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
OTHERWISE = {"check_machine()": "it says what a page has"}

OWN = """
import time
from labs.kit import attempts, check

def workers_needed(arrivals, per_worker):
    while True:
        pass

check("queues-workers", workers_needed)
---
def workers_needed(arrivals, per_worker):
    return round(arrivals / per_worker)

check("queues-workers", workers_needed)
---
print(attempts())
---
import socket
socket.create_server(("127.0.0.1", 0))
---
import pandas
pandas.DataFrame([{"a": 1}])
---
from cryptography import x509
---
1 / 0
"""


@pytest.fixture(scope="module")
def ran(request, site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """The cells of each notebook asked for, as they came out, by the notebook's name; "own" is the one above."""
    asked = [path for path in SOLUTIONS if any(f"[{path.stem}]" in item.name for item in request.session.items)]
    own = tmp_path_factory.mktemp("page") / "own.ipynb"
    cells = [{"cell_type": "code", "id": str(i), "source": text.strip()} for i, text in enumerate(OWN.split("---"))]
    own.write_text(json.dumps({"cells": cells}))
    run = [VENV / "bin" / "node", ROOT / "tools/site/run.mjs", site / "live/static/pyodide", KERNEL, *asked, own]
    done = subprocess.run(run, capture_output=True, text=True, timeout=3000)
    assert done.returncode == 0, done.stderr[-2000:]
    results = [json.loads(line) for line in done.stdout.splitlines()]
    print(*(f"{Path(r['notebook']).stem}: {r['seconds']:.1f} s" for r in results), sep="\n")
    return {Path(result["notebook"]).stem: result["cells"] for result in results}


def text(outputs: list[dict[str, Any]]) -> str:
    """What is to be read in a cell's outputs; how it is cut into lines and pieces does not count."""
    parts = (output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs)
    return " ".join("".join(map("".join, parts)).split())


def stood_in(outputs: list[dict[str, Any]]) -> bool:
    return any('<table class="dataframe">' in output.get("data", {}).get("text/html", "") for output in outputs)


def recorded(outputs: list[dict[str, Any]]) -> bool:
    """Whether a cell says that it cannot run in a page."""
    return any(text([output]).endswith((ANSWERED, NO_RECORD, NOTHING)) for output in outputs)


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_a_lesson_runs_from_top_to_bottom(path, ran):
    came = {cell["id"]: cell for cell in ran[path.stem]}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        source, got = "".join(cell["source"]), came[cell["id"]]
        assert got["status"] == "ok", f"{source}\n\n{got['ename']}: {got['evalue']}"
        assert "Traceback" not in text(got["outputs"]), source
        check = cell["metadata"].get("nbgrader", {}).get("grade", False)
        if recorded(got["outputs"]):
            assert check or NO_RECORD not in text(got["outputs"]), f"no answer is kept of\n{source}"
        elif check:
            assert text(got["outputs"]).startswith("✓ all holds"), f"{source}\n\n{text(got['outputs'])}"
        elif not stood_in(got["outputs"]) and source.strip() not in OTHERWISE:
            assert text(got["outputs"]) == text(cell["outputs"]), source


def test_what_a_page_does_to_code_of_one_s_own(ran):
    endless, wrong, kept, server, table, package, slip = ran["own"]
    assert re.search(r"did not come back|took longer", text(endless["outputs"])), text(endless["outputs"])
    assert "`while True:`" in text(endless["outputs"]) and endless["seconds"] < 600
    assert "✗" in text(wrong["outputs"]) and "0 of 1 point" in text(wrong["outputs"])
    assert re.search(r"queues-workers +2 +not yet", text(kept["outputs"]))
    assert NO_RECORD in text(server["outputs"]) and NO_RECORD in text(package["outputs"])
    assert stood_in(table["outputs"])
    assert slip["status"] == "error" and "ZeroDivisionError" in slip["ename"]
