"""Which group of servers is a request for? By its host first, then by its path.

A host is met by its exact name, else by the longest wildcard (`*.shop.example`), else by the route's default; among
that host's routes the longest path that the request's path begins with wins. Like nginx's, a path is compared letter
by letter: `/api` is met by `/apiary` too, and `/api/` is not met by `/api`.
Source: nginx, "How nginx processes a request" and the docs of `server_name` and `location`; RFC 9110 §7.2 (Host).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Route(NamedTuple):
    """Requests for this host ("shop.example", "*.shop.example", or "*" for any) and path go to this group."""

    host: str
    path: str
    group: str


def route(routes: Sequence[Route], host: str, path: str) -> Route | None:
    """The route for a request, or None where there is none (404). The host may have a port, in any case of letters."""
    host = host.lower().partition(":")[0].rstrip(".")
    here = [r for r in routes if r.host == _best_host({r.host for r in routes}, host)]
    fitting = [r for r in here if path.startswith(r.path)]
    return max(fitting, key=lambda r: len(r.path), default=None)


def _best_host(patterns: set[str], host: str) -> str:
    fitting = [p for p in patterns if p == host or (p.startswith("*.") and host.endswith(p[1:]) and host != p[2:])]
    return max(fitting, key=lambda p: (p == host, len(p)), default="*")


class Seen(NamedTuple):
    """What a proxy can read of a request on its way; None is what it cannot."""

    client: str
    host: str | None
    path: str | None
    can_cache: bool

    def __str__(self) -> str:
        told = [f"client {self.client}", f"host {self.host or 'unknown'}", f"path {self.path or 'unknown'}"]
        return ", ".join([*told, f"can{'' if self.can_cache else 'not'} cache"])


def seen(mode: str, client: str, host: str, path: str) -> Seen:
    """What the proxy sees of an https request, by where TLS ends.

    "terminate": TLS ends at the proxy, which reads it all (and may encrypt it again on the way to the server).
    "passthrough": the bytes go on as they are; only the server's name is in the clear, in the first message (SNI).
    "layer 4": it looks at addresses and ports, and at nothing inside. Source: RFC 9846 §4; RFC 6066 §3 (SNI).
    """
    if mode not in ("terminate", "passthrough", "layer 4"):
        raise ValueError(f"TLS can end by terminate, passthrough or layer 4, and not by {mode!r}")
    if mode == "terminate":
        return Seen(client, host, path, True)
    return Seen(client, host if mode == "passthrough" else None, None, False)
