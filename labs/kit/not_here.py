"""What cannot be had where this runs: no socket, process or thread in a browser's page, no broker that answers."""

from __future__ import annotations

import sys

IN_A_PAGE = sys.platform == "emscripten"
NO_THREAD = "can't start new thread"  # what Python says in a page, where there can be none


class NotHere(RuntimeError):
    """A real system that cannot be had where this runs; the message says which, in a sentence."""


def said(why: NotHere) -> str:
    """The reason as text to show; in a page the recorded answer is better, so there the reason is raised instead."""
    if IN_A_PAGE:
        raise why
    return str(why)
