"""The folder in which the learner's own work is kept, and how a file is written so that nothing is ever lost."""

from __future__ import annotations

import functools
import os
import tempfile
from pathlib import Path


def work_folder() -> Path:
    """Where work is kept: `COURSE_WORK`, or `my_work/` in the course's folder (else in the current one)."""
    if chosen := os.environ.get("COURSE_WORK"):
        return Path(chosen).expanduser()
    if os.environ.get("NBGRADER_EXECUTION"):
        return _throwaway()
    root = Path(__file__).resolve().parents[2]
    return (root if (root / "pyproject.toml").is_file() else Path.cwd()) / "my_work"


@functools.cache
def _throwaway() -> Path:
    return Path(tempfile.mkdtemp(prefix="course-"))


def write(path: Path, text: str, new: bool = False) -> None:
    """Write a file wholly or not at all; with `new`, only if there is none yet (else FileExistsError)."""
    if new:
        try:
            with open(path, "x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError:
            raise
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name + ".")
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(temporary, path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def put_aside(path: Path) -> None:
    """Rename a file that cannot be read, and say so once; it is never deleted."""
    try:
        aside = free(path.with_suffix(".damaged"))
        path.rename(aside)
        print(f"{short(path)} could not be read; it is kept as {aside.name}.")
    except OSError:
        print(f"{short(path)} could not be read, and was left as it is.")


def free(path: Path) -> Path:
    """The path with the first number that is not taken: kafka-range.old-1."""
    numbered = (path.with_name(f"{path.name}-{n}") for n in range(1, 1_000_000))
    return next(p for p in numbered if not p.exists())


def short(path: Path) -> str:
    """The path as a learner sees it: my_work/attempts/kafka-range/0001.py."""
    return (Path(work_folder().name) / path.relative_to(work_folder())).as_posix()


def reason(problem: OSError) -> str:
    """What the system said, as the end of a sentence: "no space left on device"."""
    return (problem.strerror or type(problem).__name__).lower()
