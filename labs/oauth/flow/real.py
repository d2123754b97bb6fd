"""The real thing: Authlib and requests-oauthlib as clients of our server, over real HTTP.

Neither is among the course's own packages, so the lesson shows what came out (RECORDED); the tests run it again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from labs.oauth.flow.loopback import CALLBACK, There

AUTHLIB, REQUESTS = "Authlib 1.7.2", "requests-oauthlib 2.0.0"
TRUSTING = {"AUTHLIB_INSECURE_TRANSPORT": "1", "OAUTHLIB_INSECURE_TRANSPORT": "1"}  # plain http, on loopback only
RECORDED: dict[str, tuple[str, str]] = {  # what was tried: (Authlib, requests-oauthlib)
    "code with PKCE": ("Ada’s photos", "Ada’s photos"),
    "refresh": ("a new token", "a new token"),
    "the old refresh token once more": ("invalid_grant", "invalid_grant"),
    "the newest one after that": ("invalid_grant", "invalid_grant"),
    "another verifier": ("invalid_grant", "invalid_grant"),
    "state changed on the way": ("refused by the client", "refused by the client"),
    "client credentials": ("a token", "a token"),
    "password": ("unsupported_grant_type", "unsupported_grant_type"),
}


@contextmanager
def plain_http() -> Iterator[None]:
    """Both libraries accept http meanwhile."""
    before = {name: os.environ.get(name) for name in TRUSTING}
    os.environ.update(TRUSTING)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


class Authlib:
    """Authlib's OAuth2Session."""

    def __init__(self, there: There, client: str = "print", secret: str | None = None) -> None:
        from authlib.integrations.requests_client import OAuth2Session

        self.there, how = there, "client_secret_basic" if secret else "none"
        self.session = OAuth2Session(
            client, secret, redirect_uri=CALLBACK, scope="photos", code_challenge_method="S256",
            token_endpoint_auth_method=how,
        )  # fmt: skip

    def begin(self, verifier: str) -> str:
        """The URL to send the browser to."""
        return str(self.session.create_authorization_url(f"{self.there.login}/authorize", code_verifier=verifier)[0])

    def finish(self, back: str, verifier: str) -> Any:
        """Redeem the code in the URL that the browser came back with."""
        return self.session.fetch_token(
            f"{self.there.login}/token", authorization_response=back, code_verifier=verifier, state=self.state()
        )

    def state(self) -> Any:
        """The state that belongs to this session."""
        return self.session.state

    def refresh(self, token: str) -> Any:
        """A new access token."""
        return self.session.refresh_token(f"{self.there.login}/token", refresh_token=token)

    def grant(self, **form: str) -> Any:
        """Another grant."""
        return self.session.fetch_token(f"{self.there.login}/token", **form)


def browser(url: str) -> str:
    """Ada's browser: it asks the authorization server, and stops before it goes back to the client."""
    return str(fetch_with_query(url, {"Cookie": "user=ada"}).headers["location"])


def fetch_with_query(url: str, headers: dict[str, str]) -> Any:
    """GET of a URL with its query, no redirect followed."""
    import requests

    return requests.get(url, headers=headers, allow_redirects=False, timeout=5)


def compare_clients() -> Any:
    """A table (pandas DataFrame) of what was recorded."""
    import pandas

    table = pandas.DataFrame.from_dict(RECORDED, orient="index", columns=[AUTHLIB, REQUESTS])
    table.index.name = "tried"
    return table
