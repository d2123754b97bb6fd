"""A proxy's side towards its clients: one request after the other on a connection, each read to its end, answered, and
only then the next.

What is not HTTP is answered with a 400, and the connection closed: after a message that could not be read nobody knows
where the next one begins. A body that nobody asked for (of a GET, say) is read as well, for what is left of it would be
taken for the next request.

Every answer leaves with a Date, the proxy's own included, as with nginx and Squid. RFC 9110 §6.6.1 demands it of an
origin with a clock (in a 5xx it is optional), and of a proxy for what it passes on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple

from labs.http.forwarding import to_client
from labs.http.framing import expects_continue, request_framing, stays_open
from labs.http.messages import Answer, Request, head
from labs.http.syntax import NotHTTP, Refuse
from labs.http.targets import normal_path
from labs.http.tunnel import Tunnel, relay
from labs.http.wire import PATIENCE, Heard, answer_bytes, dated, phrase, read_body, read_request

LINGER = 1.0  # seconds in which a refused client may still send what it was sending


class Client(NamedTuple):
    """Who asks: the address of the other end, and "http" or "https"."""

    address: str
    scheme: str


Respond = Callable[[Request, Client], Awaitable[Heard | Tunnel]]
Check = Callable[[Request, str], None]  # (request, the client's scheme): Refuse or NotHTTP for what is not for us


def refused(status: int, why: str) -> Answer:
    """An answer of the proxy's own."""
    return Answer(status, to_client([("Content-Type", "text/plain; charset=utf-8")]), why.encode())


async def serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, respond: Respond, check: Check | None = None
) -> None:
    """Answer the requests of one connection until the client closes it, asks to close it, or says what is no HTTP.

    `check` refuses what is not for this proxy, before its body is read; by default it is that of a reverse proxy.
    """
    scheme = "http" if writer.get_extra_info("ssl_object") is None else "https"
    client = Client(writer.get_extra_info("peername")[0], scheme)
    try:
        while await _one(reader, writer, respond, client, check or check_is_for_us):
            pass
    except (OSError, TimeoutError):
        pass  # the client has gone, or takes nothing
    finally:
        writer.close()


async def _one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, respond: Respond, client: Client, check: Check
) -> bool:
    """Read a request and answer it; whether another may follow."""
    method = "GET"
    try:
        request = await read_request(reader)
        if request is None:
            return False
        method = request.method
        check(request, client.scheme)
        request = await _with_body(request, reader, writer)
    except (Refuse, NotHTTP, TimeoutError) as problem:
        status, why = (problem.status, problem.why) if isinstance(problem, Refuse) else (400, "this is not HTTP")
        if isinstance(problem, TimeoutError):
            status, why = 408, "the request did not come in time"
        await _last(reader, writer, answer_bytes(dated(refused(status, why), time.time()), method, stays=False))
        return False
    try:
        heard = await respond(request, client)
    except Refuse as refusal:
        heard = Heard(refused(refusal.status, refusal.why), [])
    if isinstance(heard, Tunnel):
        await relay(reader, writer, heard)
        return False
    stays, told = stays_open(request), b""
    if request.version == "1.1":  # an older client does not know that more than one answer can come
        for early in heard.interim:
            told += head(f"HTTP/1.1 {early.status} {phrase(early)}", to_client(early.headers))
    await _say(writer, told + answer_bytes(dated(heard.answer, time.time()), method, stays))
    return stays


def check_is_for_us(request: Request, scheme: str) -> None:
    """A reverse proxy is asked as a server is: by a path, or by a whole address with its own scheme: RFC 9112 §3.2."""
    target = request.target
    if target.form not in ("origin", "absolute") or (target.scheme or scheme) != scheme:
        raise Refuse(400, "this is not a request to a server")
    normal_path(target.path)  # NotHTTP where it leaves the root
    if request.method == "TRACE":  # it would send back what a proxy adds, and cookies: RFC 9110 §9.3.8
        raise Refuse(501, "TRACE is not served here")


async def _with_body(request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request:
    framing = request_framing(request)
    if expects_continue(request) and framing:
        await _say(writer, b"HTTP/1.1 100 Continue\r\n\r\n")
    return request._replace(body=await read_body(reader, framing))


async def _say(writer: asyncio.StreamWriter, message: bytes) -> None:
    """Write this. TimeoutError where the client does not take it."""
    writer.write(message)
    async with asyncio.timeout(PATIENCE):
        await writer.drain()


async def _last(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: bytes) -> None:
    """Say this and close, but listen a little longer: a close amid what still comes in would reset the connection, and
    the client might never read the answer (RFC 9112 §9.6)."""
    await _say(writer, message)
    if writer.can_write_eof():
        writer.write_eof()
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(LINGER):
                while await reader.read(65536):
                    pass
