"""A proxy of this course on 127.0.0.1, in a thread of its own, gone when its block ends: for one server, with a cache.

    with servers.real_servers("a") as there, reverse_proxy(there["a"].address, SharedCache(time.time)) as url:
        print(servers.fetch(url).text)

It listens on this machine only.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from labs.http.forwarding import to_client, to_server
from labs.http.gateway import Check, Client, Respond, serve
from labs.http.messages import Request
from labs.http.servers import HOME
from labs.http.shared_cache import Plan, SharedCache
from labs.http.syntax import NotHTTP, Refuse
from labs.http.wire import Heard, converse, request_bytes
from labs.kit.not_here import NotHere

Ask = Callable[[Request], Awaitable[Heard]]


class Running(NamedTuple):
    """A proxy that listens: where, whom to trust if it speaks https, and the loop that it lives in."""

    url: str
    trust: ssl.SSLContext | None
    loop: asyncio.AbstractEventLoop


@contextmanager
def running(respond: Respond, tls: bool = False, check: Check | None = None, name: str = HOME) -> Iterator[Running]:
    """A proxy that answers by `respond` what passes `check` (see `serve`). NotHere where nothing can listen here.

    With `tls` it speaks https, and its certificate is for `name`.
    """
    loop, ended, ready = asyncio.new_event_loop(), asyncio.Event(), threading.Event()
    url, context, trust = "", None, None
    if tls:
        from labs.http.certificate import throwaway

        context, trust = throwaway(name)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.CancelledError):  # the proxy ends while this client's connection is open
            await serve(reader, writer, respond, check)

    async def live() -> None:
        nonlocal url
        server = await asyncio.start_server(talk, HOME, 0, ssl=context)
        url = f"http{'s' * tls}://{HOME}:{server.sockets[0].getsockname()[1]}"
        ready.set()
        async with server:
            await ended.wait()
            server.close()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

    def work() -> None:
        with suppress(Exception):
            loop.run_until_complete(live())
        ready.set()
        loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    ready.wait()
    if not url:
        raise NotHere(f"No proxy can listen on {HOME} here.")
    try:
        yield Running(url, trust, loop)
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()


async def through(cache: SharedCache, request: Request, scheme: str, ask: Ask) -> Heard:
    """Answer from the cache, or ask and let it learn. `ask` refuses with a 5xx where no server can be reached."""
    plan = cache.plan(request, scheme)
    if plan.ask is None or plan.answer is not None:
        if plan.ask is not None:
            _behind(cache, plan, plan.ask, ask)
        assert plan.answer
        return Heard(plan.answer, [])
    asked = cache.now()
    try:
        heard = await ask(plan.ask)
    except Refuse as refusal:
        instead = cache.settle(plan, None, asked) if refusal.status >= 500 else None
        if instead is None:
            raise
        return Heard(instead, [])
    told = cache.settle(plan, heard.answer, asked)
    return heard._replace(answer=told or heard.answer)


_at_work: set[asyncio.Task[None]] = set()  # the loop itself would forget a task that nobody holds


def _behind(cache: SharedCache, plan: Plan, asked: Request, ask: Ask) -> None:
    """Ask for a new answer while the client has the old one already."""

    async def work() -> None:
        since = cache.now()
        with suppress(Exception):  # nobody is waiting for it
            cache.settle(plan, (await ask(asked)).answer, since)

    task = asyncio.ensure_future(work())
    _at_work.add(task)
    task.add_done_callback(_at_work.discard)


@contextmanager
def reverse_proxy(server: tuple[str, int], cache: SharedCache | None = None) -> Iterator[str]:
    """The URL of a reverse proxy in front of the server at this address."""

    async def respond(request: Request, client: Client) -> Heard:
        async def ask(onward: Request) -> Heard:
            try:
                return await converse(server, request_bytes(onward))
            except TimeoutError:
                raise Refuse(504, "the server did not answer in time") from None
            except (OSError, NotHTTP):
                raise Refuse(502, "the server did not answer, or not in HTTP") from None

        # First as the server gets it: the cache must choose by what the server chooses by, not by what a client claims.
        headers = to_server(request.headers, client.address, client.scheme, request.version)
        request = request._replace(headers=headers)
        heard = await (through(cache, request, client.scheme, ask) if cache else ask(request))
        answer = heard.answer
        return heard._replace(answer=answer._replace(headers=to_client(answer.headers, answer.version)))

    with running(respond) as proxy:
        yield proxy.url
