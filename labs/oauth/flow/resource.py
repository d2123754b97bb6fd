"""The resource server: it has Ada's photos, and shows them to whoever brings a token that the server signed for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from labs.http.messages import Answer, Request
from labs.oauth.flow.messages import bearer_of, no_bearer, says
from labs.oauth.flow.rules import HARDENED, Rules
from labs.tokens.jws import Refused
from labs.tokens.jwt import accept

SCOPE = "photos"  # what a token has to allow


@dataclass
class ResourceServer:
    """`audience` is its own name, `keys` are those of the authorization server `issuer`."""

    audience: str
    issuer: str
    keys: Any
    now: Callable[[], float]
    rules: Rules = HARDENED
    others: tuple[str, ...] = ()  # audiences that it lets through as well, where it is not careful

    def respond(self, request: Request) -> Answer:
        """Whoever brings a good token gets the photos of the user that it is about."""
        token = bearer_of(request)
        for audience in (self.audience, *(() if self.rules.audience else self.others)):
            try:
                claims = accept(token, self.keys, now=self.now(), issuer=self.issuer, audience=audience, typ="at+jwt")
            except Refused:
                continue
            if SCOPE not in str(claims.get("scope", "")).split():
                return no_bearer(token, self.audience, "insufficient_scope", 403)
            return says(200, {"photos of": claims["sub"]})
        return no_bearer(token, self.audience)
