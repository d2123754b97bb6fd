"""A client that logs people in (OpenID Connect): it looks up the server, sends a nonce, and checks the ID token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from labs.http.messages import Answer
from labs.oauth.flow.client import Client
from labs.oauth.flow.discovery import OPENID, Unfit, check_metadata, well_known
from labs.oauth.flow.identity import read_id_token
from labs.oauth.flow.messages import content_of, error, location_of, redirect, says, with_query
from labs.tokens.jws import read_keys


@dataclass(kw_only=True)
class SignIn(Client):
    """The client, and what a login adds. `now` tells the time in seconds since 1970."""

    now: Callable[[], float]
    scope: str = "openid photos"
    nonces: dict[str, str] = field(default_factory=dict)  # browser → the nonce of its flow
    users: dict[str, str] = field(default_factory=dict)  # browser → who is logged in

    def login(self, browser: str, issuer: str) -> Answer:
        """Begin a flow, at the endpoints that the server publishes, with a nonce that the ID token has to repeat."""
        if issuer not in self.metadata:
            found = content_of(self.send("GET", well_known(issuer, OPENID), None, ""))
            try:
                self.metadata[issuer] = check_metadata(found, issuer)
            except Unfit:
                return error("unfit server")
        begun = location_of(super().login(browser, issuer))
        self.nonces[browser] = self.fresh()
        return redirect(with_query(begun, {"nonce": self.nonces[browser]}))

    def callback(self, browser: str, params: dict[str, str]) -> Answer:
        """Redeem the code; whoever the ID token names is logged in, if it is the answer to this very request."""
        flow, nonce = self.begun.get(browser), self.nonces.get(browser, "")
        answer = super().callback(browser, params)
        if browser not in self.begun:  # the flow has ended, and its nonce with it
            self.nonces.pop(browser, None)
        if answer.status != 200 or flow is None:
            return answer
        got = self.tokens.pop(browser)  # not to be used before the ID token is checked: RFC 9700 §4.5.3.2
        try:
            keys = read_keys(content_of(self.send("GET", self.metadata[flow.issuer]["jwks_uri"], None, "")))
            claims = read_id_token(
                got.get("id_token", ""), keys, now=self.now(), issuer=flow.issuer, client=self.id,
                nonce=nonce, access_token=got["access_token"],
            )  # fmt: skip
        except ValueError:
            return error("no ID token for this login")
        self.tokens[browser], self.users[browser] = got, claims["sub"]
        return says(200, {"logged in as": claims["sub"]})
