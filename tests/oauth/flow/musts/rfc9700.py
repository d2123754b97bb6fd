"""RFC 9700, Best Current Practice for Security: each MUST that applies, and NOT_HERE with the others."""

from labs.http.syntax import value
from labs.oauth.flow.loopback import CALLBACK
from labs.oauth.flow.messages import ask, content_of, location_of
from tests.oauth.flow.musts.site import HOME, Sent, Site, failed
from tests.oauth.flow.musts.table import must


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


@must("9700 §2.1.1", "PKCE is supported, can be seen to be, and is enforced.")
def _(site: Site) -> None:
    assert "S256" in site.metadata()["code_challenge_methods_supported"]
    assert failed(site.redeem(site.back()["code"], code_verifier=None)) == (400, "invalid_grant")


@must("9700 §2.1.1, §4.8.2", "A verifier is taken only where there was a challenge.")
def _(site: Site) -> None:
    code = site.back()["code"]
    site.there.server.codes[code].challenge = None  # as if the challenge had been taken out on the way
    assert failed(site.redeem(code)) == (400, "invalid_grant")


@must("9700 §2.2.2, §4.14.2", "A public client’s refresh token works once; a second use ends the family.")
def _(site: Site) -> None:
    first = site.tokens()["refresh_token"]
    second = content_of(site.refresh(first))
    assert failed(site.refresh(first)) == (400, "invalid_grant")
    assert failed(site.refresh(second["refresh_token"])) == (400, "invalid_grant")
    assert site.introspect(second["access_token"]) == {"active": False}


@must("9700 §2.4", "The password grant is not used.")
def _(site: Site) -> None:
    answer = site.post("/token", "grant_type=password&username=ada&password=x&client_id=print")
    assert failed(answer) == (400, "unsupported_grant_type")


@must("9700 §2.6", "The authorization endpoint does not allow requests from other origins’ scripts (CORS).")
def _(site: Site) -> None:
    answer = site.ask("GET", "/authorize?client_id=print", None, {"Origin": "https://evil.example"})
    assert value(answer.headers, "Access-Control-Allow-Origin") is None


@must("9700 §4.11.2", "Nobody is sent on, not even with an error, before Ada is known.")
def _(site: Site) -> None:
    answer = site.authorize(user="", response_type="token")
    assert answer.status == 401 and not location_of(answer)


@must("9700 §4.12", "A redirect is never a 307, which would send a form on.")
def _(site: Site) -> None:
    assert site.authorize().status == site.authorize(response_type="token").status == 302


@must("9700 §2.1", "The client is no open redirector.")
def _(site: Site) -> None:
    sent = Sent(site)
    answer = sent.client.respond(ask("GET", f"{HOME}/go?to=https://evil.example", None, [("Cookie", "sid=tab")]))
    assert answer.status == 404 and not location_of(answer)


NOT_HERE: dict[str, str] = {
    "§2.6, §4.13": "no proxy that ends TLS stands before the servers",
    "§4.16, §4.17": "no consent page to frame, and no answer by postMessage",
}
