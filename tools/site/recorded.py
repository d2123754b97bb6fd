"""What each cell answered when the notebooks were built, to be shown in a page where the cell cannot run.

A file for each cell, named by the cell's text (`key`), so that nobody has to say which lesson it is in; the cells of a
lesson that a learner has changed have no file, and what an unchanged one answered is what the file says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from labs.kit.page.browser import key

SHOWN = ("stream", "display_data", "execute_result")


def recorded(notebooks: Path) -> Iterator[tuple[str, str]]:
    """(the name of a cell's file, its outputs as JSON) for each code cell of these notebooks."""
    done = set()
    for path in sorted(notebooks.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] != "code" or cell["metadata"].get("nbgrader", {}).get("grade"):
                continue  # a check: what it said of an empty exercise is no answer for anybody's
            outputs = [output for output in cell.get("outputs", []) if output["output_type"] in SHOWN]
            name = key("".join(cell["source"]))
            if name not in done:
                done.add(name)
                yield name, json.dumps([_slim(output) for output in outputs], ensure_ascii=False)


def _slim(output: dict[str, Any]) -> dict[str, Any]:
    """A stream's text, or what is displayed in each form."""
    if output["output_type"] == "stream":
        return {"name": output["name"], "text": _joined(output["text"])}
    return {"data": {form: _joined(content) for form, content in output["data"].items()}}


def _joined(content: Any) -> Any:
    """A notebook keeps a text as its lines."""
    return "".join(content) if isinstance(content, list) else content
