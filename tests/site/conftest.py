"""The course's website as `make site` has built it, served on 127.0.0.1: to Chromium, and to Python for a page in node.

Nothing here builds it: `make test` does so first (`make site`), and a test that finds none says so.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import browser  # noqa: F401  (a fixture)

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / ".build" / "site"
VENV = ROOT / ".venv-site"


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the website."""
    if not (SITE / "live" / "lab" / "index.html").exists() or not (SITE / "index.html").exists():
        if os.environ.get("CI"):
            pytest.fail("the website has not been built: make site")
        pytest.skip("the website has not been built: make site")
    return SITE


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *asked: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a page that is closed while it loads is no error
            super().handle_error(*asked)


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the website is served."""
    with Server(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
