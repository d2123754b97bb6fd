"""The live form of what is shown: a widget's view, where there is somebody to look at it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

SHARED = "".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("keys.js", "late.js"))
"""The script that every widget has before its own: `keepKeys`, and `initialize` to be exported beside `render`."""


def view(widget: Any, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A widget's own mimebundle and its metadata; nothing where nbgrader runs the notebook.

    What nbgrader shows a learner is a page without a kernel, and nbconvert takes a widget's view for the best form
    there is: beside one it leaves the picture out.
    """
    if "NBGRADER_EXECUTION" in os.environ:
        return {}, {}
    bundle = widget._repr_mimebundle_(**kwargs) or {}
    return bundle if isinstance(bundle, tuple) else (bundle, {})
