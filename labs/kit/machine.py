"""Is this machine ready for the course? One line for each thing that a lesson needs, and what to do where it is not."""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
from collections.abc import Iterator

from labs.kit.not_here import IN_A_PAGE
from labs.kit.work import work_folder

NEEDED = {
    "ipywidgets": "controls", "anywidget": "moving pictures", "matplotlib": "figures", "networkx": "the map",
    "pandas": "tables", "hypothesis": "checking exercises", "simpy": "queues", "cryptography": "tokens",
}  # fmt: skip
NICE = {"confluent_kafka": "the real Kafka clients of the Kafka lessons (everything else works without)"}
STOOD_IN = ("cryptography", "matplotlib", "pandas")  # in a browser's page by what the kit has itself
NOT_IN_A_PAGE = "a page has none: where a lesson needs one, you see what it answered when the course was built"
INSTALL = "run `make lab` again in the course's folder; it installs what is missing"


def look() -> Iterator[tuple[bool, str, str]]:
    """(is it well?, what, what to do if not), one after the other."""
    yield sys.version_info >= (3, 11), "Python 3.11 or later", "install a newer Python, then run `make lab` again"
    if IN_A_PAGE:
        yield from _look_in_a_page()
        return
    for name, what in NEEDED.items():
        yield importlib.util.find_spec(name) is not None, f"{name}, for {what}", INSTALL
    for name, what in NICE.items():
        yield importlib.util.find_spec(name) is not None, f"{name}, for {what}", INSTALL
    yield _writable(), "a folder for your work", "allow writing to my_work/, or name another with COURSE_WORK"
    yield _loopback(), "servers on 127.0.0.1, for lessons that start one", "a firewall forbids it: ask who runs it"


def _look_in_a_page() -> Iterator[tuple[bool, str, str]]:
    """The same for a browser's page, where nobody can install anything, nor needs to."""
    for name, what in NEEDED.items():
        if name in STOOD_IN:
            yield True, f"{what}, by the course's own means", ""
        elif importlib.util.find_spec(name) is not None:
            yield True, f"{name}, for {what}", ""
    yield _writable(), "a folder for your work, in this browser's storage", "allow this site to store data"
    yield True, f"real servers, processes and encryption: {NOT_IN_A_PAGE}", ""


def _writable() -> bool:
    folder = work_folder()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK)


def _loopback() -> bool:
    try:
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            server.listen()
            return True
    except OSError:
        return False


def check_machine() -> None:
    """Print what is there and what is missing."""
    missing = 0
    for well, what, cure in look():
        missing += not well
        print(f"{'✓' if well else '✗'} {what}" + ("" if well else f"\n    → {cure}"))
    print("\nEverything is in place." if not missing else f"\n{missing} missing; the arrows say what to do.")
