"""What a reverse proxy changes in a message that passes: it takes off what was meant for this one connection, and
writes down who asked. Nothing of the server behind it need show."""

from __future__ import annotations

from collections.abc import Iterable

Headers = list[tuple[str, str]]  # (name, value) in order; a name may come more than once

# Meant for one connection only: RFC 9110 §7.6.1; the last two are its older companions.
HOP_BY_HOP = {"connection", "keep-alive", "te", "transfer-encoding", "upgrade", "proxy-connection", "trailer"}
IDEMPOTENT = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"}  # may be sent twice: RFC 9110 §9.2.2


def end_to_end(headers: Headers, also: Iterable[str] = ()) -> Headers:
    """The headers that go on: without those for one connection, or that `Connection` names, or that are in `also`."""
    named = {
        word.strip().lower() for name, value in headers if name.lower() == "connection" for word in value.split(",")
    }
    return [
        (name, value) for name, value in headers if name.lower() not in HOP_BY_HOP | named | {a.lower() for a in also}
    ]


def to_server(headers: Headers, client: str, scheme: str) -> Headers:
    """The request's headers as the server gets them: with who asked (X-Forwarded-For) and how (X-Forwarded-Proto).

    The proxy at the edge does not believe what a client says of itself: it writes these anew. Source: RFC 7239 §8
    (why), §5 (its own, standard spelling `Forwarded`, which fewer servers read); RFC 9110 §7.6.3 (Via).
    """
    kept = end_to_end(headers, also=("x-forwarded-for", "x-forwarded-proto", "forwarded"))
    return [*kept, ("X-Forwarded-For", client), ("X-Forwarded-Proto", scheme), ("Via", "1.1 proxy")]


def to_client(headers: Headers) -> Headers:
    """The response's headers as the client gets them: nothing that names the server or its software."""
    return [*end_to_end(headers, also=("server", "x-powered-by")), ("Via", "1.1 proxy")]
