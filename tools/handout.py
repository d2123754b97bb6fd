"""Make the tree that a class is given: `make handout TO=folder`, or `python -m tools.handout folder`.

It holds what a learner needs (`notebooks/`, `labs/`, what `make lab` starts) and none of what would answer for them:
no `solutions/`, no `lessons/` (answers included), no tests (they hold whole solutions), no history. The readable models
in `labs/` stay: reading them is part of the course.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

GIVEN = (
    "labs/", "notebooks/", "docs/", "tools/", "README.md", "LICENSE", "LICENSE-TEXT",
    "environment.yml", "pyproject.toml", "uv.lock", ".gitattributes", ".gitignore",
)  # fmt: skip
KEPT_BACK = ("tools/build.py", "tools/grade", "tools/handout.py", "tools/look.py", "tools/picture.py", "tools/check",
             "tools/notes.py", "tools/site", "tools/stuck.py", "tools/wall")  # fmt: skip

MAKEFILE = """\
# What a learner needs: `make lab` sets everything up and opens the course. Python 3.11 or later, and make.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME VIRTUAL_ENV

.PHONY: lab clean

lab:
\t@sh tools/setup.sh .venv --no-default-groups
\t@.venv/bin/python -m tools.lab $(ARGS)

clean:
\trm -rf .venv .uv *.egg-info
\tfind . -name __pycache__ -type d -prune -exec rm -rf {} +
"""


class HandoutError(Exception):
    """Why no handout was made, in one sentence."""


def handout(to: Path, root: Path = ROOT) -> list[Path]:
    """Copy what a class is given from the course in `root` into the new folder `to`; the files, relative to it."""
    if to.exists() and any(to.iterdir() if to.is_dir() else [to]):
        raise HandoutError(f"{to} is there already, and not empty: name a new folder, or remove that one first.")
    files = [path for path in tracked(root) if given(path)]
    if not any(path.parts[0] == "notebooks" for path in files):
        raise HandoutError(f"{root} holds no notebooks that git knows: run this in a clone of the course.")
    for path in files:
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / path, to / path)
    (to / "Makefile").write_text(MAKEFILE, encoding="utf-8")
    return [*files, Path("Makefile")]


def tracked(root: Path) -> list[Path]:
    """The files that git keeps below `root`: nobody's scratch files are handed out."""
    told = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True, check=False)
    if told.returncode:
        raise HandoutError(f"{root} is not a git clone, so nothing says which files belong to the course.")
    names = [name.decode() for name in told.stdout.split(b"\0") if name]
    return [Path(name) for name in names if (root / name).is_file()]


def given(path: Path) -> bool:
    """Whether a file goes to the class."""
    name = path.as_posix()
    return name.startswith(GIVEN) and not name.startswith(KEPT_BACK)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.handout", description="Make the tree that a class is given.")
    parser.add_argument("to", type=Path, help="a new folder for it")
    to = parser.parse_args(arguments).to
    try:
        files = handout(to)
    except HandoutError as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{len(files)} files in {to}, no answers among them. Zip it or make it a repository; `make lab` works there.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
