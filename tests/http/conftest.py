"""Servers that the tests of this folder share, each started once for a module."""

import socket

import pytest


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
