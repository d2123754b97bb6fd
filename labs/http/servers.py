"""Real web servers on 127.0.0.1 that can crash and come back (the library's `http.server`), and a real client."""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from labs.kit.not_here import NotHere

HOME = "127.0.0.1"
PATIENCE = 15.0  # seconds for one step of a conversation


class Reply(NamedTuple):
    """What the client got: `headers` with names in small letters."""

    status: int
    headers: dict[str, str]
    text: str


def fetch(
    url: str, method: str = "GET", headers: Mapping[str, str] | None = None, trust: ssl.SSLContext | None = None
) -> Reply:
    """Ask by a real HTTP client. `trust` is what to check an https server by (`proxy.trust`)."""
    there = urlsplit(url)
    if there.scheme == "https":
        line: http.client.HTTPConnection = http.client.HTTPSConnection(
            there.hostname or "", there.port, timeout=PATIENCE, context=trust
        )
    else:
        line = http.client.HTTPConnection(there.hostname or "", there.port, timeout=PATIENCE)
    try:
        line.request(method, there.path or "/", headers=dict(headers or {}))
        answer = line.getresponse()
        return Reply(answer.status, {n.lower(): v for n, v in answer.getheaders()}, answer.read().decode())
    finally:
        line.close()


class RealServer:
    """A server that answers with its name; it can crash, come back on the same port, and be held up.

    `.seen` are the requests that came, health checks aside: (path, {header: value}) with names in small letters.
    """

    def __init__(self, name: str, headers: Mapping[str, str] | None = None) -> None:
        self.name, self.headers, self.port = name, dict(headers or {}), 0
        self.seen: list[tuple[str, dict[str, str]]] = []
        self._may_answer = threading.Event()
        self._may_answer.set()
        self.come_back()

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens: (host, port)."""
        return HOME, self.port

    def come_back(self) -> None:
        """Start to listen, always on the same port."""
        try:
            self._server = _Quiet((HOME, self.port), self._handler())
        except OSError as why:
            raise NotHere(f"No server can listen on {HOME} here ({why.strerror}).") from None
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def crash(self) -> None:
        """Stop listening: connections are refused from now on."""
        self._may_answer.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def hold(self) -> None:
        """Take requests and answer none of them until `release`."""
        self._may_answer.clear()

    def release(self) -> None:
        """Answer whatever waits."""
        self._may_answer.set()

    def wait_for(self, requests: int = 1) -> bool:
        """Wait until so many requests have come; False if they have not within some seconds."""
        until = time.monotonic() + PATIENCE
        while len(self.seen) < requests and time.monotonic() < until:
            time.sleep(0.002)
        return len(self.seen) >= requests

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        here = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))  # else it would be the next request
                if self.path != "/health":
                    here.seen.append((self.path, {n.lower(): v for n, v in self.headers.items()}))
                    here._may_answer.wait(PATIENCE)
                body = here.name.encode()
                self.send_response(200)
                for name, value in {
                    "Content-Type": "text/plain",
                    "Content-Length": str(len(body)),
                    **here.headers,
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body if self.command != "HEAD" else b"")

            do_HEAD = do_POST = do_PUT = do_DELETE = do_GET

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        return Handler


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone away is no news."""


@contextmanager
def real_servers(names: Sequence[str], headers: Mapping[str, str] | None = None) -> Iterator[dict[str, RealServer]]:
    """A real server for each name, gone when the block ends. Each sends `headers` with its answers."""
    servers: dict[str, RealServer] = {}
    try:
        for name in names:
            servers[name] = RealServer(name, headers)
        yield servers
    finally:
        for server in servers.values():
            server.crash()
