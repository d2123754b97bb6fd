"""RFC 7009, Token Revocation: each MUST that applies, and NOT_HERE with the others.

It was laid beside the RFC's text, section by section.
"""

from urllib.parse import urlsplit

from labs.http.messages import Answer
from labs.oauth.flow.messages import ask, content_of, says
from tests.oauth.flow.musts.site import GRANT, HOME, Sent, Site, failed
from tests.oauth.flow.musts.table import must

SECTIONS = "§2 §2.1 §2.2 §2.2.1 §5"


@must("7009 §2", "Refresh tokens can be revoked, by POST, and access tokens here, too.")
def _(site: Site) -> None:
    for name in ("refresh_token", "access_token"):
        got = site.tokens()
        assert site.ask("GET", f"/revoke?token={got[name]}&client_id=print").status == 405
        assert site.introspect(got["access_token"])["active"] is True
        assert site.post("/revoke", {"token": got[name], "client_id": "print"}).status == 200
        assert site.introspect(got["access_token"]) == {"active": False}
        assert failed(site.refresh(got["refresh_token"])) == (400, "invalid_grant")


@must("7009 §2", "So can an access token for any of the resource servers.")
def _(site: Site) -> None:
    got = site.tokens(resource="weather.example")
    assert site.post("/revoke", {"token": got["access_token"], "client_id": "queried"}).status == 400
    assert site.post("/revoke", {"token": got["access_token"], "client_id": "print"}).status == 200
    assert failed(site.refresh(got["refresh_token"])) == (400, "invalid_grant")


@must("7009 §2", "Its address keeps the rules of an endpoint: no fragment; what is unknown or empty does not count.")
def _(site: Site) -> None:
    there = urlsplit(site.metadata()["revocation_endpoint"])
    assert there.netloc and not there.fragment
    token = site.tokens()["refresh_token"]
    assert failed(site.post("/revoke", f"token={token}&token={token}&client_id=print")) == (400, "invalid_request")
    assert failed(site.post("/revoke", "token=&client_id=print")) == (400, "invalid_request")
    assert site.post("/revoke?shop=1", {"token": token, "client_id": "print", "colour": "red"}).status == 200
    assert failed(site.refresh(token)) == (400, "invalid_grant")


@must("7009 §2, 8414 §2", "The client sends tokens to no address that is not https, but for this very machine’s.")
def _(site: Site) -> None:
    for name in ("revocation_endpoint", "token_endpoint", "jwks_uri"):
        for wrong in ("http://login.example/x", "HTTP://127.0.0.1.evil.example/x", "ftp://127.0.0.1/x", "/revoke"):
            more = {name: wrong}
            sent = Sent(site, change=lambda url, answer, more=more: says(200, {**content_of(answer), **more}))
            assert sent.begin() == ""
    secure = {"revocation_endpoint": "https://login.example/revoke"}
    assert Sent(site, change=lambda url, answer: says(200, {**content_of(answer), **secure})).begin()


@must("7009 §2.1, §5", "The server asks who revokes, and a token of another client’s stays good.")
def _(site: Site) -> None:
    got = site.tokens()
    for client in ("batch", "nobody", None):
        assert failed(site.post("/revoke", {"token": got["refresh_token"], "client_id": client}))[0] == 401
    for name in ("refresh_token", "access_token"):
        assert site.post("/revoke", {"token": got[name], "client_id": "queried"}).status == 400
        assert site.post("/revoke", {"token": got[name]}, f"batch:{site.secret}").status == 400
    assert site.introspect(got["access_token"])["active"] is True
    assert site.refresh(got["refresh_token"]).status == 200


@must("7009 §2.1", "A client with a secret revokes its own token, and proves itself by Basic.")
def _(site: Site) -> None:
    basic = f"batch:{site.secret}"
    token = content_of(site.post("/token", GRANT, basic))["access_token"]
    assert failed(site.post("/revoke", {"token": token}, "batch:wrong")) == (401, "invalid_client")
    assert site.introspect(token)["active"] is True
    assert site.post("/revoke", {"token": token}, basic).status == 200
    assert site.introspect(token) == {"active": False}


@must("7009 §2.1, §2.2", "Token is required, and a hint that is wrong or unknown does no harm.")
def _(site: Site) -> None:
    assert failed(site.post("/revoke", {"client_id": "print"})) == (400, "invalid_request")
    for name, wrong in (("refresh_token", "access_token"), ("access_token", "refresh_token")):
        for hint in (wrong, "magic"):
            got = site.tokens()
            form = {"token": got[name], "token_type_hint": hint, "client_id": "print"}
            assert site.post("/revoke", form).status == 200
            assert failed(site.refresh(got["refresh_token"])) == (400, "invalid_grant")


@must("7009 §2.2", "A token that nobody knows, or that is revoked already, is no error.")
def _(site: Site) -> None:
    token = site.tokens()["refresh_token"]
    for one in ("unknown", token, token):
        assert site.post("/revoke", {"token": one, "client_id": "print"}).status == 200


@must("7009 §2.1", "The client does not use a token that it has revoked.")
def _(site: Site) -> None:
    sent = Sent(site)
    sent.finish()
    assert sent.client.revoke("tab") and not sent.got_in()
    answer = sent.client.respond(ask("GET", f"{HOME}/photos", None, [("Cookie", "sid=tab")]))
    assert answer.status == 404


@must("7009 §2.1", "The client bears that a token has become invalid without its doing.")
def _(site: Site) -> None:
    sent = Sent(site)
    sent.finish()
    site.post("/revoke", {"token": sent.client.tokens["tab"]["access_token"], "client_id": "print"})
    assert sent.client.refresh("tab") is False and sent.client.revoke("tab") is True


@must("7009 §2.2.1", "Where the server is unavailable, the client knows that the token still exists, and tries again.")
def _(site: Site) -> None:
    sent = Sent(site)
    sent.finish()
    token = sent.client.tokens["tab"]["refresh_token"]
    sent.change = lambda url, answer: Answer(503, [("Retry-After", "1")])
    assert sent.client.revoke("tab") is False and sent.client.tokens["tab"]["refresh_token"] == token
    sent.change = None
    assert sent.client.revoke("tab") is True and not sent.got_in()
    assert sent.forms[-1]["token"] == token and failed(site.refresh(token)) == (400, "invalid_grant")


NOT_HERE: dict[str, str] = {
    "§2 (a second address by plain http)": "there is none beside the one that is published",
    "§2.2.1 (unsupported_token_type)": "both types can be revoked",
    "§2.3": "JSONP is not offered",
    "§4.1.2": "what IANA and its experts have to do",
    "§5 (denial of service)": "limits on requests stand before a server; a wrong hint costs nothing, as none is read",
    "§5 (access tokens that cannot be revoked)": "they can; that photos.example does not ask is told in the lesson",
}
