"""The client: an app that wants Ada's photos and never sees her password. It is public, so it has no secret."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from labs.http.messages import Answer, Request
from labs.oauth.flow.messages import BadForm, content_of, cookie_of, error, query_of, redirect, says, with_query
from labs.oauth.flow.pkce import challenge_of
from labs.oauth.flow.rules import HARDENED, Rules

Send = Callable[[str, str, Mapping[str, str] | None, str], Answer]  # method, URL, form, bearer token


@dataclass
class Login:
    """What the client remembers of a flow that it has begun, for the browser that it began it in."""

    issuer: str
    state: str
    verifier: str


@dataclass
class Client:
    """`issuers` are the authorization servers it works with, the first its usual one; `photos` is where they are."""

    id: str
    home: str
    issuers: tuple[str, ...]
    photos: str
    send: Send
    fresh: Callable[[], str]
    rules: Rules = HARDENED
    scope: str = "photos"
    metadata: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # issuer → what it publishes (discovery.py)
    begun: dict[str, Login] = field(default_factory=dict)  # browser (its session cookie) → flow
    granted: dict[str, str] = field(default_factory=dict)  # browser → the issuer whose tokens it has
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)  # browser → what the token endpoint said

    @property
    def redirect_uri(self) -> str:
        """Where the code is to be sent."""
        return f"{self.home}/callback"

    def respond(self, request: Request) -> Answer:
        """Answer a browser."""
        browser = cookie_of(request, "sid")
        try:
            params = query_of(request)
        except BadForm:
            return error("invalid_request")
        match request.target.path:
            case "/login":
                issuer = params.get("with", self.issuers[0])  # it may come from a link
                return self.login(browser, issuer) if issuer in self.issuers else error("unknown issuer")
            case "/callback":
                return self.callback(browser, params)
            case "/photos" if browser in self.tokens:
                return self.send("GET", self.photos, None, self.tokens[browser]["access_token"])
            case "/go" if not self.rules.closed:  # an open redirector: it forwards to any address
                return redirect(with_query(params.pop("to", self.home), params))
        return error("not_found", status=404)

    def login(self, browser: str, issuer: str) -> Answer:
        """Begin a flow: send the browser to the authorization server, and remember what for."""
        flow = self.begun[browser] = Login(issuer, self.fresh(), self.fresh())
        params = {"response_type": "code", "client_id": self.id, "redirect_uri": self.redirect_uri, "scope": self.scope}
        if self.rules.state:
            params["state"] = flow.state
        if self.rules.pkce:
            params |= {"code_challenge": challenge_of(flow.verifier), "code_challenge_method": "S256"}
        return redirect(with_query(self.end(issuer, "authorization", "authorize"), params))

    def callback(self, browser: str, params: dict[str, str]) -> Answer:
        """The browser is back. Does the answer belong to a flow of its own? Then that flow ends: redeem the code."""
        flow = self.begun.get(browser)
        if self.rules.state and (flow is None or not same(params.get("state"), flow.state)):
            return error("state")
        self.begun.pop(browser, None)  # it is good for one answer, even one that is refused below
        issuer = flow.issuer if flow else self.issuers[0]
        if self.rules.iss and params.get("iss") != issuer:
            return error("iss")
        if "error" in params or not params.get("code"):
            return error("no code")
        form = {"grant_type": "authorization_code", "code": params["code"], "redirect_uri": self.redirect_uri}
        form["client_id"] = self.id
        if self.rules.pkce and flow is not None:
            form["code_verifier"] = flow.verifier
        answer = self.send("POST", self.end(issuer, "token"), form, "")
        got = content_of(answer)
        if answer.status != 200 or "access_token" not in got or str(got.get("token_type")).lower() != "bearer":
            return error("no token")  # a type of token that it does not know it must not use: RFC 6749 §7.1
        self.tokens[browser], self.granted[browser] = got, issuer
        return says(200, {"logged in": True})

    def refresh(self, browser: str) -> bool:
        """Get a new access token; whether that worked. Without a new refresh token, the old one stays good."""
        form = {"grant_type": "refresh_token", "refresh_token": self.tokens[browser]["refresh_token"]}
        answer = self.send("POST", self.end(self.granted[browser], "token"), {**form, "client_id": self.id}, "")
        if answer.status == 200:
            self.tokens[browser] |= content_of(answer)
        return answer.status == 200

    def revoke(self, browser: str) -> bool:
        """Log out: the refresh token is to be worth nothing from now on (RFC 7009); whether the server has agreed.

        Until it has, the token still exists: it is kept, to try again (§2.2.1).
        """
        form = {"token": self.tokens[browser]["refresh_token"], "token_type_hint": "refresh_token"}
        end = self.end(self.granted[browser], "revocation", "revoke")
        if self.send("POST", end, {**form, "client_id": self.id}, "").status != 200:
            return False
        del self.tokens[browser], self.granted[browser]
        return True

    def end(self, issuer: str, name: str, path: str = "") -> str:
        """The URL of an endpoint: the one that the server publishes, or one by the names of login.example's."""
        return str(self.metadata.get(issuer, {}).get(f"{name}_endpoint", f"{issuer}/{path or name}"))


def same(given: str | None, kept: str) -> bool:
    """Whether two secrets are equal, in constant time."""
    return given is not None and hmac.compare_digest(given.encode(), kept.encode())
