"""RFC 7009, Token Revocation: each MUST that applies, and NOT_HERE with the others."""

from labs.oauth.flow.messages import ask
from tests.oauth.flow.musts.site import HOME, Sent, Site, failed
from tests.oauth.flow.musts.table import must


@must("7009 §2", "Refresh tokens can be revoked, by POST, and access tokens here, too.")
def _(site: Site) -> None:
    for name in ("refresh_token", "access_token"):
        got = site.tokens()
        assert site.ask("GET", f"/revoke?token={got[name]}&client_id=print").status == 404
        assert site.introspect(got["access_token"])["active"] is True
        assert site.post("/revoke", {"token": got[name], "client_id": "print"}).status == 200
        assert site.introspect(got["access_token"]) == {"active": False}
        assert failed(site.refresh(got["refresh_token"])) == (400, "invalid_grant")


@must("7009 §2.1", "The server asks who revokes, and a token of another client’s stays good.")
def _(site: Site) -> None:
    got = site.tokens()
    assert failed(site.post("/revoke", {"token": got["refresh_token"], "client_id": "batch"}))[0] == 401
    for name in ("refresh_token", "access_token"):
        assert site.post("/revoke", {"token": got[name], "client_id": "queried"}).status == 400
    assert site.refresh(got["refresh_token"]).status == 200


@must("7009 §2.1", "Token is required, and a hint that is wrong or unknown does no harm.")
def _(site: Site) -> None:
    assert failed(site.post("/revoke", {"client_id": "print"})) == (400, "invalid_request")
    for hint in ("access_token", "magic"):
        token = site.tokens()["refresh_token"]
        site.post("/revoke", {"token": token, "token_type_hint": hint, "client_id": "print"})
        assert failed(site.refresh(token)) == (400, "invalid_grant")


@must("7009 §2.2", "A token that nobody knows is no error.")
def _(site: Site) -> None:
    assert site.post("/revoke", {"token": "unknown", "client_id": "print"}).status == 200


@must("7009 §2", "The client does not use a token that it has revoked.")
def _(site: Site) -> None:
    sent = Sent(site)
    sent.finish()
    assert sent.client.revoke("tab") and not sent.got_in()
    answer = sent.client.respond(ask("GET", f"{HOME}/photos", None, [("Cookie", "sid=tab")]))
    assert answer.status == 404


NOT_HERE: dict[str, str] = {"§2": "TLS: the servers are on the loopback address only", "§2.3": "JSONP is not offered"}
