"""Where a server's endpoints are: it publishes them itself, as JSON at an address made of its name (RFC 8414)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

OAUTH, OPENID = "oauth-authorization-server", "openid-configuration"


class Unfit(ValueError):
    """A server that this client must not work with; says why in one sentence."""


def well_known(issuer: str, name: str = OAUTH) -> str:
    """Where the metadata is. OAuth puts the name between host and path (RFC 8414 §3.1), OpenID Connect after both."""
    there = urlsplit(issuer)
    path = there.path.rstrip("/")
    host = f"{there.scheme}://{there.netloc}"
    return f"{host}{path}/.well-known/{name}" if name == OPENID else f"{host}/.well-known/{name}{path}"


def is_private(url: str) -> bool:
    """Whether nobody on the way can read what is sent there: https (RFC 7009 §2), or this very machine."""
    try:
        there = urlsplit(url)
    except ValueError:
        return False
    return there.scheme == "https" or (there.scheme == "http" and there.hostname in ("127.0.0.1", "::1"))


def check_metadata(found: Mapping[str, Any], issuer: str) -> Mapping[str, Any]:
    """The metadata, if it is this issuer's own and offers what the client needs; else Unfit."""
    if found.get("issuer") != issuer:  # RFC 8414 §3.3: else one server could speak for another (mix-up)
        raise Unfit(f"these are the endpoints of {found.get('issuer')!r}, and {issuer!r} was asked")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not isinstance(found.get(name), str):
            raise Unfit(f"{issuer} names no {name}")
    for name, url in found.items():
        if (name.endswith("_endpoint") or name == "jwks_uri") and not is_private(str(url)):
            raise Unfit(f"{issuer} wants {name} to be asked where anybody can listen: {url}")
    if "code" not in found.get("response_types_supported", ()):
        raise Unfit(f"{issuer} hands out no codes")
    if "S256" not in found.get("code_challenge_methods_supported", ()):
        raise Unfit(f"{issuer} does not promise to check PKCE")  # RFC 9700 §2.1.1
    return found
