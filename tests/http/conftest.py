"""Servers that the tests of this folder share, each started once for a module."""

import socket
from contextlib import suppress

import pytest


def said(port, message, wait=60.0):
    """All that comes back for these bytes, the client's side closed after them; b"" where nothing does.

    Whoever refuses may have hung up before the last byte is sent: what was said until then is in the line all the same.
    """
    told = b""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as line:
        with suppress(OSError):
            line.sendall(message)
            line.shutdown(socket.SHUT_WR)
        with suppress(OSError):
            while more := line.recv(65536):
                told += more
    return told


@pytest.fixture(scope="session")
def answer_to():
    """The bytes that come back from a port for these bytes."""
    return said
