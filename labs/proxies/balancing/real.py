"""The real thing: a reverse proxy in asyncio and the servers behind it, all on 127.0.0.1, for any HTTP client.

    with real_servers("abc") as servers, real_proxy(servers, pick=smooth_weighted, weights={"a": 5}) as proxy:
        print([fetch(proxy.url).text for _ in range(7)])
        servers["b"].crash()

The servers are the standard library's `http.server`, the client its `http.client`. How the proxy reads and forwards
HTTP is in labs/http. It opens a connection to a server for each request, as nginx does unless told otherwise, and
listens on this machine only.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from labs.http.forwarding import IDEMPOTENT, to_client, to_server
from labs.http.gateway import Client
from labs.http.loopback import running, through
from labs.http.messages import Answer, Request, head
from labs.http.servers import RealServer, Reply, fetch, real_servers
from labs.http.shared_cache import SharedCache
from labs.http.syntax import NotHTTP, Refuse
from labs.http.targets import normal_path
from labs.http.wire import Heard, converse, request_bytes
from labs.kit.guarding.fence import fenced
from labs.proxies.balancing.algorithms import BadChoice, Pick, Server, round_robin, usable
from labs.proxies.balancing.algorithms import Request as Ask
from labs.proxies.balancing.health import Health, judge
from labs.proxies.balancing.routing import Route, route

__all__ = ["RealProxy", "RealServer", "Reply", "ask", "fetch", "real_proxy", "real_servers"]


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
        self._loop: asyncio.AbstractEventLoop | None = None

    # -- one request

    async def respond(self, request: Request, client: Client) -> Heard:
        """Answer a request: from the cache, or by the server that the balancer picks; 500 where that breaks."""
        try:
            heard = await self._respond(request, client)
        except Refuse:
            raise
        except Exception as problem:  # a learner's balancer may be plugged in: anything can come
            name = "" if isinstance(problem, BadChoice) else f"{type(problem).__name__}: "
            told = getattr(problem, "sentence", None) or f"{name}{problem}"
            if getattr(problem, "kind", "") in ("time", "stuck"):
                self._hopeless = told  # it held up everybody once: it is not asked again
            heard = Heard(Answer(500, [], told.encode()), [])
        answer = heard.answer
        return heard._replace(answer=answer._replace(headers=to_client(answer.headers, answer.version)))

    async def _respond(self, request: Request, client: Client) -> Heard:
        path = normal_path(request.target.path)  # /%61pi and //api are /api, for the servers and so for the routes
        group = route(self.routes, request.host, path) if self.routes else Route("*", "/", "".join(self.addresses))
        if group is None:
            raise Refuse(404, "no route")

        # First as the server gets it: the cache must choose by what the server chooses by, not by what a client claims.
        headers = to_server(request.headers, client.address, client.scheme, request.version)
        request = request._replace(headers=headers)

        async def onward(asked: Request) -> Heard:
            return await self._balance(asked, client, path, group.group)

        if self.cache is None:
            return await onward(request)
        return await through(self.cache, request, client.scheme, onward)

    async def _balance(self, request: Request, client: Client, path: str, group: str) -> Heard:
        """Ask a server of the group that the balancer picks, and another if it does not answer and that is safe."""
        message = request_bytes(request)
        if self._hopeless:
            raise Refuse(500, self._hopeless)
        tried: list[str] = []
        self.log.append(tried)
        while True:
            servers = [
                Server(n, self.weights.get(n, 1), self.active[n], up=self.health[n].up and n not in tried)
                for n in self.addresses
                if n in group
            ]
            if not any(server.up for server in servers):
                raise Refuse(502 if tried else 503, "no server could answer" if tried else "no server is up")
            memory = self.memory.get(group, {})
            asked = Ask(len(self.log), path, client.address)
            choice = usable(self.pick(servers, memory, asked), servers, self.pick_name)
            self.memory[group] = choice.memory
            tried.append(choice.name)
            self.active[choice.name] += 1
            try:
                return await converse(self.addresses[choice.name], message)
            except ConnectionRefusedError:
                continue  # nobody heard it: another may be asked, whatever the method
            except (OSError, TimeoutError, NotHTTP):
                if request.method not in IDEMPOTENT:
                    raise Refuse(502, "the server broke off") from None
                continue
            finally:
                self.active[choice.name] -= 1

    # -- from outside

    def check_health(self) -> dict[str, bool]:
        """Probe every server once and judge it; returns who gets requests from now on."""
        up: dict[str, bool] = self._do(self._check_health())
        return up

    async def _check_health(self) -> dict[str, bool]:
        for name, address in self.addresses.items():
            try:
                probe = head("GET /health HTTP/1.1", [("Host", name), ("Connection", "close")])
                ok = (await converse(address, probe)).answer.status == 200
            except (OSError, TimeoutError, NotHTTP):
                ok = False
            self.health[name] = Health(*self.judged_by(self.health[name], ok, 2, 3))
        return {name: health.up for name, health in self.health.items()}

    def _do(self, what: Coroutine[Any, Any, Any]) -> Any:
        assert self._loop
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
    with running(proxy.respond, tls) as live:
        proxy.url, proxy.trust, proxy._loop = live
        yield proxy
