"""The authorization server: it asks Ada, hands out codes, and turns codes into tokens (tokens.py).

`respond` takes an HTTP request and returns the answer; where the request comes from, a run or a real socket, makes no
difference. Ada has logged in already: a cookie says so. She agrees to whatever she is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from labs.http.messages import Answer, Request
from labs.oauth.flow import tokens
from labs.oauth.flow.messages import (
    TWICE,
    BadForm,
    Problem,
    cookie_of,
    error,
    form_of,
    page,
    redirect,
    says,
    sort_out,
    with_query,
)
from labs.oauth.flow.records import Code, Records
from labs.tokens.jws import public_jwk

LOGIN_PAGE = page("Log in", "A real server would ask for a name and a password here. This one knows users by a cookie.")
WRONG_CLIENT = Problem("invalid_request", "The client is unknown, or the redirect_uri is not one of its own.")
CODE_LIFETIME = 60  # seconds; RFC 6749 §4.1.2 recommends ten minutes at most
LOOPBACK = re.compile(r"http://(?P<host>127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?(?P<rest>([/?].*)?)")


class AuthorizationServer(Records):
    """The server: see Records for what it is made with."""

    def respond(self, request: Request) -> Answer:
        """Answer one request. HEAD is answered as GET is, and whoever sends the answer leaves the body out."""
        ends = self._ends(request).get(request.target.path)
        if ends is None:
            return error("not_found", "There is nothing at this address.", 404)
        answer = ends.get("GET" if request.method == "HEAD" else request.method)
        if answer is None:  # RFC 9110 §15.5.6
            allowed = ", ".join(ends).replace("GET", "GET, HEAD")
            return error("method_not_allowed", f"This endpoint takes {allowed}.", 405, ("Allow", allowed))
        try:
            return answer()
        except BadForm as problem:
            return error("invalid_request", str(problem))

    def _ends(self, request: Request) -> dict[str, dict[str, Callable[[], Answer]]]:
        """What the request would be answered: by path, and by the methods that the path takes."""
        metadata = {"GET": lambda: says(200, self.metadata())}
        return {
            "/authorize": {"GET": lambda: self.authorize(request)},
            "/token": {"POST": lambda: tokens.token(self, request, form_of(request))},
            "/introspect": {"POST": lambda: tokens.introspect(self, request, form_of(request))},
            "/revoke": {"POST": lambda: tokens.revoke(self, request, form_of(request))},
            "/userinfo": dict.fromkeys(("GET", "POST"), lambda: tokens.userinfo(self, request)),
            "/jwks": {"GET": lambda: says(200, {"keys": [public_jwk(self.jwk)]})},
            "/.well-known/oauth-authorization-server": metadata,
            "/.well-known/openid-configuration": metadata,
        }

    def authorize(self, request: Request) -> Answer:
        """The authorization endpoint. Where client or redirect URI are wrong, the browser is sent nowhere."""
        params, twice = sort_out(request.target.query or "")  # what comes twice counts as left out
        client, back = self.known.get(params.get("client_id", "")), params.get("redirect_uri", "")
        if client is None or not fits(back, client.redirect_uris, self.rules.exact):
            return error(*WRONG_CLIENT)  # RFC 6749 §4.1.2.1: tell the user, and do not redirect
        user = cookie_of(request, "user")
        if not user:
            return LOGIN_PAGE
        problem = TWICE if twice else self._problem(params)
        if problem:
            return self._back(back, params, problem._asdict())
        code = self.fresh()
        self.codes[code] = Code(
            client.id, back, params.get("code_challenge"), user, *_asked(params), params.get("nonce", ""),
            self.now() + CODE_LIFETIME,
        )  # fmt: skip
        return self._back(back, params, {"code": code})

    def _problem(self, params: dict[str, str]) -> Problem | None:
        if "response_type" not in params:
            return Problem("invalid_request", "The response_type is missing.")
        if params["response_type"] != "code":  # "token", the implicit grant, among others
            return Problem("unsupported_response_type", "The only response_type here is code.")
        challenge = params.get("code_challenge")
        if self.rules.demand and not challenge:
            return Problem("invalid_request", "PKCE is required, and the code_challenge is missing.")
        if challenge and params.get("code_challenge_method") != "S256":  # missing means "plain" (RFC 7636 §4.3)
            return Problem("invalid_request", "The only code_challenge_method here is S256.")
        return tokens.problem_of(*_asked(params))

    def _back(self, uri: str, params: dict[str, str], more: dict[str, str]) -> Answer:
        state = {"state": params["state"]} if "state" in params else {}
        return redirect(with_query(uri, more | state | ({"iss": self.issuer} if self.rules.iss else {})))

    def metadata(self) -> dict[str, Any]:
        """What clients look up (RFC 8414, OpenID Connect Discovery §3)."""
        ends = {name: f"{self.issuer}/{path}" for name, path in _ENDPOINTS.items()}
        return {
            "issuer": self.issuer,
            **ends,
            "scopes_supported": sorted(set().union(*tokens.SCOPES.values())),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "response_modes_supported": ["query"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "none"],
            "introspection_endpoint_auth_methods_supported": ["client_secret_basic"],
            "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "none"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [self.key.alg],
            "authorization_response_iss_parameter_supported": self.rules.iss,
        }


_ENDPOINTS = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "token",
    "introspection_endpoint": "introspect",
    "revocation_endpoint": "revoke",
    "userinfo_endpoint": "userinfo",
    "jwks_uri": "jwks",
}


def _asked(params: dict[str, str]) -> tuple[str, str]:
    """The scope that the client asks for, and the resource server that it wants to use it at."""
    return params.get("scope", tokens.DEFAULT_SCOPE), params.get("resource", tokens.DEFAULT_RESOURCE)


def fits(given: str, registered: Iterable[str], exact: bool) -> bool:
    """Whether the browser may be sent there. Not exact: it begins with the registered scheme and host, as text."""
    if not given or "#" in given:
        return False
    local = _without_port(given)
    if given.lower().startswith("http:") and not local:
        return False  # whoever is on the way could read the code: RFC 9700 §2.6
    if not exact:
        return any(given.startswith("{0.scheme}://{0.netloc}".format(urlsplit(one))) for one in registered)
    return any(given == one or local == _without_port(one) != "" for one in registered)


def _without_port(uri: str) -> str:
    """A native app's loopback address without its port, which it cannot know beforehand (RFC 8252 §7.3); else ""."""
    parts = LOOPBACK.fullmatch(uri)
    return f"http://{parts['host']}{parts['rest']}" if parts else ""
