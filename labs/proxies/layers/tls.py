"""TLS from outside: the records in a stream of bytes, and what a ClientHello says before there are keys.

record        type, version, length, and so many bytes                                    RFC 9846 §5.1
handshake     how the two agree on keys; begins with the ClientHello, in plain text       §4
server_name   the extension in which the client names the site (SNI)                      RFC 6066 §3
"""

from __future__ import annotations

from typing import NamedTuple

TYPES = {20: "change_cipher_spec", 21: "alert", 22: "handshake", 23: "application_data"}
CLIENT_HELLO, SERVER_NAME, HOST_NAME = 1, 0, 0


class Record(NamedTuple):
    """One record: its type by name, and what it holds."""

    type: str
    body: bytes


class NotTLS(ValueError):
    """These bytes are not TLS records, or are cut off."""


def records(data: bytes) -> list[Record]:
    """The records in a stream, in order. NotTLS if it does not divide into whole records."""
    found = []
    while data:
        if len(data) < 5 or data[0] not in TYPES or data[1] != 3:
            raise NotTLS("no record begins here")
        size = int.from_bytes(data[3:5], "big")
        if len(data) < 5 + size:
            raise NotTLS("the record is cut off")
        found.append(Record(TYPES[data[0]], data[5 : 5 + size]))
        data = data[5 + size :]
    return found


def server_name(data: bytes) -> str | None:
    """The site that a ClientHello at the start of the stream names; None if there is none to read."""
    try:
        first = records(data)[0]
        if first.type != "handshake" or first.body[0] != CLIENT_HELLO:
            return None
        return _name(first.body[4:])  # after the type and the length of the message
    except (NotTLS, IndexError, UnicodeDecodeError):
        return None


def _name(hello: bytes) -> str | None:
    at = 2 + 32  # version and random number
    at += 1 + hello[at]  # session id
    at += 2 + int.from_bytes(hello[at : at + 2], "big")  # ciphers
    at += 1 + hello[at]  # compression
    at += 2  # the length of all extensions
    while at < len(hello):
        kind, size = (int.from_bytes(hello[at + i : at + i + 2], "big") for i in (0, 2))
        body = hello[at + 4 : at + 4 + size]
        if kind == SERVER_NAME:  # length of the list, type of the name, length of the name, the name
            if body[2] != HOST_NAME:  # the only type that there is, so far
                return None
            return body[5 : 5 + int.from_bytes(body[3:5], "big")].decode("ascii")
        at += 4 + size
    return None
