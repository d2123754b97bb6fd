"""What only lives with a kernel is not saved: without its kernel, a widget's view is an error where a picture was.

A picture of the course is put out in two forms, the live widget and a still. JupyterLab shows the first it can, and
saves both; opened the next day, it would try the first: "Error displaying widget: model not found".
"""

from __future__ import annotations

from typing import Any

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def strip_views(nb: Any) -> bool:
    """Take the widgets out of a notebook (as JSON, or an nbformat node) and leave their stills; was there any?"""
    found = nb["metadata"].pop("widgets", None) is not None
    for cell in nb["cells"]:
        for output in cell.get("outputs", []):
            found |= output.get("data", {}).pop(WIDGET_VIEW, None) is not None
    return found


def before_saving(model: dict[str, Any], **_: Any) -> None:
    """JupyterLab's `pre_save_hook`: what is on the page stays as it is, only what goes into the file is changed."""
    if model["type"] == "notebook":
        strip_views(model["content"])
