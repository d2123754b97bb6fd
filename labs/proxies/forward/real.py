"""The real thing: a forward proxy on 127.0.0.1 for any client, made of the course's own parts, gone with its block.

    with real_servers(["shop"]) as there, forward_proxy({"shop.example": there["shop"].address}) as proxy:
        print(through(proxy, "http://shop.example/").text)

`names` says where names lead, in place of the DNS: {"shop.example": ("127.0.0.1", 8080)}. They are the only ones that
it knows, and it takes their ports as they are given, since a server on this machine cannot have port 80. Without
`names` it asks the system, and then no name may lead to an inner address (`labs.proxies.forward.access`).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPSHandler, ProxyHandler, build_opener
from urllib.request import Request as Asking

from labs.http.gateway import Client
from labs.http.loopback import Ask, running
from labs.http.loopback import through as by_way_of
from labs.http.messages import Answer, Request
from labs.http.servers import Reply
from labs.http.shared_cache import SharedCache
from labs.http.syntax import NotHTTP, Refuse, values
from labs.http.tunnel import Tunnel
from labs.http.wire import PATIENCE, Heard, converse, request_bytes
from labs.proxies.forward.access import USUAL, Rule, asked_too_much, leads_inside
from labs.proxies.forward.collapsing import FAILED, FOR_ALL, FOR_ONE, Desk, Do
from labs.proxies.forward.hops import back, check_is_for_proxy, destination, forwards_left, onward

Address = tuple[str, int]
Resolve = Callable[[str, int], Sequence[Address]]  # every address of a name; OSError where it has none


class Seen(NamedTuple):
    """A line of the proxy's log: who asked, and for what; a tunnel shows a host and a port, and nothing else."""

    client: str
    method: str
    target: str
    status: int


class ForwardProxy:
    """A forward proxy at `.url`; made by `forward_proxy`. `.log` is what it has seen, `.asked` counts its requests to
    origins, tunnels aside."""

    def __init__(
        self, resolve: Resolve, rules: Sequence[Rule], cache: SharedCache | None, tells: str, inside: bool,
        collapse: bool,
    ) -> None:  # fmt: skip
        self.resolve, self.rules, self.cache, self.tells, self.inside = resolve, rules, cache, tells, inside
        self.desk = Desk() if collapse and cache else None
        self.log: list[Seen] = []
        self.asked = 0
        self.url = ""
        self._waiting: dict[int, asyncio.Future[Do]] = {}  # request's number → what it will be told to do
        self._failed: dict[int, Refuse] = {}
        self._number = 0

    async def respond(self, request: Request, client: Client) -> Heard | Tunnel:
        """Answer a request, or open a tunnel; Refuse where it may not be, or nobody answers."""
        host, port = destination(request)
        target = f"{host}:{port}" if request.method == "CONNECT" else f"http://{request.host}{request.asked}"
        try:
            heard = await self._respond(request, client, host, port)
        except Refuse as refusal:
            self.log.append(Seen(client.address, request.method, target, refusal.status))
            raise
        status = 200 if isinstance(heard, Tunnel) else heard.answer.status
        self.log.append(Seen(client.address, request.method, target, status))
        return heard

    async def _respond(self, request: Request, client: Client, host: str, port: int) -> Heard | Tunnel:
        if why := asked_too_much(self.rules, request.method, host, port):
            raise Refuse(403, why)
        if forwards_left(request) == 0:  # it is for us to answer: RFC 9110 §7.6.2
            return Heard(back(Answer(200, [("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, CONNECT")])), [])
        if request.method == "CONNECT":
            return await self._connect(host, port)
        request = onward(request, client.address, self.tells)

        async def ask(asked: Request) -> Heard:
            addresses = await self._look_up(host, port)
            self.asked += 1
            try:
                return await converse(addresses[0], request_bytes(asked))
            except TimeoutError:
                raise Refuse(504, "the origin did not answer in time") from None
            except (OSError, NotHTTP):
                raise Refuse(502, "the origin did not answer, or not in HTTP") from None

        heard = await (self._cached(request, ask) if self.cache else ask(request))
        return heard._replace(answer=back(heard.answer))

    async def _look_up(self, host: str, port: int) -> Sequence[Address]:
        """Where a name leads, if all of it may be gone to. One lookup: what was checked is what is connected to."""
        try:
            addresses = await asyncio.get_running_loop().run_in_executor(None, self.resolve, host, port)
        except OSError:
            raise Refuse(502, "the name has no address") from None
        if not self.inside and (why := leads_inside([address for address, _ in addresses])):
            raise Refuse(403, why)
        return addresses

    async def _connect(self, host: str, port: int) -> Tunnel:
        addresses = await self._look_up(host, port)
        try:
            async with asyncio.timeout(PATIENCE):
                return Tunnel(*await asyncio.open_connection(*addresses[0]))
        except TimeoutError:
            raise Refuse(504, "the origin did not answer in time") from None
        except OSError:
            raise Refuse(502, "no connection to the origin") from None

    # -- from the cache, and with others

    async def _cached(self, request: Request, ask: Ask) -> Heard:
        """From the cache, or with whoever asks for the same already, or from the origin."""
        cache = self.cache
        assert cache
        alone = self.desk is None or request.method != "GET" or request.body or values(request.headers, "range")
        if alone or cache.has(request):
            return await by_way_of(cache, request, "http", ask)
        assert self.desk
        self._number += 1
        me = self._number
        if not self.desk.request(me, (request.host.lower(), request.asked)):
            told = self._waiting[me] = asyncio.get_running_loop().create_future()
            await told
            if me in self._failed:
                raise self._failed.pop(me)
            # The cache decides once more: the leader's answer may not fit, because of Vary. Then this one asks alone.
            return await by_way_of(cache, request, "http", ask)
        how, failure = FAILED, Refuse(502, "the origin did not answer")
        try:
            heard = await by_way_of(cache, request, "http", ask)
            how = FOR_ALL if cache.has(request) else FOR_ONE
            return heard
        except Refuse as refusal:
            failure = refusal
            raise
        finally:  # whatever happens to the leader, nobody is left waiting
            for do in self.desk.answer(me, how):
                if do.client != me:
                    assert isinstance(do.client, int)
                    if how == FAILED:
                        self._failed[do.client] = failure
                    self._waiting.pop(do.client).set_result(do)


def _by_system(host: str, port: int) -> list[Address]:
    return [(str(found[4][0]), port) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@contextmanager
def forward_proxy(
    names: Mapping[str, Address] | None = None,
    *,
    rules: Sequence[Rule] = USUAL,
    cache: SharedCache | None = None,
    tells: str = "nothing",
    collapse: bool = True,
    resolve: Resolve | None = None,
    inside: bool | None = None,
) -> Iterator[ForwardProxy]:
    """A real forward proxy, gone when the block ends. NotHere where nothing can listen here.

    `cache` is a SharedCache(time.time); with one, requests for the same are collapsed unless `collapse` is False.
    `resolve(host, port)` gives every address of a name. `inside` says whether names may lead to inner addresses: by
    default only those that you have listed in `names` yourself.
    """

    def listed(host: str, port: int) -> list[Address]:
        assert names is not None
        if host not in names:
            raise OSError("unknown")
        return [names[host]]

    if inside is None:
        inside = names is not None and resolve is None
    proxy = ForwardProxy(
        resolve or (_by_system if names is None else listed), rules, cache, tells, inside, collapse
    )  # fmt: skip
    with running(proxy.respond, check=check_is_for_proxy) as live:
        proxy.url = live.url
        yield proxy


@contextmanager
def https_site(name: str, text: str = "hello") -> Iterator[tuple[Address, ssl.SSLContext, list[Request]]]:
    """A site that speaks https, with a certificate for this name: its address, whom to trust, and what it was asked."""
    asked: list[Request] = []

    async def respond(request: Request, client: Client) -> Heard:
        asked.append(request)
        return Heard(Answer(200, [("Content-Type", "text/plain")], text.encode()), [])

    with running(respond, tls=True, name=name) as live:
        there = urlsplit(live.url)
        assert there.hostname and there.port and live.trust
        yield (there.hostname, there.port), live.trust, asked


def through(
    proxy: ForwardProxy, url: str, headers: Mapping[str, str] | None = None, trust: ssl.SSLContext | None = None
) -> Reply:
    """Ask by way of the proxy with the standard library's own client, urllib; `trust` is for an https site."""
    opener = build_opener(ProxyHandler({"http": proxy.url, "https": proxy.url}), HTTPSHandler(context=trust))
    try:
        with opener.open(Asking(url, headers=dict(headers or {})), timeout=PATIENCE) as answer:
            return Reply(answer.status, {n.lower(): v for n, v in answer.getheaders()}, answer.read().decode())
    except HTTPError as error:
        with error:
            return Reply(error.code, {n.lower(): v for n, v in error.headers.items()}, error.read().decode())
