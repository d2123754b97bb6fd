"""One function of a submission in a process of its own, judged in this one: nothing that runs there can decide here.

Each time the process is a fresh one. Where the grader runs as root on Linux, the course's folder is read-only for it,
and there is no network; elsewhere it reads a private copy of `labs/`, made from what this process read when it began.
So whatever learner code writes to disk, it reaches neither this process nor the next learner. It gets no environment
and an empty home, and the course's own solution is taken out of what it has loaded. How the two talk is said in
labs/kit/checking/child.py.

Other files and processes of the same user are not shut off: for code that is hostile beyond a notebook, run the whole
grader in a container.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path

from labs.kit.checking.asking import Child, Lost
from labs.kit.checking.child import Frames
from labs.kit.checking.examine import Limits
from labs.kit.checking.exercise import Exercise
from labs.kit.checking.report import Report
from labs.kit.checking.trial import judge
from tools.lesson import ROOT

LIMITS = Limits()
# The course read-only, no network, and no right to change that: "$1" is the course's folder, the rest is what to run.
SHUT = """mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec setpriv --bounding-set=-all "$@" """
CODE = "import sys; sys.path.insert(0, {course!r}); from tools.grade.inside import main; main()"


class Snapshot:
    """What a submission's process reads of the course: the course's folder, where it is read-only for that process;
    else a copy of its own, as it was when the grading began.
    """

    def __init__(self, root: Path = ROOT) -> None:
        self._root, self._files = root, dict[Path, bytes]()
        if _shut_off():
            return
        files = [path for path in (root / "labs").rglob("*") if path.suffix in (".py", ".js", ".css", ".json")]
        files += [root / "tools" / name for name in ("__init__.py", "grade/__init__.py", "grade/inside.py")]
        self._files = {path.relative_to(root): path.read_bytes() for path in files}

    def course(self, folder: Path) -> Path:
        """Where it lies; a copy is written to this folder, readable for everybody."""
        if not self._files:
            return self._root
        for name, content in self._files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return folder


def grade(exercise: Exercise, function: str, before: list[str], cell: str, snapshot: Snapshot) -> Report:
    """Run the cells and put the function of this name to the exercise. The report never raises."""
    folder = Path(tempfile.mkdtemp(prefix="grade-"))
    try:
        (home := folder / "home").mkdir()
        return _judged(
            exercise,
            _start(snapshot.course(folder / "course"), home),
            {"exercise": exercise.id, "function": function, "before": before, "cell": cell, "limits": asdict(LIMITS)},
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(course: Path, home: Path) -> subprocess.Popen[bytes]:
    environment = {"HOME": str(home), "PATH": os.defpath, "LANG": "C.UTF-8"}
    return subprocess.Popen(
        [*_shut_off(), sys.executable, "-I", "-B", "-c", CODE.format(course=str(course))], cwd=home, env=environment,
        start_new_session=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@cache
def _shut_off() -> tuple[str, ...]:
    """What to put before a command so that it runs shut off; nothing, where that cannot be had."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return ()
    shut = ("unshare", "--mount", "--net", "--", "sh", "-c", SHUT, "sh", str(ROOT))
    with suppress(OSError):
        if subprocess.run([*shut, "true"], capture_output=True, check=False).returncode == 0:
            return shut
    return ()


def _judged(exercise: Exercise, process: subprocess.Popen[bytes], task: dict[str, object]) -> Report:
    assert process.stdin is not None and process.stdout is not None
    frames = Frames(process.stdout, process.stdin)
    with suppress(OSError):
        frames.send(json.dumps(task).encode())
    try:
        with Child(process, frames, LIMITS, home="the cell") as child:
            return judge(exercise, child)
    except (Lost, TimeoutError):
        sentence = "Its cell could not be run: it raises, does not come to an end, or does not define the function."
        return Report("not checked", exercise, sentence=sentence)
    finally:
        process.kill()
        process.wait()
