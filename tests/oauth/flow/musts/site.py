"""The lesson's servers over real HTTP, the requests that the rows send, and the lesson's client as it is watched."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from labs.http.messages import Answer
from labs.oauth.flow.loopback import CALLBACK, There, connect, over_http
from labs.oauth.flow.messages import FORM, content_of, location_of, with_query
from labs.oauth.flow.pkce import challenge_of
from labs.oauth.flow.sign_in import SignIn
from labs.oauth.flow.world import read_query
from labs.tokens.examples import example_jwk
from labs.tokens.jws import read_key
from labs.tokens.jwt import issue

V = "v" * 43
GRANT = "grant_type=client_credentials"
ODD = "a %&+:"  # the name, and the secret, of a confidential client that has to encode them for Basic
HOME = CALLBACK.removesuffix("/callback")


@dataclass
class Site:
    """The servers over real HTTP, with the requests that the rows send."""

    there: There

    @property
    def secret(self) -> str:
        """Of the confidential client, "batch"."""
        return self.there.server.known["batch"].secret

    def ask(
        self,
        method: str,
        url: str,
        form: Mapping[str, str] | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request on a connection of its own; a path is the authorization server's."""
        url = f"{self.there.login}{url}" if url.startswith("/") else url
        there = urlsplit(url)
        body = form if isinstance(form, str) or form is None else urlencode(form)
        connection = connect(url, self.there.trust)
        try:
            target = f"{there.path}?{there.query}" if there.query else there.path
            fields = {**({"Content-Type": FORM} if form is not None else {}), **(headers or {})}
            connection.request(method, target, body, fields)
            got = connection.getresponse()
            return Answer(got.status, got.getheaders(), got.read(), reason=got.reason)
        finally:
            connection.close()

    def authorization(self, **more: str | None) -> str:
        """The address of the authorization endpoint, with a good request in which `more` is changed."""
        params = {
            "response_type": "code",
            "client_id": "print",
            "redirect_uri": CALLBACK,
            "scope": "photos",
            "state": "s",
        }
        changed = {**params, "code_challenge": challenge_of(V), "code_challenge_method": "S256", **more}
        return with_query("/authorize", {name: text for name, text in changed.items() if text is not None})

    def authorize(self, user: str = "ada", **more: str | None) -> Answer:
        """Ada's browser at the authorization endpoint, with a good request in which `more` is changed."""
        return self.ask("GET", self.authorization(**more), None, {"Cookie": f"user={user}"} if user else {})

    def back(self, **more: str | None) -> dict[str, str]:
        """What the browser brings back to the client."""
        return read_query(location_of(self.authorize(**more)))

    def post(self, path: str, form: Mapping[str, str | None] | str, basic: str = "") -> Answer:
        """A form to the authorization server; `basic` is name:secret."""
        headers = {"Authorization": f"Basic {base64.b64encode(basic.encode()).decode()}"} if basic else {}
        sent = form if isinstance(form, str) else {name: text for name, text in form.items() if text is not None}
        return self.ask("POST", path, sent, headers)

    def redeem(self, code: str | None, basic: str = "", **more: str | None) -> Answer:
        """The token endpoint, with a good request in which `more` is changed."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": V}
        return self.post("/token", {**form, "client_id": None if basic else "print", **more}, basic)

    def tokens(self, **more: str | None) -> dict[str, Any]:
        """What a good flow ends with."""
        got = content_of(self.redeem(self.back(**more)["code"]))
        assert "access_token" in got
        return got

    def refresh(self, token: str, **more: str | None) -> Answer:
        """The refresh token at the token endpoint."""
        form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "print", **more}
        return self.post("/token", form)

    def photos(self, token: str = "", scheme: str = "Bearer", query: str = "") -> Answer:
        """The resource server."""
        return self.ask(
            "GET", f"{self.there.photos}/photos{query}", None, {"Authorization": f"{scheme} {token}"} if token else {}
        )

    def introspect(self, token: str, **more: str) -> dict[str, Any]:
        """What the server says of a token."""
        return content_of(self.post("/introspect", {"token": token, **more}, f"batch:{self.secret}"))

    def metadata(self) -> dict[str, Any]:
        """What the server publishes."""
        return content_of(self.ask("GET", "/.well-known/oauth-authorization-server"))


def failed(answer: Answer) -> tuple[int, object]:
    """Status and error of an answer."""
    return answer.status, content_of(answer).get("error")


class Sent:
    """A client of the site's, and what it sends over real HTTP. `change` may answer in the server's place."""

    def __init__(self, site: Site, *more: str, change=None):
        self.site, self.urls, self.forms, self.bearers, self.change = site, [], [], [], change
        self.client = SignIn(
            "print", HOME, (site.there.login, *more), f"{site.there.photos}/photos", self.send, secrets.token_urlsafe,
            now=time.time,
        )  # fmt: skip

    def send(self, method, url, form, token):
        self.urls.append(url)
        self.forms.append(form or {})
        self.bearers.append(token)
        answer = over_http(method, url, form, token)
        return self.change(url, answer) if self.change else answer

    def begin(self, issuer=""):
        return location_of(self.client.login("tab", issuer or self.site.there.login))

    def back(self):
        return read_query(location_of(self.site.ask("GET", self.begin(), None, {"Cookie": "user=ada"})))

    def finish(self, **more):
        params = {name: text for name, text in {**self.back(), **more}.items() if text is not None}
        return content_of(self.client.callback("tab", params))

    def got_in(self) -> bool:
        return "tab" in self.client.tokens


def token(site: Site, typ: str = "at+jwt", alg: str = "Ed25519", **more: object) -> str:
    """An access token as the authorization server would sign it, with some claims changed; None leaves one out."""
    now = int(time.time())
    claims = {
        "iss": site.there.login, "sub": "ada", "aud": "photos.example", "client_id": "print", "scope": "photos",
        "iat": now, "exp": now + 300, "jti": "j",
    }  # fmt: skip
    claims = {name: value for name, value in {**claims, **more}.items() if value is not None}
    return issue(claims, read_key(example_jwk(alg)), typ=typ)
