"""A tunnel: after CONNECT a proxy passes bytes on in both directions and reads none of them (RFC 9110 §9.3.6)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import NamedTuple

IDLE = 30.0  # seconds without a byte in either direction, after which a tunnel is closed
PIECE = 65536


class Tunnel(NamedTuple):
    """An open connection to where the client wants to go, in place of an answer."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, there: Tunnel) -> tuple[int, int]:
    """Tell the client that the tunnel stands, and pass bytes on until both sides have ended: how many went each way.

    The answer has neither a length nor a coding: what follows is no body (RFC 9110 §9.3.6). What the client has sent
    already, before it was told, is the first to go. If one side breaks off, so does the other.
    """
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    ways = [asyncio.ensure_future(_one_way(*way)) for way in ((reader, there.writer), (there.reader, writer))]
    try:
        await writer.drain()
        out, back = await asyncio.gather(*ways)
        return out, back
    except (OSError, TimeoutError):
        return 0, 0
    finally:
        for way in ways:
            way.cancel()
        there.writer.close()


async def _one_way(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
    """Pass on what comes in, to its end, and then say that nothing more comes."""
    passed = 0
    while True:
        async with asyncio.timeout(IDLE):
            piece = await reader.read(PIECE)
        if not piece:
            break
        passed += len(piece)
        writer.write(piece)
        async with asyncio.timeout(IDLE):
            await writer.drain()
    if writer.can_write_eof():
        with suppress(OSError):
            writer.write_eof()
    return passed
