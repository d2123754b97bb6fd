"""The same servers as real HTTP on 127.0.0.1, for a real client. Gone when the block ends.

    with loopback() as there:
        requests.get(f"{there.login}/.well-known/oauth-authorization-server")

OAuth needs https; only a native app's redirect URI on the loopback address may be plain http (RFC 8252 §7.3). So a
client library has to be told that plain http is meant (Authlib by the variable AUTHLIB_INSECURE_TRANSPORT).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from labs.http.messages import Answer, Request
from labs.oauth.flow.messages import FORM
from labs.oauth.flow.records import Registered
from labs.oauth.flow.resource import ResourceServer
from labs.oauth.flow.rules import HARDENED, Rules
from labs.oauth.flow.server import AuthorizationServer
from labs.tokens.examples import example_jwk

if TYPE_CHECKING:  # what a connection needs takes a while to import, so it is imported where one is made
    import http.client
    import ssl

    from labs.http.gateway import Client as Peer

CALLBACK = "http://127.0.0.1:1/callback"  # nobody listens there: the test's browser stops before it


@dataclass
class There:
    """Where both servers are, the authorization server itself, to look into, and whom to trust if they speak https."""

    login: str
    photos: str
    server: AuthorizationServer
    trust: ssl.SSLContext | None = None


@contextmanager
def loopback(rules: Rules = HARDENED, alg: str = "Ed25519", tls: bool = False) -> Iterator[There]:
    """Both servers, with two clients: "print", which is public, and "batch", whose secret is made up on the spot.

    Tokens are signed with `alg`. With `tls` both servers speak https, with certificates that only `There.trust` knows.
    """
    from labs.http.loopback import running
    from labs.http.wire import Heard

    servers: dict[str, AuthorizationServer | ResourceServer] = {}

    async def login(request: Request, peer: Peer) -> Heard:
        return Heard(servers["login"].respond(request), [])

    async def photos(request: Request, peer: Peer) -> Heard:
        return Heard(servers["photos"].respond(request), [])

    jwk = example_jwk(alg)
    with ExitStack() as stack:
        first, second = (stack.enter_context(running(respond, tls)) for respond in (login, photos))
        if first.trust and second.trust:
            first.trust.load_verify_locations(cadata=b"".join(second.trust.get_ca_certs(binary_form=True)))
        clients = [Registered("print", (CALLBACK,)), Registered("batch", (CALLBACK,), secrets.token_urlsafe())]
        server = AuthorizationServer(first.url, clients, secrets.token_urlsafe, time.time, jwk, rules)
        servers |= {
            "login": server,
            "photos": ResourceServer("photos.example", first.url, server.key, time.time, rules),
        }
        yield There(first.url, second.url, server, first.trust)


def over_http(
    method: str, url: str, form: Mapping[str, str] | None, token: str = "", trust: ssl.SSLContext | None = None
) -> Answer:
    """A client's request over a real socket, and the answer to it; redirects are not followed.

    By https it goes only to a server whose certificate can be checked: by `trust`, else by what this machine trusts.
    ssl.SSLCertVerificationError where it cannot be.
    """
    there = urlsplit(url)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    headers |= {"Content-Type": FORM} if form is not None else {}
    connection = connect(url, trust)
    try:
        target = (there.path or "/") + (f"?{there.query}" if there.query else "")
        connection.request(method, target, urlencode(form) if form is not None else None, headers)
        got = connection.getresponse()
        return Answer(got.status, got.getheaders(), got.read(), reason=got.reason)
    finally:
        connection.close()


def connect(url: str, trust: ssl.SSLContext | None) -> http.client.HTTPConnection:
    """A connection to this URL's server; see over_http."""
    import http.client

    there = urlsplit(url)
    if there.scheme == "https":
        return http.client.HTTPSConnection(there.netloc, timeout=60, context=trust)
    return http.client.HTTPConnection(there.netloc, timeout=60)
