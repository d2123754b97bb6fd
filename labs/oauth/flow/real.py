"""The real thing: Authlib and requests-oauthlib as clients of our server, over real HTTP.

Neither is among the course's own packages, so the lesson shows what came out (RECORDED), and the tests run it again:
tests/fidelity/test_real_oauth_clients.py.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from labs.oauth.flow.loopback import CALLBACK, There, loopback

RECORDED: dict[str, tuple[str, str]] = {  # what was tried: (Authlib 1.9.10, requests-oauthlib 2.0.0)
    "a code with PKCE, then the photos": ("ada's photos", "ada's photos"),
    "another verifier": ("invalid_grant", "invalid_grant"),
    "the state changed on the way": ("refused by the client", "refused by the client"),
    "refresh": ("a token", "a token"),
    "the old refresh token once more": ("invalid_grant", "invalid_grant"),
    "then the newest one": ("invalid_grant", "invalid_grant"),
    "client credentials": ("a token", "a token"),
    "password": ("unsupported_grant_type", "unsupported_grant_type"),
}
LIBRARIES = ("Authlib 1.9.10", "requests-oauthlib 2.0.0")
TRUSTING = {"AUTHLIB_INSECURE_TRANSPORT": "1", "OAUTHLIB_INSECURE_TRANSPORT": "1"}  # plain http, for a test
VERIFIER = "an-example-of-a-verifier-that-nobody-should-ever-use"


def compare_clients() -> Any:
    """A table (pandas DataFrame) of what was recorded."""
    import pandas

    table = pandas.DataFrame.from_dict(RECORDED, orient="index", columns=LIBRARIES)
    table.index.name = "tried"
    return table


def try_clients() -> dict[str, tuple[str, str]]:
    """The same, tried now. ImportError where one of the libraries is missing."""
    with plain_http(), loopback() as there:
        first, second = (dict(_try(there, one)) for one in (Authlib, RequestsOAuthlib))
    return {what: (first[what], second[what]) for what in first}


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

    def __init__(self, there: There, name: str = "print", secret: str | None = None) -> None:
        from authlib.integrations.requests_client import OAuth2Session

        self.end, self.secret = f"{there.login}/token", secret
        self.start = f"{there.login}/authorize"
        self.session = OAuth2Session(
            name, secret, redirect_uri=CALLBACK, scope="photos", code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
        )  # fmt: skip

    def begin(self) -> str:
        """The URL to send the browser to."""
        url, self.state = self.session.create_authorization_url(self.start, code_verifier=VERIFIER)
        return str(url)

    def finish(self, back: str, verifier: str) -> Any:
        """Redeem the code in the URL that the browser came back with."""
        return self.session.fetch_token(
            self.end, authorization_response=back, code_verifier=verifier, state=self.state
        )  # fmt: skip

    def refresh(self, token: str) -> Any:
        """Exchange a refresh token."""
        return self.session.refresh_token(self.end, refresh_token=token)

    def own(self) -> Any:
        """The client credentials grant."""
        return self.session.fetch_token(self.end, grant_type="client_credentials")

    def password(self) -> Any:
        """The password grant."""
        return self.session.fetch_token(self.end, username="ada", password="an example only", grant_type="password")


class RequestsOAuthlib:
    """requests-oauthlib's OAuth2Session."""

    def __init__(self, there: There, name: str = "print", secret: str | None = None) -> None:
        from requests_oauthlib import OAuth2Session

        self.end, self.start, self.name, self.secret = f"{there.login}/token", f"{there.login}/authorize", name, secret
        self.session = OAuth2Session(name, redirect_uri=CALLBACK, scope="photos", pkce="S256")

    def begin(self) -> str:
        """See Authlib."""
        from labs.oauth.flow.pkce import challenge_of

        url, _ = self.session.authorization_url(self.start)
        made = self.session._code_verifier  # it makes up its own
        return str(url).replace(challenge_of(made), challenge_of(VERIFIER))

    def finish(self, back: str, verifier: str) -> Any:
        """See Authlib."""
        self.session._code_verifier = verifier
        return self.session.fetch_token(self.end, authorization_response=back, include_client_id=True)

    def refresh(self, token: str) -> Any:
        """See Authlib."""
        return self.session.refresh_token(self.end, refresh_token=token, client_id=self.name)

    def own(self) -> Any:
        """See Authlib."""
        from oauthlib.oauth2 import BackendApplicationClient
        from requests_oauthlib import OAuth2Session

        session = OAuth2Session(client=BackendApplicationClient(self.name))
        return session.fetch_token(self.end, client_id=self.name, client_secret=self.secret)

    def password(self) -> Any:
        """See Authlib."""
        from oauthlib.oauth2 import LegacyApplicationClient
        from requests_oauthlib import OAuth2Session

        session = OAuth2Session(client=LegacyApplicationClient(self.name))
        return session.fetch_token(self.end, username="ada", password="an example only", include_client_id=True)


def browser(url: str) -> str:
    """Ada's browser asks the authorization server; the URL that it is sent back to."""
    import requests

    return requests.get(url, cookies={"user": "ada"}, allow_redirects=False, timeout=60).headers["location"]


def _try(there: There, library: type[Authlib] | type[RequestsOAuthlib]) -> Iterator[tuple[str, str]]:
    import requests

    tried = iter(RECORDED)
    client = library(there)
    token = client.finish(browser(client.begin()), VERIFIER)
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    photos = requests.get(f"{there.photos}/photos", headers=bearer, timeout=60).json()
    yield next(tried), f"{photos['photos of']}'s photos"
    other = library(there)
    yield next(tried), _outcome(other.finish, browser(other.begin()), VERIFIER + "x")
    other = library(there)
    yield next(tried), _outcome(other.finish, browser(other.begin()).replace("state=", "state=x"), VERIFIER)
    newer = client.refresh(token["refresh_token"])
    yield next(tried), _outcome(lambda: newer)
    yield next(tried), _outcome(client.refresh, token["refresh_token"])
    yield next(tried), _outcome(client.refresh, newer["refresh_token"])
    batch = library(there, "batch", there.server.known["batch"].secret)
    yield next(tried), _outcome(batch.own)
    yield next(tried), _outcome(library(there).password)


def _outcome(act: Callable[..., Any], *args: Any) -> str:
    """A token, the server's error, or that the library itself refused."""
    try:
        return "a token" if "access_token" in act(*args) else "no token"
    except Exception as error:
        code = str(getattr(error, "error", ""))
        return "refused by the client" if "state" in code else code or type(error).__name__
