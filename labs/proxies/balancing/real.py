"""The real thing: a reverse proxy in asyncio and the servers behind it, all on 127.0.0.1, for any HTTP client.

    with real_servers("abc") as servers, real_proxy(servers, pick=smooth_weighted, weights={"a": 5}) as proxy:
        print([fetch(proxy.url).text for _ in range(7)])
        servers["b"].crash()

The servers are the standard library's `http.server`, the client its `http.client`. The proxy takes one request on a
connection and asks the server by HTTP/1.0, as nginx long did, so that an answer ends where its connection ends. It
listens on this machine only, and is not meant for strangers: labs/http/messages.py and shared_cache.py say what they do
not deal with yet.
"""

from __future__ import annotations

import asyncio
import http.client
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from labs.http.forwarding import IDEMPOTENT, Headers, to_client, to_server
from labs.http.messages import PATIENCE, Refuse, converse, head, read_request
from labs.http.servers import HOME, NoRealProxy, RealServer, Reply, fetch, real_servers
from labs.http.shared_cache import SharedCache
from labs.kit.fence import fenced
from labs.proxies.balancing.algorithms import BadChoice, Pick, Request, Server, round_robin, usable
from labs.proxies.balancing.health import Health, judge
from labs.proxies.balancing.routing import Route, route

__all__ = ["NoRealProxy", "RealProxy", "RealServer", "Reply", "ask", "fetch", "real_proxy", "real_servers"]


def ask(proxy: RealProxy, times: int) -> str:
    """Ask so many times, one after the other: the answers in a row. It ends at the first that is not well (200)."""
    told: list[str] = []
    for _ in range(times):
        reply = fetch(proxy.url, trust=proxy.trust)
        told.append(reply.text if reply.status == 200 else f"[{reply.status}] {reply.text}")
        if reply.status != 200:
            break
    return " ".join(told)


class RealProxy:
    """A reverse proxy at `.url`; made by `real_proxy`. `.log` says for each request where its tries went."""

    def __init__(
        self, servers: Mapping[str, RealServer], pick: Pick, weights: Mapping[str, int], judged_by: Callable[..., Any],
        routes: Sequence[Route], cache: SharedCache | None,
    ) -> None:  # fmt: skip
        self.addresses = {name: server.address for name, server in servers.items()}
        self.weights, self.routes, self.cache = weights, routes, cache
        self.pick, self.judged_by = pick, judged_by
        self.pick_name = getattr(pick, "__name__", "the balancer")
        self.active = dict.fromkeys(self.addresses, 0)
        self.health = dict.fromkeys(self.addresses, Health())
        self.memory: dict[str, Any] = {}  # of each group of servers, what its balancer remembers
        self.log: list[list[str]] = []
        self.url, self._hopeless = "", ""
        self.trust: ssl.SSLContext | None = None
        self._loop = asyncio.new_event_loop()

    # -- one request

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read a request, have it answered, close."""
        secure = writer.get_extra_info("ssl_object") is not None
        client = writer.get_extra_info("peername")[0]
        try:
            async with asyncio.timeout(PATIENCE * 4):
                method = ""
                try:
                    method, target, headers, body = await read_request(reader)
                    status, headers, body = await self._answer(method, target, headers, body, client, secure)
                except Refuse as refusal:
                    status, headers, body = refusal.status, [], refusal.why.encode()
                except Exception as problem:  # a learner's balancer may be plugged in: anything can come
                    name = "" if isinstance(problem, BadChoice) else f"{type(problem).__name__}: "
                    told = getattr(problem, "sentence", None) or f"{name}{problem}"
                    if getattr(problem, "kind", "") in ("time", "stuck"):
                        self._hopeless = told  # it held up everybody once: it is not asked again
                    status, headers, body = 500, [], told.encode()
                kept = [("Connection", "close"), *to_client(headers)]
                if method != "HEAD" and status not in (204, 304):  # which have no body: RFC 9110 §9.3.2, §15
                    kept = [(n, v) for n, v in kept if n.lower() != "content-length"]
                    kept = [("Content-Length", str(len(body))), *kept]
                writer.write(head(f"HTTP/1.1 {status} {http.client.responses.get(status, '')}", kept))
                writer.write(body if method != "HEAD" else b"")
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
            raise Refuse(404, "no route")
        if self.cache and method == "GET" and (kept := self.cache.get(host, target)):
            return kept[0], list(kept[1].items()), kept[2]
        onward = to_server(headers, client, "https" if secure else "http")
        message = head(f"{method} {target} HTTP/1.0", onward) + body
        if self._hopeless:
            raise Refuse(500, self._hopeless)
        tried: list[str] = []
        self.log.append(tried)
        while True:
            servers = [
                Server(n, self.weights.get(n, 1), self.active[n], up=self.health[n].up and n not in tried)
                for n in self.addresses
                if n in group.group
            ]
            if not any(server.up for server in servers):
                raise Refuse(502 if tried else 503, "no server could answer" if tried else "no server is up")
            memory = self.memory.get(group.group, {})
            choice = usable(self.pick(servers, memory, Request(len(self.log), path, client)), servers, self.pick_name)
            self.memory[group.group] = choice.memory
            tried.append(choice.name)
            self.active[choice.name] += 1
            try:
                answer = await converse(self.addresses[choice.name], message)
            except ConnectionRefusedError:
                continue  # nobody heard it: another may be asked, whatever the method
            except (OSError, EOFError, TimeoutError, ValueError):
                if method not in IDEMPOTENT:
                    raise Refuse(502, "the server broke off") from None
                continue
            finally:
                self.active[choice.name] -= 1
            if self.cache and method == "GET":
                fields = {n.lower(): v for n, v in answer[1]}
                self.cache.put(host, target, (answer[0], fields, answer[2]))
            return answer

    # -- from outside

    def check_health(self) -> dict[str, bool]:
        """Probe every server once and judge it; returns who gets requests from now on."""
        up: dict[str, bool] = self._do(self._check_health())
        return up

    async def _check_health(self) -> dict[str, bool]:
        for name, address in self.addresses.items():
            try:
                ok = (await converse(address, head("GET /health HTTP/1.0", [("Host", name)])))[0] == 200
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
    guards = fenced(pick, seconds=1), fenced(judged_by, seconds=1)
    proxy = RealProxy(servers, guards[0], dict(weights or {}), guards[1], routes, cache)
    ended = asyncio.Event()
    context = None
    if tls:
        from labs.http.certificate import throwaway

        context, proxy.trust = throwaway(HOME)
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
