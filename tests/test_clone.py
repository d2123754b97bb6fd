"""A clone on Windows (core.autocrlf=true) has the same bytes: its notebooks are fresh, and its shell scripts run."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = (".gitattributes", "tools/setup.sh", "labs/kit/playing/player.js", *("lessons", "notebooks", "solutions"))


def git(*arguments: str, at: Path) -> None:
    options = ["-c", "user.name=nobody", "-c", "user.email=nobody@localhost", "-c", "core.autocrlf=true"]
    subprocess.run(["git", *options, *arguments], cwd=at, check=True, capture_output=True, timeout=300)


def test_a_clone_that_would_change_line_ends_changes_none(tmp_path: Path) -> None:
    course = tmp_path / "course"
    for name in FILES:
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, course / name, ignore=shutil.ignore_patterns(".*"))  # what git does not keep
        else:
            shutil.copy(ROOT / name, course / name)
    git("init", at=course)
    git("add", ".", at=course)
    git("commit", "-m", "all", at=course)
    git("clone", str(course), "clone", at=tmp_path)
    kept = {path.relative_to(course): path for path in course.rglob("*") if ".git" not in path.parts and path.is_file()}
    different = [
        str(name) for name, path in kept.items() if (tmp_path / "clone" / name).read_bytes() != path.read_bytes()
    ]
    assert kept and different == []
