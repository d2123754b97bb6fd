"""Messages on a connection: read one, to its last byte and not one further; write one; ask a server.

Each step has a time limit as a whole, so that a client that sends a byte now and then does not hold its connection for
ever. What ends in the middle is no message: a short body is never passed on as if it were a whole one.
"""

from __future__ import annotations

import asyncio
import http
import time
from typing import NamedTuple

from labs.http.dates import write_date
from labs.http.framing import CHUNKED, LARGEST, SIZE_LINE, TO_THE_END, Framing, answer_framing, chunk_size, trailer
from labs.http.messages import (
    FIELD_LIMIT,
    HEAD_LIMIT,
    LINE_LIMIT,
    Answer,
    Request,
    head,
    read_answer_head,
    read_request_head,
)
from labs.http.syntax import NotHTTP, Refuse, value, without

PATIENCE = 15.0  # seconds for one step of a conversation
INTERIM = 10  # answers with a 1xx before the last one; more are nonsense


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The head of the next request, without its body; None where the client has closed, or says nothing for long."""
    try:
        async with asyncio.timeout(PATIENCE):
            first = await reader.read(1)
    except TimeoutError:
        return None
    if not first:
        return None
    try:
        return read_request_head(await read_head(reader, first))
    except TimeoutError:
        raise Refuse(408, "the request did not come in time") from None


async def read_head(reader: asyncio.StreamReader, first: bytes = b"") -> bytes:
    """A head, to its empty line, of which `first` has been read. NotHTTP, Refuse 414 or 431, or TimeoutError.

    An empty line before it is refused, too. A server should bear one (RFC 9112 §2.2), for clients of the last century.
    """
    raw = first
    async with asyncio.timeout(PATIENCE):
        try:
            raw += await _line(reader, LINE_LIMIT, 414, first)
            if raw == b"\r\n":
                raise NotHTTP("an empty line before the message")
            while not raw.endswith(b"\r\n\r\n"):
                raw += await _line(reader, LINE_LIMIT)
                if len(raw) > HEAD_LIMIT:
                    raise Refuse(431, "the head is too large")
        except asyncio.IncompleteReadError:
            raise NotHTTP("the message ends in its head") from None
    return raw


async def _line(reader: asyncio.StreamReader, limit: int, status: int = 431, before: bytes = b"") -> bytes:
    """The rest of a line with its CR LF. A bare LF, and a CR that stands alone, end none: RFC 9112 §2.2."""
    try:
        line = await reader.readuntil(b"\n")
    except asyncio.LimitOverrunError:
        raise Refuse(status, "a line without end") from None
    if len(line) > limit:
        raise Refuse(status, "a line too long")
    whole = before + line
    if not whole.endswith(b"\r\n") or b"\r" in whole[:-2]:
        raise NotHTTP("a line ends with CR and LF")
    return line


async def read_body(reader: asyncio.StreamReader, framing: Framing) -> bytes:
    """The body, framed so. NotHTTP where it is cut short or its chunks are none; Refuse 413; TimeoutError."""
    try:
        async with asyncio.timeout(PATIENCE):
            if framing == CHUNKED:
                return await _chunks(reader)
            if framing == TO_THE_END:
                body = b""
                while piece := await reader.read(65536):
                    body += piece
                    if len(body) > LARGEST:
                        raise NotHTTP("too large")
                return body
            return await reader.readexactly(int(framing))
    except asyncio.IncompleteReadError:
        raise NotHTTP("the message ends in its body") from None


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    """A chunked body put together; the fields after it are checked and dropped: RFC 9112 §7.1."""
    body = b""
    while size := chunk_size((await _line(reader, SIZE_LINE))[:-2]):
        body += await reader.readexactly(size)
        if await reader.readexactly(2) != b"\r\n":
            raise NotHTTP("a chunk is longer than it says")
        if len(body) > LARGEST:
            raise Refuse(413, "too large")
    for _ in range(FIELD_LIMIT):
        if (line := await _line(reader, LINE_LIMIT)) == b"\r\n":
            return body
        trailer(line[:-2])
    raise Refuse(431, "too many fields after the body")


def request_bytes(request: Request) -> bytes:
    """A request as one asks a server, its length said once, on a connection of its own."""
    said = without(request.headers, "content-length", "transfer-encoding", "connection", "expect")
    if value(said, "host") is None:  # HTTP/1.1 has it always, if only empty: RFC 9112 §3.2
        said.insert(0, ("Host", ""))
    if request.body or request.method in ("POST", "PUT", "PATCH"):
        said.append(("Content-Length", str(len(request.body))))
    return head(f"{request.method} {request.asked} HTTP/1.1", [*said, ("Connection", "close")]) + request.body


def answer_bytes(answer: Answer, method: str, stays: bool) -> bytes:
    """An answer to this method as the client gets it, its length said once.

    A 204 and a 304 have no body, nor has the answer to HEAD, which keeps the length that it was told: RFC 9110 §8.6.
    """
    headers = [*answer.headers] if stays else [("Connection", "close"), *answer.headers]
    if method == "HEAD" or answer.status == 304:
        body = b""
    elif answer.status == 204 or answer.status < 200:
        headers, body = without(headers, "content-length"), b""
    else:
        headers, body = [("Content-Length", str(len(answer.body))), *without(headers, "content-length")], answer.body
    return head(f"HTTP/1.1 {answer.status} {phrase(answer)}", headers) + body


def phrase(answer: Answer) -> str:
    """The phrase after the status: the answer's own, else the registered one."""
    known = {status.value: status.phrase for status in http.HTTPStatus}
    return answer.reason or known.get(answer.status, "")


class Heard(NamedTuple):
    """What a server said: its answer, and before it perhaps some with a 1xx (103: what to load already).

    They are passed on together. A proxy that is used in earnest passes on a 103 at once, for that is what it is for.
    """

    answer: Answer
    interim: list[Answer]


async def converse(address: tuple[str, int], message: bytes) -> Heard:
    """Send a request to a server and read what it says, with a Date. OSError, TimeoutError; NotHTTP for nonsense."""
    method = message.partition(b" ")[0].decode()
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(*address)
    try:
        writer.write(message)
        async with asyncio.timeout(PATIENCE):
            await writer.drain()
        heard = await read_answer(reader, method)
        return heard._replace(answer=dated(heard.answer, time.time()))
    finally:
        writer.close()


def dated(answer: Answer, came: float) -> Answer:
    """The answer with a Date: where it has none, the time when it came stands for it, wherever it goes from here.

    RFC 9110 §6.6.1 asks this of everybody who has a clock and caches an answer or passes it on.
    """
    if value(answer.headers, "date") is not None:
        return answer
    return answer._replace(headers=[*answer.headers, ("Date", write_date(came))])


async def read_answer(reader: asyncio.StreamReader, method: str) -> Heard:
    """The answer to a request with this method. A 1xx comes before the answer, and is none: RFC 9110 §15.2."""
    interim: list[Answer] = []
    try:
        while True:
            answer = read_answer_head(await read_head(reader))
            framing = answer_framing(answer, method)
            if answer.status >= 200:
                return Heard(answer._replace(body=await read_body(reader, framing)), interim)
            if answer.status == 101 or len(interim) == INTERIM:  # nobody asked it to switch: RFC 9110 §7.8
                raise NotHTTP("an answer that nobody asked for")
            interim.append(answer)
    except Refuse as refusal:  # what would be the client's fault in a request is the server's in an answer
        raise NotHTTP(refusal.why) from None
