"""The real thing: a reverse proxy in asyncio and the servers behind it, all on 127.0.0.1, for any HTTP client.

    with real_servers("abc") as servers, real_proxy(servers, pick=smooth_weighted, weights={"a": 5}) as proxy:
        print([fetch(proxy.url).text for _ in range(7)])
        servers["b"].die()

The servers are the standard library's `http.server`, the client its `http.client`. The proxy takes one request on a
connection and asks the server by HTTP/1.0, as nginx long did, so that an answer ends where its connection ends.
"""

from __future__ import annotations

import asyncio
import http.client
import ssl
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from labs.proxies.algorithms import Pick, Request, Server, round_robin, usable
from labs.proxies.forwarding import IDEMPOTENT, Headers, to_client, to_server
from labs.proxies.health import Health, judge
from labs.proxies.routing import Route, route
from labs.proxies.shared_cache import SharedCache

HOME = "127.0.0.1"
LARGEST = 1_000_000  # bytes of a request's or an answer's body
PATIENCE = 5.0  # seconds for one step of a conversation


class NoRealProxy(RuntimeError):
    """There can be no servers here; the text says why, in one sentence."""


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


# ---- servers ---------------------------------------------------------------------------------------------------


class RealServer:
    """A server that answers with its name; it can die, come back on the same port, and be held up.

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
            raise NoRealProxy(f"No server can listen on {HOME} here ({why.strerror}).") from None
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def die(self) -> None:
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
            def do_GET(self) -> None:
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
                self.wfile.write(body)

            do_POST = do_PUT = do_DELETE = do_GET

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
            server.die()


# ---- the proxy -------------------------------------------------------------------------------------------------


class RealProxy:
    """A reverse proxy at `.url`; made by `real_proxy`. `.log` says for each request where its tries went."""

    def __init__(
        self, servers: Mapping[str, RealServer], pick: Pick, weights: Mapping[str, int], judged_by: Callable[..., Any],
        routes: Sequence[Route], cache: SharedCache | None,
    ) -> None:  # fmt: skip
        self.addresses = {name: server.address for name, server in servers.items()}
        self.weights, self.routes, self.cache = weights, routes, cache
        self.pick, self.judged_by = pick, judged_by
        self.active = dict.fromkeys(self.addresses, 0)
        self.health = dict.fromkeys(self.addresses, Health())
        self.memory: dict[str, Any] = {}  # of each group of servers, what its balancer remembers
        self.log: list[list[str]] = []
        self.url, self.trust = "", None
        self._loop = asyncio.new_event_loop()

    # -- one request

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read a request, have it answered, close."""
        secure = writer.get_extra_info("ssl_object") is not None
        client = writer.get_extra_info("peername")[0]
        try:
            async with asyncio.timeout(PATIENCE * 4):
                try:
                    status, headers, body = await self._answer(*await _read_request(reader), client, secure)
                except _Refuse as refusal:
                    status, headers, body = refusal.status, [], refusal.why.encode()
                except Exception as problem:  # a learner's balancer may be plugged in: anything can come
                    told = getattr(problem, "sentence", None) or f"{type(problem).__name__}: {problem}"
                    status, headers, body = 500, [], told.encode()
                kept = [(n, v) for n, v in to_client(headers) if n.lower() != "content-length"]
                head = [("Content-Length", str(len(body))), ("Connection", "close"), *kept]
                writer.write(_head(f"HTTP/1.1 {status} {http.client.responses.get(status, '')}", head) + body)
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # the client has gone, or says nothing
        finally:
            writer.close()

    async def _answer(
        self, method: str, target: str, headers: Headers, body: bytes, client: str, secure: bool
    ) -> tuple[int, Headers, bytes]:
        host, path = next((v for n, v in headers if n.lower() == "host"), ""), target.partition("?")[0]
        group = route(self.routes, host, path) if self.routes else Route("*", "/", "".join(self.addresses))
        if group is None:
            raise _Refuse(404, "no route")
        if self.cache and method == "GET" and (kept := self.cache.get(host, target)):
            return kept[0], list(kept[1].items()), kept[2]
        onward = to_server(headers, client, "https" if secure else "http")
        message = _head(f"{method} {target} HTTP/1.0", onward) + body
        tried: list[str] = []
        self.log.append(tried)
        while True:
            servers = [
                Server(n, self.weights.get(n, 1), self.active[n], up=self.health[n].up and n not in tried)
                for n in self.addresses if n in group.group
            ]  # fmt: skip
            if not any(server.up for server in servers):
                raise _Refuse(502 if tried else 503, "no server could answer" if tried else "no server is up")
            memory = self.memory.get(group.group, {})
            choice = usable(self.pick(servers, memory, Request(len(self.log), path, client)), servers)
            self.memory[group.group] = choice.memory
            tried.append(choice.name)
            self.active[choice.name] += 1
            try:
                answer = await _ask(self.addresses[choice.name], message)
            except ConnectionRefusedError:
                continue  # nobody heard it: another may be asked, whatever the method
            except (OSError, EOFError, TimeoutError, ValueError):
                if method not in IDEMPOTENT:
                    raise _Refuse(502, "the server broke off") from None
                continue
            finally:
                self.active[choice.name] -= 1
            if self.cache and method == "GET":
                fields = {n.lower(): v for n, v in answer[1]}
                self.cache.put(host, target, (answer[0], fields, answer[2]))
            return answer

    # -- from outside

    def check_health(self) -> dict[str, bool]:
        """Probe every server once and judge it; gives back who gets requests from now on."""
        up: dict[str, bool] = self._do(self._check_health())
        return up

    async def _check_health(self) -> dict[str, bool]:
        for name, address in self.addresses.items():
            try:
                ok = (await _ask(address, _head("GET /health HTTP/1.0", [("Host", name)])))[0] == 200
            except (OSError, EOFError, TimeoutError, ValueError):
                ok = False
            self.health[name] = Health(*self.judged_by(self.health[name], ok, 2, 3))
        return {name: health.up for name, health in self.health.items()}

    def _do(self, what: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(30)


@contextmanager
def real_proxy(
    servers: Mapping[str, RealServer],
    pick: Pick = round_robin,
    weights: Mapping[str, int] | None = None,
    judged_by: Callable[..., Any] = judge,
    routes: Sequence[Route] = (),
    cache: SharedCache | None = None,
    tls: bool = False,
) -> Iterator[RealProxy]:
    """A real reverse proxy in front of these servers, gone when the block ends.

    `pick` and `judged_by` may be anyone's, and are fenced in. A route's group names its servers by their letters:
    Route("*", "/api", "ab"). With `tls` it speaks https with a certificate made for it, which `proxy.trust` trusts.
    """
    from labs.proxies.fence import fenced

    proxy = RealProxy(servers, fenced(pick), dict(weights or {}), fenced(judged_by), routes, cache)
    ended = asyncio.Event()
    context = None
    if tls:
        from labs.proxies.certificate import throwaway

        context, proxy.trust = throwaway(HOME)  # type: ignore[assignment]
    ready: Any = threading.Event()

    async def live() -> None:
        server = await asyncio.start_server(proxy.serve, HOME, 0, ssl=context)
        proxy.url = f"http{'s' * tls}://{HOME}:{server.sockets[0].getsockname()[1]}"
        ready.set()
        async with server:
            await ended.wait()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def work() -> None:
        with suppress(Exception):
            proxy._loop.run_until_complete(live())
        ready.set()
        proxy._loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    ready.wait()
    if not proxy.url:
        raise NoRealProxy(f"No proxy can listen on {HOME} here.")
    try:
        yield proxy
    finally:
        proxy._loop.call_soon_threadsafe(ended.set)
        thread.join()


class _Refuse(Exception):
    """The proxy itself answers, with this status."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


def _head(first: str, headers: Headers) -> bytes:
    return "\r\n".join([first, *(f"{name}: {value}" for name, value in headers), "", ""]).encode("latin-1")


async def _read_head(reader: asyncio.StreamReader) -> tuple[list[str], Headers]:
    """The first line in three words, and the headers. ValueError if it is no HTTP."""
    try:
        raw = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)).decode("latin-1")
    except asyncio.LimitOverrunError:
        raise ValueError("headers without end") from None
    first, *lines = raw[:-4].split("\r\n")
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip() or " " in name:  # a folded or doctored line: RFC 9112 §5
            raise ValueError("a header that is none")
        headers.append((name, value.strip()))
    return first.split(" ", 2), headers


def _length(headers: Headers) -> int | None:
    """Content-Length, or None. ValueError where there are two that differ, or it is no number (RFC 9112 §6.3)."""
    told = {value for name, value in headers if name.lower() == "content-length"}
    if len(told) > 1 or not all(value.isascii() and value.isdigit() for value in told):
        raise ValueError("a length that is none")
    return int(told.pop()) if told else None


async def _read_request(reader: asyncio.StreamReader) -> tuple[str, str, Headers, bytes]:
    try:
        (method, target, version), headers = await _read_head(reader)
        length = _length(headers) or 0
    except ValueError:
        raise _Refuse(400, "this is not HTTP") from None
    hosts = sum(name.lower() == "host" for name, _ in headers)
    if target.lower().startswith("http://"):  # allowed, and its host is the one that counts: RFC 9112 §3.2.2
        host, slash, path = target[7:].partition("/")
        target = slash + path or "/"
        headers = [("Host", host), *((n, v) for n, v in headers if n.lower() != "host")]
    if (
        version not in ("HTTP/1.0", "HTTP/1.1")
        or not target.startswith("/")
        or hosts > 1
        or (version[-1] == "1" and not hosts)
    ):
        raise _Refuse(400, "this is not a request to a server")
    if any(name.lower() == "transfer-encoding" for name, _ in headers):
        raise _Refuse(501, "only bodies with a Content-Length")  # RFC 9112 §6.1
    if length > LARGEST:
        raise _Refuse(413, "too large")
    return method, target, headers, await asyncio.wait_for(reader.readexactly(length), PATIENCE)


async def _ask(address: tuple[str, int], message: bytes) -> tuple[int, Headers, bytes]:
    """Send a message to a server and read its answer: (status, headers, body)."""
    reader, writer = await asyncio.wait_for(asyncio.open_connection(*address), PATIENCE)
    try:
        writer.write(message)
        await writer.drain()
        (_, status, *_), headers = await _read_head(reader)
        length = _length(headers)
        if length is not None and length > LARGEST:
            raise ValueError("too large")
        body = b""
        if not message.startswith(b"HEAD ") and status not in ("204", "304"):
            reading = reader.read(LARGEST) if length is None else reader.readexactly(length)
            body = await asyncio.wait_for(reading, PATIENCE)
        return int(status), headers, body
    finally:
        writer.close()
