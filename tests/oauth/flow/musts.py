"""Every MUST of OAuth's RFCs that applies to the lesson's server, client or resource server: a row per MUST.

    @must("6749 §3.2", "A client asks the token endpoint by POST; nothing else is served there.")
    def _(there): ...

A row's function sends its requests over real HTTP (`Site`) and asserts what the answer has to be. What does not apply
is in NOT_HERE, with the reason.
"""

from __future__ import annotations

import base64
import http.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from labs.http.messages import Answer
from labs.oauth.flow.loopback import CALLBACK, There
from labs.oauth.flow.messages import FORM, content_of, location_of, with_query
from labs.oauth.flow.pkce import challenge_of
from labs.oauth.flow.world import read_query

V = "v" * 43
ROWS: list[tuple[str, str, Callable[[Any], None]]] = []
RFCS = ("6749", "6750", "7009", "7662", "7636", "8252", "8414", "9068", "9207", "9700")


def must(section: str, sentence: str) -> Callable[[Callable[[Any], None]], None]:
    """Add a row: the RFC and its section, what it demands in our words, and the function that asks for it."""

    def add(row: Callable[[Any], None]) -> None:
        ROWS.append((section, sentence, row))

    return add


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
        there = urlsplit(f"{self.there.login}{url}" if url.startswith("/") else url)
        body = form if isinstance(form, str) or form is None else urlencode(form)
        connection = http.client.HTTPConnection(there.netloc, timeout=10)
        try:
            target = f"{there.path}?{there.query}" if there.query else there.path
            fields = {**({"Content-Type": FORM} if form is not None else {}), **(headers or {})}
            connection.request(method, target, body, fields)
            got = connection.getresponse()
            return Answer(got.status, got.getheaders(), got.read(), reason=got.reason)
        finally:
            connection.close()

    def authorize(self, user: str = "ada", **more: str | None) -> Answer:
        """Ada's browser at the authorization endpoint, with a good request in which `more` is changed."""
        params = {
            "response_type": "code",
            "client_id": "print",
            "redirect_uri": CALLBACK,
            "scope": "photos",
            "state": "s",
        }
        changed = {**params, "code_challenge": challenge_of(V), "code_challenge_method": "S256", **more}
        url = with_query("/authorize", {name: text for name, text in changed.items() if text is not None})
        return self.ask("GET", url, None, {"Cookie": f"user={user}"} if user else {})

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


NOT_HERE = {
    "6749 §1.6, §2.3.1, §3.1, §3.1.2.1, §3.2, §10.9": "TLS: the servers are on the loopback address only",
    "6749 §2.3.1, §10.10": "guessing passwords: the secrets have 256 random bits, and Ada’s login is not modelled",
    "6749 §3.1.2.5": "third-party scripts in the page after the redirect: the client answers with JSON and no page",
    "6749 §4.2, §4.3, §10.16": "the implicit and the password grant are not offered (RFC 9700 §2.1.2, §2.4)",
    "6749 §8": "new endpoints, grants and parameters: none are defined here",
    "6749 §10.12 (server), §10.13": "the consent page: Ada agrees by a cookie, there is no page to forge or to frame",
    "6750 §2": "two ways to send a token in one request: only the header is read, so there is no second way",
    "6750 §2.2, §2.3": "tokens in a form or a query are optional and not offered (RFC 9700 §4.3.2)",
    "6750 §5.2 (TLS), 7009 §2, 7662 §2.1 (TLS), 8414 §6.1": "TLS: the servers are on the loopback address only",
    "7009 §2.3": "JSONP is not offered",
    "7662 §2.2 (JWT answers), §2.3": "signed answers and further error codes are not offered",
    "7636 §4.2 (plain)": "only a client that cannot compute SHA-256 may use plain; the server refuses it",
    "8252 §7.1, §7.2": "custom schemes and claimed https addresses belong to a phone’s system",
    "8252 §6, §8.12": "the browser is always another program than the client; there is no embedded one",
    "8414 §2.1": "signed metadata is optional and not offered",
    "9068 §2.1, §4 (encryption)": "encrypted access tokens are not offered, so none can be expected",
    "9068 §2.2.1": "claims about the login are required only where the token says how Ada logged in; it does not",
    "9207 §2.2": "responses as a JWT (JARM) are not offered",
    "9700 §2.6, §4.13": "no proxy that ends TLS stands before the servers",
    "9700 §4.16, §4.17": "no consent page to frame, and no answer by postMessage",
}
"""MUSTs that apply to none of the three, and why."""
