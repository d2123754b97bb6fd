"""Where the programs that a lesson uses keep their own files: in a folder of the course's, never in somebody's home."""

from __future__ import annotations

import os
from pathlib import Path


def places(own: Path) -> dict[str, str]:
    """The environment that keeps in `own` what IPython, matplotlib and Hypothesis write, and whoever else needs a home.

    Hypothesis would otherwise lay a `.hypothesis` beside the learner's notebooks. HOME is given only where there is
    none that can be written: in a container one often is a user without a home.
    """
    kept = {"IPYTHONDIR": "ipython", "MPLCONFIGDIR": "matplotlib", "HYPOTHESIS_STORAGE_DIRECTORY": "hypothesis"}
    if not has_home():
        kept["HOME"] = "home"
    for folder in kept.values():
        (own / folder).mkdir(parents=True, exist_ok=True)
    return {name: str(own / folder) for name, folder in kept.items()}


def has_home() -> bool:
    """Whether there is a home that can be written in."""
    try:
        return os.access(Path.home(), os.W_OK | os.X_OK)
    except RuntimeError:  # no HOME, and nobody knows this user
        return False
