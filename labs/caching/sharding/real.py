"""The real thing: three memcached servers on this machine, one of them killed, and the misses counted.

memcached is started where it is installed (Debian, Ubuntu: `apt install memcached`). Elsewhere a small server of the
course's own answers, which knows two words of memcached's protocol, `get` and `set`; what comes out is the same.
"""

from __future__ import annotations

import os
import shutil
import socket
import socketserver
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from labs.caching.sharding import ketama
from labs.caching.sharding.measures import KEYS
from labs.caching.sharding.placing import Place, modulo, on_ring
from labs.caching.sharding.rings import Points, listed, owner
from labs.kit.guarding.fence import fenced, written
from labs.kit.guarding.telling import LearnerError, show

PATIENCE = 30.0  # seconds for a server to answer


class Server:
    """A cache server on 127.0.0.1, and what ends it."""

    def __init__(self, port: int, end: Callable[[], None]) -> None:
        self.port, self._end = port, end

    def kill(self) -> None:
        """End it; what it held is gone. To do it twice does nothing."""
        self._end()
        self._end = lambda: None


@contextmanager
def cache_servers(names: Sequence[str]) -> Iterator[dict[str, Server]]:
    """A server for each name, ended when the block is."""
    memcached = shutil.which("memcached")
    with ExitStack() as stack:
        servers = {}
        for name in names:
            servers[name] = _memcached(memcached) if memcached else _stand_in()
            stack.callback(servers[name].kill)
        yield servers


def _memcached(program: str) -> Server:
    for _ in range(3):
        if server := _on_a_free_port(program):
            return server
    raise RuntimeError("memcached does not start: `memcached -vv` says why")


def _on_a_free_port(program: str) -> Server | None:
    """None where it does not start, perhaps because somebody was given the port that was free a moment ago."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    user = ["-u", "root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    process = subprocess.Popen([program, "-l", "127.0.0.1", "-p", str(port), "-U", "0", "-m", "16", *user])

    def end() -> None:
        process.kill()
        process.wait()

    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return Server(port, end)
        time.sleep(0.01)
    end()
    return None


class _StandIn(socketserver.ThreadingTCPServer):
    """Enough of memcached for this lesson."""

    daemon_threads = True

    def __init__(self) -> None:
        self.held: dict[bytes, bytes] = {}
        self.connections: list[socket.socket] = []
        super().__init__(("127.0.0.1", 0), _Words)


class _Words(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server: Any = self.server
        server.connections.append(self.connection)
        with suppress(OSError):
            while words := self.rfile.readline().split():
                if words[0] == b"set":
                    server.held[words[1]] = self.rfile.read(int(words[4]) + 2)[:-2]
                    self.wfile.write(b"STORED\r\n")
                elif words[1] in server.held:
                    value = server.held[words[1]]
                    self.wfile.write(b"VALUE %s 0 %d\r\n%s\r\nEND\r\n" % (words[1], len(value), value))
                else:
                    self.wfile.write(b"END\r\n")


def _stand_in() -> Server:
    server = _StandIn()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def end() -> None:
        server.shutdown()
        for connection in server.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        server.server_close()

    return Server(server.server_address[1], end)


class Client:
    """A cache client: it knows the servers, works out which of them has a key, and gives up a server that is dead."""

    def __init__(self, ports: Mapping[str, int], place: Place) -> None:
        self.up, self.place = list(ports), place
        self._files: dict[str, Any] = {}
        for name, port in ports.items():
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
                self._files[name] = connection.makefile("rwb")

    def get(self, key: str) -> bytes | None:
        """The value; None for a miss, and for a server that has just turned out to be dead."""

        def ask(file: Any) -> bytes | None:
            if not (line := file.readline()):
                raise ConnectionError
            if not line.startswith(b"VALUE"):
                return None
            value = file.read(int(line.split()[3]) + 2)[:-2]
            file.readline()
            return bytes(value)

        value: bytes | None = self._ask(key, f"get {key}\r\n".encode(), ask)
        return value

    def set(self, key: str, value: bytes) -> None:
        """Leave the value where the key belongs."""
        self._ask(key, b"set %s 0 0 %d\r\n%s\r\n" % (key.encode(), len(value), value), lambda file: file.readline())

    def _ask(self, key: str, words: bytes, hear: Callable[[Any], Any]) -> Any:
        if not self.up:
            return None
        name = self.place(self.up, key)
        try:
            self._files[name].write(words)
            self._files[name].flush()
            return hear(self._files[name])
        except OSError:
            self.up = [other for other in self.up if other != name]
            return None

    def close(self) -> None:
        """Let go of the servers."""
        for file in self._files.values():
            with suppress(OSError):
                file.close()


def read_all(client: Client, keys: Sequence[str]) -> int:
    """Read every key as an application does, loading what is missing; how many were missing."""
    missing = 0
    for key in keys:
        if client.get(key) is None:
            missing += 1
            client.set(key, f"the price of {key}".encode())
    return missing


def lose_one(place: Place, keys: Sequence[str] = KEYS, names: Sequence[str] = "abc", dead: str = "b") -> list[int]:
    """Misses of four rounds through all keys: cold, warm, after a server was killed, and once more; and its keys."""
    with cache_servers(names) as servers:
        client = Client({name: server.port for name, server in servers.items()}, place)
        try:
            rounds = [read_all(client, keys), read_all(client, keys)]
            its = [key for key in keys if place(names, key) == dead]
            servers[dead].kill()
            client.get(its[0])  # which is how the client finds out
            rounds += [read_all(client, keys), read_all(client, keys)]
        finally:
            client.close()
    return [*rounds, len(its)]


def kill_one(yours: Callable[[Points, int], str]) -> Any:
    """The table of the lesson: three servers, 2,000 keys, one server killed; `yours` is the learner's ring lookup."""
    import pandas

    lookup = written(yours, owner, [(1, "a")], 0)
    known = fenced(_owners, lookup)(lookup, ("abc", "ac"))
    ways: dict[str, Place] = {
        "hash % n": modulo, "ring": on_ring(), "your ring": lambda servers, key: known["".join(servers), key],
    }  # fmt: skip
    rows = {}
    for name, place in ways.items():
        cold, warm, after, again, its = lose_one(place)
        rows[name] = {
            "misses, cold": cold, "warm": warm, "b had": its, "misses after b was killed": after, "once more": again,
        }  # fmt: skip
    return pandas.DataFrame(rows).T


def _owners(lookup: Callable[[Points, int], str], pools: Sequence[str]) -> dict[tuple[str, str], str]:
    """Where a lookup looks for every key, for each of these sets of servers."""
    found = {}
    for servers in pools:
        points = listed(servers)
        for key in KEYS:
            found[servers, key] = answer = lookup(points, ketama.place(key))
            if answer not in list(servers):
                raise LearnerError("raised", f"Your lookup returned {show(answer, 60)}, which is none of the servers.")
    return found
