"""Free ports for the servers that tests start."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

_given: set[int] = set()  # a port is free until its server listens, and a hub or a cluster asks for several at once


def free_port() -> int:
    """A port of 127.0.0.1 that is free now, and that nobody is given unasked: below the range for outgoing connections.

    Nor is it given twice by one test process.

    A server that is stopped and started again wants its old port back. Had the system chosen it, it might belong
    to somebody's client by then.
    """
    anywhere = random.SystemRandom()  # two test processes must not try the same ones
    for _ in range(1000):
        port = anywhere.randrange(12_000, 32_000)
        with socket.socket() as found, suppress(OSError):
            found.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                return port
    raise AssertionError("no port of 127.0.0.1 between 12000 and 32000 is free")
