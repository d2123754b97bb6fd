"""Real servers that several tests start. A missing one is a skipped line; in CI, which has them all, a failure."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from tests.ports import free_port


def program(name: str, package: str) -> str:
    """Where a program is. Debian keeps servers where only root's PATH looks."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin") or missing(name, package)


def missing(what: str, package: str) -> NoReturn:
    """Skip the test, or fail it in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have {what}: apt install {package}")
    pytest.skip(f"{what} is not installed (on Debian: apt install {package})")


@contextmanager
def running(command: Sequence[str], port: int, log: Path | None = None) -> Iterator[None]:
    """A server, while the block runs. The block begins when somebody listens on the port; else `log` is shown."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/tmp")
    try:
        until = time.monotonic() + 60
        while process.poll() is not None or not _listening(port):  # somebody else's may listen there
            if process.poll() is not None or time.monotonic() > until:
                raise AssertionError(log.read_text() if log and log.exists() else f"{command[0]} did not start")
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def redis_server() -> Iterator[int]:
    """The port of a Redis that writes nothing to the disk."""
    port = free_port()
    keep = ["--save", "", "--appendonly", "no"]
    found = program("redis-server", "redis-server")
    with running([found, "--port", str(port), "--bind", "127.0.0.1", *keep], port):
        yield port


@contextmanager
def nginx(folder: Path, http_block: str) -> Iterator[int]:
    """The port of an nginx with this inside its http block, where PORT stands for its address."""
    found, port, log = program("nginx", "nginx-light"), free_port(), folder / "error.log"
    temporary = "".join(
        f"{what}_temp_path {folder}/{what};" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {log};"
        f"events {{}} http {{ access_log off; {temporary} {http_block.replace('PORT', f'127.0.0.1:{port}')} }}"
    )
    with running([found, "-p", str(folder), "-c", "nginx.conf", "-e", str(log)], port, log):
        yield port
