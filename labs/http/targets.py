"""What a request asks for: the four forms of a target, the host, and the one path that routes are compared with.

    /%61pi//orders/../cart?x=1     origin form: a path and a query, as a client asks a server       RFC 9112 §3.2.1
    http://shop.example/cart       absolute form: as a client asks a forward proxy                  §3.2.2
    shop.example:443               authority form: CONNECT, for a tunnel                            §3.2.3
    *                              asterisk form: OPTIONS, about the server as a whole              §3.2.4

Many spellings name one path. A route for /api that is compared with the spelling is met by /api and missed by /%61pi,
//api and /x/../api, which the server behind the proxy takes for the same thing: so paths are normalised first, in
the way nginx does (`merge_slashes on`). What travels on is what the client wrote, as with nginx's plain `proxy_pass`.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from labs.http.syntax import NotHTTP

# RFC 3986, Appendix A: pchar, then what a query may have besides.
PATH = re.compile(r"/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*")
QUERY = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*")
NAME = re.compile(r"[A-Za-z0-9\-._]+")  # what names in DNS have; RFC 3986 would let more into a host
DEFAULT_PORT = {"http": 80, "https": 443}


class Target(NamedTuple):
    """A request's target in parts. `host` and `scheme` are None in the forms that do not have them."""

    form: str  # "origin", "absolute", "authority" or "asterisk"
    scheme: str | None
    host: str | None  # with its port, as it was written
    path: str  # as it was written, without its query; "" in the forms without a path
    query: str | None  # None without a question mark


def read_target(text: str, method: str) -> Target:
    """The parts of a target. NotHTTP where its form does not go with the method, or it is no target at all."""
    if method == "CONNECT":
        if read_host(text).port is None:
            raise NotHTTP("CONNECT needs a host and a port")
        return Target("authority", None, text, "", None)
    if text == "*" and method == "OPTIONS":
        return Target("asterisk", None, None, "", None)
    form, scheme, host, rest = "origin", None, None, text
    if absolute := re.fullmatch(r"(?i:(https?)://)([^/?]*)(.*)", text):
        form, scheme, host, rest = "absolute", absolute[1].lower(), absolute[2], absolute[3]
        if "_" in read_host(host).name:  # nginx takes it in the field Host, and not here
            raise NotHTTP("the host is none")
        if not rest and method == "OPTIONS":  # about the server as a whole, asked as "*": RFC 9112 §3.2.4
            return Target(form, scheme, host, "", None)
        rest = rest if rest.startswith("/") else "/" + rest
    path, mark, query = rest.partition("?")
    if not PATH.fullmatch(path) or not QUERY.fullmatch(query):
        raise NotHTTP("the request's target is none")
    return Target(form, scheme, host, path, query if mark else None)


class Host(NamedTuple):
    """A host as one compares it: in small letters, without a dot at its end; `port` is None where none is given."""

    name: str
    port: int | None


def read_host(text: str) -> Host:
    """A `Host` field's value, or the host in a target. NotHTTP where it is empty, or is none: RFC 9110 §7.2.

    An IPv6 address stands in brackets. A name with a user before it (user@host) is refused: RFC 9110 §4.2.4.
    """
    found = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::([0-9]{0,5}))?", text)
    if not found:
        raise NotHTTP("the host is none")
    name, port = found[1], int(found[2]) if found[2] else None
    if name.startswith("["):
        try:
            name = f"[{IPv6Address(name[1:-1])}]" if "%" not in name else ""
        except ValueError:
            name = ""
    elif not NAME.fullmatch(name) or name.startswith(".") or ".." in name:
        name = ""
    if not name or (port is not None and port > 65535):
        raise NotHTTP("the host is none")
    return Host(name.lower().rstrip("."), port)


def same_origin_host(scheme: str, text: str) -> str:
    """The host that stands for all spellings of it: small letters, and no port where it is the scheme's own."""
    host = read_host(text)
    return host.name if host.port in (None, DEFAULT_PORT.get(scheme)) else f"{host.name}:{host.port}"


def normal_path(path: str) -> str:
    """The path that routes are compared with: decoded, slashes merged, dots resolved. NotHTTP where it leaves the root.

    As nginx does, an encoded slash is a slash, and an encoded dot is a dot, before slashes and dots are looked at; what
    comes out is not decoded again. `..` above the root, and a NUL, are refused.
    """
    decoded = unquote_to_bytes(path).decode("latin-1")
    if "\x00" in decoded:
        raise NotHTTP("a NUL in the target")
    kept: list[str] = []
    for part in decoded.split("/"):
        if part == "..":
            if not kept:
                raise NotHTTP("the target climbs above the root")
            kept.pop()
        elif part not in ("", "."):
            kept.append(part)
    folder = kept and decoded.rsplit("/", 1)[-1] in ("", ".", "..")
    return "/" + "/".join(kept) + "/" * bool(folder)
