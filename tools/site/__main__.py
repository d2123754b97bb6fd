"""Build the course's website: `make site`, or `python -m tools.site [folder]`.

It becomes a folder of plain files (.build/site), for any web server: python -m http.server -d .build/site
"""

from __future__ import annotations

import argparse
import shutil
import time
from pathlib import Path

from tools.site.elsewhere import build_downloads
from tools.site.live import build_live
from tools.site.pages import build_pages
from tools.site.wheels import ROOT

BUILD = ROOT / ".build"


def main() -> None:
    """Build what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tools.site", description="Build the course's website.")
    parser.add_argument("to", nargs="?", type=Path, default=BUILD / "site", help="the folder that it goes to")
    parser.add_argument("--only", choices=("pages", "live"), help="only the pages, or only the live lessons")
    asked = parser.parse_args()
    to, began = asked.to.resolve(), time.perf_counter()
    if asked.only is None:
        shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True, exist_ok=True)
    if asked.only != "live":
        build_pages(BUILD / "site-pages", to)
        build_downloads(to / "notebooks")
        (to / ".nojekyll").touch()  # else GitHub Pages leaves out what begins with an underscore
    if asked.only != "pages":
        build_live(BUILD / "site-cache", BUILD / "site-lite", to / "live")
    size = sum(file.stat().st_size for file in to.rglob("*") if file.is_file())
    print(f"{to} is built: {size / 1e6:.0f} MB in {time.perf_counter() - began:.0f} s. Look at it:")
    print(f"    python3 -m http.server --bind 127.0.0.1 --directory {to}")


if __name__ == "__main__":
    main()
