"""The token endpoint, and what else the authorization server does with tokens it has handed out."""

from __future__ import annotations

import base64
import hmac
from typing import Any
from urllib.parse import unquote_plus

from labs.http.messages import Answer, Request
from labs.http.syntax import value
from labs.oauth.flow.identity import half_hash
from labs.oauth.flow.messages import BadForm, Problem, bearer_of, error, no_bearer, says
from labs.oauth.flow.pkce import proves
from labs.oauth.flow.records import Records, RefreshToken, Registered
from labs.tokens.jws import Refused
from labs.tokens.jwt import accept, issue

LIFETIME = 300  # seconds of an access token and of an ID token
IDLE = 14 * 24 * 3600  # seconds after which a refresh token that nobody has used expires: RFC 9700 §4.14.2
DEFAULT_SCOPE = "photos"  # where the client asks for none: RFC 6749 §3.3
DEFAULT_RESOURCE = "photos.example"  # where it does not say which: RFC 9068 §3
SCOPES = {"photos.example": {"openid", "photos"}, "weather.example": {"openid", "photos"}}
"""What may be asked for at each resource server. Both have photos, so only the audience tells their tokens apart."""
BASIC = ("WWW-Authenticate", 'Basic realm="login.example"')
NO_TOKEN = "The token is missing."
UNPROVEN = "The client is unknown, or it has not proved by Basic who it is."


def token(server: Records, request: Request, form: dict[str, str]) -> Answer:
    """The token endpoint: which client, which grant, then the grant's own checks."""
    client = authenticate(server, request, form)
    if client is None:
        return error("invalid_client", UNPROVEN, 401, BASIC)
    grants = {"authorization_code": by_code, "refresh_token": by_refresh, "client_credentials": by_itself}
    grant = form.get("grant_type")
    if grant is None:
        return error("invalid_request", "The grant_type is missing.")
    if grant not in grants:  # "password" among others: RFC 9700 §2.4
        return error("unsupported_grant_type", f"The grants here are {', '.join(grants)}.")
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
            raise BadForm("The client proves itself in two ways.")
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


def problem_of(scope: str, resource: str) -> Problem | None:
    """What is wrong with asking for this scope at this resource server (RFC 9068 §2.2.3, RFC 8707 §2), or None."""
    if resource not in SCOPES:
        return Problem("invalid_target", "There is no such resource server here.")
    if not {*scope.split()} <= SCOPES[resource]:
        return Problem("invalid_scope", "The resource server does not have all of the scope.")
    return None


def by_code(server: Records, client: Registered, form: dict[str, str]) -> Answer:
    """Redeem a code: once, in time, by the client that it is for, under the redirect URI that it was sent to."""
    if not form.get("code") or not form.get("redirect_uri"):
        return error("invalid_request", "The code or the redirect_uri is missing.")
    code, verifier = server.codes.get(form["code"]), form.get("code_verifier")
    if code is None or code.client != client.id or code.redirect_uri != form["redirect_uri"]:
        return error("invalid_grant", "There is no such code for this client and this redirect_uri.")
    if code.used:
        server.revoked.add(code.family)  # somebody else has the code: RFC 6749 §4.1.2
        return error("invalid_grant", "The code has been used.")
    if server.now() >= code.expires:
        return error("invalid_grant", "The code has expired.")
    if code.challenge and not proves(code.challenge, verifier):
        return error("invalid_grant", "The code_verifier does not belong to the code_challenge.")
    if server.rules.demand and not code.challenge:  # a verifier without a challenge: a downgrade
        return error("invalid_grant", "The code was asked for without a code_challenge.")
    code.used, code.family = True, server.fresh()
    return _tokens(server, client.id, code.user, code.scope, code.audience, code.family, code.nonce)


def by_refresh(server: Records, client: Registered, form: dict[str, str]) -> Answer:
    """A new access token for a refresh token. Rotated: it works once, and a second use ends its whole family."""
    if not form.get("refresh_token"):
        return error("invalid_request", "The refresh_token is missing.")
    kept = server.refresh_tokens.get(form["refresh_token"])
    if kept is None or kept.client != client.id:
        return error("invalid_grant", "There is no such refresh token for this client.")
    if kept.family in server.revoked:
        return error("invalid_grant", "The refresh token has been revoked.")
    if kept.used and server.rules.rotate:
        if server.rules.family:
            server.revoked.add(kept.family)
        return error("invalid_grant", "The refresh token has been used.")
    if server.now() >= kept.expires:
        return error("invalid_grant", "The refresh token has expired.")
    scope = form.get("scope", kept.scope)  # it may ask for less, and keeps the right to all of it
    if not {*scope.split()} <= {*kept.scope.split()}:
        return error("invalid_scope", "The refresh token is not good for all of the scope.")
    kept.used, kept.expires = True, server.now() + IDLE
    old = "" if server.rules.rotate else form["refresh_token"]
    return _tokens(server, kept.client, kept.user, scope, kept.audience, kept.family, "", old, kept.scope)


def by_itself(server: Records, client: Registered, form: dict[str, str]) -> Answer:
    """The client credentials grant: the client acts for itself. For confidential clients only (RFC 6749 §4.4)."""
    if not client.secret:
        return error("unauthorized_client", "Only a client with a secret may act for itself.")
    scope, resource = form.get("scope", DEFAULT_SCOPE), form.get("resource", DEFAULT_RESOURCE)
    problem = problem_of(scope, resource)
    if problem:
        return error(*problem)
    access = _access_token(server, client.id, client.id, scope, resource, server.fresh())
    return says(200, {"access_token": access, "token_type": "Bearer", "expires_in": LIFETIME, "scope": scope})


def _tokens(
    server: Records, client: str, user: str, scope: str, audience: str, family: str, nonce: str,
    refresh: str = "", whole: str = "",
) -> Answer:  # fmt: skip
    if not refresh:
        refresh = server.fresh()
        expires = server.now() + IDLE
        server.refresh_tokens[refresh] = RefreshToken(client, family, user, whole or scope, audience, expires)
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
        return error("invalid_client", UNPROVEN, 401, BASIC)
    if "token" not in form:
        return error("invalid_request", NO_TOKEN)
    claims = read_access(server, form["token"], DEFAULT_RESOURCE)
    if claims is None:
        return says(200, {"active": False})
    return says(200, {"active": True, **claims})


def revoke(server: Records, request: Request, form: dict[str, str]) -> Answer:
    """End a token and all that came of its grant (RFC 7009). An unknown token is no error (§2.2)."""
    client = authenticate(server, request, form)
    if client is None:
        return error("invalid_client", UNPROVEN, 401, BASIC)
    if "token" not in form:
        return error("invalid_request", NO_TOKEN)
    kept, claims = server.refresh_tokens.get(form["token"]), read_access(server, form["token"], *SCOPES)
    owner = kept.client if kept else claims["client_id"] if claims else client.id
    if owner != client.id:
        return error("invalid_grant", "The token is another client's.")  # §2.1
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
