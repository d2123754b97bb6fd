"""The token endpoint, and what else the authorization server does with tokens it has handed out."""

from __future__ import annotations

import base64
import hmac
from typing import Any
from urllib.parse import unquote_plus

from labs.http.messages import Answer, Request
from labs.http.syntax import value
from labs.oauth.flow.identity import half_hash
from labs.oauth.flow.messages import BadForm, bearer_of, error, no_bearer, says
from labs.oauth.flow.pkce import proves
from labs.oauth.flow.records import Records, RefreshToken, Registered
from labs.tokens.jws import Refused
from labs.tokens.jwt import accept, issue

LIFETIME = 300  # seconds of an access token and of an ID token
DEFAULT_SCOPE = "photos"  # where the client asks for none: RFC 6749 §3.3
DEFAULT_RESOURCE = "photos.example"  # where it does not say which: RFC 9068 §3
SCOPES = {"photos.example": {"openid", "photos"}, "weather.example": {"openid", "photos"}}
"""What may be asked for at each resource server. Both have photos, so only the audience tells their tokens apart."""
BASIC = ("WWW-Authenticate", 'Basic realm="login.example"')


def token(server: Records, request: Request, form: dict[str, str]) -> Answer:
    """The token endpoint: which client, which grant, then the grant's own checks."""
    client = authenticate(server, request, form)
    if client is None:
        return error("invalid_client", 401, BASIC)
    grants = {"authorization_code": by_code, "refresh_token": by_refresh, "client_credentials": by_itself}
    grant = form.get("grant_type")
    if grant is None:
        return error("invalid_request")
    if grant not in grants:  # "password" among others: RFC 9700 §2.4
        return error("unsupported_grant_type")
    return grants[grant](server, client, form)


def authenticate(server: Records, request: Request, form: dict[str, str]) -> Registered | None:
    """The client that asks; None if there is no such client, or it does not prove who it is. A public one only says so.

    There is one way to prove it, by Basic: a client that tries another is refused. BadForm where it tries two at once
    (RFC 6749 §2.3, §5.2).
    """
    name, secret = form.get("client_id", ""), ""
    scheme, _, told = (value(request.headers, "authorization") or "").partition(" ")
    if scheme.lower() == "basic":
        if "client_secret" in form:
            raise BadForm("a client proves itself in two ways")
        try:
            pair = base64.b64decode(told, validate=True).decode()
        except ValueError:
            return None
        name, secret = (unquote_plus(part) for part in (pair.partition(":")[0], pair.partition(":")[2]))
        if form.get("client_id", name) != name:
            return None
    elif scheme or "client_secret" in form:
        return None
    client = server.known.get(name)
    well = client is not None and hmac.compare_digest(client.secret.encode(), secret.encode())
    return client if well else None


def problem_of(scope: str, resource: str) -> str:
    """What is wrong with asking for this scope at this resource server (RFC 9068 §2.2.3, RFC 8707 §2), or ""."""
    if resource not in SCOPES:
        return "invalid_target"
    return "" if {*scope.split()} <= SCOPES[resource] else "invalid_scope"


def by_code(server: Records, client: Registered, form: dict[str, str]) -> Answer:
    """Redeem a code: once, in time, by the client that it is for, under the redirect URI that it was sent to."""
    if not form.get("code") or not form.get("redirect_uri"):
        return error("invalid_request")
    code, verifier = server.codes.get(form["code"]), form.get("code_verifier")
    if code is None or code.client != client.id or code.redirect_uri != form["redirect_uri"]:
        return error("invalid_grant")
    if code.used:
        server.revoked.add(code.family)  # somebody else has the code: RFC 6749 §4.1.2
        return error("invalid_grant")
    if server.now() >= code.expires:
        return error("invalid_grant")
    if code.challenge and not proves(code.challenge, verifier):
        return error("invalid_grant")
    if server.rules.demand and not code.challenge:  # a verifier without a challenge: a downgrade
        return error("invalid_grant")
    code.used, code.family = True, server.fresh()
    return _tokens(server, client.id, code.user, code.scope, code.audience, code.family, code.nonce)


def by_refresh(server: Records, client: Registered, form: dict[str, str]) -> Answer:
    """A new access token for a refresh token. Rotated: it works once, and a second use ends its whole family."""
    if not form.get("refresh_token"):
        return error("invalid_request")
    kept = server.refresh_tokens.get(form["refresh_token"])
    if kept is None or kept.client != client.id or kept.family in server.revoked:
        return error("invalid_grant")
    if kept.used and server.rules.rotate:
        if server.rules.family:
            server.revoked.add(kept.family)
        return error("invalid_grant")
    scope = form.get("scope", kept.scope)  # it may ask for less, and keeps the right to all of it
    if not {*scope.split()} <= {*kept.scope.split()}:
        return error("invalid_scope")
    kept.used = True
    old = "" if server.rules.rotate else form["refresh_token"]
    return _tokens(server, kept.client, kept.user, scope, kept.audience, kept.family, "", old, kept.scope)


def by_itself(server: Records, client: Registered, form: dict[str, str]) -> Answer:
    """The client credentials grant: the client acts for itself. For confidential clients only (RFC 6749 §4.4)."""
    if not client.secret:
        return error("unauthorized_client")
    scope, resource = form.get("scope", DEFAULT_SCOPE), form.get("resource", DEFAULT_RESOURCE)
    problem = problem_of(scope, resource)
    if problem:
        return error(problem)
    access = _access_token(server, client.id, client.id, scope, resource, server.fresh())
    return says(200, {"access_token": access, "token_type": "Bearer", "expires_in": LIFETIME, "scope": scope})


def _tokens(
    server: Records, client: str, user: str, scope: str, audience: str, family: str, nonce: str,
    refresh: str = "", whole: str = "",
) -> Answer:  # fmt: skip
    if not refresh:
        refresh = server.fresh()
        server.refresh_tokens[refresh] = RefreshToken(client, family, user, whole or scope, audience)
    access = _access_token(server, client, user, scope, audience, family)
    told: dict[str, Any] = {"access_token": access, "token_type": "Bearer", "expires_in": LIFETIME}
    told |= {"refresh_token": refresh, "scope": scope}
    if "openid" in scope.split():
        told["id_token"] = _id_token(server, client, user, nonce, access)
    return says(200, told)


def _access_token(server: Records, client: str, user: str, scope: str, audience: str, family: str) -> str:
    """An access token as RFC 9068 has it: a JWT of the type at+jwt."""
    now, jti = int(server.now()), server.fresh()
    server.access_tokens[jti] = family
    claims = {"iss": server.issuer, "sub": user, "aud": audience, "client_id": client, "scope": scope}
    return issue({**claims, "iat": now, "exp": now + LIFETIME, "jti": jti}, server.key, typ="at+jwt")


def _id_token(server: Records, client: str, user: str, nonce: str, access: str) -> str:
    """OpenID Connect's proof of a login: its audience is the client (Core §2)."""
    now = int(server.now())
    claims = {"iss": server.issuer, "sub": user, "aud": client, "iat": now, "exp": now + LIFETIME}
    return issue(
        {**claims, "at_hash": half_hash(access, server.key.alg)} | ({"nonce": nonce} if nonce else {}), server.key
    )


# ── afterwards ────────────────────────────────────────────────────────────────────────────────────────────────────────


def introspect(server: Records, request: Request, form: dict[str, str]) -> Answer:
    """Is this token still good (RFC 7662)? Only for those who can prove who they are."""
    client = authenticate(server, request, form)
    if client is None or not client.secret:
        return error("invalid_client", 401, BASIC)
    if "token" not in form:
        return error("invalid_request")
    claims = read_access(server, form["token"], DEFAULT_RESOURCE)
    if claims is None:
        return says(200, {"active": False})
    return says(200, {"active": True, **claims})


def revoke(server: Records, request: Request, form: dict[str, str]) -> Answer:
    """End a token and all that came of its grant (RFC 7009). An unknown token is no error (§2.2)."""
    client = authenticate(server, request, form)
    if client is None:
        return error("invalid_client", 401, BASIC)
    if "token" not in form:
        return error("invalid_request")
    kept, claims = server.refresh_tokens.get(form["token"]), read_access(server, form["token"], *SCOPES)
    owner = kept.client if kept else claims["client_id"] if claims else client.id
    if owner != client.id:
        return error("invalid_grant")  # it is another client's: §2.1
    if kept or claims:
        server.revoked.add(kept.family if kept else server.access_tokens[str(claims and claims["jti"])])
    return says(200, {})


def userinfo(server: Records, request: Request) -> Answer:
    """Who is logged in (OpenID Connect Core §5.3)."""
    token = bearer_of(request)
    claims = read_access(server, token, DEFAULT_RESOURCE)
    if claims is None:
        return no_bearer(token, "login.example")
    if "openid" not in str(claims["scope"]).split():
        return no_bearer(token, "login.example", "insufficient_scope", 403)
    return says(200, {"sub": claims["sub"]})


def read_access(server: Records, text: str, *audiences: str) -> dict[str, Any] | None:
    """The claims of an access token of this server that is still good at one of these resource servers, else None."""
    for audience in audiences:
        try:
            claims = accept(text, server.key, now=server.now(), issuer=server.issuer, audience=audience, typ="at+jwt")
        except Refused:
            continue
        return None if server.access_tokens.get(str(claims.get("jti"))) in server.revoked else claims
    return None
