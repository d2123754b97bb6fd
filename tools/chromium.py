"""Which Chromium takes the pictures and runs the browser's tests."""

import shutil

WHOLE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHELL = "chromium-headless-shell"
"""Debian's package of the same engine without windows, menus and settings: it has a fifth less to do."""
HOW_TO_GET_IT = "Chromium was not found: install it (on Debian and Ubuntu: apt install chromium)"


def found(whole: bool = False) -> str | None:
    """Where it is; `whole`: as people use it, for what the shell does not have and for measuring."""
    return next((path for name in ((SHELL,) * (not whole) + WHOLE) if (path := shutil.which(name))), None)
