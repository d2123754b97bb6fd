"""HTTP/1 as bytes on a connection: just enough of it to pass requests on between two programs of this course.

It is not safe to put between strangers. Not dealt with yet:

* a bare CR, LF or NUL inside a header's value goes through, and names may have characters that RFC 9110 §5.6.2 does not
  allow: the next reader may see another header there (request smuggling);
* `Host` is not looked at, a target may be anything that begins with a slash, and the request line may have bytes that
  are no URL;
* only bodies with a Content-Length are read: a chunked answer is passed on with its chunks' lengths in it, an answer
  that ends with its connection may be cut short, and nobody notices if it was;
* an interim answer (100, 103) is taken for the answer, `Expect: 100-continue` gets none, and there is one request per
  connection;
* a client that sends a byte now and then holds its connection for 20 s, and there is no limit to how many may do so.

It is made anew with lesson 12 (HTTP).
"""

from __future__ import annotations

import asyncio

from labs.http.forwarding import Headers

LARGEST = 1_000_000  # bytes of a request's or an answer's body
PATIENCE = 5.0  # seconds for one step of a conversation


class Refuse(Exception):
    """The proxy itself answers, with this status."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


def head(first: str, headers: Headers) -> bytes:
    """The head of a message: its first line, its headers, an empty line."""
    return "\r\n".join([first, *(f"{name}: {value}" for name, value in headers), "", ""]).encode("latin-1")


async def read_head(reader: asyncio.StreamReader) -> tuple[list[str], Headers]:
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


def length_of(headers: Headers) -> int | None:
    """Content-Length, or None. ValueError where there are two that differ, or it is no number (RFC 9112 §6.3)."""
    told = {value for name, value in headers if name.lower() == "content-length"}
    if len(told) > 1 or not all(value.isascii() and value.isdigit() for value in told):
        raise ValueError("a length that is none")
    return int(told.pop()) if told else None


async def read_request(reader: asyncio.StreamReader) -> tuple[str, str, Headers, bytes]:
    """Method, target, headers and body of a request; Refuse, with a status, where it is none."""
    try:
        (method, target, version), headers = await read_head(reader)
        length = length_of(headers) or 0
    except ValueError:
        raise Refuse(400, "this is not HTTP") from None
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
        raise Refuse(400, "this is not a request to a server")
    if any(name.lower() == "transfer-encoding" for name, _ in headers):
        raise Refuse(501, "only bodies with a Content-Length")  # RFC 9112 §6.1
    if length > LARGEST:
        raise Refuse(413, "too large")
    return method, target, headers, await asyncio.wait_for(reader.readexactly(length), PATIENCE)


async def converse(address: tuple[str, int], message: bytes) -> tuple[int, Headers, bytes]:
    """Send a message to a server and read its answer: (status, headers, body)."""
    reader, writer = await asyncio.wait_for(asyncio.open_connection(*address), PATIENCE)
    try:
        writer.write(message)
        await writer.drain()
        (_, status, *_), headers = await read_head(reader)
        length = length_of(headers)
        if length is not None and length > LARGEST:
            raise ValueError("too large")
        body = b""
        if not message.startswith(b"HEAD ") and status not in ("204", "304"):
            reading = reader.read(LARGEST) if length is None else reader.readexactly(length)
            body = await asyncio.wait_for(reading, PATIENCE)
        return int(status), headers, body
    finally:
        writer.close()
