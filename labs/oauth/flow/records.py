"""What an authorization server remembers: its clients, the codes and tokens that it has handed out, what is revoked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from labs.oauth.flow.rules import HARDENED, Rules
from labs.tokens.jws import read_key

ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^#\s]+")
"""A URI with a scheme and without a fragment: a redirect URI has to be one (RFC 6749 §3.1.2)."""


@dataclass(frozen=True)
class Registered:
    """A client that the server knows. One without a secret is public: an app, a page in a browser.

    ValueError where a redirect URI is not ABSOLUTE.
    """

    id: str
    redirect_uris: tuple[str, ...] = ()
    secret: str = ""

    def __post_init__(self) -> None:
        for uri in self.redirect_uris:
            if not ABSOLUTE.fullmatch(uri):
                raise ValueError(f"a redirect URI has a scheme and no fragment, and this is {uri!r}")


@dataclass
class Code:
    """What the server remembers of a code that it handed out."""

    client: str
    redirect_uri: str
    challenge: str | None
    user: str
    scope: str
    audience: str
    nonce: str
    expires: float
    used: bool = False
    family: str = ""


@dataclass
class RefreshToken:
    """What the server remembers of a refresh token. Those that descend from one grant are a family.

    It `expires` if it is not used until then (in seconds since 1970).
    """

    client: str
    family: str
    user: str
    scope: str
    audience: str
    expires: float
    used: bool = False


@dataclass
class Records:
    """What an authorization server knows.

    `fresh` makes up a secret, `now` tells the time in seconds since 1970; `jwk` is the key that it signs with.
    """

    issuer: str
    clients: Iterable[Registered]
    fresh: Callable[[], str]
    now: Callable[[], float]
    jwk: Mapping[str, Any]
    rules: Rules = HARDENED
    codes: dict[str, Code] = field(default_factory=dict)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)
    access_tokens: dict[str, str] = field(default_factory=dict)  # jti → family
    revoked: set[str] = field(default_factory=set)  # families

    def __post_init__(self) -> None:
        self.key = read_key(self.jwk)
        self.known = {client.id: client for client in self.clients}
