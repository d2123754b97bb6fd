"""A real TLS conversation, in memory: the standard library's `ssl` on both sides, and every byte written down.

`fresh` makes one; `recorded.py` holds one that was made so, for pictures that must not change.
"""

from __future__ import annotations

import ssl

from labs.http.certificate import throwaway

Sent = list[tuple[str, bytes]]  # ("client" or "server", the bytes that it sent)


def fresh(host: str, request: bytes, answer: bytes) -> Sent:
    """Who sent which bytes, in order: the handshake with a server called `host`, a request, an answer."""
    ours, theirs = throwaway("192.0.2.80")
    theirs.check_hostname = False  # the certificate is for the address; here the name is only to be seen
    ours.minimum_version = ssl.TLSVersion.TLSv1_3
    ours.num_tickets = 0
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = theirs.wrap_bio(to_client, to_server, server_hostname=host)
    server = ours.wrap_bio(to_server, to_client, server_side=True)
    sent: Sent = []

    def passes(who: str, source: ssl.MemoryBIO) -> None:
        if data := source.read():
            sent.append((who, data))
            source.write(data)

    _try(client)
    passes("client", to_server)
    _try(server)
    passes("server", to_client)
    _try(client)
    client.write(request)
    passes("client", to_server)
    _try(server)
    server.read()
    server.write(answer)
    passes("server", to_client)
    return sent


def _try(side: ssl.SSLObject) -> None:
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return
