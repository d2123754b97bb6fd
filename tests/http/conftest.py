"""Servers that the tests of this folder share, each started once for a module."""

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager

import pytest

from tests.ports import free_port

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def nginx(folder, http_block):
    """The port of an nginx with this inside its http block, where PORT is."""
    port = free_port()
    temporary = "".join(
        f"{what}_temp_path {folder}/{what};" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;"
        f"events {{}} http {{ access_log off; {temporary} {http_block.replace('PORT', f'127.0.0.1:{port}')} }}"
    )
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", "nginx.conf", "-e", f"{folder}/error.log"])
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.02)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


@pytest.fixture(scope="module")
def nginx_with(tmp_path_factory):
    """`with nginx_with(http_block) as port`; one skipped line where nginx is not installed, but not in CI."""
    if NGINX is None and os.environ.get("CI") != "true":
        pytest.skip("nginx is not installed (on Debian: apt install nginx-light)")
    assert NGINX, "CI must have nginx: apt install nginx-light"
    return lambda http_block: nginx(tmp_path_factory.mktemp("nginx"), http_block)


def said(port, message, wait=2.0):
    """All that comes back for these bytes, the client's side closed after them; b"" where nothing does."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as line:
        try:
            line.sendall(message)
            line.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: line.recv(65536), b""))
        except (TimeoutError, OSError):
            return b""


@pytest.fixture(scope="session")
def answer_to():
    """The bytes that come back from a port for these bytes."""
    return said
