"""The same saga over SQLite files, in a child process that is killed (SIGKILL) at every step; another carries on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from labs.kit.not_here import IN_A_PAGE, NotHere, said
from labs.patterns.saga import steps
from labs.patterns.stores import File

ROOT = Path(__file__).resolve().parents[3]
ORDER = "A1"


def open_files(folder: Path, refuses: str) -> dict[str, File]:
    """A database for each service, and one for the orchestrator's log."""
    files = {
        name: File(folder / f"{name}.db", {"free": 0 if name == refuses else free, "taken": {}, "closed": {}})
        for name, free in steps.FREE.items()
    }
    return {**files, "order": File(folder / "order.db", {"log": []})}


def drive(files: dict[str, File], here: Callable[[], None]) -> None:
    """The orchestrator, with its participants a function call away; `here` marks each place where it may die."""
    while True:
        here()
        with files["order"].transaction() as rows:
            action = steps.next_action(steps.STEPS, [(name, outcome) for name, outcome in rows["log"]])
        if action is None:
            return
        here()
        with files[steps.SERVICE[action]].transaction() as rows:
            key = steps.key_of(ORDER, action)
            outcome = steps.undo(rows, key) if action in steps.UNDOES else steps.take(rows, key, steps.AMOUNT[action])
            here()  # not yet committed
        here()  # committed, and not yet noted
        with files["order"].transaction() as rows:
            rows["log"].append((action, outcome))
            here()


def main(folder: str, refuses: str, death: str) -> None:
    """What the child does: it kills itself at place number `death`; 0 means never."""
    passed = 0

    def here() -> None:
        nonlocal passed
        passed += 1
        if passed == int(death):
            os.kill(os.getpid(), signal.SIGKILL)

    drive(open_files(Path(folder), refuses), here)


def _child(folder: str, refuses: str, death: int) -> int:
    command = [sys.executable, "-S", "-m", "labs.patterns.saga.real", folder, refuses, str(death)]
    return subprocess.run(command, cwd=ROOT, timeout=120, check=False).returncode


def killed_at(death: int, refuses: str) -> tuple[bool, dict[str, Any]]:
    """(whether it was killed, what the files hold once another process, this one, has carried on)."""
    with tempfile.TemporaryDirectory() as folder:
        killed = _child(folder, refuses, death) == -signal.SIGKILL
        if killed:
            drive(open_files(Path(folder), refuses), lambda: None)
        found: dict[str, Any] = {}
        for name, file in open_files(Path(folder), refuses).items():
            with file.transaction() as rows:
                found[name] = sum(rows["taken"].values()) if name != "order" else len(rows["log"])
        return killed, found


def kill_everywhere(refuses: str = "shipping") -> None:
    """Kill the child at each place in turn, carry on in its place, open the files and count."""
    if not hasattr(signal, "SIGKILL") or IN_A_PAGE:
        none = NotHere("This machine has no processes that can be killed; the course's tests do it on Linux.")
        print(said(none))
        return
    deaths, ends = 0, []
    while True:
        killed, found = killed_at(deaths + 1, refuses)
        if not killed:
            break
        deaths += 1
        ends.append({name: found[name] for name in steps.FREE})
    print(f"killed {deaths} times, each time at another place")
    for end in sorted({tuple(end.items()) for end in ends}):
        print(f"the files then hold {dict(end)}: {sum(tuple(e.items()) == end for e in ends)} times")


if __name__ == "__main__":
    main(*sys.argv[1:])
