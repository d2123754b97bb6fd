"""RFC 9700, Best Current Practice for Security: each MUST that applies, and NOT_HERE with the others.

Laid beside the RFC's text, section by section. Where it repeats another RFC's MUST, the row is in that RFC's module.
"""

from dataclasses import replace
from typing import Any

from labs.http.messages import Answer
from labs.oauth.flow.client import Client
from labs.oauth.flow.loopback import CALLBACK, loopback
from labs.oauth.flow.messages import ask, content_of, location_of, says, with_query
from labs.oauth.flow.resource import ResourceServer
from labs.oauth.flow.world import read_query
from labs.tokens.jws import base64url
from tests.oauth.flow.musts.site import HOME, Sent, Site, failed, token
from tests.oauth.flow.musts.table import must

SECTIONS = (
    "§2.1 §2.1.1 §2.2.2 §2.3 §2.4 §2.6 §3 §4.1.3 §4.2.4 §4.3.2 §4.4.2 §4.4.2.1 §4.4.2.2 §4.5.3.1 §4.5.3.2 "
    "§4.7.1 §4.8.2 §4.9.3 §4.11.1 §4.11.2 §4.12 §4.13 §4.14.2 §4.15.1 §4.16 §4.17.2"
)


# ── redirects: §2.1, §2.6, §4.1, §4.11, §4.12 ─────────────────────────────────────────────────────────────────────────


@must("9700 §2.1, §4.1.3", "Redirect addresses match character for character, but for a loopback port.")
def _(site: Site) -> None:
    wrong = (
        f"{CALLBACK}?",
        f"{CALLBACK}%2F",
        CALLBACK.upper(),
        CALLBACK[:-1],
        f"{CALLBACK}/../callback",
        f" {CALLBACK}",
    )
    for uri in wrong:
        assert failed(site.authorize(redirect_uri=uri)) == (400, "invalid_request")
    assert "code" in site.back(redirect_uri=CALLBACK.replace(":1/", ":54321/"))


@must("9700 §2.6", "No answer goes over plain http, but to the loopback address.")
def _(site: Site) -> None:
    plain = ("http://print.example/callback", "HTTP://print.example/callback", "http://localhost:1/callback")
    sneaky = ("http://127.0.0.1.evil.example/callback", "http://127.0.0.1:1@evil.example/callback")
    uris = (*plain, *sneaky, "https://print.example/callback")
    site.there.server.known["plain"] = replace(site.there.server.known["print"], id="plain", redirect_uris=uris)
    for uri in (*plain, *sneaky):
        answer = site.authorize(client_id="plain", redirect_uri=uri)
        assert failed(answer) == (400, "invalid_request") and not location_of(answer)
    assert "code" in site.back(client_id="plain", redirect_uri=uris[-1])


@must("9700 §2.1, §4.1.3, §4.11.1", "The client is no open redirector.")
def _(site: Site) -> None:
    sent = Sent(site)
    simple = Client("print", HOME, (site.there.login,), "", sent.send, sent.client.fresh)
    for client in (simple, sent.client):
        for path in ("go", "callback", "photos", "login"):
            url = f"{HOME}/{path}?to=https://evil.example&with=https://evil.example"
            answer = client.respond(ask("GET", url, None, [("Cookie", "sid=tab")]))
            assert answer.status in (400, 404) and not location_of(answer)


@must("9700 §2.1, §4.11.2", "Nor is the authorization server: nobody goes to an address that is not the client’s.")
def _(site: Site) -> None:
    evil = "https://evil.example/"
    for path in ("authorize", "userinfo", "jwks", "token", "revoke", ".well-known/oauth-authorization-server"):
        for name in ("redirect_uri", "post_logout_redirect_uri", "to"):
            url = with_query(f"/{path}", {"client_id": "print", "response_type": "token", name: evil})
            assert not location_of(site.ask("GET", url, None, {"Cookie": "user=ada"}))


@must("9700 §4.11.2", "Nobody is sent on, not even with an error, before Ada is known.")
def _(site: Site) -> None:
    for more in ({}, {"response_type": "token"}, {"code_challenge": None}, {"prompt": "none"}, {"scope": "no such"}):
        answer = site.authorize(user="", **more)
        assert answer.status == 200 and not location_of(answer)


@must("9700 §2.1, §4.12", "A redirect is never a 307, which would send a form on.")
def _(site: Site) -> None:
    assert site.authorize().status == site.authorize(response_type="token").status == 302


@must("9700 §2.6", "The authorization endpoint does not allow requests from other origins’ scripts (CORS).")
def _(site: Site) -> None:
    good = {"Origin": "https://evil.example", "Cookie": "user=ada", "Access-Control-Request-Method": "GET"}
    url = Sent(site).begin()
    for method, status in (("GET", 302), ("OPTIONS", 405)):
        answer = site.ask(method, url, None, good)
        assert answer.status == status
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control-")]


# ── codes: §2.1.1, §4.2, §4.5, §4.7, §4.8 ─────────────────────────────────────────────────────────────────────────────


@must("9700 §2.1.1, §4.7.1, §4.8.2", "PKCE is supported, can be seen to be, and is enforced.")
def _(site: Site) -> None:
    assert "S256" in site.metadata()["code_challenge_methods_supported"]
    for wrong in (None, "w" * 43):
        assert failed(site.redeem(site.back()["code"], code_verifier=wrong)) == (400, "invalid_grant")


@must("9700 §2.1.1, §4.8.2", "A verifier is taken only where there was a challenge.")
def _(site: Site) -> None:
    assert site.back(code_challenge=None, code_challenge_method=None)["error"] == "invalid_request"
    code = site.back()["code"]
    site.there.server.codes[code].challenge = None  # as if the challenge had been taken out on the way
    assert failed(site.redeem(code)) == (400, "invalid_grant")


@must("9700 §4.2.4", "A code that the client has redeemed is worth nothing to a thief, the verifier included.")
def _(site: Site) -> None:
    sent = Sent(site)
    back = sent.back()
    verifier = sent.client.begun["tab"].verifier
    assert "logged in as" in content_of(sent.client.callback("tab", back))
    redirect_uri = sent.client.redirect_uri
    answer = site.redeem(back["code"], code_verifier=verifier, redirect_uri=redirect_uri)
    assert failed(answer) == (400, "invalid_grant")


@must("9700 §2.1.1", "Challenge and nonce are new for each flow.")
def _(site: Site) -> None:
    sent = Sent(site)
    asked = [read_query(sent.begin()) for _ in range(3)]
    for name in ("code_challenge", "nonce"):
        assert len({one[name] for one in asked}) == 3


@must("9700 §2.1.1, §4.5.3.1", "A code that was stolen from another browser’s flow is not taken.")
def _(site: Site) -> None:
    sent = Sent(site)
    stolen = sent.back()["code"]  # Ada's flow, in "tab"
    mine = read_query(location_of(sent.client.login("mallory", site.there.login)))["state"]
    back = {"code": stolen, "state": mine, "iss": site.there.login}
    assert content_of(sent.client.callback("mallory", back)) == {"error": "no token"} and not sent.client.tokens
    assert sent.forms[-1]["code"] == stolen  # it was the server that refused, for the verifier


@must("9700 §2.1, §4.7.1", "State is good for one answer, a refused one included.")
def _(site: Site) -> None:
    sent = Sent(site)
    back = sent.back()
    for wrong, error in (({"iss": "https://evil.example"}, "iss"), ({}, "state")):
        assert content_of(sent.client.callback("tab", {**back, **wrong})) == {"error": error}


@must("9700 §4.7.1", "The client works only with a server that says that it supports PKCE.")
def _(site: Site) -> None:
    for methods in ([], ["plain"], None):
        more = {"code_challenge_methods_supported": methods}
        silent = {name: told for name, told in {**site.metadata(), **more}.items() if told is not None}
        sent = Sent(site, change=lambda url, answer, silent=silent: says(200, silent))
        assert content_of(sent.client.login("tab", site.there.login)) == {"error": "unfit server"}


@must("9700 §4.5.3.2", "The client checks the nonce, and uses no token before that.")
def _(site: Site) -> None:
    nonce = ""

    def change(url: str, answer: Answer) -> Answer:
        """The server's answers, the ID token signed once more, perhaps with another nonce."""
        assert not sent.got_in()
        if not url.endswith("/token"):
            return answer
        got = content_of(answer)
        claims = claims_of(got["id_token"])
        claims["nonce"] = nonce or claims["nonce"]
        return says(200, {**got, "id_token": token(site, "JWT", **claims)})

    sent = Sent(site, change=change)
    assert sent.finish() == {"logged in as": "ada"} and sent.got_in()
    nonce, sent = "another", Sent(site, change=change)
    assert sent.finish() == {"error": "no ID token for this login"} and not sent.got_in()


# ── mix-up: §4.4 ──────────────────────────────────────────────────────────────────────────────────────────────────────


@must("9700 §4.4.2", "For each browser the client remembers which server it began with.")
def _(site: Site) -> None:
    with loopback() as other:
        sent = Sent(site, other.login)
        for browser, issuer in (("one", other.login), ("two", site.there.login)):
            begun = location_of(sent.client.login(browser, issuer))
            assert begun.startswith(f"{issuer}/authorize?") and sent.client.begun[browser].issuer == issuer
        mixed = with_query(
            f"{site.there.login}/authorize", read_query(location_of(sent.client.login("one", other.login)))
        )
        back = read_query(location_of(site.ask("GET", mixed, None, {"Cookie": "user=ada"})))
        before = len(sent.urls)
        assert content_of(sent.client.callback("one", back)) == {"error": "iss"} and len(sent.urls) == before


# ── tokens: §2.2, §2.4, §4.3, §4.9, §4.14 ─────────────────────────────────────────────────────────────────────────────


@must("9700 §2.2.2, §4.14.2", "A public client’s refresh token works once; a second use ends the family.")
def _(site: Site) -> None:
    first = site.tokens()["refresh_token"]
    second = content_of(site.refresh(first))
    assert failed(site.refresh(first)) == (400, "invalid_grant")
    assert failed(site.refresh(second["refresh_token"])) == (400, "invalid_grant")
    assert site.introspect(second["access_token"]) == {"active": False}


@must("9700 §4.14.2", "A refresh token is bound to the scope and the resource server that Ada agreed to.")
def _(site: Site) -> None:
    got = site.tokens(scope="photos", resource="weather.example")
    assert failed(site.refresh(got["refresh_token"], scope="photos openid")) == (400, "invalid_scope")
    access = content_of(site.refresh(got["refresh_token"], resource="photos.example"))["access_token"]
    assert claims_of(access)["aud"] == "weather.example" and site.photos(access).status == 401


@must("9700 §2.4", "The password grant is not used.")
def _(site: Site) -> None:
    answer = site.post("/token", "grant_type=password&username=ada&password=x&client_id=print")
    assert failed(answer) == (400, "unsupported_grant_type")
    assert "password" not in site.metadata()["grant_types_supported"]


@must("9700 §4.3.2", "The client puts no access token into an address.")
def _(site: Site) -> None:
    sent = Sent(site)
    sent.finish()
    answer = sent.client.respond(ask("GET", f"{HOME}/photos", None, [("Cookie", "sid=tab")]))
    assert content_of(answer) == {"photos of": "ada"} and sent.urls[-1] == f"{site.there.photos}/photos"


@must("9700 §4.9.3", "The resource server neither keeps a token nor repeats it.")
def _(site: Site) -> None:
    good, bad = site.tokens()["access_token"], token(site, aud="weather.example")
    for shown, status in ((good, 200), (bad, 401)):
        answer = site.photos(shown)
        assert answer.status == status and shown not in f"{answer.headers}{answer.body!r}"
    server = site.there.server
    photos = ResourceServer("photos.example", server.issuer, server.key, server.now)
    before = repr(vars(photos))
    assert photos.respond(ask("GET", "/photos", None, [("Authorization", f"Bearer {good}")])).status == 200
    assert repr(vars(photos)) == before


def claims_of(jwt: str) -> dict[str, Any]:
    """The claims of a JWT, unchecked."""
    return content_of(Answer(200, [], base64url.decode(jwt.split(".")[1])))


NOT_HERE: dict[str, str] = {
    "§2.6 (TLS)": "the servers themselves are on the loopback address only",
    "§2.6, §4.17.2 (postMessage)": "no answer is sent from one browser window to another",
    "§3": "which attackers there are is for whoever runs a server to say; the course’s are Mallory’s attacks",
    "§4.4.2.2": "the client compares iss, so it needs no redirect address for each server",
    "§4.7.1 (state)": "state is a random string and carries nothing of the application’s",
    "§4.10.1": "tokens bound to a key (DPoP, mutual TLS) are not offered",
    "§4.13": "no proxy that ends TLS stands before the servers",
    "§4.14.2 (risk)": "whether a client gets refresh tokens is for whoever runs a server to judge",
    "§4.14.2 (encoded)": "a refresh token is a random string and carries nothing of its grant",
    "§4.15.1": "clients are registered by hand and do not choose their names",
}
