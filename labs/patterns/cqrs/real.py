"""The same parts over SQLite files, in a child process that is killed (SIGKILL) at every step and started again."""

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
from labs.patterns.cqrs import parts
from labs.patterns.cqrs.reading import empty
from labs.patterns.cqrs.world import SCRIPT
from labs.patterns.stores import File

WRITES = SCRIPT[:3]
ROOT = Path(__file__).resolve().parents[3]


def open_files(folder: Path) -> dict[str, File]:
    """A database for each service, one for the feeds, and one for the read model."""
    files = {name: File(folder / f"{name}.db", parts.empty_store()) for name in parts.SERVICES}
    feeds = File(folder / "feeds.db", {name: [] for name in parts.SERVICES})
    return {**files, "feeds": feeds, "view": File(folder / "view.db", empty())}


def drive(files: dict[str, File], outbox: bool, here: Callable[[], None]) -> None:
    """The writes, each followed by a round of relay and projector; `here` marks each place where it may die."""
    for place, (_, service, id, row) in enumerate(WRITES):
        before = sum(earlier[1:3] == (service, id) for earlier in WRITES[:place])
        here()
        with files[service].transaction() as store:
            took = store["versions"].get(id, 0) > before  # the client repeats only what has not taken place
            event = None if took else parts.write(store, service, id, row)
            if not outbox:
                store["outbox"] = []
            here()  # not yet committed
        here()  # committed, and not yet published
        if event and not outbox:
            _publish(files, service, event)
        _catch_up(files, here)


def _publish(files: dict[str, File], service: str, event: parts.Event) -> bool:
    with files["feeds"].transaction() as feeds:
        feeds[service].append(event)
    return True


def _catch_up(files: dict[str, File], here: Callable[[], None]) -> None:
    """One round of both relays, then the projector to the end of both feeds."""
    for service in parts.SERVICES:
        with files[service].transaction() as store:
            waiting = store["outbox"]

        def publish(event: parts.Event, service: str = service) -> bool:
            _publish(files, service, event)
            here()  # published, and not yet marked
            return True

        def mark(number: int, service: str = service) -> None:
            with files[service].transaction() as store:
                parts.mark_sent(store, number)
                here()
            here()

        parts.relay(waiting, publish, mark)
    with files["feeds"].transaction() as feeds:
        told = dict(feeds)
    for service in parts.SERVICES:
        while _project_next(files["view"], service, told[service], here):
            here()


def _project_next(view: File, service: str, feed: list[parts.Event], here: Callable[[], None]) -> bool:
    with view.transaction() as rows:
        position = rows["positions"][service]
        if position >= len(feed):
            return False
        parts.project(rows["view"], feed[position])
        rows["positions"][service] = position + 1
        here()  # neither the row nor the position is committed
    return True


def main(folder: str, outbox: str, death: str) -> None:
    """What the child does: it kills itself at place number `death`; 0 means never."""
    passed = 0

    def here() -> None:
        nonlocal passed
        passed += 1
        if passed == int(death):
            os.kill(os.getpid(), signal.SIGKILL)

    drive(open_files(Path(folder)), outbox == "outbox", here)


def killed(folder: str, outbox: str, death: int) -> bool:
    """Run the child; whether it was killed before the end."""
    command = [sys.executable, "-S", "-m", "labs.patterns.cqrs.real", folder, outbox, str(death)]
    return subprocess.run(command, cwd=ROOT, timeout=60, check=False).returncode == -signal.SIGKILL


def killed_at(death: int, outbox: str = "outbox") -> tuple[bool, bool, int]:
    """(was it killed, is the read model right once another process has carried on, records in the feeds)."""
    with tempfile.TemporaryDirectory() as folder:
        died = killed(folder, outbox, death)
        if died:
            drive(open_files(Path(folder)), outbox == "outbox", lambda: None)
        found: dict[str, Any] = {}
        for name, file in open_files(Path(folder)).items():
            with file.transaction() as rows:
                found[name] = rows
        join = parts.join(found["customers"]["rows"], found["orders"]["rows"])
        records = sum(len(found["feeds"][name]) for name in parts.SERVICES)
        return died, found["view"]["view"]["orders"] == join, records


def kill_everywhere(outbox: str = "outbox") -> None:
    """Kill the child at every place, carry on in another process, open the files and compare."""
    if not hasattr(signal, "SIGKILL") or IN_A_PAGE:
        none = NotHere("This machine has no processes that can be killed; the course's tests do it on Linux.")
        print(said(none))
        return
    right, records, death = [], [], 1
    while True:
        died, well, many = killed_at(death, outbox)
        if not died:
            break
        right.append(well)
        records.append(many)
        death += 1
    print(f"{outbox}: killed {len(right)} times, each time at another place")
    print(f"   after a restart the read model equals the join: {sum(right)} times")
    print(f"   entries in the feeds for {len(WRITES)} events: {min(records)} to {max(records)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
